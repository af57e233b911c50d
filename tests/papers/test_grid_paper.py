"""Foreign tables become papers: what is recognised, doubted and refused, each by row and field."""

from datetime import date

import pytest

from tests.papers.office_made import Rows, docx_of, xlsx_of
from tests.papers.plan_made import PLAN, plan_docx, plan_xlsx
from workflow.domain.terms import DocumentKind
from workflow.papers.grid_fields import Field, guess_fields
from workflow.papers.grid_paper import Choice, Read, paper_of, propose
from workflow.papers.grid_rows import find_tables
from workflow.papers.grids import Reading
from workflow.papers.paper import Level, Paper, PaperRow
from workflow.papers.plan_text import read_bytes
from workflow.papers.reading_kinds import READERS

TODAY = date(2020, 10, 1)
HEADINGS = ["No.", "Project", "Status", "Actions taken"]


def as_guessed(reading: Reading) -> Read:
    """Return the paper of a file as a person makes it who changes nothing but missing years."""
    found = find_tables(reading)
    proposals = [propose(found, table) for table in found.tables]
    choices = [
        Choice(one.kind, one.title, one.period_from or 2020, one.period_until or 2023, one.fields)
        for one in proposals
    ]
    return paper_of(found, reading.remarks, choices, today=TODAY)


def of_rows(*rows: list[object]) -> Read:
    """Return what becomes of a workbook with these rows under the usual headings."""
    table: Rows = [HEADINGS, *rows]
    return as_guessed(READERS["xlsx"](xlsx_of(table)))


def told(paper: Paper) -> list[object]:
    """Return all of a paper that becomes rows of the database."""
    return [paper.title] + [
        (
            (one.kind, one.title, one.heading, one.section_number, one.period_from, one.period_until),
            (one.columns, one.drafted_for),
            [
                (row.title, row.position, row.section, row.points, row.texts, row.action)
                if isinstance(row, PaperRow)
                else (row.title, row.position)
                for row in one.table
            ],
        )
        for one in paper.documents
    ]


@pytest.mark.parametrize(
    ("kind", "content"), [("docx", plan_docx()), ("xlsx", plan_xlsx()), ("txt", PLAN.read_bytes())]
)
def test_plan_is_the_same_paper_from_every_format(kind: str, content: bytes) -> None:
    read = as_guessed(READERS[kind](content))
    assert read.wrong == []
    assert told(read.paper) == told(read_bytes(PLAN.read_bytes()))
    flags = [one.message for one in read.paper.remarks if one.level is Level.FLAG]
    assert flags == [
        "“July 2010” cannot be right for meeting 19: the same sentence speaks of 2019–2020. "
        "It is kept as written."
    ]


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (["Activity", "Scheduled for completion", "Status"], ["title", "scheduled", "status"]),
        (["NO", "Kegiatan", "Jadwal\npenyelesaian", "Kemajuan"], ["number", "title", "scheduled", "status"]),
        (["Project", "Status as at time of 20 th SOMTC", "Actions taken"], ["title", "status", "action"]),
        (["Project", "Project", "Budget", ""], ["title", "", "", ""]),
        (["Notes", "North", "As of"], ["", "", "as_of"]),
    ],
)
def test_columns_are_guessed_by_their_headings(headings: list[str], fields: list[str]) -> None:
    assert [one.value for one in guess_fields(headings)] == fields


def test_rows_are_recognised_for_what_they_are() -> None:
    read = of_rows(
        ["", "Water", "", ""],
        [1, "Clean\nlakes\n• one\n- two\nmore", "Ongoing\nand more", "Agreed"],
        ["1.1", "three", "", ""],
        [2, "Rivers", "Planned", "Agreed"],
        HEADINGS,
        ["", "<i>Air</i>", "", ""],
        [2, "Wind", "Planned", "Agreed"],
        ["Total", 3, "", ""],
    )
    (document,) = read.paper.documents
    assert read.wrong == []
    assert [row.title for row in document.table] == ["Water", "Clean lakes", "Rivers", "Air", "Wind"]
    assert [row.section for row in document.rows] == ["Water", "Water", "Air"]
    assert document.rows[0].points == ["one", "two more", "three"]
    assert document.rows[0].texts == {"status": "Ongoing\nand more"}
    assert [str(one) for one in read.paper.remarks] == [
        "Sheet “Plan”, row 6: The headings stand here again: not imported.",
        "Sheet “Plan”, row 8: The number 2 stands in Sheet “Plan”, row 5 already; "
        "items are numbered by their order.",
        "Sheet “Plan”, row 9: A row of totals: read, not imported.",
    ]


