"""The documents' pages for readers: the list, a table and its files, the life of an item, differences.

Writing is in test_documents_write.py, files in test_documents_files.py, papers in test_documents_papers.py.
"""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, Round
from tests.databases import RolledBack
from tests.factories import World, new_version, plan
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from tests.web.test_shepherd_panel import cells, statements
from workflow.actions import progress
from workflow.db import Database
from workflow.domain.terms import ResponseKind, Status
from workflow.models.document import Document, Progress
from workflow.queries.documents import PAGE

READERS = ("lead_shepherd", "secretariat", "programme", "MY contact_point", "MY drafter")


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a round over the whole plan: dispatched and served."""
    return Story(database, world, clock, served)


def closed(round_: Round) -> None:
    """Let the deadline pass and the clock do what it owes."""
    round_.clock.now = DEADLINE
    round_.locked()


@pytest.mark.parametrize("name", READERS)
def test_documents_are_read_by_everybody(visit: Visit, world: World, name: str) -> None:
    client = visit(name)
    document, item = f"/documents/{world.document.code}", f"/documents/items/{world.items[0].key}"
    paths = ["/documents", document, f"{document}/table.csv", f"{document}/table.tsv", item]
    answers = [client.get(path).status_code for path in [*paths, f"{item}/difference"]]
    assert answers == [200] * 6


@pytest.mark.parametrize("name", ["secretariat", "MY contact_point"])
def test_documents_offer_no_writing_to_readers(visit: Visit, world: World, name: str) -> None:
    client = visit(name)
    for path in ("/documents", f"/documents/{world.document.code}", f"/documents/items/{world.items[0].key}"):
        page = client.get(path).text
        assert "/write" not in page
        assert "/import" not in page
    assert client.get(f"/documents/items/{world.items[0].key}/write").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/documents/none",
        "/documents/none/table.csv",
        "/documents/none/table.tsv",
        "/documents/none/items/new",
        "/documents/items/none",
        "/documents/items/none/write",
        "/documents/items/none/difference",
        "/documents/items/none/files",
        "/documents/items/none/progress",
        "/documents/items/none/withdraw",
        "/documents/files/999999999",
        "/documents/files/99999999999999999999999",
        "/documents/%00",
        "/documents/items/%00",
    ],
)
def test_documents_that_are_not_there_answer_404(visit: Visit, path: str) -> None:
    assert visit("lead_shepherd").get(path).status_code == 404


def test_versions_that_are_not_there_answer_404(visit: Visit, world: World) -> None:
    client = visit("programme")
    base = f"/documents/items/{world.items[0].key}/difference"
    assert client.get(f"{base}?from=1&to=7").status_code == 404
    assert client.get(f"{base}?from=x").status_code == 422
    assert client.get(f"{base}?to=99999999999999999999").status_code == 422


def test_table_is_given_to_the_letter(visit: Visit, world: World) -> None:
    answer = visit("MY contact_point").get(f"/documents/{world.document.code}/table.tsv")
    rows = [line.split("\t") for line in answer.text.splitlines()]
    assert rows[0] == ["project", "points", "status", "action"]
    assert rows[6] == ["Other activities", "", "", ""]
    assert rows[7][1:] == ["Bohol TIP Work Plan; SOMTC support", "Ongoing, number 1", ""]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{world.document.code}.tsv"'


def test_table_says_what_was_endorsed_in_the_bodys_words(visit: Visit, world: World, story: Story) -> None:
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 2))
    client = visit("lead_shepherd")
    page = client.get(f"/documents/{world.document.code}").text
    assert "Objection of Malaysia" in page
    story.does(closed)
    rows = client.get(f"/documents/{world.document.code}/table.tsv").text.splitlines()
    actions = [row.split("\t")[3] for row in rows[1:]]
    endorsed = "Endorsed the project as part of the Work Plan 2020-2023"
    assert actions == [endorsed, "", endorsed, endorsed, endorsed, "", endorsed]


def test_running_positions_are_hidden_from_who_may_not_see_them(
    visit: Visit, world: World, story: Story
) -> None:
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 1))
    path = f"/documents/items/{world.items[0].key}"
    shown = {name: visit(name).get(path).text for name in ("lead_shepherd", "TH contact_point", "programme")}
    assert cells(shown["lead_shepherd"]) == [[*["Silent"] * 4, "Objects", *["Silent"] * 5]]
    assert "Silent" not in shown["TH contact_point"]
    assert "Malaysia objects" in shown["TH contact_point"]
    assert "Silence broken" in shown["TH contact_point"]
    assert "Malaysia" not in shown["programme"]
    assert "Silence broken" not in shown["programme"]
    story.does(closed)
    assert cells(visit("TH contact_point").get(path).text) == cells(shown["lead_shepherd"])


def test_life_tells_every_step(visit: Visit, world: World, story: Story) -> None:
    story.does(closed)
    page = visit("MY contact_point").get(f"/documents/items/{world.items[0].key}").text
    assert "Version 1 is in force since 9 October 2020." in page
    assert "Circulated to the States" in page
    assert "Endorsed ad referendum" in page


def test_difference_is_shown_word_by_word(visit: Visit, world: World, database: Database) -> None:
    with database.writing() as session:
        session.get_one(type(world.versions[0]), world.versions[0].id).title = "Old words here"
        session.flush()
        successor = new_version(world.items[0], "Old words there", number=2, status=Status.CIRCULATED)
        session.add(successor)
    page = visit("programme").get(f"/documents/items/{world.items[0].key}/difference").text
    assert "<del>here</del>" in page
    assert "<ins>there</ins>" in page


def test_progress_of_the_latest_day_is_shown_with_the_item(
    visit: Visit, world: World, database: Database
) -> None:
    with database.writing() as session:
        for day, words in ((date(2020, 9, 1), "Newer words"), (date(2020, 8, 1), "Older words")):
            by = world.actor("programme")
            progress.report(session, world.items[0].id, by=by, now=MORNING, as_of=day, status=words)
    page = visit("MY contact_point").get(f"/documents/{world.document.code}").text
    assert "Progress as of 1 September 2020" in page
    assert ("Newer words" in page, "Older words" in page) == (True, False)


def test_list_pages_by_key(visit: Visit, world: World, database: Database) -> None:
    with database.writing() as session:
        for _ in range(PAGE):
            plan(session, world.body, count=1)
    client = visit("programme")
    first = client.get("/documents").text
    assert first.count('href="/documents/work-plan-') == PAGE
    older = first.partition('href="/documents?before=')[2].partition('"')[0]
    second = client.get(f"/documents?before={older}").text
    assert second.count('href="/documents/work-plan-') == 1
    assert f"/documents/{world.document.code}" in second
    assert client.get("/documents?before=x").status_code == 422


@pytest.mark.parametrize("count", [1, 3, 30])
def test_pages_cost_the_same_however_many_items(
    visit: Visit, database: RolledBack, world: World, count: int
) -> None:
    with database.writing() as session:
        document, items, _ = plan(session, world.body, count=count)
        grown(session, document, items, count)
    client = visit("MY contact_point")
    costs = []
    for path in ("/documents", f"/documents/{document.code}", f"/documents/items/{items[0].key}"):
        with statements(database) as sent:
            assert client.get(path).status_code == 200
        costs.append(len(sent))
    assert costs == [2, 7, 8]


def grown(session: Session, document: Document, items: list, count: int) -> None:
    """Give the first item as many versions and reports as there are items."""
    for number in range(2, count + 2):
        version = new_version(items[0], f"Title {number}", number=number, status=Status.SUPERSEDED)
        version.ended_at = MORNING
        report = Progress(
            body_id=document.body_id,
            item_id=items[0].id,
            as_of=date(2020, 1, 1),
            status="So",
            reported_at=MORNING,
            reported_by="test",
        )
        session.add_all([version, report])
