"""Periods in working time: when one lawfully ends, resumes after a suspension, and is reminded of.

One country's weekend and holidays are not here (`national`), nor how a deadline reads in every
capital (`capitals`); their names can be imported from here too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from workflow.domain.capitals import CapitalView, days_grid, preview
from workflow.domain.errors import AmbiguousTime, DeadlineTooEarly, Invalid, NoSuchTime, Sentence, says
from workflow.domain.national import Calendar, national, outside
from workflow.domain.rules import Rules, Span
from workflow.domain.spelled import Spelled
from workflow.domain.zones import instant, local, named, utc

__all__ = [
    "NEVER",
    "Calendar",
    "CapitalView",
    "WorkingTime",
    "days_grid",
    "national",
    "preview",
    "resumed_window",
]

ONE_DAY = timedelta(days=1)
#: A close that the calendars cannot tell; still within reach of every zone.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def resumed_window(window_end: datetime, suspended_at: datetime, resumed_at: datetime) -> datetime:
    """Return the end of a consultation window after a suspension: its remainder is kept (rule 17)."""
    remainder = max(utc(window_end) - utc(suspended_at), timedelta())
    return utc(resumed_at) + remainder if remainder else utc(window_end)


@dataclass(frozen=True)
class WorkingTime:
    """The time rules of one circulation: its rules, its declared calendars, and urgent or not.

    Days are days in `rules.zone`. A close is the body's deadline hour of a working day; where
    clocks skip that hour or show it twice, the day counts but has no close (rule 10). Takes aware
    moments (else ValueError) and returns UTC. Days the calendars do not cover raise Invalid.
    """

    rules: Rules
    calendars: tuple[Calendar, ...]
    urgent: bool = False

    def __post_init__(self) -> None:
        # With none declared every day would count, Sundays too.
        if self.rules.minimum.working_days is not None and not self.calendars:
            raise ValueError("a minimum in working days needs at least one calendar")

    def is_working(self, day: date) -> bool:
        """Tell whether `day` is a working day in every declared calendar (rule 11)."""
        for calendar in self.calendars:
            if not calendar.covers(day):
                raise outside(calendar, day)
        return all(calendar.is_working(day) for calendar in self.calendars)

    def period_end(self, start: datetime) -> datetime:
        """Return the earliest lawful close when silence starts at `start` (rules 3, 11).

        Working days: the first close that is neither before the last counted day nor before the
        floor; so where the floor is the longer, the period still ends at the deadline hour of a
        working day, and the end itself is a deadline that `check` accepts. Seconds: that long,
        or the floor. Urgent: the floor alone takes the place of the minimum period.
        """
        floor = utc(start) + self.rules.floor
        if self.urgent:
            return floor
        return max(floor, self._later(start, self.rules.minimum, not_before=floor))

    def offered(self, start: datetime) -> datetime:
        """Return the deadline the preview offers: the margin after the earliest lawful one (rule 3).

        Urgent: the first close at or after the floor, without a margin. A body that counts its
        minimum in seconds has no closes: its floor or period and a margin in seconds are exact.
        """
        earliest = self.period_end(start)
        if not self._counts_days:
            return self._later(earliest, self.rules.margin, not_before=earliest)
        if self.urgent:
            return self._first_close(self._day(earliest), earliest)
        later = self._later(earliest, self.rules.margin, not_before=earliest)
        return self._first_close(self._day(later), later)

    def check(self, deadline: datetime, start: datetime) -> None:
        """Refuse a deadline that is too early or falls on a day off (rules 3, 11).

        Raises DeadlineTooEarly naming the earliest lawful deadline, Invalid for a day that is not
        worked (only where the minimum is in working days and the circulation is not urgent).
        """
        earliest, proposed = self.period_end(start), utc(deadline)
        if proposed < earliest:
            message = says(
                "{deadline} is too early: the minimum is {minimum}.",
                deadline=self._named(proposed),
                minimum=self._minimum_named(),
            )
            remedy = says("The earliest lawful deadline is {deadline}.", deadline=self._named(earliest))
            details = {"earliest": earliest.isoformat()}
            raise DeadlineTooEarly(message, remedy=remedy, field="deadline", details=details)
        if not self._counts_days:
            return
        # Asked for an urgent one too: beyond its calendars it could be neither resumed nor reminded of.
        if self.is_working(self._day(proposed)) or self.urgent:
            return
        following = self._first_close(self._day(proposed), proposed)
        message = says("{deadline} does not fall on a working day.", deadline=self._named(proposed))
        remedy = says("The next one is {deadline}.", deadline=self._named(following))
        raise Invalid(message, remedy=remedy, field="deadline", details={"next": following.isoformat()})

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """Count the working days after the local day of `start`, up to and with that of `end`."""
        return sum(map(self.is_working, _days(self._day(start), self._day(end))))

    def resumed(
        self,
        deadline: datetime,
        suspended_at: datetime,
        resumed_at: datetime,
        *,
        window_end: datetime | None = None,
    ) -> datetime:
        """Return the deadline after a suspension (rule 17); never earlier for a later `deadline`.

        The first close that leaves, from `resumed_at`, no fewer working days and no less elapsed
        time than remained at `suspended_at`. Where the minimum is in seconds: the elapsed time.
        `window_end` is the end of the consultation window in force at `suspended_at`: if it was
        unfinished, a full period follows what is left of it.
        """
        earliest = utc(resumed_at) + (utc(deadline) - utc(suspended_at))
        if window_end is not None and utc(window_end) > utc(suspended_at):
            earliest = max(earliest, self.period_end(resumed_window(window_end, suspended_at, resumed_at)))
        if not self._counts_days:
            return earliest
        remaining = self.working_days_between(suspended_at, deadline)
        return self._first_close(self._after(self._day(resumed_at), remaining), earliest)

    def lawful_close(
        self,
        served_since: datetime,
        window_end: datetime | None,
        suspensions: Sequence[tuple[datetime, datetime]],
    ) -> datetime:
        """Return the instant from which the silence of a State served since then counts (rules 9, 17).

        `window_end` is the one in force, `suspensions` the ended ones as (begin, finish). NEVER
        where the calendars end before the period does: what cannot be told must hold.

        A suspension moves a running period as `resumed` moves the deadline, but never past a full
        period from the resumption on: who was served earlier is not worse off than who was served
        while suspended. An urgent period keeps its elapsed time.

        So no suspension brings this instant past a deadline that it did not exceed: `resumed` keeps
        the order of what it moves; an urgent close moves by the elapsed time alone, a deadline by
        no less; and a period that would have begun while suspended begins at the resumption, from
        where the deadline leaves all the working days and the time that lay between the suspension
        and itself, hence no less than lay after the later service.
        """
        start = max(utc(served_since), utc(window_end or served_since))
        ended = sorted((utc(begin), utc(finish)) for begin, finish in suspensions)
        for begin, finish in ended:
            if begin <= start < finish:
                start = finish
        close = self._end_or_never(start)
        for begin, finish in ended:
            if start <= begin < close:
                close = min(self._moved(close, begin, finish), self._end_or_never(finish))
        return close

    def reminders(self, deadline: datetime, dispatched_at: datetime) -> tuple[datetime, ...]:
        """Return the instants to remind at, ascending, between dispatch and deadline (rule 6).

        Working days count back from the deadline's day, to the body's deadline hour.
        """
        planned = (self._before(utc(deadline), span, dispatched_at) for span in self.rules.reminders)
        return tuple(sorted({at for at in planned if at and utc(dispatched_at) < at < utc(deadline)}))

    def last_call(self, deadline: datetime, dispatched_at: datetime) -> datetime:
        """Return when a State is warned of a draft that it has not sent (rule 23), in every round.

        One working day before the deadline, as a reminder of it would lie; urgent, or where the
        minimum is in seconds, 24 hours before; never before the middle of the round.
        """
        start, end = utc(dispatched_at), utc(deadline)
        planned = end - ONE_DAY
        if self._counts_days and not self.urgent:
            planned = self._before(end, Span(working_days=1), start) or planned
        return max(planned, start + (end - start) / 2)

    @property
    def _counts_days(self) -> bool:
        return self.rules.minimum.working_days is not None

    def _end_or_never(self, start: datetime) -> datetime:
        try:
            return self.period_end(start)
        except Invalid:
            return NEVER

    def _moved(self, close: datetime, begin: datetime, finish: datetime) -> datetime:
        if self.urgent:
            return finish + (close - begin)
        try:
            return self.resumed(close, begin, finish)
        except Invalid:
            return NEVER

    def _day(self, moment: datetime) -> date:
        return local(moment, self.rules.zone).date()

    def _close_on(self, day: date) -> datetime | None:
        hour = time.fromisoformat(self.rules.deadline_hour)
        try:
            return instant(datetime.combine(day, hour), self.rules.zone)
        except (NoSuchTime, AmbiguousTime):
            return None

    def _first_close(self, day: date, not_before: datetime) -> datetime:
        day = max(day, self._day(not_before))
        while True:
            close = self._close_on(day) if self.is_working(day) else None
            if close is not None and close >= not_before:
                return close
            day += ONE_DAY

    def _after(self, day: date, working_days: int) -> date:
        while working_days > 0:
            day += ONE_DAY
            working_days -= self.is_working(day)
        return day

    def _later(self, moment: datetime, span: Span, *, not_before: datetime) -> datetime:
        if span.working_days is None:
            return utc(moment) + timedelta(seconds=span.seconds or 0)
        return self._first_close(self._after(self._day(moment), span.working_days), not_before)

    def _before(self, deadline: datetime, span: Span, dispatched_at: datetime) -> datetime | None:
        if span.working_days is None:
            return deadline - timedelta(seconds=span.seconds or 0)
        day, remaining = self._day(deadline), span.working_days
        earliest = self._day(dispatched_at)
        while day >= earliest:
            close = self._close_on(day) if remaining <= 0 else None
            if close is not None:
                return close
            day -= ONE_DAY
            if day >= earliest:
                remaining -= self.is_working(day)
        return None

    def _named(self, moment: datetime) -> Spelled:
        return named(moment, self.rules.zone)

    def _minimum_named(self) -> Sentence:
        days, floor = self.rules.minimum.working_days, self.rules.floor_seconds
        if self.urgent:
            return _elapsed(floor)
        if days is None:
            return _elapsed(max(floor, self.rules.minimum.seconds or 0))
        if days == 1:
            return says("1 working day and at least {hours}", hours=_elapsed(floor))
        return says("{days} working days and at least {hours}", days=days, hours=_elapsed(floor))


def _elapsed(seconds: int) -> Sentence:
    if seconds % 3600:
        return says("{count} seconds", count=seconds)
    return says("{count} hours", count=seconds // 3600)


def _days(start: date, end: date) -> Iterator[date]:
    return (start + ONE_DAY * count for count in range(1, (end - start).days + 1))
