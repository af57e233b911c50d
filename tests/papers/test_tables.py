"""Tests that tables go out as they came in, to the letter, and that spreadsheets run nothing in them."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from workflow.domain.terms import DocumentKind
from workflow.papers.csv_rows import csv_text
from workflow.papers.plan_text import read_bytes
from workflow.papers.tables import HEADERS, TableRow, rows_of, section_table, write_tsv

PLAN = Path(__file__).resolve().parents[2] / "config" / "demo" / "plan.txt"
AWKWARD = ["=1+1", "-5", "@a", "+b", 'say "x"', '"quoted" first', "two\nlines", "a\ttab", " spaces ", "ก็", ""]


def test_plan_comes_out_as_it_went_in() -> None:
    paper = read_bytes(PLAN.read_bytes())
    lines = PLAN.read_text(encoding="utf-8").split("\n")
    report, work_plan = paper.documents
    cells = section_table(report.kind, rows_of(report))
    assert cells[5] == ["Other activities", "", ""]
    assert ["\t".join(row) for row in cells[:5] + cells[6:]] == lines[13:18] + lines[19:20]
    cells = section_table(work_plan.kind, rows_of(work_plan))
    assert [len(row) for row in cells] == [4] * 7
    assert cells[0][:2] == ["Support for ACTIP implementation", "Bohol TIP Work Plan; SOMTC support"]
    assert [[row[0], *row[2:]] for row in cells[1:5] + cells[6:]] == [
        line.split("\t") for line in lines[25:29] + lines[30:31]
    ]


def test_row_of_the_database_needs_no_paper() -> None:
    rows = [TableRow("Water", is_section=True), TableRow("Lakes", points=("a", "b"), texts={"status": "=x"})]
    assert section_table(DocumentKind.WORK_PLAN, rows) == [["Water", "", "", ""], ["Lakes", "a; b", "=x", ""]]
    assert HEADERS[DocumentKind.WORK_PLAN] == ["project", "points", "status", "action"]
    assert HEADERS[DocumentKind.PROGRESS_REPORT] == ["activity", "scheduled", "status"]


def test_points_without_a_column_are_not_lost_silently() -> None:
    with pytest.raises(ValueError, match="has no column for the points of “Lakes”"):
        section_table(DocumentKind.PROGRESS_REPORT, [TableRow("Lakes", points=("a",))])


def test_tsv_keeps_every_character(tmp_path: Path) -> None:
    path = tmp_path / "new" / "table.tsv"
    write_tsv(path, ["one", "two"], [[cell, cell] for cell in AWKWARD])
    written = path.read_bytes().decode("utf-8")
    read = list(csv.reader(io.StringIO(written, newline=""), delimiter="\t", strict=True))
    assert read == [["one", "two"], *([cell, cell] for cell in AWKWARD)]
    assert written.split("\n")[:3] == ["one\ttwo", "=1+1\t=1+1", "-5\t-5"]


def test_csv_defuses_formulas_and_keeps_the_rest() -> None:
    rows = [[cell] for cell in [*AWKWARD, "\t=1", " =1", "\r=1", "＝1"]]
    read = list(csv.reader(io.StringIO(csv_text(["text"], rows), newline=""), strict=True))
    defused = ["'=1+1", "'-5", "'@a", "'+b", *AWKWARD[4:10]]
    assert [row[0] for row in read[1:11]] == defused
    assert [row[0] for row in read[12:]] == ["'\t=1", "' =1", "'\r=1", "'＝1"]


def test_csv_writes_numbers_instants_and_gaps_plainly() -> None:
    instant = datetime(2020, 10, 9, 10, 0, tzinfo=UTC)
    row = [-5, 1.5, None, date(2020, 9, 25), instant, "a\0b"]
    assert csv_text(list("abcdef"), [row]) == (
        "a,b,c,d,e,f\r\n-5,1.5,,2020-09-25,2020-10-09T10:00:00+00:00,a\ufffdb\r\n"
    )
