"""The instrument panel of one circulation: what stops it, what helps, who said what, how it went.

The same page serves the States, with what they may see (rule 33a); the acts are in the files beside.
"""

from typing import Any

from flask import Response, g, render_template, url_for
from flask_babel import gettext
from werkzeug.routing import BuildError

from workflow.domain.mandates import Act, may
from workflow.domain.terms import CirculationStatus, Status
from workflow.queries.happenings import Happened, Happening, happenings
from workflow.web.acknowledging import acknowledged
from workflow.web.doors import permits
from workflow.web.rounds import Cell, MatrixRow, Round, Word
from workflow.web.shepherd import chronicle, desk, missing, resolution, timeline
from workflow.web.shepherd.blueprint import blueprint
from workflow.web.spreadsheets import table_file
from workflow.web.standing import sentences
from workflow.web.unchanged import unless_unchanged


@blueprint.get("/circulations/<int:circulation_id>")
@permits(Act.READ_CIRCULATION)
@unless_unchanged
def circulation(circulation_id: int) -> str:
    """Show one circulation."""
    seen = desk.seen(circulation_id)
    around = happenings(g.session, circulation_id)
    events, said = chronicle.told(seen, around), resolution.said(seen)
    page = render_template(
        "shepherd/circulation.html",
        seen=seen,
        sentence=sentences(seen),
        sending=missing.sending(seen, around),
        missing=missing.found(seen, around),
        leaving=missing.leaving(seen, around) if seen.is_running else [],
        matrix=_matrix(seen),
        events=events,
        line=timeline.drawn(seen, events, around),
        said=said,
        said_summary=resolution.summary(said),
        requests=_requests(seen, around),
        broken=_broken(seen, around),
        resume_url=_resume_url(seen),
        acts=_acts(seen),
        record_url=_elsewhere("records.record", circulation_id=circulation_id),
        place=desk.place(),
    )
    acknowledged(seen.loaded)
    return page


@blueprint.get("/circulations/<int:circulation_id>/comments")
@permits(Act.READ_CIRCULATION)
@unless_unchanged
def comments(circulation_id: int) -> str:
    """Show comments and their resolution alone, to be printed."""
    seen = desk.seen(circulation_id)
    said = resolution.said(seen)
    told = resolution.summary(said)
    return render_template("shepherd/comments.html", seen=seen, said=said, said_summary=told)


@blueprint.get("/circulations/<int:circulation_id>/comments.csv")
@blueprint.get("/circulations/<int:circulation_id>/comments.xlsx", endpoint="comments_xlsx")
@permits(Act.READ_CIRCULATION)
@unless_unchanged
def comments_csv(circulation_id: int) -> Response:
    """Give comments and their resolution as a file for a spreadsheet."""
    seen = desk.seen(circulation_id)
    name = f"comments-{seen.circulation.year}-{seen.circulation.number}"
    return table_file(name, resolution.COLUMNS, resolution.as_rows(seen))


def _matrix(seen: Round) -> list[tuple[MatrixRow, list[tuple[Word, str | None]]]]:
    """Return each item with its cells, each as a word and the address of the position behind it."""
    return [
        (line, [(cell.word, _link(seen, line.row.version.id, cell)) for cell in line.cells])
        for line in seen.matrix
    ]


def _link(seen: Round, version_id: int, cell: Cell) -> str | None:
    if cell.position is None:
        return None
    return url_for(
        "shepherd.position",
        circulation_id=seen.circulation.id,
        version_id=version_id,
        state_code=cell.state.code,
    )


def _requests(seen: Round, around: list[Happening]) -> list[Happening]:
    """Return the requests for more time that the reader may see: the offices all, a State its own."""
    return [
        one
        for one in around
        if one.what is Happened.ASKED_FOR_TIME
        and (may(seen.actor, Act.READ_ALL_POSITIONS) or one.state_id == seen.actor.state_id)
    ]


def _broken(seen: Round, around: list[Happening]) -> list[dict[str, object]]:
    """Return the items that were stopped, with the way on: revise, recirculate, defer."""
    if not may(seen.actor, Act.DEFER):
        return []
    drafts = {one.number: one for one in around if one.what is Happened.DRAFTED}
    over = seen.circulation.status is CirculationStatus.CLOSED
    return [
        {
            "row": row,
            "draft": drafts.get(row.item.id),
            "revise_url": _elsewhere("documents.write", key=row.item.key),
            "may_defer": over and row.version.status is Status.SILENCE_BROKEN,
            "may_withdraw": over and row.version.status is Status.DEFERRED,
        }
        for row in seen.loaded.items
        if row.version.status in (Status.SILENCE_BROKEN, Status.DEFERRED)
    ]


def _elsewhere(endpoint: str, **values: Any) -> str | None:
    """Return the address of a page of another desk, or None where that desk is not hung."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None


def _resume_url(seen: Round) -> str | None:
    """Return where time is let run again: what a suspended circulation waits for most."""
    if seen.circulation.status is CirculationStatus.SUSPENDED and may(seen.actor, Act.SUSPEND):
        return url_for("shepherd.resumption", circulation_id=seen.circulation.id)
    return None


def _acts(seen: Round) -> list[tuple[str, str]]:
    """Return the other acts on the course that are possible now: label and address of the form."""
    status, package = seen.circulation.status, seen.circulation.package
    several = len(seen.loaded.open_items) > 1
    open_or_held = status in (CirculationStatus.OPEN, CirculationStatus.HELD)
    possible = (
        (open_or_held, Act.EXTEND, gettext("Extend the deadline"), "shepherd.extension"),
        (status is CirculationStatus.OPEN, Act.SUSPEND, gettext("Suspend"), "shepherd.suspension"),
        (
            status is CirculationStatus.HELD,
            Act.REFER,
            gettext("Refer it to the next meeting"),
            "shepherd.referral",
        ),
        (
            seen.is_running and several and not package,
            Act.WITHDRAW,
            gettext("Withdraw an item"),
            "shepherd.withdrawals",
        ),
        (seen.is_running, Act.WITHDRAW, gettext("Withdraw the circulation"), "shepherd.withdrawal"),
    )
    return [
        (label, url_for(endpoint, circulation_id=seen.circulation.id))
        for now, act, label, endpoint in possible
        if now and may(seen.actor, act)
    ]
