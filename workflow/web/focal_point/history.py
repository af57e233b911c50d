"""The history of the State: everything it said, newest first, page by key and as CSV.

The endorsement history of the whole body is on the secretariat's desk.
"""

from collections.abc import Iterable

from flask import g, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from workflow.domain.mandates import Act
from workflow.papers.csv_rows import Cell
from workflow.queries.own_responses import OwnResponse, everything
from workflow.queries.own_responses import history as read_history
from workflow.web.doors import permits
from workflow.web.focal_point.blueprint import blueprint
from workflow.web.keys import asked
from workflow.web.spreadsheets import csv_file
from workflow.web.wording import word


@blueprint.get("/responses")
@permits(Act.READ_OWN_DESK)
def history() -> str:
    """Show one page of what the State said."""
    before = asked("before")
    found = read_history(g.session, g.actor.state_id, before=before)
    older = url_for("focal_point.history", before=found.older) if found.older else None
    newest = url_for("focal_point.history") if before is not None else None
    return render_template(
        "focal_point/history.html", rows=found.rows, older=older, newest=newest, state=g.capacity.state
    )


@blueprint.get("/responses.csv")
@permits(Act.READ_OWN_DESK)
def history_csv() -> Response:
    """Give everything the State said as a file for a spreadsheet."""
    header = (
        gettext("Circulation"),
        gettext("Item"),
        gettext("Title"),
        gettext("Version"),
        gettext("Answer"),
        gettext("Received (UTC)"),
        gettext("In time"),
        gettext("By"),
        gettext("Words"),
        gettext("Passage"),
        gettext("Curing wording"),
        gettext("Afterwards"),
        gettext("Outcome of the item"),
        gettext("Log position"),
        gettext("Text fingerprint"),
    )
    rows = _rows(everything(g.session, g.actor.state_id))
    return csv_file(f"responses-{g.capacity.state.code}", header, rows)


def _rows(found: Iterable[OwnResponse]) -> Iterable[tuple[Cell, ...]]:
    for row in found:
        said, ended = row.response, row.ended_by
        yield (
            row.circulation.symbol,
            row.entry.position,
            row.version.title,
            row.version.number,
            word(said.kind),
            said.received_at,
            gettext("no") if row.is_late else gettext("yes"),
            row.person.name,
            said.reasons,
            said.passage,
            said.cure,
            word(ended.kind) if ended is not None else "",
            word(row.entry.result) if row.entry.result is not None else "",
            said.entry_seq,
            said.version_sha256,
        )
