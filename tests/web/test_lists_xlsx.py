"""Tests of lists as XLSX downloads: the cells of the CSV files, and nothing that a spreadsheet would run."""

import csv
import io

import openpyxl
import pytest
from werkzeug.test import TestResponse

from tests.actions.rounds import DEADLINE
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.domain.terms import ResponseKind

FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def closed(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a closed circulation in which Malaysia objects in words that look like a formula."""
    told = Story(database, world, clock, served)
    told.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons=FORMULA))
    clock.now = DEADLINE
    return told.does(lambda round_: round_.locked())


def book(answer: TestResponse) -> openpyxl.Workbook:
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def test_every_list_has_the_rows_of_its_csv(visit: Visit, closed: Story) -> None:
    client = visit("secretariat")
    for path in (
        f"/documents/{closed.world.document.code}/table",
        f"{closed.page}/record",
        f"{closed.page}/comments",
        "/history",
        "/participation",
    ):
        made = book(client.get(f"{path}.xlsx"))
        written = list(csv.reader(io.StringIO(client.get(f"{path}.csv").data.decode("utf-8-sig"))))
        page = made["List"]
        assert [cell.value for cell in page[1]] == written[0]
        assert page.max_row == len(written)
        assert {cell.data_type for row in page.rows for cell in row} <= {"s", "n", "d"}


def test_words_of_a_state_are_no_formula(visit: Visit, closed: Story) -> None:
    for path in (f"{closed.page}/comments.xlsx", f"{closed.page}/record.xlsx"):
        cells = [cell for row in book(visit("secretariat").get(path))["List"].rows for cell in row]
        assert [cell.data_type for cell in cells if cell.value == FORMULA] == ["s"]


def test_record_has_the_positions_as_a_matrix(visit: Visit, closed: Story) -> None:
    page = book(visit("SG drafter").get(f"{closed.page}/record.xlsx"))["Positions"]
    header, *rows = [[cell.value for cell in row] for row in page.rows]
    assert header[:3] == ["item", "title", "result"]
    assert sorted(header[3:]) == sorted(state.code for state in closed.world.members)
    assert [row[2] for row in rows] == ["endorsed"] * 3 + ["not_endorsed"] + ["endorsed"] * 2
    assert rows[3][header.index("MY")] == "objection"


def test_matrix_of_the_programme_has_no_state(visit: Visit, closed: Story) -> None:
    page = book(visit("programme").get(f"{closed.page}/record.xlsx"))["Positions"]
    assert [cell.value for cell in page[1]] == ["item", "title", "result"]
