"""A number is read as its spreadsheet shows it, and never as a day that nobody saw there."""

from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from tests.papers.office_made import bytes_of
from workflow.papers.reading_kinds import READERS
from workflow.papers.xlsx_formats import Format, Shows, format_of


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        (date(2021, 6, 1), "yyyy-mm-dd", "2021-06-01"),
        (date(2021, 6, 1), "mmm-yy", "2021-06"),
        (date(2021, 6, 1), "[$-409]mmmm\\ yyyy;@", "2021-06"),
        (date(2021, 6, 1), "yyyy", "2021"),
        (datetime(2021, 6, 1, 9, 30), "d.m.yy h:mm", "2021-06-01 09:30"),  # noqa: DTZ001
        (time(14, 30), "h:mm", "14:30"),
        (time(14, 30, 5), "h:mm:ss AM/PM", "14:30:05"),
        (0.5, "0%", "50%"),
        (0.125, "0.0%", "12.5%"),
        (0.5, '0.0" d"', "0.5"),
        (2021, "General", "2021"),
    ],
)
def test_number_is_read_as_it_is_shown(value: Any, code: str, words: str) -> None:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.append(["Activity", value])
    sheet["B1"].number_format = code
    (grid,) = READERS["xlsx"](bytes_of(workbook)).grids
    assert grid.rows[0].cells == ("Activity", words)


def test_formats_that_no_workbook_brings_are_known_or_plain() -> None:
    assert [format_of(key, {}).shows for key in ("14", "17", "20", "9", "0", "x", "9999999999")] == [
        Shows.DAY,
        Shows.MONTH,
        Shows.HOUR,
        Shows.PERCENT,
        Shows.NUMBER,
        Shows.NUMBER,
        Shows.NUMBER,
    ]
    assert format_of("164", {"164": "0." + "0" * 5000 + "%"}) == Format(Shows.PERCENT, 10)
    assert format_of("164", {"164": "[h]:mm"}).shows is Shows.HOUR
