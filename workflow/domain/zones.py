"""Local time and instants: from an announced hour to one UTC instant and back (rule 10).

Working days and periods are not here: see `calendars`.
"""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflow.domain.errors import AmbiguousTime, Invalid, NoSuchTime, says
from workflow.domain.spelled import Spelled, clock


@lru_cache(maxsize=1024)
def zone_exists(name: str) -> bool:
    """Tell whether `name` is a time zone of the IANA database, such as "Asia/Jakarta"."""
    try:
        ZoneInfo(name)
    # A folder of the database ("Asia") and a broken name fail in other ways than a missing zone.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def utc(moment: datetime) -> datetime:
    """Return an aware moment as an instant in UTC; raises ValueError when it is naive.

    Arithmetic between two moments of one zone ignores daylight saving, so it is done in UTC only.
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("an instant must be timezone-aware")
    return moment.astimezone(UTC)


def instant(local: datetime, zone: str, *, field: str = "deadline") -> datetime:
    """Return the UTC instant of a naive local time in an IANA zone (rule 10).

    Raises NoSuchTime when clocks skip that time, AmbiguousTime when they show it twice, Invalid
    for an unknown zone or a date out of reach; each names `field`. ValueError if not naive.
    """
    if local.tzinfo is not None:
        raise ValueError("a local time is naive; its zone is given beside it")
    tz = _zone(zone)
    try:
        first = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
        second = local.replace(tzinfo=tz, fold=1).astimezone(UTC)
        shown = first.astimezone(tz).replace(tzinfo=None)
    except OverflowError:
        raise _out_of_reach(local, zone, field) from None
    if first == second:
        return first
    details = {"local": local.isoformat(), "zone": zone}
    remedy = "Choose another hour."
    if shown != local.replace(fold=0):
        message = says(
            "{time} does not exist in {zone}: the clocks go forward over it.", time=clock(local), zone=zone
        )
        raise NoSuchTime(message, remedy=remedy, field=field, details=details)
    message = says("{time} comes twice in {zone}: the clocks go back over it.", time=clock(local), zone=zone)
    raise AmbiguousTime(message, remedy=remedy, field=field, details=details)


def local(instant: datetime, zone: str) -> datetime:
    """Return an instant as an aware datetime in an IANA zone; raises Invalid for an unknown one."""
    try:
        return utc(instant).astimezone(_zone(zone))
    except OverflowError:
        raise _out_of_reach(instant, zone, "deadline") from None


def named(instant: datetime, zone: str) -> Spelled:
    """Return an instant in words, in its zone and in UTC: an hour without its zone says nothing (rule 10)."""
    if zone == "UTC":
        return Spelled(f"{clock(utc(instant))} UTC", utc(instant), zone)
    there, here = clock(local(instant, zone)), clock(utc(instant))
    return Spelled(f"{there} {zone} ({here} UTC)", utc(instant), zone)


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    # The library itself keeps eight, and a body has more capitals.
    if not zone_exists(name):
        message = says("“{name}” is not a time zone.", name=name)
        remedy = "Choose a zone of the IANA list, such as Asia/Jakarta."
        raise Invalid(message, remedy=remedy, field="zone", details={"zone": name})
    return ZoneInfo(name)


def _out_of_reach(moment: datetime, zone: str, field: str) -> Invalid:
    message = says(
        "{time} in {zone} is outside the years that can be handled.", time=clock(moment), zone=zone
    )
    return Invalid(message, remedy="Choose another date.", field=field)
