"""The rules of a body as one frozen value: read from its file, kept with each circulation.

What follows from the rules (working days, outcomes) is not here: see `calendars` and `outcome`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class Span:
    """A period in working days or in elapsed seconds; exactly one of the two is given."""

    working_days: int | None = None
    seconds: int | None = None

    def __post_init__(self) -> None:
        if (self.working_days is None) == (self.seconds is None):
            raise ValueError("a period is given in working_days or in seconds, not both or neither")
        if min(self.working_days or 0, self.seconds or 0) < 0:
            raise ValueError("a period cannot be negative")

    @classmethod
    def read(cls, given: Mapping[str, int]) -> "Span":
        """Return the period that a table such as `{working_days = 10}` describes."""
        unknown = set(given) - {"working_days", "seconds"}
        if unknown:
            raise ValueError(f"unknown unit of a period: {', '.join(sorted(unknown))}")
        return cls(**given)


@dataclass(frozen=True)
class Rules:
    """The rules in force at a dispatch (rule 2).

    `minimum` and `margin` are periods (rules 3, 11); `floor_seconds` is elapsed time (rule 3);
    `deadline_hour` is "HH:MM" in `zone`, an IANA name (rule 10); `calendars` are holiday calendar
    codes (rule 11); `reminders` lie before the deadline (rule 6).
    """

    zone: str
    deadline_hour: str = "17:00"
    minimum: Span = field(default_factory=lambda: Span(working_days=10))
    margin: Span = field(default_factory=lambda: Span(working_days=1))
    floor_seconds: int = 72 * 3600
    reminders: tuple[Span, ...] = (Span(working_days=7), Span(working_days=3), Span(working_days=1))
    calendars: tuple[str, ...] = ()
    inputs_block: bool = True
    positions_visible_to_states: bool = False

    @property
    def floor(self) -> timedelta:
        """Return the absolute floor as elapsed time."""
        return timedelta(seconds=self.floor_seconds)

    def to_json(self) -> dict[str, object]:
        """Return the rules as plain data, as they are frozen with a circulation."""
        plain = asdict(self)
        plain["reminders"] = list(plain["reminders"])
        plain["calendars"] = list(self.calendars)
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, object]) -> "Rules":
        """Return the rules that `to_json` wrote; raises ValueError on what it cannot read."""
        values = dict(plain)
        for name in ("minimum", "margin"):
            if name in values:
                values[name] = _span(values[name])
        if "reminders" in values:
            values["reminders"] = tuple(_span(one) for one in values["reminders"])  # type: ignore[attr-defined]
        if "calendars" in values:
            values["calendars"] = tuple(values["calendars"])  # type: ignore[arg-type]
        return cls(**values)  # type: ignore[arg-type]


def _span(plain: object) -> Span:
    if not isinstance(plain, Mapping):
        raise ValueError(f"a period is a table, not {plain!r}")
    return Span.read({unit: number for unit, number in plain.items() if number is not None})