def test_title_merged_over_rows_is_one_item() -> None:
    rows = [["Project", "Status"], ["Lakes", "a"], [None, "b"]]
    read = as_guessed(READERS["xlsx"](xlsx_of(rows, "A2:A3")))
    (document,) = read.paper.documents
    assert [(row.title, row.texts["status"]) for row in document.rows] == [("Lakes", "a\nb")]
    assert "merged with that of the row above" in document.rows[0].flags[-1].message


def test_days_are_read_and_those_that_cannot_be_are_kept_and_flagged() -> None:
    rows = [
        ["Activity", "Scheduled for completion", "Status"],
        ["A", date(2021, 3, 1), "x"],
        ["B", 44099, "x"],
        ["C", "31 February 2021", "x"],
        ["D", "2021", "x"],
    ]
    (document,) = as_guessed(READERS["xlsx"](xlsx_of(rows))).paper.documents
    assert [row.texts["scheduled"] for row in document.rows] == [
        "2021-03-01",
        "2020-09-25",
        "31 February 2021",
        "2021",
    ]
    assert [[flag.level.value for flag in row.flags] for row in document.rows] == [
        [],
        ["warning"],
        ["flag"],
        [],
    ]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            [HEADINGS[1:], ["Lakes", "a", "b"], [" lakes", "c", "d"]],
            "row 3, “Project”: The title “lakes” stands in Sheet “Plan”, row 2 already; both claim one item. "
            "Give each row a title of its own, or remove one.",
        ),
        ([HEADINGS[1:], ["", "a", "b"]], "row 2, “Project”: The row has no title."),
        ([["Budget", "Cost"], ["Lakes", "3"]], "row 1: No column holds the title of the items. Match one"),
        ([["Project", "Status"]], "row 1: There are headings, but no items under them."),
        (
            [["Activity", "Scheduled", "As of"], ["Lakes", "2020", date(2020, 12, 1)]],
            "row 2, “As of”: 2020-12-01 is still to come; nobody can know how it stands then. Write the day",
        ),
        (
            [["Activity", "Scheduled", "As of"], ["Lakes", "2020", "soon"]],
            "row 2, “As of”: “soon” is no day.",
        ),
        (
            [["Activity", "Scheduled", "Status"], ["Lakes\n• a", "b", "c"]],
            "row 2, “Activity”: A progress report",
        ),
    ],
)
def test_mistakes_are_named_by_row_and_field_with_what_to_do(rows: Rows, says: str) -> None:
    (wrong,) = as_guessed(READERS["xlsx"](xlsx_of(rows))).wrong
    assert str(wrong).startswith(f"Sheet “Plan”, {says}")


def test_two_tables_of_one_kind_and_overlapping_years_are_refused() -> None:
    reading = READERS["md"](
        b"# Work Plan 2020-2023\n\n|Project|Status|\n|-|-|\n|A|b|\n\n"
        b"# Work Plan 2023-2025\n\n|Project|Status|\n|-|-|\n|C|d|\n"
    )
    (wrong,) = as_guessed(reading).wrong
    assert "The years of “Work Plan 2023-2025” overlap with those of “Work Plan 2020-2023”" in str(wrong)


def test_unknown_columns_and_tables_left_out_are_told() -> None:
    reading = READERS["docx"](docx_of([["Project", "Budget", "Status", ""], ["A", "3", "b", "c"]]))
    remarks = [str(one) for one in as_guessed(reading).paper.remarks]
    assert remarks == [
        "Table 1, row 1: The column “Budget” is matched with no field: read, not imported.",
        "Table 1, row 1: The column 4, which has no heading, is matched with no field: read, not imported.",
    ]
    found = find_tables(reading)
    left = paper_of(found, (), [None], today=TODAY)
    assert [one.message for one in left.paper.remarks] == [
        "The table “Table 1” is left out: 1 rows read, not imported."
    ]


