"""Tests of the days on which texts were in force, and of how a day that somebody wrote is read."""

from dataclasses import dataclass
from datetime import date

import pytest

from workflow.domain.errors import Invalid
from workflow.domain.in_force import Stay, on_day, read_day, turning_days

FIRST, SECOND, THIRD = date(2020, 10, 9), date(2021, 3, 1), date(2021, 9, 2)
BEFORE = date(2020, 10, 8)


@dataclass(frozen=True)
class Text:
    """A text with its days."""

    name: str
    stay: Stay


OLD, NEW = Text("old", Stay(FIRST, SECOND)), Text("new", Stay(SECOND))
DROPPED, BRIEF = Text("dropped", Stay(FIRST, THIRD)), Text("brief", Stay(SECOND, SECOND))
ALL = [OLD, NEW, DROPPED, BRIEF]


def test_text_counts_from_its_day_to_the_day_before_its_successor() -> None:
    days = (BEFORE, FIRST, date(2021, 2, 28), SECOND, THIRD)
    found = [[text.name for text in on_day(ALL, day)] for day in days]
    assert found == [[], ["old", "dropped"], ["old", "dropped"], ["new", "dropped"], ["new"]]


def test_edition_begins_where_something_changed() -> None:
    assert turning_days(ALL) == [THIRD, SECOND, FIRST]
    assert turning_days([BRIEF]) == []


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("2021-13-01", "as-of: “2021-13-01” is no date."),
        ("yesterday", "as-of: “yesterday” is no date."),
        ("2021-09-03", "as-of: 3 September 2021 has not come yet."),
    ],
)
def test_bad_day_is_named_with_what_to_do(written: str, message: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_day(written, "as-of", THIRD)
    assert (refusal.value.message, refusal.value.field) == (message, "as-of")
    assert refusal.value.remedy != ""


def test_today_and_any_day_before_are_read() -> None:
    assert [read_day(text, "as-of", THIRD) for text in ("2021-09-02", " 1999-01-01 ")] == [
        THIRD,
        date(1999, 1, 1),
    ]
