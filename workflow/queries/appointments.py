"""People and their appointments as rows to look through, page by key.

What one visitor holds, and who is written to, is in `people`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from workflow.domain.errors import Invalid, NotFound
from workflow.domain.terms import Role
from workflow.models.body import State
from workflow.models.people import AccountLink, Appointment, Person

#: How many people one page shows.
PAGE = 50


@dataclass(frozen=True)
class Filter:
    """Whose appointments are wanted; "" and None are no wish, `present` leaves ended ones out."""

    state: str = ""
    role: Role | None = None
    present: bool = True


@dataclass(frozen=True)
class Listed:
    """One person with all appointments, ended ones too; `invited` while an invitation can still be used."""

    person: Person
    appointments: tuple[tuple[Appointment, State | None], ...]
    invited: bool


@dataclass(frozen=True)
class Page:
    """One page of people by name; `later` is the key of the next page, or None on the last."""

    rows: tuple[Listed, ...]
    later: str | None


def people(
    session: Session,
    body_id: int,
    wanted: Filter,
    now: datetime,
    *,
    after: int | None = None,
    limit: int = PAGE,
) -> Page:
    """Read one page of a body's people by name, with their appointments: three or four statements.

    `after` is the id of the last person of the page before.
    """
    query = select(Person).where(Person.body_id == body_id)
    if wanted.state or wanted.role is not None:
        query = query.where(_holds(wanted, now))
    if after is not None:
        last = _person(session, body_id, after)
        query = query.where(or_(Person.name > last.name, and_(Person.name == last.name, Person.id > last.id)))
    found = session.scalars(query.order_by(Person.name, Person.id).limit(limit + 1)).all()
    shown = found[:limit]
    held = _held(session, [one.id for one in shown])
    invited = _invited(session, [one.id for one in shown], now)
    rows = tuple(Listed(one, tuple(held.get(one.id, ())), one.id in invited) for one in shown)
    return Page(rows, str(shown[-1].id) if len(found) > limit else None)


def one_person(session: Session, body_id: int, key: int, now: datetime) -> Listed:
    """Read one person with all appointments: three statements. Raises NotFound."""
    person = _person(session, body_id, key)
    return Listed(person, tuple(_held(session, [key]).get(key, ())), key in _invited(session, [key], now))


def appointment(session: Session, body_id: int, key: int) -> Appointment:
    """Return one appointment of the body; raises NotFound."""
    found = session.get(Appointment, key)
    if found is None or found.body_id != body_id:
        raise NotFound("There is no such appointment.", remedy="Choose it from the list of people.")
    return found


def states(session: Session, body_id: int) -> list[State]:
    """Return the States of a body by name."""
    return list(session.scalars(select(State).where(State.body_id == body_id).order_by(State.name)))


def key_of(text: str) -> int | None:
    """Return the key of a page from an address; raises Invalid for what is none."""
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Invalid("This page of the list does not exist.", remedy="Begin at the first page.")
    return int(text)


def _person(session: Session, body_id: int, key: int) -> Person:
    found = session.get(Person, key)
    if found is None or found.body_id != body_id:
        raise NotFound("There is no such person.", remedy="Choose one from the list of people.")
    return found


def _holds(wanted: Filter, now: datetime) -> ColumnElement[bool]:
    query = select(Appointment.id).where(Appointment.person_id == Person.id)
    if wanted.state:
        query = query.join(State, State.id == Appointment.state_id).where(State.code == wanted.state)
    if wanted.role is not None:
        query = query.where(Appointment.role == wanted.role)
    if wanted.present:
        query = query.where(or_(Appointment.until.is_(None), Appointment.until > now))
    return query.exists()


def _held(session: Session, people_ids: list[int]) -> dict[int, list[tuple[Appointment, State | None]]]:
    rows = session.execute(
        select(Appointment, State)
        .outerjoin(State, State.id == Appointment.state_id)
        .where(Appointment.person_id.in_(people_ids))
        .order_by(Appointment.id)
    )
    found: dict[int, list[tuple[Appointment, State | None]]] = {}
    for held, state in rows:
        found.setdefault(held.person_id, []).append((held, state))
    return found


def _invited(session: Session, people_ids: list[int], now: datetime) -> set[int]:
    query = select(AccountLink.person_id).where(
        AccountLink.person_id.in_(people_ids),
        AccountLink.purpose == "invitation",
        AccountLink.used_at.is_(None),
        AccountLink.expires_at > now,
    )
    return set(session.scalars(query))
