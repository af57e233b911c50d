"""Tests of the papers as downloads: who gets them, as what, and that they open again."""

import io

import docx
import pytest

from tests.actions.rounds import DEADLINE
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.db import Database

READERS = ("secretariat", "programme", "MY drafter")


@pytest.fixture
def closed(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a circulation closed in silence."""
    told = Story(database, world, clock, served)
    clock.now = DEADLINE
    return told.does(lambda round_: round_.locked())


@pytest.mark.parametrize("name", READERS)
def test_paper_and_record_are_given_to_every_reader(visit: Visit, closed: Story, name: str) -> None:
    client = visit(name)
    document = f"/documents/{closed.world.document.code}"
    page = client.get(document).text
    for path in (f"{document}/paper", f"{closed.page}/record"):
        for ending, media_type in (
            ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ("pdf", "application/pdf"),
        ):
            answer = client.get(f"{path}.{ending}")
            assert (answer.status_code, answer.mimetype) == (200, media_type)
            assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
            assert client.get(f"{path}.{ending}").data == answer.data
    assert f'href="{document}/paper.pdf"' in page
    assert f'href="{document}/paper.docx"' in page


def test_paper_opens_again_with_the_column_derived(visit: Visit, closed: Story) -> None:
    answer = visit("MY drafter").get(f"/documents/{closed.world.document.code}/paper.docx")
    [table] = docx.Document(io.BytesIO(answer.data)).tables
    assert {row.cells[-1].text for row in table.rows[1:] if row.cells[0].text[:1].isdigit()} == {
        "Endorsed the project as part of the Work Plan 2020-2023"
    }


def test_papers_of_nothing_are_not_found(visit: Visit, world: World) -> None:
    client = visit("secretariat")
    assert client.get("/documents/nothing/paper.pdf").status_code == 404
    assert client.get("/circulations/1/record.pdf").status_code == 404


def test_circular_note_is_given_to_whoever_reads_the_circulation(visit: Visit, closed: Story) -> None:
    for name in ("secretariat", "lead_shepherd", "MY drafter"):
        client = visit(name)
        for ending in ("docx", "pdf"):
            assert client.get(f"{closed.page}/note.{ending}").status_code == 200
        assert f'href="{closed.page}/note.pdf"' in client.get(closed.page).text
    assert visit("programme").get(f"{closed.page}/note.pdf").status_code == 403
