"""What a page of the history shows of each row: the item, the States' places, service, the proof in the log.

Which rows there are is found in `history`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.domain.errors import NotFound
from workflow.domain.mandates import Actor
from workflow.models.audit import AuditEntry
from workflow.models.body import Meeting, State
from workflow.models.circulation import Circulation
from workflow.models.document import Document, Item, Version
from workflow.models.people import Person
from workflow.queries.cases import Loaded
from workflow.queries.circulations import load_many
from workflow.queries.history import Found
from workflow.queries.positions_shown import Placed, Sight, Voices, discloses, sight
from workflow.queries.record_surroundings import ENDING_TYPES
from workflow.queries.records import served_states


@dataclass(frozen=True)
class HistoryRow:
    """One row of the history as one reader may see it; `at` is UTC.

    `places` are the States' places the reader sees, in roster order, `hidden` tells that there are others;
    `served` counts the States served out of `roster`; `closed_seq` is the position of the close in the log.
    """

    found: Found
    version: Version
    item: Item
    document: Document
    circulation: Circulation | None
    number: int | None
    meeting: Meeting | None
    places: tuple[Placed, ...]
    hidden: bool
    served: int | None
    roster: int
    closed_seq: int | None

    @property
    def at(self) -> datetime:
        """Return the instant as at which it was decided."""
        return self.found.spot.at


@dataclass(frozen=True)
class Choices:
    """What the filter offers: documents, States, meetings.

    `items` are those of the chosen document, as (key, number, title), `people` all, as (pseudonym, name).
    """

    documents: tuple[Document, ...]
    items: tuple[tuple[str, int, str], ...]
    states: tuple[State, ...]
    meetings: tuple[Meeting, ...] = ()
    people: tuple[tuple[str, str], ...] = ()


def rows_of(session: Session, found: Sequence[Found], actor: Actor) -> list[HistoryRow]:
    """Read what is shown of one page of rows: eleven statements however many rows, fewer for none."""
    versions = _versions(session, [one.version_id for one in found])
    keys = {one.circulation_id for one in found if one.circulation_id is not None}
    circulations = list(session.scalars(select(Circulation).where(Circulation.id.in_(keys))))
    loaded = load_many(session, circulations)
    closes = _closes(session, keys)
    meetings = {one.id: one for one in session.scalars(select(Meeting).where(Meeting.body_id == actor.body))}
    details = {key: _Details(one, actor) for key, one in loaded.items()}
    return [
        _row(one, versions[one.version_id], details.get(one.circulation_id or 0), closes, meetings)
        for one in found
    ]


def choices(session: Session, body_id: int, document: str, *, with_people: bool = False) -> Choices:
    """Read what the filter offers: four statements, five with people. Raises NotFound."""
    documents = tuple(
        session.scalars(select(Document).where(Document.body_id == body_id).order_by(Document.id))
    )
    chosen = [one.id for one in documents if one.code == document]
    if document and not chosen:
        raise NotFound("There is no such document.", remedy="Choose one from the list.")
    rows = session.execute(
        select(Item.key, Item.position, Version.title)
        .join(Version, Version.item_id == Item.id)
        .where(Item.document_id.in_(chosen))
        .order_by(Item.position, Version.number)
    )
    items = {row.key: (row.key, row.position, row.title) for row in rows}
    states = session.scalars(select(State).where(State.body_id == body_id).order_by(State.name))
    return Choices(
        documents,
        tuple(items.values()),
        tuple(states),
        _meetings(session, body_id),
        _people(session, body_id) if with_people else (),
    )


def _meetings(session: Session, body_id: int) -> tuple[Meeting, ...]:
    query = select(Meeting).where(Meeting.body_id == body_id)
    return tuple(session.scalars(query.order_by(Meeting.held_on.desc().nulls_last(), Meeting.id.desc())))


def _people(session: Session, body_id: int) -> tuple[tuple[str, str], ...]:
    query = select(Person.public_id, Person.name).where(Person.body_id == body_id)
    return tuple((row[0], row[1]) for row in session.execute(query.order_by(Person.name, Person.id)))


class _Details:
    """One circulation of a page: its positions and service, worked out once for all its rows."""

    def __init__(self, loaded: Loaded, actor: Actor) -> None:
        self.loaded, self.actor = loaded, actor
        self.seen = sight(actor, loaded.circulation, loaded.rules)
        self.positions = loaded.case([row.version.id for row in loaded.items]).positions()
        self.voices = Voices(loaded)
        self.numbers = {row.version.id: row.entry.position for row in loaded.items}
        self.served = sum(state.since is not None for state in served_states(loaded))

    def places(self, version_id: int) -> tuple[Placed, ...]:
        """Return the places on one version that the reader sees."""
        return tuple(
            self.voices.placed(state, self.positions[version_id, state.code])
            for state in self.loaded.states
            if discloses(self.seen, self.actor, state.code, self.positions[version_id, state.code].place)
        )


def _row(
    one: Found,
    about: tuple[Version, Item, Document],
    details: _Details | None,
    closes: dict[int, int],
    meetings: dict[int, Meeting],
) -> HistoryRow:
    version, item, document = about
    places = details.places(version.id) if details is not None else ()
    roster = len(details.loaded.states) if details is not None else 0
    shows = details is not None and details.seen is not Sight.NONE
    meeting = meetings.get((version.meeting_id if details is not None else document.meeting_id) or 0)
    return HistoryRow(
        found=one,
        version=version,
        item=item,
        document=document,
        circulation=details.loaded.circulation if details is not None else None,
        number=details.numbers[version.id] if details is not None else item.position,
        meeting=meeting,
        places=places,
        hidden=len(places) < roster,
        served=details.served if details is not None and shows else None,
        roster=roster,
        closed_seq=closes.get(one.circulation_id or 0),
    )


def _versions(session: Session, ids: Sequence[int]) -> dict[int, tuple[Version, Item, Document]]:
    rows = session.execute(
        select(Version, Item, Document)
        .join(Item, Item.id == Version.item_id)
        .join(Document, Document.id == Item.document_id)
        .where(Version.id.in_(ids))
    )
    return {row[0].id: (row[0], row[1], row[2]) for row in rows}


def _closes(session: Session, keys: set[int]) -> dict[int, int]:
    """Return the position of each circulation's close, or of its withdrawal, in the log."""
    rows = session.execute(
        select(AuditEntry.circulation_id, func.max(AuditEntry.seq))
        .where(
            AuditEntry.circulation_id.in_(keys),
            AuditEntry.type.in_(ENDING_TYPES),
        )
        .group_by(AuditEntry.circulation_id)
    )
    return {key: seq for key, seq in rows if key is not None}
