"""What drawings share: where an instant lies on a line, which numbers stand together, which days are named.

Coordinates are per cent of the drawing's width, so that type keeps its size at every width. What is drawn is
said beside each page; the shapes are in `templates/macros/drawings.html`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from workflow.domain import zones
from workflow.web.filters import day_as

#: Two numbers nearer than this share a place: a round of 22 px on a drawing of 290 px.
_APART = 7.6
#: Two places nearer than this stand on different levels, for "10–12" is wider than a round.
_LEVEL_APART = 15.0
#: Two days named nearer than this would run into each other.
_NAMED_APART = 17.0
_STEPS = (1, 2, 7, 14, 28, 56, 112, 224, 448, 896)
_MONDAYS_FROM = 7
#: Above so many days a tick for each would be a smear, then one for each week.
_MOST_DAYS, _MOST_WEEKS = 60, 420
#: Which colour a place takes that several numbers share.
_STRONGEST = ("stop", "hold", "later", "ok", "run", "rest")


@dataclass(frozen=True)
class Scale:
    """A line from one instant (UTC) to another, drawn between two places."""

    first: datetime
    last: datetime
    left: float = 7.0
    right: float = 93.0

    def at(self, instant: datetime) -> float:
        """Return where an instant lies; what lies beyond an end lies at that end."""
        whole = (self.last - self.first).total_seconds()
        part = (instant - self.first).total_seconds() / whole if whole > 0 else 0.0
        return round(self.left + (self.right - self.left) * min(max(part, 0.0), 1.0), 2)


@dataclass(frozen=True)
class Point:
    """One numbered row of the table beneath, at its place, with the mark of what it tells, if it has one."""

    at: float
    number: int
    colour: str
    is_planned: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Place:
    """One place with the numbers of the rows it stands for; level 0 is the nearest to the line.

    Colour and mark are those of the strongest of its rows.
    """

    at: float
    label: str
    colour: str
    is_planned: bool
    level: int
    mark: str = ""

    @property
    def width(self) -> int:
        """Return the width of its rounded frame in pixels."""
        return max(22, 12 + 7 * len(self.label))


@dataclass(frozen=True)
class Bar:
    """A stretch of a line, drawn as its kind is."""

    left: float
    right: float
    kind: str

    @property
    def width(self) -> float:
        """Return how wide it is."""
        return round(self.right - self.left, 2)


@dataclass(frozen=True)
class Tick:
    """A day on a line: named, or a mark alone; `anchor` keeps a name within the drawing."""

    at: float
    name: str = ""

    @property
    def anchor(self) -> str:
        """Return from where the name is written: start, end, or "" for the middle."""
        if self.at < 12:
            return "start"
        return "end" if self.at > 88 else ""


def places(points: Iterable[Point]) -> list[Place]:
    """Return the places of numbered points, those too near each other joined: "3", "4–6"."""
    groups: list[list[Point]] = []
    for point in sorted(points, key=lambda one: (one.at, one.number)):
        if groups and point.at - groups[-1][0].at < _APART:
            groups[-1].append(point)
        else:
            groups.append([point])
    found: list[Place] = []
    for group in groups:
        near = found and group[0].at - found[-1].at < _LEVEL_APART and found[-1].level == 0
        found.append(_place(group, 1 if near else 0))
    return found


def ticks(scale: Scale, zone: str) -> list[Tick]:
    """Return the days of a line, which begin at midnight in `zone`; as many named as have room."""
    span = max((scale.last - scale.first) / timedelta(days=1), 1.0)
    room = (scale.right - scale.left) / span
    step = next((one for one in _STEPS if one * room >= _NAMED_APART), _STEPS[-1])
    pattern = "MMM y" if span > _MOST_WEEKS else "d MMM"
    found, count = [], 0
    for midnight, is_monday in _midnights(scale, zone):
        counts = is_monday if step >= _MONDAYS_FROM else True
        every = step // _MONDAYS_FROM if step >= _MONDAYS_FROM else step
        if counts and count % every == 0:
            day = zones.local(midnight, zone).date()
            found.append(Tick(scale.at(midnight), day_as(day, pattern)))
        elif span <= _MOST_DAYS or (is_monday and span <= _MOST_WEEKS):
            found.append(Tick(scale.at(midnight)))
        count += counts
    return found


def _place(group: Sequence[Point], level: int) -> Place:
    numbers = [one.number for one in group]
    first, last = min(numbers), max(numbers)
    whole = len(numbers) == last - first + 1
    label = f"{first}–{last}" if whole and last > first else ",".join(map(str, sorted(numbers)))
    strongest = min(group, key=lambda one: _STRONGEST.index(one.colour))
    is_planned = all(one.is_planned for one in group)
    return Place(group[0].at, label, strongest.colour, is_planned, level, strongest.mark)


def _midnights(scale: Scale, zone: str) -> Iterator[tuple[datetime, bool]]:
    """Yield every midnight on the line, and whether a Monday begins with it."""
    day = zones.local(scale.first, zone).date() + timedelta(days=1)
    while True:
        begun = datetime.combine(day, time(), tzinfo=zones.local(scale.first, zone).tzinfo)
        midnight = zones.utc(begun)
        if midnight > scale.last:
            return
        yield midnight, day.weekday() == 0
        day += timedelta(days=1)
