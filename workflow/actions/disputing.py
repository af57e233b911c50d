"""Opening a dispute: a fact that came after the close and doubts it (rules 26, 34).

Settling one is in `correcting`.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.posted import name_of
from workflow.audit.record import record
from workflow.domain.mandates import Actor
from workflow.domain.terms import DisputeKind
from workflow.models.circulation import Circulation, Dispute
from workflow.models.notice import Notice
from workflow.queries.cases import load


def open_dispute(
    session: Session,
    circulation: Circulation,
    kind: DisputeKind,
    state_id: int | None,
    now: datetime,
    by: Actor,
    *,
    response: int | None = None,
    notice: Notice | None = None,
    of: int | None = None,
) -> None:
    """Open a dispute: a fact that came after the close and doubts it; the outcome stays (rules 26, 34)."""
    session.add(
        Dispute(
            body_id=circulation.body_id,
            circulation_id=circulation.id,
            state_id=state_id,
            kind=kind,
            response_id=response,
            notice_id=notice.id if notice else None,
            opened_at=now,
        )
    )
    record(
        session,
        Entry.DISPUTE_OPENED,
        by=by,
        at=now,
        circulation=circulation,
        on_behalf_of=load(session, circulation.id).code_by_id.get(state_id or 0),
        kind=kind,
        of=of,
        letter=name_of(notice.message_id) if notice else None,
    )
