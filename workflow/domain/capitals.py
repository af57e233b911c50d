"""A proposed deadline as each State sees it: its capital's hour and its own days off (rules 10, 11).

Which deadlines are lawful is not here: see `calendars`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from workflow.domain.national import Calendar, outside
from workflow.domain.zones import local

DayKind = Literal["work", "weekend", "holiday"]


@dataclass(frozen=True)
class CapitalView:
    """One deadline in one capital.

    `deadline_local` is aware, in `zone`; `working_days` are counted in the State's own calendar;
    `lost` are its holidays, as (day, name), on days it would otherwise work.
    """

    code: str
    zone: str
    deadline_local: datetime
    working_days: int
    lost: tuple[tuple[date, str], ...]


def preview(
    deadline: datetime,
    start: datetime,
    states: Sequence[tuple[str, str, Calendar]],
    rules_zone: str,
) -> list[CapitalView]:
    """Return how each State, given as (code, zone, calendar), sees a deadline (rule 11).

    Days are those of `rules_zone`, the same for all: after the day of `start`, to the deadline's.
    Raises Invalid for days outside a State's calendar.
    """
    views = []
    for code, zone, calendar in states:
        grid = days_grid(start, deadline, calendar, rules_zone)
        working_days = sum(kind == "work" for _, kind, _ in grid)
        lost = tuple((day, name) for day, kind, name in grid if kind == "holiday")
        views.append(CapitalView(code, zone, local(deadline, zone), working_days, lost))
    return views


def days_grid(
    start: datetime, deadline: datetime, calendar: Calendar, rules_zone: str
) -> list[tuple[date, DayKind, str]]:
    """Return every day after that of `start` up to the deadline's, its kind and its holiday's name.

    Takes instants; days are those of `rules_zone`. A holiday on a weekend costs no day and shows
    as weekend; the name is empty but for holidays. Raises Invalid for days outside the calendar.
    """
    first, last = local(start, rules_zone).date(), local(deadline, rules_zone).date()
    for day in (first, last):
        if last > first and not calendar.covers(day):
            raise outside(calendar, day)
    days = (first + timedelta(days=count) for count in range(1, (last - first).days + 1))
    return [(day, *_kind(day, calendar)) for day in days]


def _kind(day: date, calendar: Calendar) -> tuple[DayKind, str]:
    if calendar.is_weekend(day):
        return "weekend", ""
    name = calendar.holidays.get(day)
    return ("work", "") if name is None else ("holiday", name)
