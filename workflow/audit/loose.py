"""Rows that no entry tells one by one, held against those it does: unsent drafts, and evidence of letters.

That evidence and letters follow from the entries is checked in `tying`; here a letter must bear it out.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.behind import read
from workflow.audit.entries import Entry
from workflow.audit.kept import Names
from workflow.audit.rows import draft_sha256
from workflow.db import Base
from workflow.domain.terms import EvidenceKind, Service
from workflow.models.audit import AuditEntry, PrivateText
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice, ServiceEvidence
from workflow.models.response import ResponseDraft

_AT_ONCE = 500
#: What a letter is after the mail server took it.
_TAKEN = (Service.SENT, Service.ACKNOWLEDGED, Service.BOUNCED)


def faults(session: Session, body: int, names: Names) -> Iterator[str]:
    """Give one sentence for each letter, draft and strayed row that does not fit what it belongs to."""
    yield from _strayed(session, body)
    yield from _evidence_faults(session, body)
    yield from _draft_faults(session, body, names)


def _strayed(session: Session, body: int) -> Iterator[str]:
    """Name each row that calls itself another body's than the circulation or letter it belongs to.

    Its body would miss it on every page that asks for the body's rows.
    """
    tables = Base.metadata.sorted_tables
    for owner, key in ((Circulation, "circulation_id"), (Notice, "notice_id")):
        own = select(owner.id).where(owner.body_id == body)
        for table in (one for one in tables if {"id", "body_id", key} <= set(one.c.keys())):
            query = select(table.c.id).where(table.c.body_id != body, table.c[key].in_(own))
            for row in session.scalars(query.order_by(table.c.id)):
                yield f"row {row} of {table.name} calls itself another body's."


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


def _draft_faults(session: Session, body: int, names: Names) -> Iterator[str]:
    """Name each draft that was not saved by its person, for its State, at its instant (rule 23)."""
    for draft in session.scalars(select(ResponseDraft).where(ResponseDraft.body_id == body)):
        query = select(AuditEntry.entry).where(
            AuditEntry.circulation_id == draft.circulation_id,
            AuditEntry.type == Entry.DRAFT_SAVED,
            AuditEntry.at == draft.saved_at,
        )
        told = {
            (one.get("on_behalf_of"), one.get("actor"))
            for one in map(read, session.scalars(query))
            if draft_sha256(draft) in _shown(session, body, one)
        }
        if (names.states[draft.state_id], names.people[draft.person_id]) not in told:
            yield (
                f"draft row {draft.id} says {names.people[draft.person_id]} saved it for "
                f"{names.states[draft.state_id]} at {draft.saved_at}, but the log does not."
            )


def _shown(session: Session, body: int, told: dict[str, Any]) -> set[str]:
    """Return what stands behind an entry of drafts; that it is what it shows is checked in `behind`."""
    query = select(PrivateText.text).where(
        PrivateText.body_id == body,
        PrivateText.seq == told.get("seq"),
        PrivateText.field.startswith("words."),
    )
    return set(session.scalars(query))
