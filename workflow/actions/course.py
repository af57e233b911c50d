"""The course of a running circulation: extension, suspension, resumption, a request for more time.

What a working day is and when a period ends is in `workflow/domain/calendars.py`.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflow.actions.admitting import require_on_roster
from workflow.actions.moving import move_circulation, resettle
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.calendars import resumed_window
from workflow.domain.errors import Invalid, WrongStatus, says
from workflow.domain.mandates import Act, Actor, require
from workflow.domain.serving import lawful_close, served_since
from workflow.domain.terms import RUNNING, CirculationStatus, CirculationTrigger
from workflow.domain.texts import clean
from workflow.domain.zones import named
from workflow.models.circulation import Circulation, DeadlineMove, RosterState, Suspension
from workflow.models.response import ExtensionRequest
from workflow.notices import letters
from workflow.queries.cases import Loaded, load


def extend(
    session: Session, circulation: Circulation, *, by: Actor, now: datetime, deadline: datetime, reason: str
) -> DeadlineMove:
    """Move the deadline later, for all States, or take a held circulation up again (rule 16).

    Effects: the new deadline (UTC), silence broken or restored by what is in time for it (rule 13), one
    entry, one letter to every State. Raises WrongStatus while suspended or closed, Invalid for a deadline
    that is not later, DeadlineTooEarly where a held one leaves less than a full period from now.
    """
    require(by, Act.EXTEND, body=circulation.body_id)
    reason = clean(reason, "reason", required=True)
    loaded = load(session, circulation.id)
    before = circulation.deadline
    assert before is not None
    was_held = circulation.status is CirculationStatus.HELD
    move_circulation(circulation, CirculationTrigger.EXTEND, before_deadline=now < before)
    earliest = _later(loaded, before, deadline, now if was_held else None)
    circulation.deadline, circulation.held_at = deadline, None
    # Its letter tells of the new deadline: what the new schedule places before it reminds nobody (rule 6).
    circulation.reminded_at = now
    _let_go(session, circulation)
    moved = _moved(session, circulation, "extension", before, reason, by, now)
    session.flush()
    loaded = load(session, circulation.id)
    resettle(session, loaded, by=by, now=now)
    _record_extension(session, loaded, before, earliest, by, now, reason)
    letters.extension(session, load(session, circulation.id), moved, now=now)
    return moved


def _record_extension(
    session: Session,
    loaded: Loaded,
    before: datetime,
    earliest: datetime,
    by: Actor,
    now: datetime,
    reason: str,
) -> None:
    record(
        session,
        Entry.EXTENDED,
        by=by,
        at=now,
        circulation=loaded.circulation,
        before=before,
        deadline=loaded.circulation.deadline,
        earliest_close=earliest,
        earliest_closes=earliest_closes(loaded),
        text=reason,
    )


def _let_go(session: Session, circulation: Circulation) -> None:
    nobody_holds = update(RosterState).where(RosterState.circulation_id == circulation.id).values(holds=False)
    session.execute(nobody_holds.execution_options(synchronize_session=False))


def _later(loaded: Loaded, before: datetime, deadline: datetime, held_now: datetime | None) -> datetime:
    """Check the new deadline and return the earliest lawful one."""
    if deadline <= before:
        raise Invalid(
            says(
                "The deadline is {deadline}; a running period is never shortened.",
                deadline=named(before, loaded.circulation.zone),
            ),
            remedy="Choose a later time.",
            field="deadline",
        )
    # Out of a hold a full period follows the extension; else only the day of the deadline is in question.
    start = held_now or loaded.circulation.window_end or loaded.circulation.dispatched_at
    assert start is not None
    loaded.working_time.check(deadline, start)
    return loaded.working_time.period_end(start)


def suspend(
    session: Session, circulation: Circulation, *, by: Actor, now: datetime, reason: str
) -> Suspension:
    """Let deadline and window stand still (rule 17); responses are accepted meanwhile.

    Effects: the status, one entry, one letter to every State. Raises WrongStatus unless open.
    """
    require(by, Act.SUSPEND, body=circulation.body_id)
    reason = clean(reason, "reason", required=True)
    assert circulation.deadline is not None
    before_deadline = now < circulation.deadline
    circulation.suspended_at = now
    move_circulation(circulation, CirculationTrigger.SUSPEND, before_deadline=before_deadline)
    suspension = Suspension(
        body_id=circulation.body_id, circulation_id=circulation.id, since=now, reason=reason
    )
    session.add(suspension)
    record(session, Entry.SUSPENDED, by=by, at=now, circulation=circulation, text=reason)
    letters.suspension(session, load(session, circulation.id), now=now, reason=reason)
    return suspension


def resume(session: Session, circulation: Circulation, *, by: Actor, now: datetime) -> DeadlineMove:
    """Let time run again, with no fewer working days and no less time than remained (rule 17).

    Effects: new deadline and window end, one entry with every State's new earliest close, one letter to
    every State. Raises WrongStatus unless suspended.
    """
    require(by, Act.SUSPEND, body=circulation.body_id)
    loaded = load(session, circulation.id)
    move_circulation(circulation, CirculationTrigger.RESUME)
    before, since = circulation.deadline, circulation.suspended_at
    assert before is not None
    assert since is not None
    window = circulation.window_end
    circulation.deadline = loaded.working_time.resumed(before, since, now, window_end=window)
    if window is not None and window > since:
        circulation.window_end = resumed_window(window, since, now)
    circulation.suspended_at, circulation.reminded_at = None, now
    # A resumption in the very instant of the suspension stood still for no time, yet must run forward.
    loaded.suspensions[-1].until = max(now, since + timedelta(microseconds=1))
    moved = _moved(session, circulation, "resumption", before, loaded.suspensions[-1].reason, by, now)
    session.flush()
    loaded = load(session, circulation.id)
    record(
        session,
        Entry.RESUMED,
        by=by,
        at=now,
        circulation=circulation,
        before=before,
        deadline=circulation.deadline,
        window_end=circulation.window_end,
        earliest_closes=earliest_closes(loaded),
    )
    letters.resumption(session, loaded, moved, now=now)
    return moved


def earliest_closes(loaded: Loaded) -> list[dict[str, object]]:
    """Return, per roster State, the earliest instant at which its silence counts (null: not served)."""
    case = loaded.case()
    horizon = case.deadline or datetime.max.replace(tzinfo=case.dispatched_at.tzinfo)
    return [
        {
            "state": code,
            "earliest_close": lawful_close(served_since(case.evidence, code, before=horizon), case.period),
        }
        for code in case.roster
    ]


def ask_for_time(
    session: Session,
    circulation: Circulation,
    *,
    by: Actor,
    now: datetime,
    reasons: str,
    until: datetime | None = None,
) -> ExtensionRequest:
    """Ask the Lead Shepherd for more time; this neither objects nor stops the clock (rule 16).

    Effects: one entry, one letter to the Lead Shepherd. Raises NotAllowed for a State not on the roster,
    WrongStatus once nothing runs any more.
    """
    require(by, Act.ASK_FOR_TIME, body=circulation.body_id, state=by.state)
    reasons = clean(reasons, "reasons", required=True)
    loaded = load(session, circulation.id)
    require_on_roster(loaded, by)
    if circulation.status not in RUNNING:
        raise WrongStatus("This circulation is closed: there is no time left to extend.")
    request = ExtensionRequest(
        body_id=circulation.body_id,
        circulation_id=circulation.id,
        state_id=by.state_id,
        reasons=reasons,
        until=until,
        at=now,
        person_id=by.person,
    )
    session.add(request)
    session.flush()
    keys: dict[str, Any] = {"on_behalf_of": by.state, "until": until, "text": reasons}
    record(session, Entry.TIME_ASKED, by=by, at=now, circulation=circulation, **keys)
    letters.extension_requested(session, loaded, request, loaded.state(str(by.state)), now=now)
    return request


def _moved(
    session: Session,
    circulation: Circulation,
    cause: str,
    before: datetime,
    reason: str,
    by: Actor,
    now: datetime,
) -> DeadlineMove:
    assert circulation.deadline is not None
    moved = DeadlineMove(
        body_id=circulation.body_id,
        circulation_id=circulation.id,
        cause=cause,
        before=before,
        after=circulation.deadline,
        reason=reason,
        at=now,
        by=by.public_id,
    )
    session.add(moved)
    return moved
