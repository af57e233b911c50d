"""How letters write an instant: in the reader's capital, in the announced zone and in UTC together (rule 10).

Which instants matter is in `workflow/domain/`; how pages write them is in `workflow/web/filters.py`.
"""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime

from workflow.domain import zones
from workflow.notices import patterns

_SHORT_DAY = "d MMM y"


@dataclass(frozen=True)
class Times:
    """The places whose time one reader is told.

    `announced` is the IANA zone of the circulation; `capital` and `capital_zone` are the reader's, empty
    for an office without a State. `into` is the translated "%(time)s in %(place)s".
    """

    announced: str
    capital: str = ""
    capital_zone: str = ""
    into: str = "%(time)s in %(place)s"
    language: str = "en"

    @property
    def announced_place(self) -> str:
        """Return the place that names the announced zone: "Asia/Jakarta" is "Jakarta"."""
        return self.announced.rsplit("/", 1)[-1].replace("_", " ")

    @property
    def place(self) -> str:
        """Return the place whose time stands first: the reader's capital, else the announced one."""
        return self.capital or self.announced_place

    @property
    def zone(self) -> str:
        """Return the zone whose time stands first."""
        return self.capital_zone or self.announced

    def day(self, instant: datetime) -> str:
        """Write the day of an instant at the reader's place, shortly: "9 Oct 2020"."""
        return self._written(zones.local(instant, self.zone), _SHORT_DAY)

    def date(self, day: date) -> str:
        """Write a calendar day: "24 September 2020"."""
        return str(format_date(day, patterns.DATE, locale=self._locale))

    def rows(self, instant: datetime, *, seconds: bool = False) -> list[tuple[str, str, bool]]:
        """Return (place, date and hour, whether it is the announced place), UTC last, no place twice."""
        pattern = f"{patterns.weekday(self._locale)}, {patterns.hour(self._locale, seconds=seconds)}"
        places = [(self.place, self.zone, self.zone == self.announced)]
        if self.zone != self.announced:
            places.append((self.announced_place, self.announced, True))
        if self.announced != "UTC":
            places.append(("UTC", "UTC", False))
        return [
            (place, self._written(zones.local(instant, zone), pattern), announced)
            for place, zone, announced in places
        ]

    def sentence(self, instant: datetime, *, seconds: bool = False) -> str:
        """Write an instant for a sentence: "Friday 9 October 2020, 18:00 in Manila (17:00 in Jakarta, …)".

        A date is repeated only where it differs.
        """
        hour = patterns.hour(self._locale, seconds=seconds)
        own = zones.local(instant, self.zone)
        others = []
        if self.zone != self.announced:
            there = zones.local(instant, self.announced)
            others.append(self.into % {"time": self._beside(own, there, hour), "place": self.announced_place})
        if self.announced != "UTC":
            others.append(f"{self._beside(own, zones.utc(instant), hour)} UTC")
        written = self._written(own, f"{patterns.weekday(self._locale)}, {hour}")
        first = self.into % {"time": written, "place": self.place}
        return f"{first} ({', '.join(others)})" if others else first

    def _beside(self, own: datetime, there: datetime, hour: str) -> str:
        return self._written(there, hour if own.date() == there.date() else f"d MMMM, {hour}")

    def _written(self, moment: datetime, pattern: str) -> str:
        return _formatted(moment.replace(tzinfo=None), pattern, moment.tzinfo, self._locale)

    @property
    def _locale(self) -> Locale:
        return patterns.locale_of(self.language)


@lru_cache(maxsize=512)
def _formatted(clock_face: datetime, pattern: str, zone: tzinfo | None, locale: Locale) -> str:
    """Write what a clock shows in a zone; a letter's few instants are written anew for each reader."""
    return str(format_datetime(clock_face.replace(tzinfo=zone), pattern, tzinfo=zone, locale=locale))
