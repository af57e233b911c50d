"""One country's calendar: its weekend and its public holidays over some years (rule 11).

How periods are counted in such calendars is not here: see `calendars`.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from importlib.metadata import version as library_version
from types import MappingProxyType

import holidays

from workflow.domain import spelled
from workflow.domain.errors import Invalid, says

NO_OVERRIDES: Mapping[date, str | None] = MappingProxyType({})


@dataclass(frozen=True)
class Calendar:
    """The working days of one country from `first` to `last`, both included.

    `weekend` holds weekdays, Monday = 0; `holidays` maps a day to its English name; `version`
    says where the holidays come from. Frozen with a circulation: a holiday proclaimed later
    moves nothing (rules 2, 11).
    """

    code: str
    weekend: frozenset[int]
    holidays: Mapping[date, str] = field(hash=False)
    first: date
    last: date
    version: str

    def __post_init__(self) -> None:
        if not self.weekend <= frozenset(range(7)):
            raise ValueError("a weekend is given in weekdays from 0 (Monday) to 6 (Sunday)")
        if self.first > self.last:
            raise ValueError("a calendar cannot end before it begins")

    def covers(self, day: date) -> bool:
        """Tell whether the calendar knows about `day`."""
        return self.first <= day <= self.last

    def is_weekend(self, day: date) -> bool:
        """Tell whether `day` falls on the country's weekend, a holiday or not."""
        return day.weekday() in self.weekend

    def is_working(self, day: date) -> bool:
        """Tell whether `day` is a working day; raises ValueError outside `first` to `last`."""
        if not self.covers(day):
            raise ValueError(f"calendar {self.code} knows {self.first} to {self.last}, not {day}")
        return not self.is_weekend(day) and day not in self.holidays

    def to_json(self) -> dict[str, object]:
        """Return the calendar as plain data, as it is frozen with a circulation (rule 2)."""
        return {
            "code": self.code,
            "weekend": sorted(self.weekend),
            "holidays": {day.isoformat(): self.holidays[day] for day in sorted(self.holidays)},
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "version": self.version,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, object]) -> "Calendar":
        """Return the calendar that `to_json` wrote; raises ValueError on what it cannot read."""
        weekend, named = plain.get("weekend"), plain.get("holidays")
        if not isinstance(weekend, Collection) or not isinstance(named, Mapping):
            raise ValueError("a calendar needs its weekend and its holidays")
        return cls(
            code=str(plain.get("code")),
            weekend=frozenset(weekend),
            holidays={date.fromisoformat(day): str(name) for day, name in named.items()},
            first=date.fromisoformat(str(plain.get("first"))),
            last=date.fromisoformat(str(plain.get("last"))),
            version=str(plain.get("version")),
        )


def national(
    code: str,
    weekend: Collection[int],
    first: date,
    last: date,
    *,
    overrides: Mapping[date, str | None] = NO_OVERRIDES,
) -> Calendar:
    """Return the public holidays of an ISO country code between two days, in English (rule 11).

    `weekend` (Monday = 0) is the caller's, since the library's is not always the office's.
    `overrides` add a day (its name) or remove one (None): the library only estimates the dates
    of future Islamic and lunar holidays. Raises Invalid for a country or years it does not know.
    """
    named = dict(_known(code, first.year, last.year))
    named.update({day: name for day, name in overrides.items() if name is not None})
    for day in (day for day, name in overrides.items() if name is None):
        named.pop(day, None)
    inside = {day: named[day] for day in sorted(named) if first <= day <= last}
    version = _library()
    if overrides:
        version += f" with {len(overrides)} overridden"
    return Calendar(code, frozenset(weekend), inside, first, last, version)


def outside(calendar: Calendar, day: date) -> Invalid:
    """Return the refusal of a deadline that needs a day the calendar does not cover."""
    message = says(
        "The calendar of {code} covers {first} to {last}, not {day}.",
        code=calendar.code,
        first=spelled.day(calendar.first),
        last=spelled.day(calendar.last),
        day=spelled.day(day),
    )
    return Invalid(message, remedy="Choose a date that it covers.", field="deadline")


@cache
def _library() -> str:
    return f"holidays {library_version('holidays')}"


@lru_cache(maxsize=512)
def _known(code: str, first: int, last: int) -> Mapping[date, str]:
    """Return the holidays of these years, both included: the library works them out anew each time."""
    # The library also takes three letters and small ones; one spelling keeps calendars comparable.
    if not re.fullmatch("[A-Z]{2}", code):
        raise _unknown(code)
    try:
        known = holidays.country_holidays(code)
    except NotImplementedError:
        raise _unknown(code) from None
    if first < known.start_year or last > known.end_year:
        message = says(
            "The holidays of {code} are known from {start_year} to {end_year}.",
            code=code,
            start_year=known.start_year,
            end_year=known.end_year,
        )
        raise Invalid(message, remedy="Choose years between them.", field="calendars")
    years = range(first, last + 1)
    found = holidays.country_holidays(code, years=years, expand=False, language=_english(known))
    return MappingProxyType(dict(found.items()))


def _english(known: holidays.HolidayBase) -> str | None:
    # Left out, the language follows the locale of the process; some countries have no American
    # English, and some only the one language their names are written in.
    languages = sorted(known.supported_languages)
    if "en_US" in languages:
        return "en_US"
    return next((name for name in languages if name.startswith("en")), known.default_language)


def _unknown(code: str) -> Invalid:
    message = says("There is no holiday calendar for “{code}”.", code=code)
    remedy = "Give the two capital letters of a country, such as ID."
    return Invalid(message, remedy=remedy, field="calendars")
