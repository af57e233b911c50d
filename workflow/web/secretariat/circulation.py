"""One circulation on this desk: who is served, what is open, and what the secretariat can do.

The items × States and the course are on the page that both offices share, in `workflow/web/shepherd/`.
"""

from dataclasses import dataclass

from flask import g, render_template

from workflow.domain.mandates import Act
from workflow.domain.terms import CirculationStatus, Status
from workflow.queries.happenings import Happened, Happening, happenings
from workflow.queries.records import ServedState, served_states
from workflow.web.doors import permits
from workflow.web.rounds import Round
from workflow.web.secretariat.blueprint import blueprint
from workflow.web.shepherd import desk
from workflow.web.standing import sentences
from workflow.web.unchanged import unless_unchanged

#: Statuses in which an item of a closed circulation waits for a meeting (rule 31).
_FOR_A_MEETING = frozenset({Status.SILENCE_BROKEN, Status.DEFERRED})


@dataclass(frozen=True)
class Serving:
    """How one State is served, with the override that waits for its second person, if any."""

    state: ServedState
    waiting: Happening | None
    letters_waiting: int


@blueprint.get("/secretariat/circulations/<int:circulation_id>")
@permits(Act.ENTER_ON_BEHALF)
@unless_unchanged
def circulation(circulation_id: int) -> str:
    """Show how a circulation stands, who is served, and what can be done here."""
    seen = desk.seen(circulation_id)
    around = happenings(g.session, circulation_id)
    closed = seen.circulation.status is CirculationStatus.CLOSED
    return render_template(
        "secretariat/circulation.html",
        seen=seen,
        sentence=sentences(seen),
        serving=_serving(seen, around),
        disputes=[one for one in around if one.what is Happened.DISPUTED and one.after is None],
        for_meeting=[row for row in seen.loaded.items if closed and row.version.status in _FOR_A_MEETING],
        closed=closed,
        over=closed or seen.circulation.status is CirculationStatus.WITHDRAWN,
        suspended=seen.circulation.status is CirculationStatus.SUSPENDED,
    )


def _serving(seen: Round, around: list[Happening]) -> list[Serving]:
    waiting = {one.state_id: one for one in around if one.what is Happened.OVERRIDDEN and one.after is None}
    queued = {one.state_id: one.number or 0 for one in around if one.what is Happened.WAITING}
    ids = {state.code: state.id for state in seen.loaded.states}
    states = _now_served(seen) if seen.is_running else served_states(seen.loaded)
    return [
        Serving(
            state, waiting.get(ids[state.code]) if seen.is_running else None, queued.get(ids[state.code], 0)
        )
        for state in states
    ]


def _now_served(seen: Round) -> list[ServedState]:
    """Return how each State is served as now known; how, is told once it is over."""
    return [
        ServedState(
            code=code,
            name=service.state.name,
            since=service.since,
            how=None,
            counts_from=service.counts_from,
            returned=(),
            held=code in seen.loaded.holding,
        )
        for code, service in seen.services.items()
    ]
