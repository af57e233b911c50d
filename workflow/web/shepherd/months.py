"""The months a deadline can lie in: every day with the capitals that do not work, and whether it is lawful.

A lawful deadline is defined in `workflow/domain/calendars.py`; one deadline in detail is in `previews`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from workflow.domain import zones
from workflow.domain.errors import Refused
from workflow.models.body import State
from workflow.web.shepherd.previews import Preview

#: How far beyond the deadline shown one may look for a better one, and at most how many days are shown.
_BEYOND, _MOST = timedelta(days=14), timedelta(days=92)
_WEEK = 7


@dataclass(frozen=True)
class Day:
    """One day: who works, and the address that shows it as the deadline, None where it would be refused.

    `holidays` are the States that lose it to one of their own, with its name; `weekend` those that rest.
    `counts` tells whether it is a working day of the period; `is_past` that it lies before the period.
    """

    day: date
    holidays: list[tuple[State, str]]
    weekend: list[State]
    counts: bool
    is_past: bool
    is_deadline: bool
    url: str | None


@dataclass(frozen=True)
class Month:
    """One month as weeks of seven days from Monday on, None for days of other months."""

    first: date
    weeks: list[list[Day | None]]


def months(
    preview: Preview, address: Callable[[datetime], str], *, later_than: datetime | None = None
) -> list[Month]:
    """Return the months around a deadline; `address` makes that of the page which shows another one.

    With `later_than` only days whose deadline lies after that instant are offered (rule 16). None at all
    where the States have no calendars for them.
    """
    if not preview.views:
        return []
    start = zones.local(preview.start, preview.zone).date()
    last = min(max(preview.last_day, _day(preview.offered, preview)) + _BEYOND, start + _MOST)
    shown = [one for _, _, one in preview.calendars if not one.covers(last)]
    if shown:
        return []
    hour = zones.local(preview.deadline, preview.zone).time()
    found = [
        _look(preview, day, _Choosing(hour, address, later_than))
        for day in _days(start.replace(day=1), _month_end(last))
    ]
    return [
        Month(first, list(_weeks(list(group))))
        for first, group in groupby(found, key=lambda one: one.day.replace(day=1))
    ]


def _look(preview: Preview, day: date, choosing: "_Choosing") -> Day:
    pairs = list(zip(preview.states, [one for _, _, one in preview.calendars], strict=True))
    start = zones.local(preview.start, preview.zone).date()
    covered = all(calendar.covers(day) for _, calendar in pairs)
    weekend = [state for state, calendar in pairs if calendar.is_weekend(day)]
    return Day(
        day=day,
        holidays=[
            (state, calendar.holidays[day])
            for state, calendar in pairs
            if day in calendar.holidays and not calendar.is_weekend(day)
        ],
        weekend=weekend,
        counts=covered and day > start and preview.working_time.is_working(day),
        is_past=day <= start,
        is_deadline=day == preview.last_day,
        url=choosing.address_of(preview, day) if day > start else None,
    )


@dataclass(frozen=True)
class _Choosing:
    """How a day becomes the address that shows it: the hour asked for, and what it must be later than."""

    hour: time
    address: Callable[[datetime], str]
    later_than: datetime | None

    def address_of(self, preview: Preview, day: date) -> str | None:
        """Return the address of a day as the deadline; the act itself would refuse what has none."""
        try:
            chosen = zones.instant(datetime.combine(day, self.hour), preview.zone)
            preview.working_time.check(chosen, preview.start)
        except Refused:
            return None
        is_later = self.later_than is None or chosen > self.later_than
        return self.address(chosen) if is_later else None


def _day(instant: datetime, preview: Preview) -> date:
    return zones.local(instant, preview.zone).date()


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _weeks(days: list[Day]) -> Iterator[list[Day | None]]:
    row: list[Day | None] = [None] * days[0].day.weekday()
    for day in days:
        row.append(day)
        if len(row) == _WEEK:
            yield row
            row = []
    if row:
        yield row + [None] * (_WEEK - len(row))
