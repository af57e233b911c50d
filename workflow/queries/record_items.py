"""The items of a record: text, result, each State in one place, and what is printed besides (rule 35).

The circulation around them is in `records`; who sees which position in `positions_shown`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflow.domain.formula import Decided, Stopper
from workflow.domain.mandates import Actor
from workflow.domain.positions import Place, Position
from workflow.domain.terms import ResponseKind, Result, Status
from workflow.models.document import Attachment
from workflow.queries.cases import ItemRow, Loaded
from workflow.queries.positions_shown import Placed, Said, Sight, Voices, discloses

#: The order in which a record prints the places: what stops first, silence last.
PRINTED = (
    Place.OBJECTION,
    Place.INPUT_OUTSTANDING,
    Place.LIFTED_OBJECTION,
    Place.INPUT_DISPOSED,
    Place.RESERVATION,
    Place.COMMENT,
    Place.ABSTENTION,
    Place.NO_OBJECTION,
    Place.SILENT,
)


@dataclass(frozen=True)
class FileNamed:
    """A file attached to a version; its hash is part of the version's."""

    filename: str
    size: int
    sha256: str


@dataclass(frozen=True)
class LaterDecision:
    """What a meeting decided of an item after the close; the result stays as it was frozen (rule 29)."""

    meeting: str
    day: date
    reference: str


@dataclass(frozen=True)
class RecordItem:
    """One item of a record; `places` holds each State the reader may see exactly once, in roster order.

    `result` and `as_at` (UTC) are those frozen at the close. `also` are standing responses beside the one
    that gives the place, `ended` the blockers that ended in time, `late` what came too late.
    """

    number: int
    version_id: int
    key: str
    document: str
    section: str | None
    title: str
    points: tuple[str, ...]
    texts: Mapping[str, str]
    version_number: int
    sha256: str
    files: tuple[FileNamed, ...]
    result: Result
    as_at: datetime | None
    reason: str
    status_now: Status
    places: tuple[Placed, ...]
    also: tuple[Said, ...]
    ended: tuple[Said, ...]
    late: tuple[Said, ...]
    decided: Decided
    later: LaterDecision | None

    @property
    def by_place(self) -> list[tuple[Place, list[Placed]]]:
        """Return the places that are taken, in the order of printing, with their States."""
        grouped = [(place, [one for one in self.places if one.place is place]) for place in PRINTED]
        return [(place, states) for place, states in grouped if states]


def record_items(
    loaded: Loaded,
    seen: Sight,
    actor: Actor,
    files: Mapping[int, Sequence[Attachment]],
    meetings: Mapping[int, str],
) -> tuple[RecordItem, ...]:
    """Return the items of a circulation that is over, in its order, as `actor` may see them."""
    positions = loaded.case([row.version.id for row in loaded.items]).positions()
    voices = Voices(loaded)
    return tuple(
        _item(loaded, row, seen, actor, voices, positions, files.get(row.version.id, ()), meetings)
        for row in loaded.items
    )


def decided(loaded: Loaded, row: ItemRow, positions: Mapping[tuple[int, str], Position]) -> Decided:
    """Return what became of one item, for the formula: whether an objection ended, and what stopped it."""
    own = [(state, positions[row.version.id, state.code]) for state in loaded.states]
    blocking = [
        Stopper(one.kind, state.in_text)
        for state, position in own
        for one in position.blockers(loaded.rules.inputs_block)
    ]
    lifted = any(one.kind is ResponseKind.OBJECTION for _, position in own for one in position.ended)
    result = row.entry.result or Result.NOT_ENDORSED
    return Decided(
        number=row.entry.position,
        result=result,
        lifted=lifted and result is Result.ENDORSED,
        stoppers=tuple(dict.fromkeys(blocking)) if result is Result.NOT_ENDORSED else (),
        package=loaded.circulation.package,
    )


def _item(
    loaded: Loaded,
    row: ItemRow,
    seen: Sight,
    actor: Actor,
    voices: Voices,
    positions: Mapping[tuple[int, str], Position],
    files: Sequence[Attachment],
    meetings: Mapping[int, str],
) -> RecordItem:
    version = row.version
    own = [(state, positions[version.id, state.code]) for state in loaded.states]
    shown = [pair for pair in own if discloses(seen, actor, pair[0].code, pair[1].place)]
    known = decided(loaded, row, positions)
    return RecordItem(
        number=row.entry.position,
        version_id=version.id,
        key=row.item.key,
        document=row.document.short_title,
        section=row.item.section,
        title=version.title,
        points=tuple(version.points),
        texts=dict(version.texts),
        version_number=version.number,
        sha256=version.sha256,
        files=tuple(FileNamed(one.filename, one.size, one.sha256) for one in files),
        result=known.result,
        as_at=row.entry.left_at,
        reason=row.reason,
        status_now=version.status,
        places=tuple(voices.placed(state, position) for state, position in shown),
        also=voices.all_said(
            one for _, position in shown for one in position.standing if one != position.current
        ),
        ended=voices.all_said(one for _, position in shown for one in position.ended),
        late=() if seen is Sight.NONE else voices.all_said(one for _, each in own for one in each.late),
        decided=known if seen is not Sight.NONE else _outcome_only(known),
        later=_later(row, meetings),
    )


def _outcome_only(known: Decided) -> Decided:
    """Leave out who stopped an item, for a reader who sees outcomes only."""
    return Decided(known.number, known.result, known.lifted)


def _later(row: ItemRow, meetings: Mapping[int, str]) -> LaterDecision | None:
    version = row.version
    if version.meeting_id is None or version.decision_date is None:
        return None
    return LaterDecision(
        meetings[version.meeting_id], version.decision_date, version.decision_reference or ""
    )
