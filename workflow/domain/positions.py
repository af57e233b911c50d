"""What each State says of each version as at a deadline, folded from what was lodged (rules 13, 18-19).

What follows from the positions for the items is not here: see `outcome`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.domain.terms import EXPLICIT, RemarkKind, ResponseKind, Term

#: Remarks that end a standing objection or input, in time (rules 18, 19, 29).
ENDINGS = frozenset({RemarkKind.LIFTED, RemarkKind.REPLACED, RemarkKind.ACCEPTED})
_BREAKING = frozenset({ResponseKind.OBJECTION, ResponseKind.INPUT})


class Place(Term):
    """The one place of a State in the record of an item (rule 35)."""

    NO_OBJECTION = "no_objection"
    RESERVATION = "reservation"
    ABSTENTION = "abstention"
    COMMENT = "comment"
    OBJECTION = "objection"
    LIFTED_OBJECTION = "lifted_objection"
    INPUT_OUTSTANDING = "input_outstanding"
    INPUT_DISPOSED = "input_disposed"
    SILENT = "silent"


@dataclass(frozen=True)
class Lodged:
    """One response as the outcome sees it; it counts from `counts_at` (UTC; rule 26)."""

    id: int
    version: int
    state: str
    kind: ResponseKind
    counts_at: datetime


@dataclass(frozen=True)
class Remark:
    """What happened to response `response` at `at` (UTC)."""

    response: int
    kind: RemarkKind
    at: datetime


@dataclass(frozen=True)
class Position:
    """Where a State stands on a version as at a deadline.

    `standing` are its objections and inputs not ended, `ended` those ended in time, `late` what came too
    late; `current` is the response that gives its place, or None where it is silent.
    """

    state: str
    version: int
    place: Place
    current: Lodged | None
    standing: tuple[Lodged, ...] = ()
    ended: tuple[Lodged, ...] = ()
    late: tuple[Lodged, ...] = ()

    @property
    def is_explicit(self) -> bool:
        """Tell whether no silence of this State is needed on this version (rule 9)."""
        return not self.standing and self.current is not None and self.current.kind in EXPLICIT

    def blockers(self, inputs_block: bool) -> tuple[Lodged, ...]:
        """Return what breaks silence (rule 19)."""
        return tuple(one for one in self.standing if blocks(one.kind, inputs_block))


def in_time(at: datetime, deadline: datetime | None) -> bool:
    """Tell whether `at` lies before the deadline in force, strictly (rule 13); None while suspended."""
    return deadline is None or at < deadline


def blocks(kind: ResponseKind, inputs_block: bool) -> bool:
    """Tell whether a standing response of this kind breaks silence (rule 19)."""
    return kind is ResponseKind.OBJECTION or (kind is ResponseKind.INPUT and inputs_block)


def strength(kind: ResponseKind, *, ended: bool = False) -> int:
    """Return the order of rule 24: objection, input, all other kinds; an ended position has none."""
    if ended:
        return 0
    return {ResponseKind.OBJECTION: 3, ResponseKind.INPUT: 2}.get(kind, 1)


def positions(
    lodged: Iterable[Lodged],
    remarks: Iterable[Remark],
    deadline: datetime | None,
    versions: Sequence[int],
    roster: Sequence[str],
) -> dict[tuple[int, str], Position]:
    """Return the position of every State of the roster on every version, keyed (version, state)."""
    ended_by = ended_responses(remarks, deadline)
    said: dict[tuple[int, str], list[Lodged]] = defaultdict(list)
    for one in sorted(lodged, key=lambda response: response.id):
        said[one.version, one.state].append(one)
    return {
        (version, state): _fold(state, version, said[version, state], ended_by, deadline)
        for version in versions
        for state in roster
    }


def ended_responses(remarks: Iterable[Remark], deadline: datetime | None) -> frozenset[int]:
    """Return the ids of the responses that were lifted, replaced or settled in time."""
    return frozenset(
        remark.response for remark in remarks if remark.kind in ENDINGS and in_time(remark.at, deadline)
    )


def _fold(
    state: str, version: int, said: list[Lodged], ended_by: frozenset[int], deadline: datetime | None
) -> Position:
    if not said:
        return Position(state, version, Place.SILENT, None)
    timely = [one for one in said if in_time(one.counts_at, deadline)]
    late = tuple(one for one in said if not in_time(one.counts_at, deadline))
    breaking = [one for one in timely if one.kind in _BREAKING]
    standing = tuple(one for one in breaking if one.id not in ended_by)
    ended = tuple(one for one in breaking if one.id in ended_by)
    current = _current(timely, standing)
    place = _place(current, standing)
    return Position(state, version, place, current, standing, ended, late)


def _current(timely: list[Lodged], standing: tuple[Lodged, ...]) -> Lodged | None:
    for kind in (ResponseKind.OBJECTION, ResponseKind.INPUT):
        of_kind = [one for one in standing if one.kind is kind]
        if of_kind:
            return of_kind[-1]
    return timely[-1] if timely else None


def _place(current: Lodged | None, standing: tuple[Lodged, ...]) -> Place:
    if current is None:
        return Place.SILENT
    if current.kind is ResponseKind.OBJECTION:
        return Place.OBJECTION if current in standing else Place.LIFTED_OBJECTION
    if current.kind is ResponseKind.INPUT:
        return Place.INPUT_OUTSTANDING if current in standing else Place.INPUT_DISPOSED
    return Place(current.kind.value)
