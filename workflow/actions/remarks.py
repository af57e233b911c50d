"""Remarks on a response, each with its entry in the log: lifted, replaced, answered, reasons asked for.

Who may make which remark, and what follows from it, is for the callers.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.mandates import CLOCK, Actor
from workflow.domain.positions import in_time
from workflow.domain.terms import RemarkKind, ResponseKind
from workflow.models.audit import AuditEntry
from workflow.models.response import Response, ResponseRemark
from workflow.notices import letters
from workflow.queries.cases import Loaded


def remark_on(
    session: Session,
    loaded: Loaded,
    response: Response,
    kind: RemarkKind,
    by: Actor,
    now: datetime,
    text: str,
    *,
    lagging: bool = False,
    proposed: ResponseKind | None = None,
) -> ResponseRemark:
    """Append a remark on a response with its entry; `LIFTED` entries tell a replacement apart."""
    seq = _record_remark(session, loaded, response, kind, by, now, text, lagging, proposed)
    remark = ResponseRemark(
        body_id=response.body_id,
        circulation_id=response.circulation_id,
        response_id=response.id,
        kind=kind,
        text=text,
        proposed_kind=proposed,
        at=now,
        person_id=by.person,
        entry_seq=seq,
    )
    session.add(remark)
    return remark


_REMARK_ENTRIES = {
    RemarkKind.LIFTED: Entry.LIFTED,
    RemarkKind.REPLACED: Entry.LIFTED,
    RemarkKind.ANSWERED: Entry.ANSWERED,
    RemarkKind.ACCEPTED: Entry.ACCEPTED,
    RemarkKind.KIND_PROPOSED: Entry.KIND_PROPOSED,
}


def said_before(session: Session, response: int, kind: RemarkKind, by: Actor) -> ResponseRemark | None:
    """Return the remark of this kind that the same form, sent before, left on a response (`by.idem`)."""
    if by.idem is None:
        return None
    query = (
        select(ResponseRemark)
        .join(
            AuditEntry,
            (AuditEntry.body_id == ResponseRemark.body_id) & (AuditEntry.seq == ResponseRemark.entry_seq),
        )
        .where(ResponseRemark.response_id == response, ResponseRemark.kind == kind)
        .where(ResponseRemark.person_id == by.person)
        .where(AuditEntry.entry.contains(f'"idem":"{by.idem}"', autoescape=True))
    )
    return session.scalars(query).first()


def _record_remark(
    session: Session,
    loaded: Loaded,
    response: Response,
    kind: RemarkKind,
    by: Actor,
    now: datetime,
    text: str,
    lagging: bool,
    proposed: ResponseKind | None,
) -> int:
    entry = _REMARK_ENTRIES[kind]
    keys: dict[str, Any] = {"of": response.entry_seq}
    if entry is Entry.LIFTED:
        keys["by_replacement"] = kind is RemarkKind.REPLACED
    if entry is Entry.KIND_PROPOSED:
        keys["kind"] = proposed
    if entry is not Entry.ACCEPTED:
        keys["text"] = text
    return record(
        session,
        entry,
        by=by,
        at=now,
        circulation=loaded.circulation,
        clock_may_lag=lagging,
        item=loaded.row(response.version_id).item.key,
        version_sha256=response.version_sha256,
        on_behalf_of=loaded.code_by_id[response.state_id],
        received_at=now,
        in_time=in_time(now, loaded.case().deadline),
        idem=by.idem,
        **keys,
    )


def request_reasons(
    session: Session, loaded: Loaded, response: Response, now: datetime, lagging: bool = False
) -> None:
    """Ask a State for the reasons its objection lacks; the objection stands all the same (rule 21)."""
    seq = record(
        session,
        Entry.REASONS_REQUESTED,
        by=CLOCK,
        at=now,
        circulation=loaded.circulation,
        clock_may_lag=lagging,
        item=loaded.row(response.version_id).item.key,
        on_behalf_of=loaded.code_by_id[response.state_id],
        of=response.entry_seq,
    )
    session.add(
        ResponseRemark(
            body_id=response.body_id,
            circulation_id=response.circulation_id,
            response_id=response.id,
            kind=RemarkKind.REASONS_REQUESTED,
            at=now,
            entry_seq=seq,
        )
    )
    letters.reasons_requested(session, loaded, response, now=now)
