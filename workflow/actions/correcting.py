"""Corrections of a closed record, and the settlement of disputes: nothing is rewritten (rules 26, 34, 37).

How a dispute is opened is in `serving`; what a record prints is in `queries/records.py`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.errors import Invalid, NotFound, WrongStatus, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import CirculationStatus
from workflow.domain.texts import clean, one_line
from workflow.models.body import State
from workflow.models.circulation import Circulation, Correction, Dispute


def correct(session: Session, circulation: Circulation, *, by: Actor, now: datetime, text: str) -> Correction:
    """Add a correction to the record of a closed circulation, which is never reopened (rule 37).

    Effects: one row, printed with the record, and one entry. Raises WrongStatus unless closed.
    """
    require(by, Act.CORRECT, body=circulation.body_id)
    if circulation.status is not CirculationStatus.CLOSED:
        raise WrongStatus(
            "Only the record of a closed circulation is corrected; this one has none yet.",
            remedy="While it runs, act on it instead.",
        )
    correction = Correction(
        body_id=circulation.body_id,
        circulation_id=circulation.id,
        text=clean(text, "text", required=True),
        at=now,
        by=by.public_id,
    )
    session.add(correction)
    record(session, Entry.CORRECTED, by=by, at=now, circulation=circulation, text=correction.text)
    return correction


def settle(
    session: Session, dispute_id: int, *, by: Actor, now: datetime, text: str, symbol: str = ""
) -> Dispute:
    """Settle a dispute by a text of correction, or by naming the new circulation, or both (rule 37).

    `symbol` is that of a circulation dispatched after the close of the disputed one; the caller holds the
    lock of that one. Effects: the settlement, printed with the dispute for good, and one entry. Raises
    NotFound, WrongStatus where it is settled, Invalid naming `text` or `symbol`.
    """
    dispute = session.get(Dispute, dispute_id, with_for_update=True, populate_existing=True)
    if dispute is None:
        raise NotFound("There is no such dispute.", remedy="Choose it from the record.")
    require(by, Act.CORRECT, body=dispute.body_id)
    if dispute.settled_at is not None:
        raise WrongStatus("This dispute is settled already.", remedy="See the record.")
    circulation = session.get_one(Circulation, dispute.circulation_id)
    named = _new_circulation(session, circulation, one_line(symbol, "symbol"))
    words = clean(text, "text", required=not named)
    dispute.settlement = "\n".join(part for part in (named, words) if part)
    dispute.settled_at = now
    record(
        session,
        Entry.DISPUTE_SETTLED,
        by=by,
        at=now,
        circulation=circulation,
        on_behalf_of=session.get_one(State, dispute.state_id).code,
        kind=dispute.kind,
        text=dispute.settlement,
    )
    return dispute


def _new_circulation(session: Session, disputed: Circulation, symbol: str) -> str:
    """Return the sentence that names the new circulation, or "" where none is given."""
    if not symbol:
        return ""
    found = session.scalars(
        select(Circulation).where(Circulation.body_id == disputed.body_id, Circulation.symbol == symbol)
    ).one_or_none()
    closed_at = disputed.closed_at
    if found is None or found.dispatched_at is None or closed_at is None or found.dispatched_at < closed_at:
        raise Invalid(
            says(
                "“{symbol}” is no circulation that was dispatched after the close of {closed}.",
                symbol=symbol,
                closed=disputed.symbol,
            ),
            remedy="Write its symbol as its page shows it, or leave the field empty.",
            field="symbol",
        )
    return f"Settled by the new circulation {found.symbol}."
