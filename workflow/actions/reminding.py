"""Reminders before a deadline, and the warning of an unsent draft (rules 6, 23).

They never alter an outcome; when they fall due is in `workflow/domain/calendars.py`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.domain.terms import CirculationStatus
from workflow.models.circulation import Circulation
from workflow.models.response import ResponseDraft
from workflow.notices import letters
from workflow.queries.cases import Loaded, load


def due_reminder(loaded: Loaded, now: datetime) -> tuple[int, datetime] | None:
    """Return the latest reminder that fell due and was not written, as (ordinal from 1, instant), or None."""
    circulation = loaded.circulation
    dispatched, deadline = circulation.dispatched_at, circulation.deadline
    if circulation.status is not CirculationStatus.OPEN or dispatched is None or deadline is None:
        return None
    since = circulation.reminded_at or dispatched
    schedule = loaded.working_time.reminders(deadline, dispatched)
    passed = [(ordinal, at) for ordinal, at in enumerate(schedule, start=1) if since < at <= now < deadline]
    return passed[-1] if passed else None


def remind(session: Session, circulation: Circulation, *, now: datetime) -> bool:
    """Write the reminder that is due, to States that have not answered every item; the clock's act.

    States with an unsent draft are warned of it. Of several missed reminders only the latest is written.
    Returns whether one was due. The caller holds the lock.
    """
    loaded = load(session, circulation.id)
    due = due_reminder(loaded, now)
    if due is None:
        return False
    ordinal, circulation.reminded_at = due
    letters.reminder(session, loaded, now=now, ordinal=ordinal)
    drafts = select(ResponseDraft.state_id).where(ResponseDraft.circulation_id == circulation.id).distinct()
    for state_id in session.scalars(drafts.order_by(ResponseDraft.state_id)):
        letters.draft_waiting(session, loaded, now=now, state_id=state_id)
    return True
