"""Every change of the clocks in twenty zones over ten years: hours that are none or two are refused."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from workflow.domain.errors import AmbiguousTime, Invalid, NoSuchTime
from workflow.domain.zones import instant, local

ZONES = (
    "America/New_York", "America/Santiago", "America/Sao_Paulo", "America/St_Johns", "America/Mexico_City",
    "Europe/London", "Europe/Berlin", "Europe/Dublin", "Europe/Istanbul", "Europe/Chisinau",
    "Africa/Casablanca", "Africa/Cairo", "Asia/Jerusalem", "Asia/Tehran", "Asia/Beirut",
    "Asia/Amman", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Apia",
)  # fmt: skip
FIRST, LAST = datetime(2015, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
Converted = Callable[[datetime, str], datetime]


def changes(zone: str) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Give each instant at which the clocks of a zone change, with the offsets before and after."""
    place, day = ZoneInfo(zone), FIRST
    while day < LAST:
        before, after = _offset(day, place), _offset(day + timedelta(days=1), place)
        if before != after:
            low, high = day, day + timedelta(days=1)
            while high - low > TICK:
                middle = low + (high - low) / 2
                low, high = (middle, high) if _offset(middle, place) == before else (low, middle)
            yield high, before, after
        day += timedelta(days=1)


def _offset(at: datetime, place: ZoneInfo) -> timedelta:
    return at.astimezone(place).utcoffset() or timedelta()


def wrong(convert: Converted) -> list[str]:
    """Return what a conversion of local times does wrong at the edges of all these changes."""
    return [one for zone in ZONES for change in changes(zone) for one in _wrong_at(convert, zone, *change)]


def _wrong_at(
    convert: Converted, zone: str, at: datetime, before: timedelta, after: timedelta
) -> Iterator[str]:
    naive = at.replace(tzinfo=None)
    start, end = sorted((naive + before, naive + after))
    refusal = NoSuchTime if after > before else AmbiguousTime
    for doubtful in (start, start + (end - start) / 2, end - TICK):
        try:
            yield f"{doubtful} in {zone} is taken for {convert(doubtful, zone)}"
        except refusal:
            pass
        except Invalid as other:
            yield f"{doubtful} in {zone} is refused as {type(other).__name__}"
    for plain in (start - TICK, end):
        try:
            if local(convert(plain, zone), zone).replace(tzinfo=None) != plain:
                yield f"{plain} in {zone} does not come back"
        except Invalid as refused:
            yield f"{plain} in {zone} is refused: {refused}"


def test_hours_that_are_none_or_two_are_refused_and_all_others_come_back() -> None:
    assert sum(1 for zone in ZONES for _ in changes(zone)) > 250
    assert wrong(instant) == []


def test_hunt_sees_a_conversion_that_takes_the_first_of_two() -> None:
    def careless(given: datetime, zone: str) -> datetime:
        return given.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    assert len(wrong(careless)) > 250
