"""One document with its table, on a page and as a file to download.

The life of one item is in `life`; writing an item in `writing`.
"""

from datetime import date

from flask import Response, g, render_template, request
from flask_babel import gettext, ngettext

from workflow.actions import long_exports
from workflow.actions.exporting import table_rows
from workflow.domain.in_force import began
from workflow.domain.mandates import Act, may
from workflow.domain.terms import Source, Status
from workflow.models.document import Document
from workflow.papers.tables import HEADERS, section_table, tsv_text
from workflow.queries.documents import ItemLine, actions_taken, by_section, find, hear, last_year, lines
from workflow.queries.relations import related
from workflow.web.documents import columns
from workflow.web.documents.blueprint import blueprint
from workflow.web.documents.editions import AS_OF, edition_page
from workflow.web.doors import permits
from workflow.web.filters import joined, number_word
from workflow.web.forms import DoorForm
from workflow.web.spreadsheets import table_file


@blueprint.get("/<code>")
@permits(Act.READ_DOCUMENTS)
def document(code: str) -> str:
    """Show a document's table: every item with what is in force, before the States, and in draft.

    With `?as-of=` it is shown as endorsed on that day.
    """
    found, meeting = find(g.session, g.body.id, code)
    if AS_OF in request.args:
        return edition_page(found)
    rows = lines(g.session, found)
    hear(g.session, rows)
    kept = [line for line in rows if not line.is_dropped]
    return render_template(
        "documents/document.html",
        document=found,
        meeting=meeting,
        sections=by_section(kept),
        dropped=[line for line in rows if line.is_dropped],
        last_year=last_year(found, rows),
        endorsed_on=_endorsed_on(rows),
        count=len(kept),
        related=related(g.session, found),
        may_relate=may(g.actor, Act.RELATE),
        is_long=len(rows) > long_exports.LONG,
        empty=DoorForm(),
        sentence=_sentence(kept),
        labels=columns.labels(found),
        first_heading=columns.first_heading(found),
        action_heading=columns.action_heading(found),
        actions={line.item.id: actions_taken(g.body, found, line) for line in rows},
        status_shown=columns.status_shown,
        has_drafts=any(line.draft is not None for line in rows),
        may_write=may(g.actor, Act.WRITE_DRAFT),
        may_prepare=may(g.actor, Act.PREPARE),
    )


@blueprint.get("/<code>/table.csv")
@blueprint.get("/<code>/table.xlsx", endpoint="table_xlsx")
@permits(Act.READ_DOCUMENTS)
def table_csv(code: str) -> Response:
    """Give the table for a spreadsheet."""
    found, _ = find(g.session, g.body.id, code)
    return table_file(found.code, HEADERS[found.kind], _cells(found))


@blueprint.get("/<code>/table.tsv")
@permits(Act.READ_DOCUMENTS)
def table_tsv(code: str) -> Response:
    """Give the table character for character, with tabs between its cells."""
    found, _ = find(g.session, g.body.id, code)
    response = Response(tsv_text(HEADERS[found.kind], _cells(found)), mimetype="text/tab-separated-values")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.code}.tsv"'
    return response


def _endorsed_on(rows: list[ItemLine]) -> list[date]:
    """Return the first and the last day on which texts in force were endorsed here; paper names no day."""
    in_force = [row.in_force.version for row in rows if row.in_force is not None]
    here = [one for one in in_force if one.source is Source.PROCEDURE]
    days = sorted({day for one in here if (day := began(one, str(g.body.rules["zone"]))) is not None})
    return days if len(days) < 2 else [days[0], days[-1]]


def _cells(found: Document) -> list[list[str]]:
    return section_table(found.kind, table_rows(g.session, g.body, found))


def _sentence(rows: list[ItemLine]) -> str:
    """Say in one sentence how the items stand."""
    if not rows:
        return gettext("This document has no items yet.")
    items = ngettext("%(number)s item", "%(number)s items", len(rows), number=number_word(len(rows)))
    counts = {
        gettext("in force"): sum(row.in_force is not None for row in rows),
        gettext("before the States"): sum(_is_running(row) for row in rows),
        gettext("waiting for a meeting"): sum(_is_deferred(row) for row in rows),
        gettext("in draft"): sum(row.draft is not None for row in rows),
    }
    parts = [f"{number_word(number)} {words}" for words, number in counts.items() if number]
    sentence = gettext("%(items)s: %(parts)s.", items=items, parts=joined(parts) or gettext("all withdrawn"))
    return sentence[:1].upper() + sentence[1:]


def _is_deferred(row: ItemLine) -> bool:
    return row.before_states is not None and row.before_states.version.status is Status.DEFERRED


def _is_running(row: ItemLine) -> bool:
    return row.before_states is not None and not _is_deferred(row)
