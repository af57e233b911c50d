"""Passing the office of the Lead Shepherd from one State to another, with the first of its new staff.

Who serves in an office besides is appointed in `people`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import people
from workflow.actions.authority import permit_keeping
from workflow.actions.fitting import address
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.db import now_waited
from workflow.domain.errors import Invalid, WrongStatus, says
from workflow.domain.mandates import Act, Actor
from workflow.domain.terms import Role
from workflow.domain.zones import local
from workflow.models.body import Body, OfficeTerm, State
from workflow.models.people import Appointment, Person


def hand_over(
    session: Session, *, by: Actor, now: datetime, body: Body, state_code: str, name: str, email: str
) -> Appointment:
    """Pass the office to another State at `now`, and appoint the person who acts for it from then on.

    So the office is never without anybody who can extend, answer or refer. Effects: two entries; returns the
    appointment. Raises as `pass_office` and `people.appoint` do.
    """
    # The person is locked before the log, as everywhere (rule 14).
    known = select(Person.id).where(Person.body_id == body.id, Person.email == address(email))
    session.execute(known.with_for_update(key_share=True))
    passed = pass_office(session, by=by, now=now, body=body, state_code=state_code)
    return people.appoint(
        session,
        by=by,
        now=passed.since,
        body=body,
        name=name,
        email=email,
        role=Role.LEAD_SHEPHERD,
        state_code=state_code,
    )


def pass_office(session: Session, *, by: Actor, now: datetime, body: Body, state_code: str) -> OfficeTerm:
    """Pass the office to another State now, also in the middle of a round.

    The staff of the former State no longer act as Lead Shepherd; that of the new one is appointed by whoever
    calls this.
    Raises NotAllowed; Invalid for a State that is no member today in the body's zone, or holds it already;
    WrongStatus at the very instant at which the present holder received it.
    """
    permit_keeping(by, Act.PASS_OFFICE, body.id)
    state = _member(session, body, state_code, now)
    term = session.scalars(
        select(OfficeTerm)
        .where(OfficeTerm.body_id == body.id, OfficeTerm.until.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    now = now_waited(session, now)
    if term.state_id == state.id:
        raise Invalid(
            says("{state} holds the office already.", state=state.leading),
            remedy="Choose another State.",
            field="state",
        )
    if now <= term.since:
        raise WrongStatus(
            "The office was passed on at this very moment.",
            remedy="See which State holds it now, then pass it on if that is still right.",
        )
    term.until = now
    session.flush()
    passed = OfficeTerm(body_id=body.id, state_id=state.id, since=now)
    session.add(passed)
    session.flush()
    record(session, Entry.OFFICE_PASSED, by=by, at=now, body=body.id, office=state.code)
    return passed


def _member(session: Session, body: Body, code: str, now: datetime) -> State:
    state = session.scalars(select(State).where(State.body_id == body.id, State.code == code)).one_or_none()
    if state is None or not state.is_member(local(now, body.rules["zone"]).date()):
        raise Invalid(
            says("“{code}” is no member State today.", code=code),
            remedy="Choose a member State.",
            field="state",
        )
    return state
