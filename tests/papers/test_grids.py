"""Files of every format are read into the same rows of cells, each with its place."""

from datetime import date, datetime
from typing import Any

import docx
import openpyxl
import pytest

from tests.papers.office_made import bytes_of, docx_of, table_of, xlsx_of
from workflow.papers.grid_days import day_of
from workflow.papers.grids import Gathering, Grid, Prose, Reading, Row, from_plain
from workflow.papers.paper import PaperBroken
from workflow.papers.reading import read_file
from workflow.papers.reading_kinds import READERS

ROWS = [["Project", "Status"], ["Clean lakes", "Ongoing"], ["น้ำ", "A, “b”; c"]]


def cells(reading: Reading) -> list[list[str]]:
    """Return the cells of the only table."""
    (grid,) = reading.grids
    return [list(row.cells) for row in grid.rows]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("docx", docx_of(ROWS)),
        ("xlsx", xlsx_of(ROWS)),
        ("csv", 'Project;Status\nClean lakes;Ongoing\nน้ำ;"A, “b”; c"\n'.encode()),
        ("csv", 'Project,Status\r\nClean lakes,Ongoing\r\nน้ำ,"A, “b”; c"'.encode("utf-8-sig")),
        ("csv", "sep=|\nProject|Status\nClean lakes|Ongoing\nน้ำ|A, “b”; c".encode("utf-16")),
        ("tsv", "Project\tStatus\nClean lakes\tOngoing\nน้ำ\tA, “b”; c".encode("utf-16-le")),
        ("md", "| Project | Status |\n|:--|--:|\n| Clean lakes | Ongoing |\n| น้ำ | A, “b”; c |".encode()),
        ("txt", "Project\tStatus\nClean lakes\tOngoing\nน้ำ\tA, “b”; c\n".encode()),
    ],
)
def test_same_table_is_read_from_every_format(kind: str, content: bytes) -> None:
    assert cells(READERS[kind](content)) == ROWS


def test_file_is_read_in_its_own_process_as_it_is_here() -> None:
    content = docx_of(ROWS, "WORK PLAN 2024")
    assert read_file("plan.docx", content) == READERS["docx"](content)


def test_reading_survives_its_way_between_processes() -> None:
    reading = READERS["xlsx"](xlsx_of([*ROWS, ["x", "=1/0"]], "A2:A3"))
    assert from_plain(reading.to_plain()) == reading


@pytest.mark.parametrize(
    ("encoding", "words", "told"),
    [("cp1252", "Coopération – “États”", "cp1252"), ("cp874", "ความร่วมมือ", "cp874")],
)
def test_encoding_of_old_files_is_guessed_and_doubted(encoding: str, words: str, told: str) -> None:
    reading = READERS["csv"](f"Project;Status\n{words};Ongoing\n".encode(encoding))
    assert cells(reading)[1] == [words, "Ongoing"]
    assert [told in remark.message for remark in reading.remarks] == [True]


def test_rows_know_their_line_even_where_cells_break_theirs() -> None:
    reading = READERS["csv"](b'Project,Status\n"two\nlines",x\nlast,y\n')
    (grid,) = reading.grids
    assert [row.place for row in grid.rows] == ["Line 1", "Line 2", "Line 4"]
    assert grid.rows[1].cells == ("two\nlines", "x")


def test_docx_keeps_order_breaks_points_and_merged_cells() -> None:
    document = docx.Document()
    document.add_heading("4 Summary", 1)
    table = table_of(
        document, [["Project", "Status", "Actions"], ["Lakes", "a", "b"], ["", "c", "d"], ["Other"]]
    )
    table.cell(1, 0).add_paragraph("clean", style="List Bullet")
    table.cell(1, 1).paragraphs[0].add_run().add_break()
    table.cell(1, 1).paragraphs[0].add_run("more")
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 2))
    document.add_paragraph("The end.")
    reading = READERS["docx"](bytes_of(document))
    heading, grid, end = reading.blocks
    assert heading == Prose(1, "Paragraph 1", "4 Summary", is_heading=True)
    assert end == Prose(6, "Paragraph 2", "The end.")
    assert isinstance(grid, Grid)
    assert grid.rows[1].cells == ("Lakes\n○ clean", "a\nmore", "b")
    assert grid.rows[2] == Row(4, "Table 1, row 3", ("Lakes\n○ clean", "c", "d"), hanging=frozenset({0}))
    assert grid.rows[3] == Row(5, "Table 1, row 4", ("Other",) * 3, merged=frozenset({1, 2}))


def test_xlsx_shows_days_numbers_and_merged_cells_as_a_spreadsheet_does() -> None:
    rows: list[list[Any]] = [
        ["No.", "Project", "Due"],
        [1, "Lakes", date(2020, 9, 25)],
        [1.0, None, datetime(2020, 9, 25, 17, 30)],  # noqa: DTZ001
        [2.5, "Air", True],
    ]
    (grid,) = READERS["xlsx"](xlsx_of(rows, "B2:B3")).grids
    assert [row.cells for row in grid.rows[1:]] == [
        ("1", "Lakes", "2020-09-25"),
        ("1", "Lakes", "2020-09-25 17:30"),
        ("2.5", "Air", "Yes"),
    ]
    assert grid.rows[2].hanging == {1}
    assert [row.place for row in grid.rows] == [f"Sheet “Plan”, row {number}" for number in range(1, 5)]


def test_hidden_sheets_and_formulas_without_result_are_told() -> None:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.append(["Project", "=1+1"])
    workbook.create_sheet("Secret").sheet_state = "hidden"
    reading = READERS["xlsx"](bytes_of(workbook))
    assert [remark.message for remark in reading.remarks] == [
        "The result of a formula is not in the file; the cell is read as empty.",
        "The sheet “Secret” is hidden: not read.",
    ]


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        (1, "1900-01-01"),
        (59, "1900-02-28"),
        (61, "1900-03-01"),
        (44099, "2020-09-25"),
        (-1, None),
        (1e9, None),
    ],
)
def test_number_of_a_spreadsheet_is_a_day(serial: float, day: str | None) -> None:
    found = day_of(serial)
    assert (found.isoformat() if found else None) == day
    assert day_of(42637, from_1904=True) == date(2020, 9, 25)


def test_markup_of_lists_in_a_cell_is_read_as_points() -> None:
    (grid,) = READERS["md"](b"|Project|Status|\n|--|--|\n|A<ul><li>b</li><li>c</li></ul>|d<br>e \\| f|").grids
    assert grid.rows[1].cells == ("A\n○ b\n○ c", "d\ne | f")


def test_more_text_than_can_be_kept_is_refused() -> None:
    out = Gathering()
    for _ in range(2):
        out.prose("x" * 1_000_000, "Line 1")
    with pytest.raises(PaperBroken, match="more than 2,000,000 characters"):
        out.prose("x", "Line 1")


def test_what_guards_or_sets_a_cell_is_no_part_of_it() -> None:
    (grid,) = READERS["csv"](b"Project,Status\n'=1+1,'quoted'\n").grids
    assert grid.rows[1].cells == ("=1+1", "'quoted'")
    (grid,) = READERS["md"](b"|Project|Status|\n|-|-|\n|*Other*|_a_ b|\n|__c__|2 * 3 * 4|").grids
    assert [row.cells for row in grid.rows[1:]] == [("Other", "_a_ b"), ("__c__", "2 * 3 * 4")]
