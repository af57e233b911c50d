"""The calendars of a body: those its rules declare, and each member State's own (rule 11).

What a calendar means for a deadline is in `workflow/domain/calendars.py`.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.domain.calendars import Calendar, WorkingTime, national
from workflow.domain.rules import Rules
from workflow.models.body import Body, State

#: How many years after its dispatch a circulation knows the holidays of: a suspension may last long.
YEARS_AHEAD = 4
SATURDAY_AND_SUNDAY = (5, 6)


def members(session: Session, body: Body, day: date) -> list[State]:
    """Return the States that are members on a calendar day, by name (rule 32)."""
    states = session.scalars(select(State).where(State.body_id == body.id).order_by(State.name))
    return [state for state in states if state.is_member(day)]


def working_time(session: Session, body: Body, rules: Rules, *, urgent: bool, around: date) -> WorkingTime:
    """Return the working time by the calendars that `rules` declare, from the day before `around` on."""
    rows = session.execute(select(State.calendar, State.weekend).where(State.body_id == body.id))
    weekends = {row.calendar: row.weekend for row in rows}
    calendars = tuple(
        _calendar(body, code, weekends.get(code, SATURDAY_AND_SUNDAY), around) for code in rules.calendars
    )
    return WorkingTime(rules, calendars, urgent)


def own_calendars(body: Body, states: Sequence[State], around: date) -> list[tuple[str, str, Calendar]]:
    """Return each State as (code, zone, its own calendar), for the preview of a deadline."""
    return [
        (state.code, state.zone, _calendar(body, state.calendar, state.weekend, around)) for state in states
    ]


def _calendar(body: Body, code: str, weekend: Sequence[int], around: date) -> Calendar:
    overrides = {date.fromisoformat(day): name for day, name in body.holiday_overrides.get(code, {}).items()}
    first, last = date(around.year - 1, 12, 1), date(around.year + YEARS_AHEAD, 12, 31)
    return national(code, weekend, first, last, overrides=overrides)
