"""An act that was tried and refused, told in the log: it changed nothing, and is not forgotten.

Who may do what is decided where it is asked (`workflow/domain/mandates.py`); a door calls this afterwards.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import record, reference
from workflow.domain.mandates import Act, Actor
from workflow.models.audit import AuditEntry, LogHead
from workflow.models.circulation import Circulation

#: How many refused acts of one person the log takes within the window; the last of them says so.
MOST, WINDOW = 20, timedelta(days=1)
#: What an address may name in the log: a number, or a word that is too short to say anything.
_NAMED = re.compile(r"[0-9A-Za-z._-]{1,40}\Z")


def tell_refused(
    session: Session,
    *,
    by: Actor,
    now: datetime,
    act: Act,
    route: str,
    thing: Mapping[str, object],
    cause: str,
) -> bool:
    """Write down that somebody tried an act and was refused; returns whether the log took it.

    `act` is the permission asked for, `route` the page's name, `thing` what its address named, `cause` the
    word of the refusal. Call it in a transaction of its own, after the refused one is undone. One person
    fills the log with at most `MOST` of these in any `WINDOW`: the last says `more_untold`, and what comes
    after it is not told. Raises ClockBehind and LogBroken as every entry does.
    """
    if by.body is None:
        return False
    told = _told(session, by, now)
    if told >= MOST:
        return False
    record(
        session,
        Entry.ACT_REFUSED,
        by=by,
        at=now,
        body=by.body,
        act=act,
        route=route,
        thing=_named(session, by.body, thing),
        cause=cause,
        role=by.role,
        state=by.state,
        more_untold=told + 1 == MOST,
    )
    return True


def _told(session: Session, by: Actor, now: datetime) -> int:
    """Return how many refused acts of this person the log tells of within the window, `MOST` at most.

    The head of the log is locked before they are counted, so that a flood of requests at once is bounded too.
    """
    session.execute(select(LogHead.size).where(LogHead.body_id == by.body).with_for_update())
    query = select(AuditEntry.seq).where(
        AuditEntry.body_id == by.body,
        AuditEntry.type == Entry.ACT_REFUSED,
        AuditEntry.at > now - WINDOW,
        AuditEntry.entry.contains(f'"actor":"{by.public_id}"', autoescape=True),
    )
    counted = select(func.count()).select_from(query.limit(MOST).subquery())
    return session.scalar(counted) or 0


def _named(session: Session, body: int, thing: Mapping[str, object]) -> dict[str, str | None]:
    """Return what the address named, without free text; a circulation is named as everywhere in the log."""
    named = {key: str(value) if _NAMED.match(str(value)) else None for key, value in thing.items()}
    circulation = session.get(Circulation, thing.get("circulation_id") or 0)
    if circulation is not None and circulation.body_id == body and circulation.year is not None:
        del named["circulation_id"]
        named["circulation"] = reference(circulation)
    return named
