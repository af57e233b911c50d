"""Days and moments spelled in English for a refusal, which keep what they are for readers of other languages.

How another language spells them is not here: see `workflow/web/sentences.py`.
"""

from datetime import UTC, date, datetime
from typing import Self


class Spelled(str):
    """A day, or a moment as a clock shows it, in English words.

    `what` is the day, a naive local time, or an aware instant; `zone` is the IANA zone an instant was
    announced in, None where the sentence names the place itself; `seconds` tells whether they are spelled.
    """

    what: date | datetime
    zone: str | None
    seconds: bool

    def __new__(
        cls, words: str, what: date | datetime, zone: str | None = None, *, seconds: bool = False
    ) -> Self:
        """Keep what the words stand for."""
        made = super().__new__(cls, words)
        made.what, made.zone, made.seconds = what, zone, seconds
        return made


def day(when: date) -> Spelled:
    """Return a calendar day in words: "9 October 2020"."""
    return Spelled(f"{when.day} {when:%B} {when.year}", when)


def clock(moment: datetime) -> Spelled:
    """Return the day and hour of a moment in words, without its zone: "9 October 2020, 17:00"."""
    return Spelled(f"{day(moment)}, {moment:%H:%M}", moment.replace(tzinfo=None))


def to_the_second(instant: datetime) -> Spelled:
    """Return an instant in words in UTC: "9 October 2020, 10:00:04 UTC"."""
    at = instant.astimezone(UTC)
    return Spelled(f"{day(at)}, {at:%H:%M:%S} UTC", at, "UTC", seconds=True)
