"""The circular note of a circulation as a file, with its annexes.

What stands in it is in `workflow/actions/exporting_notes.py`; the circulation's page is in `panel`.
"""

from flask import Response, g

from workflow.actions.exporting_notes import circular_note
from workflow.domain.mandates import Act
from workflow.web.doors import permits
from workflow.web.downloads import Format, paper_file
from workflow.web.shepherd import desk
from workflow.web.shepherd.blueprint import blueprint


@blueprint.get("/circulations/<int:circulation_id>/note.pdf")
@permits(Act.READ_CIRCULATION)
def note_pdf(circulation_id: int) -> Response:
    """Give the circular note as a tagged PDF."""
    return _note(circulation_id, Format.PDF)


@blueprint.get("/circulations/<int:circulation_id>/note.docx")
@permits(Act.READ_CIRCULATION)
def note_docx(circulation_id: int) -> Response:
    """Give the circular note for a word processor."""
    return _note(circulation_id, Format.DOCX)


def _note(circulation_id: int, ending: Format) -> Response:
    loaded = desk.seen(circulation_id).loaded
    name = f"note-{loaded.circulation.year}-{loaded.circulation.number}"
    return paper_file(name, circular_note(g.session, loaded, g.body), ending)
