"""From responses and service to what the deadline does, and why (rules 9, 13, 18, 19, 27, 34-36).

Choices:
- several blockers of one State may stand on one item, each until it is itself ended (18);
- the place of a State is its standing objection, else its standing input, else its latest position; a
  comment made while a blocker stood did not become the position (18);
- a comment, a lifted objection and an input disposed of are no explicit answer: that State's silence is
  needed (9);
- an override does not make silence count on an item where that State lodged a blocker late, lifted or not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tests.model.reference_records import Bounce, Circulation, Response
from tests.model.reference_service import proven_since, ran_in_full, served_since
from tests.model.reference_terms import EXPLICIT, Key, Kind, Phase, Place

ANSWERS = frozenset({Place.NO_OBJECTION, Place.RESERVATION, Place.ABSTENTION})


@dataclass(frozen=True)
class Book:
    """The responses to one circulation, in the order stored, and the bounces known."""

    circulation: Circulation
    responses: tuple[Response, ...]
    bounces: tuple[Bounce, ...]

    def of(self, state: Key, item: Key) -> list[Response]:
        """Return what one State said of one item, late or not, as stored."""
        return [one for one in self.responses if (one.state, one.item) == (state, item)]

    def in_time(self, instant: datetime | None) -> bool:
        """Tell whether something happened, and in time (rule 13)."""
        return instant is not None and self.circulation.in_time(instant)

    def stands(self, response: Response) -> bool:
        """Tell whether a blocker lodged in time has not been ended in time (rules 13, 18, 19)."""
        return response.blocker and self.in_time(response.counted) and not self.in_time(response.ended)

    def blocks(self, response: Response) -> bool:
        """Tell whether a response breaks silence, by the body's setting on inputs (rule 19)."""
        counts = response.kind is Kind.OBJECTION or self.circulation.rules.inputs_block
        return counts and self.stands(response)


def current(responses: Iterable[Response]) -> Response | None:
    """Return the position that the last of one State's responses to one item left it in (rule 18)."""
    position: Response | None = None
    blockers: list[Response] = []
    for response in responses:
        standing = any(one.ended is None or one.ended > response.received for one in blockers)
        if not (response.kind is Kind.COMMENT and standing):
            position = response
        if response.blocker:
            blockers.append(response)
    return position


def place(book: Book, state: Key, item: Key) -> Place:
    """Return the one place of a State on an item, as at the deadline in force (rules 34, 35)."""
    said = [one for one in book.of(state, item) if book.in_time(one.counted)]
    standing = {one.kind for one in said if book.stands(one)}
    if Kind.OBJECTION in standing:
        return Place.OBJECTION
    if Kind.INPUT in standing:
        return Place.INPUT_OUTSTANDING
    position = current(said)
    if position is None:
        return Place.SILENT
    ended = {Kind.OBJECTION: Place.LIFTED_OBJECTION, Kind.INPUT: Place.INPUT_DISPOSED}
    return ended.get(position.kind) or Place(position.kind.value)


def blocked(book: Book, items: Iterable[Key]) -> frozenset[Key]:
    """Return those of the items still in the circulation whose silence is broken (rules 19, 27)."""
    left = frozenset(items)
    hit = frozenset(one.item for one in book.responses if book.blocks(one)) & left
    return left if hit and book.circulation.package else hit


def needs_silence(book: Book, state: Key, item: Key) -> bool:
    """Tell whether an unblocked item rests on the silence of a State (rule 9)."""
    held = book.circulation.phase is Phase.HELD
    if held and book.circulation.rules.late_answer_releases:
        position = current(book.of(state, item))
        if position is not None and position.kind in EXPLICIT:
            return False
    return place(book, state, item) not in ANSWERS


def silence_counts(book: Book, state: Key, item: Key) -> bool:
    """Tell whether the silence of a State on an item ran in full, or is overridden (rule 9)."""
    circulation = book.circulation
    if ran_in_full(circulation, proven_since(circulation, state, book.bounces)):
        return True
    said = book.of(state, item)
    late = [one for one in said if one.blocker and not circulation.in_time(one.counted)]
    if any(one.kind is Kind.OBJECTION or circulation.rules.inputs_block for one in late):
        return False
    return ran_in_full(circulation, served_since(circulation, state, book.bounces))


def waiting(book: Book, items: Iterable[Key]) -> dict[Key, frozenset[Key]]:
    """Return, for each item that would hold the circulation, the States whose silence fails it (rule 9)."""
    left = frozenset(items)
    found: dict[Key, frozenset[Key]] = {}
    for item in left - blocked(book, left):
        missing = frozenset(
            state
            for state in book.circulation.roster
            if needs_silence(book, state, item) and not silence_counts(book, state, item)
        )
        if missing:
            found[item] = missing
    return found


def may_start(book: Book, item: Key) -> bool:
    """Tell whether no State whose silence an item needs is unserved (start_silence, rule 9)."""
    return all(
        served_since(book.circulation, state, book.bounces) is not None
        for state in book.circulation.roster
        if needs_silence(book, state, item)
    )
