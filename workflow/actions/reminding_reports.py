"""Reminders of reports that fall due: to the programme and the Lead Shepherd, before the day and after it.

When they fall due is in `workflow/domain/reporting.py`; reminders before a deadline are in `reminding`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import newest_at, record
from workflow.db import locked
from workflow.domain.mandates import CLOCK
from workflow.domain.reporting import reminder_due
from workflow.domain.zones import local
from workflow.models.body import Body
from workflow.models.reporting import ReportingPeriod
from workflow.notices import letters
from workflow.queries.reporting import find_period

#: How long before its day a report is reminded of.
BEFORE = timedelta(days=14)
#: The reminder after the day is the last.
_LAST = 2


def due(session: Session, now: datetime) -> list[int]:
    """Return the ids of the periods of which a reminder is due: one statement, without a lock."""
    return [period.id for period, _ in _due(session, now)]


def remind(session: Session, period_id: int) -> bool:
    """Write the reminder that is due of a period, if one still is; the clock's act.

    Effects: letters, the period's count, one entry. Returns whether there was anything to write.
    """
    period, now = locked(session, ReportingPeriod, period_id)
    owed = dict(_due(session, now))
    ordinal = owed.get(period)
    if ordinal is None:
        return False
    found, document = find_period(session, period.body_id, period.id)
    letters.report_due(session, found, document, now=now, ordinal=ordinal)
    period.reminders = ordinal
    session.flush()
    told: dict[str, Any] = {"document": document.code, "first_day": period.first_day.isoformat()}
    record(session, Entry.REPORT_REMINDED, by=CLOCK, at=now, body=period.body_id, ordinal=ordinal, **told)
    return True


def _due(session: Session, now: datetime) -> Iterator[tuple[ReportingPeriod, int]]:
    """Give the periods of which a reminder is due, with its ordinal; none while the clock stands behind."""
    soon = (now + BEFORE + timedelta(days=1)).date()
    query = (
        select(ReportingPeriod, Body)
        .join(Body, Body.id == ReportingPeriod.body_id)
        .where(ReportingPeriod.report_id.is_(None), ReportingPeriod.reminders < _LAST)
        .where(ReportingPeriod.due_on <= soon)
    )
    for period, body in session.execute(query.order_by(ReportingPeriod.id)).all():
        today = local(now, str(body.rules["zone"])).date()
        ordinal = reminder_due(period.due_on, today, period.reminders, BEFORE)
        if ordinal is not None and now >= (newest_at(session, body.id) or now):
            yield period, ordinal
