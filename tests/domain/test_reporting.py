"""Tests of what must hold of reporting: periods apart from each other, parts within their whole."""

from datetime import date, timedelta

import pytest

from workflow.domain.errors import Invalid
from workflow.domain.reporting import (
    Days,
    check_figure,
    check_period,
    figure_words,
    reminder_due,
    require_same_parts,
    years_left,
)

YEAR = Days(date(2020, 1, 1), date(2020, 12, 31))
FIELDS = {"": "whole_1", "women": "part_1_0", "men": "part_1_1"}


@pytest.mark.parametrize(
    ("first", "last", "due", "field"),
    [
        ("2020-12-31", "2021-06-30", "2021-07-31", "first_day"),
        ("2019-01-01", "2021-12-31", "2022-01-31", "first_day"),
        ("2021-06-30", "2021-01-01", "2021-07-31", "last_day"),
        ("2021-01-01", "2021-12-31", "2021-12-30", "due_on"),
    ],
)
def test_period_that_cannot_be_is_named_by_its_field(first: str, last: str, due: str, field: str) -> None:
    days = Days(date.fromisoformat(first), date.fromisoformat(last))
    with pytest.raises(Invalid) as refusal:
        check_period(days, date.fromisoformat(due), [YEAR])
    assert refusal.value.field == field
    assert refusal.value.remedy != ""


def test_periods_side_by_side_are_taken() -> None:
    next_year = Days(date(2021, 1, 1), date(2021, 12, 31))
    check_period(next_year, next_year.last, [YEAR])
    assert years_left(2019, 2021, [YEAR]) == [Days(date(2019, 1, 1), date(2019, 12, 31)), next_year]


def test_parts_fit_their_whole() -> None:
    check_figure("Officials trained", 367, {"women": 161, "men": 206}, FIELDS)
    with pytest.raises(Invalid) as refusal:
        check_figure("Officials trained", 367, {"women": 161, "men": 207}, FIELDS)
    said = "Officials trained, men: the parts make 368, more than the whole of 367."
    assert (refusal.value.message, refusal.value.field) == (said, "part_1_1")


def test_parts_keep_their_number_once_something_is_counted() -> None:
    require_same_parts(2, 3, counted=False)
    require_same_parts(2, 2, counted=True)
    with pytest.raises(Invalid) as refusal:
        require_same_parts(2, 1, counted=True)
    assert refusal.value.field == "parts"


def test_figure_is_printed_with_its_parts_and_what_is_not_told_apart() -> None:
    parts = {"women": 161, "men": 206}
    assert figure_words(367, "officials", parts, 400) == "367 officials of 400 (women 161, men 206)"
    assert figure_words(370, "officials", parts, None) == (
        "370 officials (women 161, men 206, not told apart 3)"
    )
    assert figure_words(16, "publications", {}, None) == "16 publications"


def test_reminder_falls_due_before_and_after_the_day_once_each() -> None:
    due, week = date(2021, 3, 1), timedelta(days=14)
    days = [date(2021, 2, 14), date(2021, 2, 15), date(2021, 3, 1), date(2021, 3, 2)]
    assert [reminder_due(due, day, 0, week) for day in days] == [None, 1, 1, 2]
    assert [reminder_due(due, day, 1, week) for day in days] == [None, None, None, 2]
    assert reminder_due(due, days[-1], 2, week) is None
