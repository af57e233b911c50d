"""Who holds which appointment: making and ending them, closing accounts (rules 2, 23).

Passwords and links are in `accounts`, the office is in `offices`; what fits together is in `fitting`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.actions.authority import permit_keeping
from workflow.actions.fitting import LONGEST_NAME, address, require_fitting, state_for
from workflow.actions.succession import hold_running, running_for, write_to
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.db import now_waited
from workflow.domain.errors import Invalid, WrongStatus, says
from workflow.domain.mandates import Act, Actor
from workflow.domain.terms import Role
from workflow.domain.texts import one_line
from workflow.domain.zones import instant
from workflow.models.body import Body, State
from workflow.models.people import Appointment, Person
from workflow.queries.people import is_held, officers


@dataclass(frozen=True)
class ContactRow:
    """One line of a list of people: `line` counts as the reader's file does, `state` is a code or "".

    `since` is the first day of the appointment in the body's zone, None for now.
    """

    line: int
    state: str
    role: Role
    name: str
    email: str
    since: date | None = None


def appoint(
    session: Session,
    *,
    by: Actor,
    now: datetime,
    body: Body,
    name: str,
    email: str,
    role: Role,
    state_code: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Appointment:
    """Appoint a person, known by the e-mail address or new, from `since` (UTC, by default `now`).

    `until` is the instant at which it ends by itself, if that is known already. Writes the entry; a contact
    point or alternate is sent the letter of each running circulation (rule 2). Raises NotAllowed, and
    Invalid naming name, email, role, state, since or until (rule 23).
    """
    permit_keeping(by, Act.MANAGE_PEOPLE, body.id)
    if since is not None and since > now:
        raise Invalid(
            "An appointment cannot begin later than now.", remedy="Make it on that day.", field="since"
        )
    _require_end(until, role, now)
    state = state_for(session, body, role, state_code)
    # The person first, then the circulations, then the log, as everywhere (rule 14).
    person = _person(session, body, name, email, now)
    circulations = running_for(session, state) if state is not None and role.speaks else []
    require_fitting(_held(session, person, now), role, state)
    appointment = Appointment(
        body_id=body.id,
        person_id=person.id,
        role=role,
        state_id=state.id if state is not None else None,
        since=since or now,
        until=until,
    )
    session.add(appointment)
    session.flush()
    _record_made(session, appointment, person, state, by=by, now=now)
    write_to(session, person, circulations, by=by, now=now)
    return appointment


def end_appointment(session: Session, appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """End an appointment; what was said under it stands, and is dated before its end (rules 12, 25).

    Raises NotAllowed; WrongStatus where it has ended already, or where nobody would keep the accounts.
    """
    permit_keeping(by, Act.MANAGE_PEOPLE, appointment.body_id)
    session.refresh(appointment, with_for_update=True)
    now = now_waited(session, now)
    if not is_held(appointment, now):
        raise WrongStatus("This appointment has ended already.", remedy="There is nothing to do.")
    if appointment.role is Role.SECRETARIAT:
        _require_keeper(session, appointment.body_id, now, without=appointment.person_id)
    appointment.until = now
    record(
        session,
        Entry.APPOINTMENT_ENDED,
        by=by,
        at=now,
        body=appointment.body_id,
        person=session.get_one(Person, appointment.person_id).public_id,
        role=appointment.role,
        state=_code(session, appointment.state_id),
        until=now,
    )


def deactivate(session: Session, person: Person, *, by: Actor, now: datetime) -> None:
    """Close an account: its sessions end at once, its appointments no longer act.

    Raises NotAllowed; WrongStatus for an account closed already and where nobody would keep the accounts.
    """
    permit_keeping(by, Act.MANAGE_PEOPLE, person.body_id)
    session.refresh(person, with_for_update={"key_share": True})
    now = now_waited(session, now)
    if not person.active:
        raise WrongStatus("This account is closed already.", remedy="There is nothing to do.")
    _require_keeper(session, person.body_id, now, without=person.id)
    person.active = False
    person.epoch += 1
    record(session, Entry.PERSON_DEACTIVATED, by=by, at=now, body=person.body_id, person=person.public_id)


def reactivate(session: Session, person: Person, *, by: Actor, now: datetime) -> None:
    """Open a closed account again; the person signs in anew. Raises NotAllowed, WrongStatus if it is open."""
    permit_keeping(by, Act.MANAGE_PEOPLE, person.body_id)
    session.refresh(person, with_for_update={"key_share": True})
    if person.active:
        raise WrongStatus("This account is open.", remedy="There is nothing to do.")
    person.active = True
    person.epoch += 1
    record(session, Entry.PERSON_REACTIVATED, by=by, at=now, body=person.body_id, person=person.public_id)


def import_contacts(
    session: Session, rows: Sequence[ContactRow], *, by: Actor, now: datetime, body: Body
) -> list[Appointment]:
    """Appoint everybody on a list, all or nobody; who holds that very appointment already is passed over.

    Raises NotAllowed, and Invalid naming `file` and the line of the first row that cannot be.
    """
    permit_keeping(by, Act.MANAGE_PEOPLE, body.id)
    _hold_all(session, rows, body)
    made = []
    for row in rows:
        if _holds(session, body, row, now):
            continue
        try:
            made.append(
                appoint(
                    session,
                    by=by,
                    now=now,
                    body=body,
                    name=row.name,
                    email=row.email,
                    role=row.role,
                    state_code=row.state or None,
                    since=_first_instant(body, row.since),
                )
            )
        except Invalid as error:
            raise Invalid(
                says("Line {line}: {message}", line=row.line, message=error.message),
                remedy=says("{remedy} Nobody on the list was appointed.", remedy=error.remedy),
                field="file",
                details={"line": row.line},
            ) from error
    return made


def _hold_all(session: Session, rows: Sequence[ContactRow], body: Body) -> None:
    """Lock everybody on a list who is known, then all that runs, before the first entry is written."""
    emails = [row.email.strip().lower() for row in rows]
    known = select(Person.id).where(Person.body_id == body.id, Person.email.in_(emails)).order_by(Person.id)
    session.execute(known.with_for_update(key_share=True))
    hold_running(session, body.id)


def _first_instant(body: Body, day: date | None) -> datetime | None:
    return None if day is None else instant(datetime.combine(day, time()), body.rules["zone"], field="since")


def _require_end(until: datetime | None, role: Role, now: datetime) -> None:
    """Refuse an end that is over already, and one that would leave the accounts to nobody."""
    if until is not None and until <= now:
        raise Invalid(
            "This appointment would be over before it begins.", remedy="Choose a later day.", field="until"
        )
    if until is not None and role is Role.SECRETARIAT:
        raise Invalid(
            "An appointment to the secretariat ends by hand, so that somebody always keeps the accounts.",
            remedy="Leave the last day empty.",
            field="until",
        )


def _record_made(
    session: Session,
    appointment: Appointment,
    person: Person,
    state: State | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    record(
        session,
        Entry.APPOINTMENT_MADE,
        by=by,
        at=now,
        body=person.body_id,
        person=person.public_id,
        role=appointment.role,
        state=state.code if state is not None else None,
        since=appointment.since,
        until=appointment.until,
        name=person.name,
        address=person.email,
    )


def _person(session: Session, body: Body, name: str, email: str, now: datetime) -> Person:
    """Return the person with this address, locked, or a new one; a known person keeps the known name."""
    known_by = address(email)
    shown = one_line(name, "name", required=True, longest=LONGEST_NAME)
    found = session.scalars(
        select(Person)
        .where(Person.body_id == body.id, Person.email == known_by)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        found = Person(
            body_id=body.id, public_id=str(uuid.uuid4()), name=shown, email=known_by, created_at=now
        )
        session.add(found)
        session.flush()
    elif not found.active:
        raise Invalid(
            "This person’s account is closed.",
            remedy="Open the account again first, or use another address.",
            field="email",
        )
    return found


def _held(session: Session, person: Person, now: datetime) -> list[tuple[Appointment, State | None]]:
    rows = session.execute(
        select(Appointment, State)
        .outerjoin(State, State.id == Appointment.state_id)
        .where(Appointment.person_id == person.id, or_(Appointment.until.is_(None), Appointment.until > now))
    )
    return [(appointment, state) for appointment, state in rows]


def _holds(session: Session, body: Body, row: ContactRow, now: datetime) -> bool:
    query = (
        select(Appointment.id)
        .join(Person, Person.id == Appointment.person_id)
        .outerjoin(State, State.id == Appointment.state_id)
        .where(
            Person.body_id == body.id,
            Person.active,
            Person.email == row.email.strip().lower(),
            Appointment.role == row.role,
            or_(Appointment.until.is_(None), Appointment.until > now),
            State.code == row.state if row.state else State.id.is_(None),
        )
    )
    return session.scalars(query).first() is not None


def _require_keeper(session: Session, body_id: int, now: datetime, *, without: int) -> None:
    """Keep one account from which accounts are kept."""
    keepers = {person.id for person in officers(session, body_id, now, Role.SECRETARIAT)}
    if without in keepers and len(keepers) == 1:
        raise WrongStatus(
            "This is the last person of the secretariat; nobody could keep the accounts afterwards.",
            remedy="Appoint a second person to the secretariat first.",
        )


def _code(session: Session, state_id: int | None) -> str | None:
    return session.get_one(State, state_id).code if state_id is not None else None
