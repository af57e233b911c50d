"""Instants within a sentence, always with their place, and the zones a deadline can be announced in.

How single instants are written in templates is in `filters`.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from flask_babel import gettext

from workflow.domain import zones
from workflow.models.body import State
from workflow.web.filters import at_zone, hour, zone_place


def moment(instant: datetime, zone: str, place: str | None = None, *, seconds: bool = False) -> str:
    """Write a UTC instant in a zone with its place: "Friday 9 October 2020, 17:00 in Jakarta (10:00 UTC)"."""
    there = gettext(
        "%(time)s in %(place)s", time=at_zone(instant, zone, seconds=seconds), place=place or zone_place(zone)
    )
    return there if zone == "UTC" else f"{there} ({hour(instant, 'UTC', seconds=seconds)} UTC)"


def read(day: date, at: time, zone: str, field: str) -> datetime:
    """Return the UTC instant of a local day and hour; raises Invalid naming `field` (rule 10)."""
    return zones.instant(datetime.combine(day, at), zone, field=field)


def fields(instant: datetime, zone: str) -> tuple[date, time]:
    """Return the local day and hour of a UTC instant for two fields, never earlier than the instant."""
    whole = instant.replace(microsecond=0)
    shown = zones.local(whole if whole == instant else whole + timedelta(seconds=1), zone)
    return shown.date(), shown.time()


def zone_choices(states: Iterable[State], *others: str, at: datetime) -> list[tuple[str, str]]:
    """Return the zones of the capitals and any other zone that exists, each with its offset at `at`."""
    places: dict[str, list[str]] = {}
    for state in states:
        places.setdefault(state.zone, []).append(state.capital)
    for zone in others:
        if zone not in places and zones.zone_exists(zone):
            places[zone] = [zone_place(zone)]
    return [(zone, f"{', '.join(names)} ({_offset(at, zone)})") for zone, names in places.items()]


def _offset(at: datetime, zone: str) -> str:
    """Return how far a zone is from UTC at an instant: "UTC+7", "UTC+6:30"."""
    minutes = int((zones.local(at, zone).utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
