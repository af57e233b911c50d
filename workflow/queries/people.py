"""Reads people in their capacities: who visits, who is written to, who holds the office.

Who may do what is in `workflow/domain/mandates.py`; appointing is in `workflow/actions/people.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, null, or_, select
from sqlalchemy.orm import Session, aliased

from workflow import db
from workflow.domain.terms import SPEAKERS, Role
from workflow.models.audit import LogHead
from workflow.models.body import Body, OfficeTerm, State
from workflow.models.people import Appointment, Person

# Every letter asks who reads it: these statements are built once.
_NOW = bindparam("now", type_=db.Instant)
_PRESENT = (
    select(Person, Appointment)
    .join(Appointment, Appointment.person_id == Person.id)
    .where(
        Person.body_id == bindparam("body"),
        Person.active,
        Appointment.since <= _NOW,
        or_(Appointment.until.is_(None), Appointment.until > _NOW),
    )
    .order_by(Appointment.id)
)
_ADDRESSEES = _PRESENT.where(Appointment.role.in_(SPEAKERS))
_OF_ROLE = _PRESENT.where(Appointment.role == bindparam("role"))
_OF_HOLDER = _OF_ROLE.join(
    OfficeTerm,
    (OfficeTerm.body_id == Person.body_id)
    & OfficeTerm.until.is_(None)
    & (OfficeTerm.state_id == Appointment.state_id),
)
_PERSON, _HOLDER = bindparam("person", type_=db.Key), aliased(State)
_OFFICE = (OfficeTerm.body_id == Person.body_id) & OfficeTerm.until.is_(None)
_HELD = (
    select(Appointment, State, _HOLDER)
    .join(Person, Person.id == Appointment.person_id)
    .outerjoin(State, State.id == Appointment.state_id)
    .outerjoin(OfficeTerm, _OFFICE)
    .outerjoin(_HOLDER, _HOLDER.id == OfficeTerm.state_id)
    .where(Person.id == _PERSON, Person.active)
    .order_by(Appointment.id)
)
_OFFICE_HOLDER = (
    select(State)
    .join(OfficeTerm, OfficeTerm.state_id == State.id)
    .where(OfficeTerm.body_id == bindparam("body"), OfficeTerm.until.is_(None))
)


def _visiting(clock: ColumnElement[Any]) -> Select[Any]:
    return (
        select(Person, Body, Appointment, State, _HOLDER, LogHead, clock)
        .join(Body, Body.id == Person.body_id)
        .outerjoin(Appointment, Appointment.person_id == Person.id)
        .outerjoin(State, State.id == Appointment.state_id)
        .outerjoin(OfficeTerm, _OFFICE)
        .outerjoin(_HOLDER, _HOLDER.id == OfficeTerm.state_id)
        .outerjoin(LogHead, LogHead.body_id == Person.body_id)
        .where(Person.id == _PERSON)
        .order_by(Appointment.id)
    )


#: Whether the first statement of a request brings the database's clock with it.
_VISITING = {True: _visiting(db.CLOCK), False: _visiting(null())}


@dataclass(frozen=True)
class Capacity:
    """A capacity a person can act in at one instant; `state` is None for secretariat and programme."""

    appointment: Appointment
    role: Role
    state: State | None


@dataclass(frozen=True)
class Visitor:
    """A person with the body, the State that holds the office, and the capacities held at `now` (UTC).

    Where the clock stands behind the log, the capacities are those held at its newest entry.

    `newest_at` is the instant of the newest entry of the body's log: the clock must not stand behind it.
    `log` is what the signer compares with what was signed: origin, size, right edge, keys, what it told.
    """

    person: Person
    body: Body
    office: State | None
    capacities: tuple[Capacity, ...]
    now: datetime
    newest_at: datetime | None
    log: tuple[str, int, bytes, str, str] | None

    @property
    def clock_is_behind(self) -> bool:
        """Tell whether the clock stands behind the newest entry (rule 12)."""
        return self.newest_at is not None and self.now < self.newest_at


def visitor(session: Session, person_id: int) -> Visitor | None:
    """Read a person with all that a page needs of it, the clock included, in one statement."""
    rows = session.execute(_VISITING[db.brings_clock(session)], {"person": person_id}).all()
    if not rows:
        return None
    person, body, _, _, office, head, read_at = rows[0]
    now = read_at or db.now(session)
    log = None if head is None else (head.origin, head.size, head.edge, head.keys, head.fault)
    newest_at = None if head is None else head.newest_at
    # A clock that stands behind brings nobody back who was dismissed, and silences nobody (rule 12).
    since = max(now, newest_at or now)
    held = tuple(_capacities([(row[2], row[3]) for row in rows if row[2] is not None], office, since))
    return Visitor(person, body, office, held if person.active else (), now, newest_at, log)


def capacities(session: Session, person_id: int, now: datetime) -> list[Capacity]:
    """Return the capacities a person can act in at `now` (UTC), in the order of appointment."""
    rows = session.execute(_HELD, {"person": person_id}).all()
    office = rows[0][2] if rows else None
    return _capacities([(row[0], row[1]) for row in rows], office, now)


def office_holder(session: Session, body_id: int) -> State | None:
    """Return the State that holds the office now."""
    return session.scalars(_OFFICE_HOLDER, {"body": body_id}).one_or_none()


def addressees(session: Session, body_id: int, now: datetime) -> dict[int, list[Person]]:
    """Return, by State id, who is written to for it: its contact points, then its alternates (rules 2, 4)."""
    rows = session.execute(_ADDRESSEES, {"body": body_id, "now": now}).all()
    found: dict[int, list[Person]] = {}
    for role in (Role.CONTACT_POINT, Role.ALTERNATE):
        for person, appointment in rows:
            if appointment.role is role and appointment.state_id is not None:
                found.setdefault(appointment.state_id, []).append(person)
    return found


def with_contact_point(session: Session, body_id: int, now: datetime) -> set[int]:
    """Return the ids of the States that have a contact point now, not only an alternate (rule 4)."""
    rows = session.execute(_OF_ROLE, {"body": body_id, "now": now, "role": Role.CONTACT_POINT})
    return {appointment.state_id for _, appointment in rows if appointment.state_id is not None}


def officers(session: Session, body_id: int, now: datetime, role: Role) -> list[Person]:
    """Return the present staff of an office; the Lead Shepherd's only of the State that holds it."""
    query = _OF_HOLDER if role is Role.LEAD_SHEPHERD else _OF_ROLE
    return [person for person, _ in session.execute(query, {"body": body_id, "now": now, "role": role})]


def directory(session: Session, body_id: int) -> Sequence[Row[Person, Appointment, State]]:
    """Return everybody with every appointment, ended ones too, by State and name: one statement."""
    return session.execute(
        select(Person, Appointment, State)
        .outerjoin(Appointment, Appointment.person_id == Person.id)
        .outerjoin(State, State.id == Appointment.state_id)
        .where(Person.body_id == body_id)
        .order_by(State.name.asc().nulls_first(), Person.name, Person.id, Appointment.id)
    ).all()


def _capacities(
    held: Sequence[tuple[Appointment, State | None]], office: State | None, now: datetime
) -> list[Capacity]:
    return [
        Capacity(appointment, appointment.role, state)
        for appointment, state in held
        if is_held(appointment, now) and acts(appointment, office)
    ]


def is_held(appointment: Appointment, now: datetime) -> bool:
    """Tell whether an appointment has begun and not ended at `now` (UTC)."""
    return appointment.since <= now and (appointment.until is None or now < appointment.until)


def acts(appointment: Appointment, office: State | None) -> bool:
    """Tell whether the office's State is that of the appointment, where the appointment is to the office."""
    if appointment.role is not Role.LEAD_SHEPHERD:
        return True
    return office is not None and appointment.state_id == office.id
