"""Whose authority an act rests on, read inside the act's own transaction (rule 25).

What each capacity may do is in `workflow/domain/mandates.py`; appointments are made in `people`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.record import newest_at
from workflow.db import now_waited
from workflow.domain.errors import NotAllowed
from workflow.domain.mandates import OPERATOR, Act, Actor, require
from workflow.domain.terms import Role
from workflow.models.body import OfficeTerm, State
from workflow.models.people import Appointment, Person
from workflow.queries.people import is_held


def actor_for(
    session: Session,
    person: Person,
    appointment_id: int | None,
    now: datetime,
    auth: str = "password",
    idem: str | None = None,
) -> Actor:
    """Return who acts, read FOR SHARE in this transaction, so that no revocation slips between (rule 25).

    Raises NotAllowed where the account is closed, the appointment is not the person's or has ended, or it
    is to an office that another State holds by now.
    """
    row = session.execute(
        select(Person, Appointment, State)
        .join(Appointment, Appointment.person_id == Person.id)
        .outerjoin(State, State.id == Appointment.state_id)
        .where(Person.id == person.id, Appointment.id == appointment_id)
        .with_for_update(read=True, of=[Person, Appointment])
        .execution_options(populate_existing=True)
    ).one_or_none()
    now = _as_at(session, now, None if row is None else row[1].body_id)
    if row is None or not row[0].active or not is_held(row[1], now) or not _still_office(session, row[1]):
        raise NotAllowed(
            "The appointment you were acting under has ended.",
            remedy="Sign in again, or choose another capacity if you hold one.",
        )
    read, appointment, state = row
    return Actor(
        public_id=read.public_id,
        role=appointment.role,
        person=read.id,
        appointment=appointment.id,
        body=appointment.body_id,
        name=read.name,
        state=state.code if state is not None else None,
        state_id=appointment.state_id,
        auth=auth,
        idem=idem,
    )


def _as_at(session: Session, now: datetime, body_id: int | None) -> datetime:
    # The lock may have been waited for: the appointment must be held now, not when the request began.
    now = now_waited(session, now)
    # A clock that stands behind brings nobody back who was dismissed, and silences nobody (rule 12).
    newest = None if body_id is None else newest_at(session, body_id)
    return max(now, newest or now)


def permit_keeping(by: Actor, act: Act, body_id: int) -> None:
    """Let the secretariat keep people, and the operator who sets the body up on the command line."""
    if by != OPERATOR:
        require(by, act, body=body_id)


def _still_office(session: Session, appointment: Appointment) -> bool:
    """Tell whether the State of the office's staff still holds it; the term is locked against its passing."""
    if appointment.role is not Role.LEAD_SHEPHERD:
        return True
    query = select(OfficeTerm.id).where(
        OfficeTerm.body_id == appointment.body_id,
        OfficeTerm.state_id == appointment.state_id,
        OfficeTerm.until.is_(None),
    )
    return session.scalars(query.with_for_update(read=True)).one_or_none() is not None
