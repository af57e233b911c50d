"""How each State took part in the circulations that closed: what it answered in time, and how soon.

What the States said of one item is in `records`; this counts, and judges nobody.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from workflow.domain.terms import CirculationStatus, ResponseKind
from workflow.models.body import State
from workflow.models.circulation import Circulation, CirculationItem, RosterState
from workflow.models.response import Response

#: How many circulations are shown side by side.
SHOWN = 12


@dataclass(frozen=True)
class Part:
    """What one State did in one circulation of `items` items: how many it answered in time, and when first.

    `objections` and `inputs` count what it lodged in time, `late` what came after the deadline; `first_after`
    is the time from the dispatch to its first answer, None for a State that was silent throughout.
    """

    items: int
    answered: int = 0
    objections: int = 0
    inputs: int = 0
    late: int = 0
    first_after: timedelta | None = None

    @property
    def share(self) -> float:
        """Return which share of the items it answered, from 0 to 1."""
        return min(self.answered / self.items, 1.0) if self.items else 0.0


@dataclass(frozen=True)
class Taking:
    """One State: its part in each circulation in their order, None where it was not on the roster."""

    state: State
    parts: tuple[Part | None, ...]

    @property
    def asked(self) -> list[Part]:
        """Return its parts in the circulations it was asked in."""
        return [part for part in self.parts if part is not None]

    @property
    def in_full(self) -> int:
        """Return in how many circulations it answered every item."""
        return sum(part.answered >= part.items for part in self.asked)

    @property
    def in_part(self) -> int:
        """Return in how many it answered some items."""
        return sum(0 < part.answered < part.items for part in self.asked)

    @property
    def silent(self) -> int:
        """Return in how many it was silent throughout."""
        return sum(part.answered == 0 for part in self.asked)

    @property
    def blocked(self) -> int:
        """Return how many objections and inputs it lodged in time."""
        return sum(part.objections + part.inputs for part in self.asked)

    @property
    def late(self) -> int:
        """Return how many of its answers came after the deadline."""
        return sum(part.late for part in self.asked)

    @property
    def usually_after(self) -> timedelta | None:
        """Return the median time from dispatch to its first answer, None where it never answered."""
        times = [part.first_after.total_seconds() for part in self.asked if part.first_after is not None]
        return timedelta(seconds=median(times)) if times else None


@dataclass(frozen=True)
class Participation:
    """The circulations, the earliest first, and the States by name; `older` is the key of those before."""

    circulations: tuple[Circulation, ...]
    rows: tuple[Taking, ...]
    older: int | None


def participation(
    session: Session,
    body_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = SHOWN,
) -> Participation:
    """Read how the States took part in the newest circulations that closed from `since` to before `until`.

    `before` is the key of the page before: four statements however many circulations and States there are.
    """
    query = select(Circulation).where(
        Circulation.body_id == body_id, Circulation.status == CirculationStatus.CLOSED
    )
    if since is not None:
        query = query.where(Circulation.closed_at >= since)
    if until is not None:
        query = query.where(Circulation.closed_at < until)
    if before is not None:
        query = query.where(Circulation.id < before)
    found = session.scalars(query.order_by(Circulation.id.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    older = shown[-1].id if len(found) > limit else None
    circulations = tuple(reversed(shown))
    return Participation(circulations, tuple(_rows(session, circulations)), older)


def _rows(session: Session, circulations: Sequence[Circulation]) -> list[Taking]:
    keys = [one.id for one in circulations]
    items = _items(session, keys)
    parts = _parts(session, {one.id: one for one in circulations}, items)
    asked: dict[int, set[int]] = defaultdict(set)
    states: dict[int, State] = {}
    roster = select(RosterState.circulation_id, State).join(State, State.id == RosterState.state_id)
    for key, state in session.execute(roster.where(RosterState.circulation_id.in_(keys))):
        asked[state.id].add(key)
        states[state.id] = state
    return [
        Taking(
            state,
            tuple(
                parts.get((key, state.id), Part(items.get(key, 0))) if key in asked[state.id] else None
                for key in keys
            ),
        )
        for state in sorted(states.values(), key=lambda state: state.name)
    ]


def _items(session: Session, keys: Sequence[int]) -> dict[int, int]:
    query = select(CirculationItem.circulation_id, func.count(CirculationItem.id))
    query = query.where(CirculationItem.circulation_id.in_(keys)).group_by(CirculationItem.circulation_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _parts(
    session: Session, circulations: dict[int, Circulation], items: dict[int, int]
) -> dict[tuple[int, int], Part]:
    """Return what each State said, by circulation and State; what was entered after the close is left out."""
    timely = Response.counts_at < Circulation.deadline
    heard = or_(Response.entry_seq < Circulation.closed_seq, ~timely)
    counted = select(
        Response.circulation_id,
        Response.state_id,
        func.count(case((timely, Response.version_id)).distinct()),
        func.count(case((timely & (Response.kind == ResponseKind.OBJECTION), 1))),
        func.count(case((timely & (Response.kind == ResponseKind.INPUT), 1))),
        func.count(case((~timely, 1))),
        func.min(case((timely, Response.received_at))),
    )
    query = (
        counted.join(Circulation, Circulation.id == Response.circulation_id)
        .where(Response.circulation_id.in_(circulations), heard)
        .group_by(Response.circulation_id, Response.state_id)
    )
    found = {}
    for key, state, answered, objections, inputs, late, first in session.execute(query):
        dispatched = circulations[key].dispatched_at
        after = first - dispatched if first is not None and dispatched is not None else None
        found[key, state] = Part(items.get(key, 0), answered, objections, inputs, late, after)
    return found
