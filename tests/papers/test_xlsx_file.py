"""Tests of lists as XLSX: opened again they hold the same cells, and nothing in them is a formula."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone

import openpyxl
import pytest

from workflow.papers.csv_rows import Cell
from workflow.papers.xlsx_file import CUT, LONGEST, Sheet, xlsx_bytes

AWKWARD = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    '=HYPERLINK("http://x")',
    "two\nlines",
    " a ",
    "ไทย",
    "#REF!",
    "12",
]
INSTANT = datetime(2020, 10, 9, 17, 0, 1, 500, tzinfo=timezone(timedelta(hours=7)))


def workbook(*sheets: Sheet) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(sheets)))


@pytest.mark.parametrize("text", AWKWARD)
def test_text_stays_text(text: str) -> None:
    book = workbook(Sheet("List", ["a"], [[text]]))
    cell = book["List"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_numbers_days_and_instants_are_what_they_are() -> None:
    row: list[Cell] = [7, 1.5, date(2020, 10, 9), INSTANT, None]
    cells = workbook(Sheet("List", "abcde", [row]))["List"][2]
    assert [cell.value for cell in cells] == [
        7,
        1.5,
        datetime(2020, 10, 9),  # noqa: DTZ001 - a spreadsheet knows no zones
        datetime(2020, 10, 9, 10, 0, 1),  # noqa: DTZ001
        None,
    ]
    assert (cells[2].number_format, cells[3].number_format) == ("yyyy-mm-dd", 'yyyy-mm-dd hh:mm:ss" UTC"')


def test_text_too_long_for_a_cell_says_that_it_is_cut() -> None:
    cells = workbook(Sheet("List", ["a"], [["x" * LONGEST], ["x" * (LONGEST + 1)]]))["List"]
    assert cells["A2"].value == "x" * LONGEST
    assert len(cells["A3"].value) == LONGEST
    assert cells["A3"].value.endswith(CUT)


def test_what_no_file_can_hold_is_replaced() -> None:
    assert (
        workbook(Sheet("List", ["a"], [["a\x00b\x1f\ud800"]]))["List"]["A2"].value == "a\ufffdb\ufffd\ufffd"
    )


def test_sheets_keep_their_header_in_sight() -> None:
    book = workbook(Sheet("List", ["a", "b"], [[1, 2]]), Sheet("Positions", ["c"], []))
    assert book.sheetnames == ["List", "Positions"]
    assert [(page.freeze_panes, page.auto_filter.ref) for page in book] == [("A2", "A1:B2"), ("A2", "A1:A1")]


def test_same_list_gives_the_same_bytes_without_a_time() -> None:
    content = xlsx_bytes([Sheet("List", ["a"], [[INSTANT]])])
    assert content == xlsx_bytes([Sheet("List", ["a"], [[INSTANT.astimezone(UTC)]])])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert b"dcterms" not in packed.read("docProps/core.xml")
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
