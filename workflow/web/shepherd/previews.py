"""A deadline as a page shows it before it is chosen: in every capital, lawful or refused, fair or not.

How working days are counted is in `workflow/domain/calendars.py`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from workflow.domain import zones
from workflow.domain.calendars import WorkingTime, days_grid, preview
from workflow.domain.capitals import CapitalView, DayKind
from workflow.domain.errors import Invalid, Refused
from workflow.domain.national import Calendar
from workflow.models.body import Body, State
from workflow.queries.working_days import own_calendars
from workflow.web.sentences import translated

#: A grid of more days than this is no help on any screen.
_GRID_DAYS = 45
#: How far a deadline that is fair to every capital is looked for.
_FAIR_DAYS = 40


@dataclass(frozen=True)
class GridRow:
    """One State's days, with their count, and whether it falls below the minimum."""

    state: State
    kinds: list[tuple[DayKind, str]]
    count: int
    lacking: bool


@dataclass(frozen=True)
class Preview:
    """One deadline (UTC) counted from `start`, for these States.

    Nothing is decided here: `refusal` says what the act itself would say.
    """

    working_time: WorkingTime
    start: datetime
    deadline: datetime
    states: list[State]
    calendars: list[tuple[str, str, Calendar]]

    @property
    def zone(self) -> str:
        """Return the zone in which days are counted and the deadline is announced."""
        return self.working_time.rules.zone

    @cached_property
    def refusal(self) -> str:
        """Return why this deadline would be refused, or ""."""
        try:
            self.working_time.check(self.deadline, self.start)
            self.counted  # noqa: B018 - days beyond the calendars are refused too
        except Invalid as error:
            return told(error)
        return ""

    @cached_property
    def earliest(self) -> datetime:
        """Return the earliest lawful deadline."""
        return self.working_time.period_end(self.start)

    @cached_property
    def offered(self) -> datetime:
        """Return the deadline offered: one working day more than the earliest (rule 3)."""
        return self.working_time.offered(self.start)

    @cached_property
    def counted(self) -> int:
        """Return the working days in the calendars that count."""
        return self.working_time.working_days_between(self.start, self.deadline)

    @property
    def minimum(self) -> int | None:
        """Return the minimum in working days, where the body counts them and it is not urgent."""
        return None if self.working_time.urgent else self.working_time.rules.minimum.working_days

    @cached_property
    def views(self) -> list[tuple[State, CapitalView]]:
        """Return each State with the deadline as its capital sees it; none beyond its calendar."""
        try:
            seen = preview(self.deadline, self.start, self.calendars, self.zone)
        except Invalid:
            return []
        return list(zip(self.states, seen, strict=True))

    @property
    def lacking(self) -> list[tuple[State, CapitalView]]:
        """Return the States with fewer working days of their own than the minimum."""
        minimum = self.minimum
        return [one for one in self.views if minimum is not None and one[1].working_days < minimum]

    @cached_property
    def days(self) -> list[date]:
        """Return the days of the grid; none where they are too many."""
        if not self.views:
            return []
        grid = days_grid(self.start, self.deadline, self.calendars[0][2], self.zone)
        return [day for day, _, _ in grid] if len(grid) <= _GRID_DAYS else []

    @cached_property
    def grid(self) -> list[GridRow]:
        """Return a row of days for each State."""
        minimum = self.minimum
        return [
            GridRow(
                state,
                [(kind, name) for _, kind, name in days_grid(self.start, self.deadline, calendar, self.zone)],
                view.working_days,
                minimum is not None and view.working_days < minimum,
            )
            for (state, view), (_, _, calendar) in zip(self.views, self.calendars, strict=True)
        ]

    @property
    def last_day(self) -> date:
        """Return the deadline's day where it is announced."""
        return zones.local(self.deadline, self.zone).date()

    @cached_property
    def fair(self) -> datetime | None:
        """Return the first lawful deadline at which every State has the minimum of its own working days."""
        minimum = self.minimum
        if minimum is None or not self.calendars:
            return None
        try:
            return self._first_fair(minimum)
        except Invalid:
            return None

    def _first_fair(self, minimum: int) -> datetime | None:
        first = zones.local(self.earliest, self.zone)
        for count in range(_FAIR_DAYS):
            day = first.date() + timedelta(days=count)
            if not self.working_time.is_working(day):
                continue
            end = zones.instant(datetime.combine(day, first.time()), self.zone)
            views = preview(end, self.start, self.calendars, self.zone)
            if all(view.working_days >= minimum for view in views):
                return end
        return None


def told(error: Refused) -> str:
    """Return what a refusal says, and what to do."""
    return " ".join(translated(part) for part in (error.message, error.remedy) if part)


def previewed(
    body: Body,
    states: list[State],
    working_time: WorkingTime,
    start: datetime,
    deadline: datetime,
) -> Preview:
    """Return the preview of a deadline for these States by their own calendars of the start's years."""
    around = zones.local(start, working_time.rules.zone).date()
    return Preview(working_time, start, deadline, states, own_calendars(body, states, around))
