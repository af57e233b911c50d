"""Reminders before a deadline, and the warning of an unsent draft (rules 6, 23).

They never alter an outcome; when they fall due is in `workflow/domain/calendars.py`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.mandates import CLOCK
from workflow.domain.terms import CirculationStatus, Letter
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice
from workflow.models.response import ResponseDraft
from workflow.notices import letters
from workflow.queries.cases import Loaded, load
from workflow.queries.people import addressees


def is_owed(session: Session, loaded: Loaded, now: datetime) -> bool:
    """Tell whether a reminder or a warning is due at `now`: looking costs no lock."""
    return due_reminder(loaded, now) is not None or bool(unwarned(session, loaded, now))


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


def unwarned(session: Session, loaded: Loaded, now: datetime) -> list[State]:
    """Return the States to be warned now of a draft on an open item that they have not sent (rule 23).

    Each once for a deadline, from the last call on; later, whose draft was begun only then. A State with
    nobody to write to is left out.
    """
    circulation = loaded.circulation
    dispatched, deadline = circulation.dispatched_at, circulation.deadline
    if circulation.status is not CirculationStatus.OPEN or dispatched is None or deadline is None:
        return []
    last_call = loaded.working_time.last_call(deadline, dispatched)
    if not last_call <= now < deadline:
        return []
    drafting = select(ResponseDraft.state_id).where(
        ResponseDraft.circulation_id == circulation.id,
        ResponseDraft.version_id.in_([row.version.id for row in loaded.open_items]),
    )
    warned = select(Notice.state_id).where(
        Notice.circulation_id == circulation.id,
        Notice.letter == Letter.DRAFT_WAITING,
        Notice.written_at >= last_call,
    )
    owed = set(session.scalars(drafting.where(ResponseDraft.state_id.not_in(warned))))
    people = addressees(session, circulation.body_id, now) if owed else {}
    return [state for state in loaded.states if state.id in owed and people.get(state.id)]


def remind(session: Session, circulation: Circulation, *, now: datetime) -> bool:
    """Write the reminder that is due, and the warnings of unsent drafts; the clock's act.

    Reminders go to States that have not answered every item; of several missed ones only the latest is
    written. Effects: letters, one entry for the reminder, one for each State warned. Returns whether there
    was anything to write. The caller holds the lock.
    """
    loaded = load(session, circulation.id)
    due, drafting = due_reminder(loaded, now), unwarned(session, loaded, now)
    if due is not None:
        ordinal, circulation.reminded_at = due
        reminded = letters.reminder(session, loaded, now=now, ordinal=ordinal)
        record(
            session,
            Entry.REMINDED,
            by=CLOCK,
            at=now,
            circulation=circulation,
            ordinal=ordinal,
            scheduled_at=circulation.reminded_at,
            states=[state.code for state in reminded],
        )
    for state in drafting:
        letters.draft_waiting(session, loaded, now=now, state_id=state.id)
        code = state.code
        record(session, Entry.DRAFT_WARNED, by=CLOCK, at=now, circulation=circulation, on_behalf_of=code)
    return due is not None or bool(drafting)
