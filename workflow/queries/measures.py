"""What an operator watches, measured in the database: the same figures whichever host is asked.

How they are handed out is in `workflow/web/health/`; what is wrong and what to do is said by `flask doctor`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from workflow.db import now
from workflow.domain.terms import CirculationStatus, Service
from workflow.models.audit import AuditEntry, LogCheckpoint, LogHead
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice
from workflow.models.response import Response


@dataclass(frozen=True)
class Measures:
    """All figures at one instant; ages and lags in seconds, 0 where nothing waits.

    `clock_lag` is how long ago the oldest deadline passed at which nothing was done yet; `signer_lag` how
    old the oldest entry is that owes a checkpoint, of `unsigned` in all.
    """

    circulations: dict[str, int]
    letters: dict[str, int]
    lodgings: int
    oldest_unsent: float
    clock_lag: float
    log_entries: int
    unsigned: int
    signer_lag: float


def measures(session: Session, signed: Collection[str]) -> Measures:
    """Measure everything, over all bodies, in seven statements.

    `signed` are the types of the entries that owe a checkpoint (`audit.entries.SIGNED`).
    """
    instant = now(session)
    due = select(func.min(Notice.due_at)).where(Notice.status == Service.QUEUED)
    passed = select(func.min(Circulation.deadline)).where(Circulation.status == CirculationStatus.OPEN)
    unsigned, oldest = _unsigned(session, signed)
    circulations = dict.fromkeys(map(str, CirculationStatus), 0)
    kept = select(Circulation.status, func.count()).where(Circulation.status.is_not(None))
    circulations |= {
        str(status): count for status, count in session.execute(kept.group_by(Circulation.status))
    }
    letters = dict.fromkeys(map(str, Service), 0)
    sent = select(Notice.status, func.count()).group_by(Notice.status)
    letters |= {str(status): count for status, count in session.execute(sent)}
    return Measures(
        circulations=circulations,
        letters=letters,
        lodgings=session.scalar(select(func.count()).select_from(Response)) or 0,
        oldest_unsent=_age(session.scalar(due), instant),
        clock_lag=_age(session.scalar(passed), instant),
        log_entries=session.scalar(select(func.coalesce(func.sum(LogHead.size), 0))) or 0,
        unsigned=unsigned,
        signer_lag=_age(oldest, instant),
    )


def _unsigned(session: Session, signed: Collection[str]) -> tuple[int, datetime | None]:
    """Return how many entries owe a checkpoint, and the instant of the oldest; by the index of types."""
    noted = exists().where(
        LogCheckpoint.body_id == AuditEntry.body_id, LogCheckpoint.size == AuditEntry.seq + 1
    )
    owed = select(func.count(), func.min(AuditEntry.at)).where(
        AuditEntry.type.in_([str(entry) for entry in signed]), ~noted
    )
    count, oldest = session.execute(owed).one()
    return count, oldest


def _age(since: datetime | None, instant: datetime) -> float:
    return 0.0 if since is None else max(0.0, (instant - since).total_seconds())
