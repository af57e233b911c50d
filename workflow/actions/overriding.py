"""The two-person override: a State treated as served from an instant, on evidence (rule 9).

Ordinary service is in `serving`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions.closing import release
from workflow.actions.serving import spoken
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.errors import Invalid, NotAllowed, WrongStatus
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import CirculationStatus, EvidenceKind
from workflow.domain.texts import clean
from workflow.models.body import State
from workflow.models.circulation import Circulation, Override
from workflow.models.people import Person
from workflow.queries.cases import earliest_close, load


def override(
    session: Session,
    circulation: Circulation,
    *,
    by: Actor,
    now: datetime,
    state_code: str,
    served_from: datetime,
    evidence: str,
) -> Override:
    """Record that a State is to be treated as served from `served_from` (UTC), on `evidence` (rule 9).

    The first person's record waits; it takes effect when a second, different person of the other office
    records the same State and instant. Effects then: one fact of service, entries, and the close of a hold
    that nothing keeps any more. Raises WrongStatus unless open or held, Invalid for an instant before the
    dispatch or after now, NotAllowed for the same person or office twice.
    """
    require(by, Act.OVERRIDE, body=circulation.body_id)
    evidence = clean(evidence, "evidence", required=True)
    if circulation.status not in (CirculationStatus.OPEN, CirculationStatus.HELD):
        raise WrongStatus(
            "An override is possible only while a circulation is open or held.",
            remedy="See the state of the circulation.",
        )
    state = load(session, circulation.id).state(state_code)
    if circulation.dispatched_at is None or not circulation.dispatched_at <= served_from <= now:
        raise Invalid(
            "The instant must lie between the dispatch and now.",
            remedy="Enter when, by the evidence, the State had the paper.",
            field="served_from",
        )
    waiting = _waiting(session, circulation, state, served_from)
    if waiting is None:
        return _propose(session, circulation, state, by, now, served_from, evidence)
    if waiting.first_person_id == by.person or waiting.first_role == by.role:
        raise NotAllowed(
            "The second record must come from a different person of the other office.",
            remedy="Ask the other office to record the same State and instant.",
        )
    return _take_effect(session, circulation, waiting, state, by, now, evidence)


def _waiting(
    session: Session, circulation: Circulation, state: State, served_from: datetime
) -> Override | None:
    return session.scalars(
        select(Override).where(
            Override.circulation_id == circulation.id,
            Override.state_id == state.id,
            Override.served_from == served_from,
            Override.second_at.is_(None),
        )
    ).first()


def _propose(
    session: Session,
    circulation: Circulation,
    state: State,
    by: Actor,
    now: datetime,
    served_from: datetime,
    evidence: str,
) -> Override:
    proposed = Override(
        body_id=circulation.body_id,
        circulation_id=circulation.id,
        state_id=state.id,
        served_from=served_from,
        evidence=evidence,
        first_person_id=by.person,
        first_role=str(by.role),
        first_at=now,
    )
    session.add(proposed)
    record(
        session,
        Entry.OVERRIDE_PROPOSED,
        by=by,
        at=now,
        circulation=circulation,
        on_behalf_of=state.code,
        served_from=served_from,
        evidence=evidence,
        role=by.role,
    )
    return proposed


def _take_effect(
    session: Session,
    circulation: Circulation,
    made: Override,
    state: State,
    by: Actor,
    now: datetime,
    evidence: str,
) -> Override:
    made.second_person_id, made.second_role, made.second_at = by.person, str(by.role), now
    kind = EvidenceKind.OVERRIDE
    spoken(session, circulation, kind, state.id, by.person, now, at=made.served_from, detail=evidence)
    session.flush()
    first = session.get_one(Person, made.first_person_id)
    record(
        session,
        Entry.OVERRIDE_MADE,
        by=by,
        at=now,
        circulation=circulation,
        on_behalf_of=state.code,
        served_from=made.served_from,
        evidence=evidence,
        first_actor=first.public_id,
        first_role=made.first_role,
        role=by.role,
        earliest_close=earliest_close(session, circulation, state.id),
    )
    release(session, circulation.id, by=by, now=now, cause="override")
    return made
