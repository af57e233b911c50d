"""Withdrawing one item, or a whole circulation, while it runs (rule 31a).

A draft is withdrawn in `documents`; what a State withdraws is in `responses`.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.actions.closing import leave, release
from workflow.actions.moving import move, move_circulation, resettle
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.errors import WrongStatus
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.terms import RUNNING, CirculationTrigger, Result, Status, Trigger
from workflow.domain.texts import clean
from workflow.models.circulation import Circulation
from workflow.notices import letters
from workflow.queries.cases import ItemRow, Loaded, load


def withdraw_item(
    session: Session, circulation: Circulation, version_id: int, *, by: Actor, now: datetime, reason: str
) -> None:
    """Take one item out of a running circulation; with no item left it is withdrawn (rules 27, 31a).

    Effects: the version's status and result, entries, one letter to every State; a hold that nothing
    depends on any more closes. Raises WrongStatus for an item of a package, NotFound for another text.
    After the close only a deferred version can still be withdrawn; no frozen result changes.
    """
    require(by, Act.WITHDRAW, body=circulation.body_id)
    reason = clean(reason, "reason", required=True)
    loaded = load(session, circulation.id)
    row = loaded.row(version_id)
    if circulation.package and row.is_open and len(loaded.open_items) > 1:
        raise WrongStatus(
            "The items of this circulation are one inseparable package.",
            remedy="Withdraw the whole circulation, or none of its items.",
        )
    _withdraw(session, loaded, [row], by, now, reason)
    record(
        session,
        Entry.ITEM_WITHDRAWN,
        by=by,
        at=now,
        circulation=circulation,
        item=row.item.key,
        version_sha256=row.version.sha256,
        text=reason,
    )
    letters.withdrawal(session, load(session, circulation.id), now=now, reason=reason, version=row.version)
    settle_remaining(session, circulation, by=by, now=now, reason=reason)


def withdraw_circulation(
    session: Session, circulation: Circulation, *, by: Actor, now: datetime, reason: str
) -> None:
    """Withdraw a running circulation with all its undecided items (rule 31a).

    Effects: statuses, results, entries, one letter to every State. Raises WrongStatus once it is closed.
    """
    require(by, Act.WITHDRAW, body=circulation.body_id)
    reason = clean(reason, "reason", required=True)
    loaded = load(session, circulation.id)
    _withdraw(session, loaded, loaded.open_items, by, now, reason)
    _end(session, circulation, by=by, now=now, reason=reason)


def settle_remaining(
    session: Session, circulation: Circulation, *, by: Actor, now: datetime, reason: str
) -> None:
    """Do what follows when items left a running circulation: end it, release its hold, or settle the rest."""
    if circulation.status not in RUNNING:
        return
    session.flush()
    loaded = load(session, circulation.id)
    if not loaded.open_items:
        _end(session, circulation, by=by, now=now, reason=reason)
        return
    resettle(session, loaded, by=by, now=now)
    release(session, circulation.id, by=by, now=now, cause="nothing_missing")


def _withdraw(
    session: Session, loaded: Loaded, rows: list[ItemRow], by: Actor, now: datetime, reason: str
) -> None:
    circulation = loaded.circulation
    still_open = circulation.status in RUNNING
    deferred = all(row.version.status is Status.DEFERRED for row in rows)
    move(
        session,
        circulation,
        rows,
        Trigger.WITHDRAW,
        by=by,
        now=now,
        facts={"withdrawal_open": still_open or deferred, "reason_given": bool(reason)},
        values={"decided_at": now, "reason": reason},
    )
    if still_open:
        leave(session, circulation, [row.version.id for row in rows], Result.WITHDRAWN, now, reason)


def _end(session: Session, circulation: Circulation, *, by: Actor, now: datetime, reason: str) -> None:
    circulation.suspended_at = None
    move_circulation(circulation, CirculationTrigger.WITHDRAW, no_item_left=True)
    circulation.withdrawal_reason, circulation.closed_at, circulation.recorded_at = reason, now, now
    record(session, Entry.WITHDRAWN, by=by, at=now, circulation=circulation, text=reason)
    session.flush()
    letters.withdrawal(session, load(session, circulation.id), now=now, reason=reason)
