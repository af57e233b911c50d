"""What letters tell of responses and of outcomes, worked out from the facts before any template sees them.

The facts are judged in `workflow/domain/`; their wording is in `templates/mail/`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from workflow.domain.outcome import blocked_versions
from workflow.domain.positions import ENDINGS, Place, Position, in_time
from workflow.domain.terms import CirculationStatus, ResponseKind, Result
from workflow.models.body import State
from workflow.models.response import Response
from workflow.notices.item_texts import numbers
from workflow.queries.cases import ItemRow, Loaded, is_heard

#: What the deadline decided; what left earlier was told when it left.
_DECIDED = frozenset({Result.ENDORSED, Result.NOT_ENDORSED, Result.DEFERRED})
#: Places whose words are not printed with the outcome: a consent has none, what was ended no longer stands.
_WORDLESS = frozenset({Place.NO_OBJECTION, Place.LIFTED_OBJECTION, Place.INPUT_DISPOSED})


@dataclass(frozen=True)
class Said:
    """One response on one item: `number` is the item's place in the circulation, from 1."""

    number: int
    row: ItemRow
    state: State
    response: Response
    is_late: bool

    @property
    def title(self) -> str:
        """Return the title of the item it speaks of."""
        return self.row.version.title


def said(loaded: Loaded, responses: Iterable[Response]) -> list[Said]:
    """Return responses with their items, in the circulation's order."""
    places = numbers(loaded)
    states = {state.id: state for state in loaded.states}
    found = [
        Said(
            places[one.version_id],
            loaded.row(one.version_id),
            states[one.state_id],
            one,
            not (is_in_time(loaded, one.counts_at) and is_heard(loaded.circulation, one)),
        )
        for one in responses
    ]
    return sorted(found, key=lambda line: (line.number, line.response.id))


def is_in_time(loaded: Loaded, at: datetime) -> bool:
    """Tell whether an instant lies before the deadline in force; suspended, nothing is late (rule 13)."""
    suspended = loaded.circulation.status is CirculationStatus.SUSPENDED
    return in_time(at, None if suspended else loaded.circulation.deadline)


def unanswered(loaded: Loaded) -> dict[int, list[int]]:
    """Return, by State id, the numbers of the open items it has not answered; States without any left out."""
    positions = loaded.case().positions()
    places = numbers(loaded)
    found = {
        state.id: [
            places[row.version.id]
            for row in loaded.open_items
            if positions[row.version.id, state.code].current is None
        ]
        for state in loaded.states
    }
    return {state: items for state, items in found.items() if items}


def still_blocked(loaded: Loaded, version_ids: Collection[int]) -> list[int]:
    """Return the numbers of those items whose silence is broken (rules 19, 27)."""
    case = loaded.case()
    blocked = blocked_versions(case)
    return [
        number for version, number in numbers(loaded).items() if version in blocked and version in version_ids
    ]


@dataclass(frozen=True)
class Decided:
    """What became of one item, and where every State stood as at the deadline (rule 35).

    `places` holds the names of the States by place, those without one left out; `spoken` are the responses
    whose words are printed with the record. `laid_out` keeps where all stood as printed, by language.
    """

    number: int
    row: ItemRow
    result: Result
    was_lifted: bool
    places: dict[str, list[str]]
    spoken: tuple[Said, ...]
    laid_out: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def title(self) -> str:
        """Return the item's title."""
        return self.row.version.title


def decided(loaded: Loaded) -> list[Decided]:
    """Return what the close decided of every item that was still in the circulation then."""
    rows = [row for row in loaded.items if row.entry.result in _DECIDED]
    folded = loaded.case([row.version.id for row in rows]).positions()
    words = {line.response.id: line for line in said(loaded, loaded.responses)}
    places = numbers(loaded)
    return [
        _decided(
            row,
            places[row.version.id],
            [folded[row.version.id, state.code] for state in loaded.states],
            loaded,
            words,
        )
        for row in rows
    ]


def _decided(
    row: ItemRow, number: int, positions: Sequence[Position], loaded: Loaded, words: dict[int, Said]
) -> Decided:
    places: dict[str, list[str]] = {}
    spoken: list[Said] = []
    for state, position in zip(loaded.states, positions, strict=True):
        places.setdefault(str(position.place), []).append(state.name)
        if position.current is not None and position.place not in _WORDLESS:
            spoken.append(words[position.current.id])
    assert row.entry.result is not None
    return Decided(
        number,
        row,
        row.entry.result,
        any(one.kind is ResponseKind.OBJECTION for position in positions for one in position.ended),
        {str(place): places[str(place)] for place in Place if str(place) in places},
        tuple(spoken),
    )


def endings(loaded: Loaded, responses: Iterable[Response]) -> dict[int, str]:
    """Return, by response id, the words its State gave when it ended its objection or input, if any."""
    ids = {one.id for one in responses}
    return {
        remark.response_id: remark.text
        for remark in loaded.remarks
        if remark.kind in ENDINGS and remark.response_id in ids
    }
