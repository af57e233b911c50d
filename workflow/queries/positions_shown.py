"""Who may see whose position, and each State's one place on an item as a reader may see it (rules 33a, 35).

How positions are folded is in `workflow/domain/positions.py`; what a record holds besides is in `records`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from workflow.domain.mandates import OPERATOR, Act, Actor, may
from workflow.domain.positions import Lodged, Place, Position, in_time
from workflow.domain.rules import Rules
from workflow.domain.terms import CirculationStatus, RemarkKind, ResponseKind, Role, Term
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.models.response import Response
from workflow.queries.cases import Loaded


class Sight(Term):
    """How much of the positions a reader sees (rule 33a)."""

    ALL = "all"
    OPEN = "open"
    NONE = "none"


#: What all States see of each other while a circulation runs.
OPENLY = frozenset(
    {
        Place.OBJECTION,
        Place.LIFTED_OBJECTION,
        Place.INPUT_OUTSTANDING,
        Place.INPUT_DISPOSED,
        Place.RESERVATION,
        Place.COMMENT,
    }
)


@dataclass(frozen=True)
class Followed:
    """What happened to a response afterwards; `in_time` tells whether it counted (rule 19)."""

    kind: RemarkKind
    at: datetime
    text: str
    in_time: bool
    seq: int


@dataclass(frozen=True)
class Said:
    """One response, word for word; instants are UTC, `seq` is its position in the log."""

    state: str
    name: str
    kind: ResponseKind
    reasons: str
    passage: str
    cure: str
    received_at: datetime
    counts_at: datetime
    claimed_at: datetime | None
    seq: int
    followed: tuple[Followed, ...] = ()

    @property
    def on_behalf(self) -> bool:
        """Tell whether the secretariat entered it (rule 26)."""
        return self.claimed_at is not None


@dataclass(frozen=True)
class Placed:
    """The one place of a State on an item; `said` is the response that gives it, None where silent."""

    place: Place
    state: str
    name: str
    said: Said | None


def sight(actor: Actor, circulation: Circulation, rules: Rules) -> Sight:
    """Return how much of the positions this reader sees (rule 33a)."""
    if actor == OPERATOR or may(actor, Act.READ_ALL_POSITIONS):
        return Sight.ALL
    if actor.role is None or actor.role is Role.PROGRAMME:
        return Sight.NONE
    if circulation.status is CirculationStatus.CLOSED or rules.positions_visible_to_states:
        return Sight.ALL
    return Sight.OPEN


def discloses(seen: Sight, actor: Actor, state: str, place: Place) -> bool:
    """Tell whether this reader sees this place of this State."""
    if seen is Sight.OPEN:
        return place in OPENLY or state == actor.speaks_for
    return seen is Sight.ALL


class Voices:
    """Looks up what States said in one circulation, so that every list quotes it alike."""

    def __init__(self, loaded: Loaded) -> None:
        self._deadline = loaded.circulation.deadline
        self._responses: dict[int, Response] = {one.id: one for one in loaded.responses}
        self._states: dict[int, State] = {state.id: state for state in loaded.states}
        self._followed: dict[int, list[Followed]] = {}
        for remark in loaded.remarks:
            counted = in_time(remark.at, self._deadline)
            self._followed.setdefault(remark.response_id, []).append(
                Followed(remark.kind, remark.at, remark.text, counted, remark.entry_seq)
            )

    def said(self, lodged: Lodged) -> Said:
        """Return one response with what followed it."""
        row = self._responses[lodged.id]
        state = self._states[row.state_id]
        return Said(
            state=state.code,
            name=state.name,
            kind=row.kind,
            reasons=row.reasons,
            passage=row.passage,
            cure=row.cure,
            received_at=row.received_at,
            counts_at=row.counts_at,
            claimed_at=row.claimed_at,
            seq=row.entry_seq,
            followed=tuple(self._followed.get(row.id, ())),
        )

    def all_said(self, lodged: Iterable[Lodged]) -> tuple[Said, ...]:
        """Return several responses, in their order."""
        return tuple(self.said(one) for one in lodged)

    def placed(self, state: State, position: Position) -> Placed:
        """Return the place of a State, with the response that gives it."""
        current = position.current
        return Placed(position.place, state.code, state.name, self.said(current) if current else None)
