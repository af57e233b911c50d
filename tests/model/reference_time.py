"""Working days, periods and what is left of them after a suspension (rules 3, 10, 11, 17).

Instants are aware UTC datetimes given by the caller; nothing here reads a clock. Choices:
- a full period ends at the deadline hour of its last working day, or a floor after its start if later (11);
- of an urgent circulation the full period is the floor, elapsed (3);
- the working days that remained at a suspension exclude the day of the suspension, as dispatch's does (17).
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tests.model.reference_terms import Refused, Rules


def local_day(rules: Rules, instant: datetime) -> date:
    """Return the calendar day of an instant in the body's zone (rule 32)."""
    return instant.astimezone(ZoneInfo(rules.zone)).date()


def announced(day: date, hour: time, zone: str) -> datetime:
    """Return the UTC instant of a local time; refuse one that does not exist or exists twice (rule 10)."""
    place = ZoneInfo(zone)
    first = datetime.combine(day, hour, place).replace(fold=0)
    second = first.replace(fold=1)
    if first.utcoffset() != second.utcoffset():
        raise Refused("10", "this local time does not exist, or exists twice")
    return first.astimezone(UTC)


def at_deadline_hour(rules: Rules, day: date) -> datetime:
    """Return the instant of the body's deadline hour on a local day (rule 10)."""
    return announced(day, time(rules.deadline_hour), rules.zone)


def is_working_day(rules: Rules, day: date) -> bool:
    """Tell whether a day is a working day in every declared calendar (rule 11)."""
    return all(
        day.weekday() not in calendar.weekend and day not in calendar.holidays for calendar in rules.calendars
    )


def working_days(rules: Rules, start: datetime, end: datetime) -> int:
    """Count the working days after the day of `start` up to the day of `end` (rule 11)."""
    day, last, count = local_day(rules, start), local_day(rules, end), 0
    while day < last:
        day += timedelta(days=1)
        count += is_working_day(rules, day)
    return count


@lru_cache(10_000)
def period_end(rules: Rules, start: datetime, *, urgent: bool = False) -> datetime:
    """Return the instant at which a full period begun at `start` is over (rules 3, 9, 11)."""
    if urgent:
        return start + rules.floor
    day, left = local_day(rules, start), rules.minimum_days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(rules, day)
    return max(at_deadline_hour(rules, day), start + rules.floor)


def next_deadline(rules: Rules, earliest: datetime) -> datetime:
    """Return the first deadline hour of a working day that is not before `earliest` (rule 11)."""
    day = local_day(rules, earliest)
    while not is_working_day(rules, day) or at_deadline_hour(rules, day) < earliest:
        day += timedelta(days=1)
    return at_deadline_hour(rules, day)


def resumed_end(rules: Rules, end: datetime, suspended: datetime, resumed: datetime) -> datetime:
    """Return where an end moves when its period stood still meanwhile (rule 17).

    That is the first deadline hour of a working day leaving no fewer working days and no less elapsed
    time after `resumed` than there were after `suspended`.
    """
    left = working_days(rules, suspended, end)
    found = next_deadline(rules, resumed + (end - suspended))
    while working_days(rules, resumed, found) < left:
        found = next_deadline(rules, found + timedelta(microseconds=1))
    return found
