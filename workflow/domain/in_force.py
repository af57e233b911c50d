"""The days on which texts were in force: what an edition of a document holds on any past day.

The rows are read in `workflow/queries/editions.py`. Days are those of the body's zone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from workflow.domain import spelled
from workflow.domain.errors import Invalid, says
from workflow.domain.zones import local

_AS_WRITTEN = "such as 2021-03-01"


class Decided(Protocol):
    """What is known of a decision: the day a meeting gave it, else the instant it took effect (UTC)."""

    @property
    def decided_at(self) -> datetime | None:
        """Return the instant at which it took effect."""

    @property
    def decision_date(self) -> date | None:
        """Return the day of the meeting that decided."""


@dataclass(frozen=True)
class Stay:
    """The days of one text in force: from `since` to the day before `until`; None while it still is."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether the text was in force at the end of this day."""
        return self.since <= day and (self.until is None or day < self.until)


class Staying(Protocol):
    """Something that is in force for some days."""

    @property
    def stay(self) -> Stay:
        """Return its days."""


_Text = TypeVar("_Text", bound=Staying)


def began(decided: Decided, zone: str) -> date | None:
    """Return the day from which a text counts: the meeting's, else that of the deadline or the import."""
    if decided.decision_date is not None:
        return decided.decision_date
    return local(decided.decided_at, zone).date() if decided.decided_at is not None else None


def on_day(texts: Iterable[_Text], day: date) -> list[_Text]:
    """Return the texts that were in force at the end of a day, in their order."""
    return [text for text in texts if text.stay.covers(day)]


def turning_days(texts: Sequence[_Text]) -> list[date]:
    """Return the days on which a new edition begins, the latest first."""
    days = {text.stay.since for text in texts} | {text.stay.until for text in texts if text.stay.until}
    return sorted(
        (day for day in days if _differs(texts, day)),
        reverse=True,
    )


def read_day(written: str, field: str, today: date) -> date:
    """Return a past day that somebody wrote; raises Invalid naming `field`: no date, or not come yet."""
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        raise Invalid(
            says("{field}: “{written}” is no date.", field=field, written=written),
            remedy=says("Write year-month-day, {example}.", example=_AS_WRITTEN),
            field=field,
        ) from None
    if day > today:
        raise Invalid(
            says("{field}: {day} has not come yet.", field=field, day=spelled.day(day)),
            remedy=says("Write a day up to today, {day}.", day=spelled.day(today)),
            field=field,
        )
    return day


def _differs(texts: Sequence[_Text], day: date) -> bool:
    before = date.fromordinal(day.toordinal() - 1)
    return on_day(texts, day) != on_day(texts, before)
