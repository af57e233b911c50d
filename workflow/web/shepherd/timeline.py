"""The course of a circulation as a drawing: how its time ran, with the numbers of what happened.

What happened is told in `chronicle`, as far as the reader may see it; the shapes are in the templates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.domain.terms import CirculationStatus
from workflow.queries.happenings import Happened, Happening
from workflow.web.drawings import Bar, Place, Point, Scale, Tick, places, ticks
from workflow.web.rounds import Round
from workflow.web.shepherd.chronicle import Event

#: How much of a drawing is left for what came after the end, however long after.
_END, _AFTER = 79.0, 93.0


@dataclass(frozen=True)
class TimeLine:
    """A drawing of one circulation: stretches of time, places with numbers, named days.

    `now` is where the reader's present lies, None once it is over; `former` are deadlines that moved.
    """

    bars: list[Bar]
    places: list[Place]
    ticks: list[Tick]
    now: float | None
    former: list[float]

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of stretches that are drawn, for the key beneath."""
        return list(dict.fromkeys(bar.kind for bar in self.bars))

    @property
    def levels(self) -> int:
        """Return how many levels of places there are."""
        return max((place.level for place in self.places), default=0) + 1


def drawn(seen: Round, events: Sequence[Event], around: Sequence[Happening]) -> TimeLine | None:
    """Return the drawing of a course, None where there is no time to draw."""
    circulation = seen.circulation
    first, last = circulation.dispatched_at, _last(seen)
    if first is None or last is None or last <= first:
        return None
    later = any(event.at > last + timedelta(days=1) for event in events)
    scale = Scale(first, last, right=_END if later else _AFTER)
    moves = [one for one in around if one.what is Happened.MOVED and one.before is not None]
    points = [
        Point(
            _AFTER if event.at > last and later else scale.at(event.at),
            number,
            event.colour,
            event.is_planned,
        )
        for number, event in enumerate(events, 1)
    ]
    return TimeLine(
        bars=[
            Bar(scale.at(since), scale.at(until), kind)
            for since, until, kind in _stretches(seen, moves, last)
        ],
        places=places(points),
        ticks=ticks(scale, circulation.zone),
        now=scale.at(seen.now) if seen.is_running else None,
        former=[scale.at(one.before) for one in moves if one.before is not None],
    )


def _last(seen: Round) -> datetime | None:
    """Return where the line ends: at the close, else at the deadline, or now where that is later."""
    circulation = seen.circulation
    if circulation.closed_at is not None:
        return max(circulation.closed_at, circulation.deadline or circulation.closed_at)
    if circulation.deadline is None:
        return seen.now
    return max(circulation.deadline, seen.now)


def _stretches(
    seen: Round, moves: Sequence[Happening], last: datetime
) -> Iterator[tuple[datetime, datetime, str]]:
    """Yield the stretches of the line in the order in which they are drawn, later ones over earlier."""
    circulation = seen.circulation
    first = circulation.dispatched_at
    if first is None:
        return
    past = min(seen.now, last) if circulation.closed_at is None else circulation.closed_at
    if circulation.status is CirculationStatus.OPEN and circulation.deadline is not None:
        past = min(past, circulation.deadline)
    begun = circulation.silence_started_at
    if begun is None or begun > first:
        yield first, min(begun or past, past), "waiting"
    if begun is not None:
        yield begun, past, "running"
    for one in seen.loaded.suspensions:
        yield one.since, one.until or past, "suspended"
    for since, until in _held(seen, moves, past):
        yield since, until, "held"
    if circulation.status is not CirculationStatus.SUSPENDED and seen.is_running and past < last:
        yield past, last, "ahead"


def _held(seen: Round, moves: Sequence[Happening], past: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the times in which it was held: until now or the close, or until an extension ended it."""
    if seen.circulation.held_at is not None and seen.circulation.held_at < past:
        yield seen.circulation.held_at, past
    for one in moves:
        if one.before is not None and one.at > one.before and one.detail == "extension":
            yield one.before, one.at
