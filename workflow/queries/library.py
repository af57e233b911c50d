"""What of the library a reader may see, by kind, subject and item; and who speaks for which State.

How words are searched for is in `search`; filing is in `workflow/actions/filing.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.domain.errors import NotFound
from workflow.domain.mandates import Act, Actor, may
from workflow.domain.terms import FOCAL_POINTS, Audience, LibraryKind
from workflow.models.body import State
from workflow.models.document import Item
from workflow.models.library import LibraryEntry
from workflow.models.people import Appointment, Person
from workflow.queries.search import Question, Where, search

#: How many entries one page shows.
PAGE = 20


@dataclass(frozen=True)
class Shelf:
    """Which part of the library is wanted; an empty text is no wish."""

    kind: str = ""
    subject: str = ""
    item: str = ""


@dataclass(frozen=True)
class FocalPoint:
    """Who speaks for, or prepares for, a State: in which role, since when."""

    state: State
    person: Person
    appointment: Appointment


def readable(actor: Actor) -> frozenset[Audience]:
    """Return the audiences to which a reader belongs."""
    found = {Audience.EVERYONE}
    if may(actor, Act.READ_CIRCULATION):
        found.add(Audience.MEMBERS)
    if may(actor, Act.READ_ALL_POSITIONS):
        found.add(Audience.OFFICES)
    return frozenset(found)


def listing(
    session: Session, actor: Actor, shelf: Shelf, before: int | None = None, *, limit: int = PAGE
) -> tuple[list[tuple[LibraryEntry, Item | None]], int | None]:
    """Return a page of what a reader may see, newest first, and the key of the next page: one statement."""
    query = _of(actor, shelf)
    if before is not None:
        query = query.where(LibraryEntry.id < before)
    rows: list[tuple[LibraryEntry, Item | None]] = [
        (row, item) for row, item in session.execute(query.limit(limit + 1))
    ]
    more = len(rows) > limit
    return rows[:limit], rows[limit - 1][0].id if more else None


def found_by(
    session: Session, actor: Actor, words: str, shelf: Shelf, before: str = ""
) -> tuple[list[tuple[LibraryEntry, Item | None]], str]:
    """Return the entries of a shelf that hold all these words, newest first, and the key of the next page.

    A page has fewer where some of what was found stands on other shelves.
    """
    hits, older = search(session, actor, Question(words=words, where=Where.LIBRARY), before=before)
    order = [hit.found.source_id for hit in hits]
    query = _of(actor, shelf).where(LibraryEntry.id.in_(order))
    rows: dict[int, tuple[LibraryEntry, Item | None]] = {
        row.id: (row, item) for row, item in session.execute(query)
    }
    return [rows[key] for key in order if key in rows], older


def find(session: Session, actor: Actor, entry_id: int) -> tuple[LibraryEntry, Item | None]:
    """Return an entry that a reader may see; raises NotFound for any other."""
    row = session.execute(_of(actor).where(LibraryEntry.id == entry_id)).one_or_none()
    if row is None:
        raise NotFound("This is not in the library.", remedy="Open the library and see what is there.")
    return row[0], row[1]


def subjects(session: Session, actor: Actor) -> list[str]:
    """Return the subjects under which a reader finds something."""
    query = select(LibraryEntry.subject).where(
        LibraryEntry.body_id == actor.body, LibraryEntry.audience_of.in_(readable(actor))
    )
    return sorted(set(session.scalars(query.distinct())), key=str.casefold)


def focal_points(session: Session, body_id: int, now: datetime) -> list[FocalPoint]:
    """Return the present focal points of every State, by State and role: one statement."""
    rows = session.execute(
        select(State, Person, Appointment)
        .join(Appointment, Appointment.state_id == State.id)
        .join(Person, Person.id == Appointment.person_id)
        .where(State.body_id == body_id, Person.active, Appointment.role.in_(FOCAL_POINTS))
        .where(Appointment.since <= now, (Appointment.until.is_(None)) | (Appointment.until > now))
        .order_by(State.name, Appointment.since, Appointment.id)
    )
    order = ["contact_point", "alternate", "drafter"]
    found = [FocalPoint(*row) for row in rows]
    return sorted(found, key=lambda one: (one.state.name, order.index(str(one.appointment.role))))


def _of(actor: Actor, shelf: Shelf = Shelf()) -> Select[LibraryEntry, Item]:
    query = (
        select(LibraryEntry, Item)
        .outerjoin(Item, Item.id == LibraryEntry.item_id)
        .where(LibraryEntry.body_id == actor.body, LibraryEntry.audience_of.in_(readable(actor)))
        .order_by(LibraryEntry.id.desc())
    )
    if shelf.kind in set(map(str, LibraryKind)):
        query = query.where(LibraryEntry.kind == shelf.kind)
    if shelf.subject:
        query = query.where(LibraryEntry.subject == shelf.subject)
    return query.where(Item.key == shelf.item) if shelf.item else query
