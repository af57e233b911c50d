"""Rows that no entry tells one by one, held against those it does: letters and unsent drafts.

That the evidence of service follows from the entries is checked in `tying`; here a letter must bear it out.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.behind import read
from workflow.audit.entries import Entry
from workflow.audit.kept import Names
from workflow.domain.terms import SPEAKERS, EvidenceKind, Service
from workflow.models.audit import AuditEntry
from workflow.models.circulation import RosterState
from workflow.models.notice import Notice, ServiceEvidence
from workflow.models.people import Appointment, Person
from workflow.models.response import ResponseDraft

_AT_ONCE = 500
#: What a letter is after the mail server took it.
_TAKEN = (Service.SENT, Service.ACKNOWLEDGED, Service.BOUNCED)


def faults(session: Session, body: int, names: Names) -> Iterator[str]:
    """Give one sentence for each letter and draft that does not fit the evidence and the entries."""
    yield from _evidence_faults(session, body)
    yield from _sent_faults(session, body)
    yield from _acknowledged_faults(session, body)
    yield from _bounced_faults(session, body)
    yield from _draft_faults(session, body, names)


def _evidence_faults(session: Session, body: int) -> Iterator[str]:
    """Name each evidence of mail that its own letter does not bear out (rules 7-9)."""
    query = (
        select(ServiceEvidence, Notice)
        .outerjoin(Notice, Notice.id == ServiceEvidence.notice_id)
        .where(ServiceEvidence.body_id == body, ServiceEvidence.address.is_not(None))
    )
    rows = session.execute(query.order_by(ServiceEvidence.id).execution_options(yield_per=_AT_ONCE))
    for evidence, notice in rows:
        what = f"evidence row {evidence.id} says “{evidence.kind}” at {evidence.address}"
        if notice is None:
            yield f"{what}, but there is no such letter."
        elif notice.address != evidence.address:
            yield f"{what}, but letter {notice.id} went to {notice.address}."
        elif evidence.kind is EvidenceKind.ACCEPTED:
            yield from (f"{what}, but letter {notice.id} {one}." for one in _unfit(evidence, notice))


def _unfit(evidence: ServiceEvidence, notice: Notice) -> Iterator[str]:
    if notice.status not in _TAKEN:
        yield f"is {notice.status}"
    if not notice.proves_service:
        yield "does not carry the paper"
    for name in ("circulation_id", "state_id"):
        here, there = getattr(evidence, name), getattr(notice, name)
        if here != there:
            yield f"has {name} {there}, not {here}"


def _sent_faults(session: Session, body: int) -> Iterator[str]:
    """Name each letter that carries the paper and was accepted, by its row, but not by an evidence.

    What reached somebody who did not speak any more proves nothing, so only present speakers count (rule 9).
    """
    proved = select(ServiceEvidence.notice_id).where(
        ServiceEvidence.notice_id == Notice.id, ServiceEvidence.kind == EvidenceKind.ACCEPTED
    )
    speaks = select(Appointment.id).where(
        Appointment.person_id == Notice.person_id,
        Appointment.state_id == Notice.state_id,
        Appointment.role.in_(SPEAKERS),
        Appointment.until.is_(None),
    )
    query = select(Notice.id, Notice.status, Notice.address).join(Person, Person.id == Notice.person_id)
    query = query.where(Notice.body_id == body, Notice.proves_service, Notice.status.in_(_TAKEN))
    query = query.where(Person.active, Person.email == Notice.address, speaks.exists(), ~proved.exists())
    for key, status, address in session.execute(query.order_by(Notice.id)):
        yield f"letter {key} to {address} is {status}, but the log tells of no such acceptance."


def _acknowledged_faults(session: Session, body: int) -> Iterator[str]:
    opened = select(ServiceEvidence.id).where(
        ServiceEvidence.circulation_id == Notice.circulation_id,
        ServiceEvidence.person_id == Notice.person_id,
        ServiceEvidence.kind == EvidenceKind.ACKNOWLEDGED,
    )
    query = select(Notice.id).where(Notice.body_id == body, Notice.status == Service.ACKNOWLEDGED)
    for key in session.scalars(query.where(~opened.exists()).order_by(Notice.id)):
        yield f"letter {key} is acknowledged, but the log tells of nobody who opened the circulation."


def _bounced_faults(session: Session, body: int) -> Iterator[str]:
    """Name each letter to a State of the roster that bounced by its row alone."""
    told = select(ServiceEvidence.id).where(
        ServiceEvidence.notice_id == Notice.id, ServiceEvidence.kind == EvidenceKind.BOUNCED
    )
    query = select(Notice.id).join(
        RosterState,
        (RosterState.circulation_id == Notice.circulation_id) & (RosterState.state_id == Notice.state_id),
    )
    query = query.where(Notice.body_id == body, Notice.status == Service.BOUNCED, ~told.exists())
    for key in session.scalars(query.order_by(Notice.id)):
        yield f"letter {key} is bounced, but the log tells of no such bounce."


def _draft_faults(session: Session, body: int, names: Names) -> Iterator[str]:
    """Name each draft that was not saved by its person, for its State, at its instant (rule 23)."""
    for draft in session.scalars(select(ResponseDraft).where(ResponseDraft.body_id == body)):
        query = select(AuditEntry.entry).where(
            AuditEntry.circulation_id == draft.circulation_id,
            AuditEntry.type == Entry.DRAFT_SAVED,
            AuditEntry.at == draft.saved_at,
        )
        told = {(one.get("on_behalf_of"), one.get("actor")) for one in map(read, session.scalars(query))}
        if (names.states[draft.state_id], names.people[draft.person_id]) not in told:
            yield (
                f"draft row {draft.id} says {names.people[draft.person_id]} saved it for "
                f"{names.states[draft.state_id]} at {draft.saved_at}, but the log does not."
            )
