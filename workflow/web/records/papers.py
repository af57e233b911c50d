"""The record of a circulation as a paper: PDF and DOCX, for files and for meetings.

What it holds is in `workflow/actions/exporting_records.py`; the page is in `record`.
"""

from flask import Response, g

from workflow.actions.exporting_records import printed_record
from workflow.audit.receipts import newest_note
from workflow.domain.mandates import Act
from workflow.queries.records import record_of
from workflow.web.doors import permits
from workflow.web.downloads import Format, paper_file
from workflow.web.records.blueprint import blueprint
from workflow.web.records.record import dispatched
from workflow.web.unchanged import unless_unchanged


@blueprint.get("/circulations/<int:circulation_id>/record.pdf")
@permits(Act.READ_RECORD)
@unless_unchanged
def record_pdf(circulation_id: int) -> Response:
    """Give the record as a tagged PDF."""
    return _paper(circulation_id, Format.PDF)


@blueprint.get("/circulations/<int:circulation_id>/record.docx")
@permits(Act.READ_RECORD)
@unless_unchanged
def record_docx(circulation_id: int) -> Response:
    """Give the record for a word processor."""
    return _paper(circulation_id, Format.DOCX)


def _paper(circulation_id: int, ending: Format) -> Response:
    dispatched(circulation_id)
    read = record_of(g.session, circulation_id, for_actor=g.actor)
    note = newest_note(g.session, g.body.id) or ""
    return paper_file(f"record-{read.reference}", printed_record(read, g.body.name, note), ending)