def test_empty_rows_of_a_sheet_part_no_table() -> None:
    rows = [
        ["My plan"],
        [],
        ["Project", "Status"],
        ["A", "b"],
        [],
        ["C", "d"],
        [],
        ["Activity", "Due"],
        ["E", "f"],
    ]
    found = find_tables(READERS["xlsx"](xlsx_of(rows)))
    assert [[row.cells[0] for row in table.rows] for table in found.tables] == [["A", "C"], ["E"]]
    assert found.paper_title == "My plan"
    assert propose(found, found.tables[0]).kind is DocumentKind.WORK_PLAN
    assert Field.SCHEDULED in propose(found, found.tables[1]).fields


@pytest.mark.timeout(20)
def test_cells_that_would_keep_a_pattern_busy_are_read_at_once() -> None:
    wide = " " * 400_000
    texts = [f"- {wide}.{wide}", f"○{wide}", "1st Forum " + "March 2001 " * 20_000, f"1 {wide}March{wide}"]
    rows = [["Project", "Status"], *[[f"{number}", text] for number, text in enumerate(texts)]]
    rows += [[text, "x"] for text in texts[:2]]
    content = "\n".join("\t".join(row) for row in rows).encode()
    (document,) = as_guessed(READERS["txt"](content)).paper.documents
    assert max(len(row.flags) for row in document.rows) < 50


def test_item_may_begin_with_the_word_total() -> None:
    read = of_rows(
        [1, "Lakes", "Ongoing", "Agreed"],
        ["", "Total ban on dumping", "Planned", "Agreed"],
        ["", "Total", "7 lakes", ""],
    )
    (document,) = read.paper.documents
    assert [row.title for row in document.rows] == ["Lakes", "Total ban on dumping"]
    assert [one.message for one in read.paper.remarks if one.level is Level.IGNORED] == [
        "A row of totals: read, not imported."
    ]


def test_numbers_before_titles_are_no_part_of_them() -> None:
    rows: Rows = [
        ["Project", "Status"],
        ["1. Lakes", "a"],
        ["2) Rivers", "b"],
        ["3. Wind", ""],
        ["Fire", "c"],
    ]
    read = as_guessed(READERS["xlsx"](xlsx_of(rows)))
    (document,) = read.paper.documents
    assert [row.title for row in document.table] == ["Lakes", "Rivers", "Wind", "Fire"]
    assert document.sections == []
    assert "The numbers before the titles are not imported" in str(read.paper.remarks[0])
    kept: Rows = [["Project", "Status"], ["Lakes", "a"], ["Rivers", "b"], ["3. Forum", "c"]]
    (document,) = as_guessed(READERS["xlsx"](xlsx_of(kept))).paper.documents
    assert [row.title for row in document.rows] == ["Lakes", "Rivers", "3. Forum"]


def test_row_that_only_a_person_calls_headings_is_told() -> None:
    found = find_tables(READERS["csv"]("សកម្មភាព,ស្ថានភាព\nបឹង,a\n".encode()))
    choice = Choice(DocumentKind.WORK_PLAN, "Plan", 2020, 2023, (Field.TITLE, Field.STATUS))
    (remark,) = paper_of(found, (), [choice], today=TODAY).paper.remarks
    assert (str(remark), remark.text) == (
        "Line 1: This row is read as the headings, and no item is made of it. "
        "If it is an item, write headings above it.",
        "សកម្មភាព | ស្ថានភាព",
    )


@pytest.mark.parametrize(
    ("cell", "points"),
    [
        ("one; two", ["one", "two"]),
        ("one\ntwo; three", ["one", "two; three"]),
        ("○ one; two", ["one; two"]),
    ],
)
def test_points_in_a_column_of_their_own_are_parted(cell: str, points: list[str]) -> None:
    rows: Rows = [["project", "points", "status", "action"], ["Lakes", cell, "a", "Agreed"]]
    (document,) = as_guessed(READERS["xlsx"](xlsx_of(rows))).paper.documents
    assert (document.rows[0].points, document.rows[0].action) == (points, "Agreed")
