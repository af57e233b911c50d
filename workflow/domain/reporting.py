"""What must hold of reporting: periods that do not overlap, parts that fit their whole, what is still due.

Who reports is in `mandates`; what the reports say is kept in `workflow/models/reporting.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflow.domain import spelled
from workflow.domain.errors import Invalid, says

#: The largest number a figure or a target can be.
MOST = 1_000_000_000


@dataclass(frozen=True)
class Days:
    """The days of a reporting period, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.first <= day <= self.last


def check_period(days: Days, due_on: date, others: Iterable[Days]) -> None:
    """Raise Invalid naming `first_day`, `last_day` or `due_on` where a period cannot be as it is written."""
    if days.last < days.first:
        raise Invalid(
            says("The period ends on {last}, before it begins.", last=spelled.day(days.last)),
            remedy="Write the later day here.",
            field="last_day",
        )
    if due_on < days.last:
        raise Invalid(
            says("The report would be due on {due}, before the period ends.", due=spelled.day(due_on)),
            remedy=says("Write {last} or a later day.", last=spelled.day(days.last)),
            field="due_on",
        )
    for other in others:
        if days.first <= other.last and other.first <= days.last:
            raise Invalid(
                says(
                    "The period overlaps that of {first} to {last}.",
                    first=spelled.day(other.first),
                    last=spelled.day(other.last),
                ),
                remedy=says(
                    "Begin after {last}, or end before {first}.",
                    first=spelled.day(other.first),
                    last=spelled.day(other.last),
                ),
                field="first_day",
            )


def check_figure(row: str, whole: int, parts: Mapping[str, int], fields: Mapping[str, str]) -> None:
    """Raise Invalid naming the row and the field where a number is none, or parts exceed the whole.

    `row` is the indicator's name, `parts` are the numbers by the name of each part, `fields` are the names of
    the form's fields: that of the whole under "", those of the parts under their names.
    """
    for name, number in {"": whole, **parts}.items():
        if not 0 <= number <= MOST:
            raise Invalid(
                says("{row}: {number} is no count.", row=row, number=number),
                remedy="Write a whole number from 0.",
                field=fields[name],
            )
    together = sum(parts.values())
    if together > whole:
        last = list(parts)[-1]
        raise Invalid(
            says(
                "{row}, {part}: the parts make {together}, more than the whole of {whole}.",
                row=row,
                part=last,
                together=together,
                whole=whole,
            ),
            remedy="Correct the parts, or the whole.",
            field=fields[last],
        )


def require_same_parts(before: int, after: int, counted: bool) -> None:
    """Raise Invalid naming `parts` where an indicator would get more or fewer parts once it was counted.

    Their numbers stand in the order of the parts: a name can be corrected, none can come or go.
    """
    if counted and before != after:
        raise Invalid(
            says(
                "Something was counted by {before} parts already; now there are {after}.",
                before=before,
                after=after,
            ),
            remedy="Keep as many, in their order; or add another indicator.",
            field="parts",
        )


def figure_words(whole: int, unit: str, parts: Mapping[str, int], target: int | None) -> str:
    """Return a figure as a report prints it: "367 officials of 400 (women 161, men 206)"."""
    said = f"{whole:,} {unit}"
    if target is not None:
        said += f" of {target:,}"
    given = [f"{name} {number:,}" for name, number in parts.items()]
    rest = whole - sum(parts.values())
    if parts and rest:
        given.append(f"not told apart {rest:,}")
    return f"{said} ({', '.join(given)})" if given else said


def years_left(first_year: int, last_year: int, taken: Sequence[Days]) -> list[Days]:
    """Return the calendar years of a document of which no day lies in a period yet."""
    years = [Days(date(year, 1, 1), date(year, 12, 31)) for year in range(first_year, last_year + 1)]
    return [
        year for year in years if not any(year.first <= one.last and one.first <= year.last for one in taken)
    ]


def reminder_due(due_on: date, today: date, written: int, before: timedelta) -> int | None:
    """Return the reminder of a report that is due today and not written: 1 before its day, 2 after it."""
    if today > due_on:
        return 2 if written < 2 else None
    return 1 if today >= due_on - before and written < 1 else None
