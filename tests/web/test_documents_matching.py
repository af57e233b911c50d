"""Importing tables of any file in pages: matched, previewed, then all or nothing; a newer edition renews."""

import io
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories import World
from tests.papers.hostile_files import FILES
from tests.papers.office_made import Rows, docx_of, xlsx_of
from tests.papers.plan_made import plan_docx
from tests.web.conftest import Visit
from workflow.db import Database
from workflow.domain.terms import Status
from workflow.models.document import Document, Item, Version

PATH, TABLES = "/documents/import", "/documents/import/tables"
ROWS: Rows = [
    ["No.", "Project", "Status", "Actions taken", "Budget"],
    [1, "Lakes <b>", "Ongoing", "Agreed by letter", 3],
    ["", "Air", "", "", ""],
    [2, "แผน خطة 👩🏽‍⚖️", "Planned", "Agreed by letter", 4],
    ["Total", "", "", "", 7],
]


class _Chosen(HTMLParser):
    """Collect what stands in every field of a page's form for tables, its lists included."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._is_inside = False
        self._list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self._is_inside = found.get("action") == TABLES
        if not self._is_inside:
            return
        if tag == "input" and found.get("name") and found.get("type") != "checkbox":
            self.fields[str(found["name"])] = found.get("value") or ""
        elif tag == "select":
            self._list = str(found["name"])
        elif tag == "option" and (self._list not in self.fields or "selected" in found):
            self.fields[self._list] = found.get("value") or ""


def chosen(answer: TestResponse) -> dict[str, str]:
    """Return what the page's form would send."""
    reader = _Chosen()
    reader.feed(answer.text)
    return reader.fields


def upload(client: Any, content: bytes, name: str) -> TestResponse:
    """Send a file to be read."""
    data = {"file": (io.BytesIO(content), name)}
    return client.post(PATH, data=data, content_type="multipart/form-data")


def sheet(*more: list[object]) -> bytes:
    """Return a workbook with a heading, the rows above and more."""
    return xlsx_of([["Work Plan 2024-2025"], [], *ROWS[:-1], *more, ROWS[-1]])


def counted(database: Database) -> tuple[int, int]:
    """Return how many documents and versions there are."""
    with database.reading() as session:
        documents = session.scalar(select(func.count(Document.id)))
        return documents or 0, session.scalar(select(func.count(Version.id))) or 0


def drafts(database: Database, title: str) -> list[tuple[str, str]]:
    """Return title and status of the drafts of a document."""
    with database.reading() as session:
        query = select(Version.title, Version.texts["status"].as_string()).join(
            Item, Item.id == Version.item_id
        )
        query = query.join(Document, Document.id == Item.document_id).where(Document.title == title)
        rows = session.execute(query.where(Version.status == Status.DRAFT).order_by(Item.position))
        return [tuple(row) for row in rows]


def test_columns_are_guessed_and_nothing_is_written(visit: Visit, world: World, database: Database) -> None:
    before = counted(database)
    page = upload(visit("programme"), sheet(), "plan.xlsx")
    assert page.status_code == 200
    fields = chosen(page)
    assert [fields[f"column_0_{place}"] for place in range(5)] == ["number", "title", "status", "action", ""]
    assert (fields["kind_0"], fields["title_0"]) == ("work_plan", "Work Plan 2024-2025")
    assert (fields["from_0"], fields["until_0"], fields["into_0"]) == ("2024", "2025", "")
    for text in (
        "Lakes &lt;b&gt;",
        'colspan="4"><i>',
        "2 new items",
        "A row of totals: read, not imported.",
        "The column “Budget” is matched with no field",
        "Import these 2 items",
    ):
        assert text in page.text
    assert counted(database) == before


def test_import_follows_the_preview(visit: Visit, world: World, database: Database) -> None:
    client = visit("programme")
    fields = chosen(upload(client, sheet(), "plan.xlsx"))
    answer = client.post(TABLES, data=fields | {"import": "1"}, follow_redirects=True)
    assert answer.status_code == 200
    assert drafts(database, "Work Plan 2024-2025") == [("Lakes <b>", "Ongoing"), ("แผน خطة 👩🏽‍⚖️", "Planned")]
    again = client.post(TABLES, data=fields | {"import": "1"})
    assert again.status_code == 409
    assert "Something changed since you saw the preview" in again.text


def test_what_was_changed_after_the_preview_is_shown_before_it_is_imported(
    visit: Visit, world: World, database: Database
) -> None:
    client = visit("programme")
    before = counted(database)
    fields = chosen(upload(client, sheet(), "plan.xlsx")) | {"column_0_2": ""}
    page = client.post(TABLES, data=fields | {"import": "1"})
    assert page.status_code == 409
    assert counted(database) == before
    assert client.post(TABLES, data=chosen(page) | {"import": "1"}).status_code == 302
    assert [status for _, status in drafts(database, "Work Plan 2024-2025")] == ["", ""]


def test_columns_are_remembered_for_the_next_file_of_the_source(visit: Visit, world: World) -> None:
    client = visit("programme")
    rows = [["Urusan", "Hal"], ["A", "b"]]
    page = upload(client, docx_of(rows, "Work Plan 2031"), "one.docx")
    assert chosen(page)["kind_0"] == ""
    told = {"kind_0": "work_plan", "column_0_0": "title", "column_0_1": "status"}
    shown = client.post(TABLES, data=chosen(page) | told)
    assert shown.status_code == 200
    assert client.post(TABLES, data=chosen(shown) | {"import": "1"}).status_code == 302
    made = client.get("/documents/work-plan-2031-2031").text
    assert all(f'<th scope="col">{heading}</th>' in made for heading in rows[0])
    fields = chosen(upload(client, docx_of(rows, "Work Plan 2032"), "two.docx"))
    assert (fields["kind_0"], fields["column_0_0"], fields["column_0_1"]) == ("work_plan", "title", "status")


def test_newer_edition_renews_the_document_it_is_of(visit: Visit, world: World, database: Database) -> None:
    client = visit("lead_shepherd")
    first = chosen(upload(client, sheet(), "plan.xlsx"))
    endorsed = first | {"import": "1", "endorsed_on_paper": "y"}
    assert client.post(TABLES, data=endorsed).status_code == 302
    newer = xlsx_of([["Work Plan 2024-2025"], [], ROWS[0], [1, "Lakes <b>", "Done"], [2, "New", "Planned"]])
    page = upload(client, newer, "newer.xlsx")
    assert chosen(page)["into_0"] == "work-plan-2024-2025"
    for text in (": changed", "1 new item", "1 vanished", "Items that this edition does not have"):
        assert text in page.text
    assert client.post(TABLES, data=chosen(page) | {"import": "1"}).status_code == 302
    assert drafts(database, "Work Plan 2024-2025") == [("Lakes <b>", "Done"), ("New", "Planned")]
    third = upload(client, newer, "newer.xlsx")
    assert "0 new items, 0 changed, 2 as they are, 1 vanished" in third.text
    assert "There is nothing to import." in third.text
    assert 'name="import"' not in third.text


def test_item_of_a_row_is_chosen_by_hand(visit: Visit, world: World, database: Database) -> None:
    client = visit("programme")
    fields = chosen(upload(client, sheet(), "plan.xlsx"))
    assert client.post(TABLES, data=fields | {"import": "1"}).status_code == 302
    newer = xlsx_of([["Work Plan 2024-2025"], [], ROWS[0], [1, "Seas", "Ongoing"]])
    page = upload(client, newer, "newer.xlsx")
    (name,) = [name for name in chosen(page) if name.startswith("item_0_")]
    assert chosen(page)[name] == "new"
    with database.reading() as session:
        key = session.scalar(select(Item.key).join(Version).where(Version.title == "Lakes <b>"))
    shown = client.post(TABLES, data=chosen(page) | {name: key})
    assert f"{key}: changed" in shown.text
    assert client.post(TABLES, data=chosen(shown) | {"import": "1"}).status_code == 302
    assert drafts(database, "Work Plan 2024-2025")[0] == ("Seas", "Ongoing")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"from_0": "soon"}, "This is no year."),
        ({"from_0": "2026"}, "The period ends before it begins."),
        ({"title_0": ""}, "This cannot be empty."),
        ({"column_0_1": ""}, "No column holds the title of the items."),
        ({"column_0_4": "status"}, "Two columns are matched with “status”."),
        ({"kind_0": ""}, "Every table is left out."),
        ({"kind_0": "novel"}, "This is not on the list."),
    ],
)
def test_wrong_choice_is_named_and_writes_nothing(
    visit: Visit, world: World, database: Database, changes: dict[str, str], says: str
) -> None:
    client = visit("programme")
    before = counted(database)
    fields = chosen(upload(client, sheet(), "plan.xlsx"))
    answer = client.post(TABLES, data=fields | changes | {"import": "1"})
    assert answer.status_code == 422
    assert says in answer.text
    assert counted(database) == before


def test_every_mistake_is_told_at_once_by_row(visit: Visit, world: World, database: Database) -> None:
    before = counted(database)
    page = upload(visit("programme"), sheet([3, "lakes <b>", "x"], [4, "", "y"]), "plan.xlsx")
    assert "row 7, “Project”: The title “lakes &lt;b&gt;” stands in" in page.text
    assert "row 8, “Project”: The row has no title." in page.text
    assert counted(database) == before


def test_years_that_overlap_are_doubted(visit: Visit, world: World) -> None:
    client = visit("programme")
    fields = chosen(upload(client, sheet(), "plan.xlsx"))
    assert client.post(TABLES, data=fields | {"import": "1"}).status_code == 302
    page = client.post(TABLES, data=fields | {"from_0": "2025", "until_0": "2027"})
    assert "overlap with those of a document there is already" in page.text


def test_whole_plan_of_word_is_imported(visit: Visit, world: World, database: Database) -> None:
    client = visit("programme")
    fields = chosen(upload(client, plan_docx(), "plan.docx")) | {"into_0": "", "into_1": ""}
    shown = client.post(TABLES, data=fields)
    assert "July 2010" in shown.text
    assert client.post(TABLES, data=chosen(shown) | {"import": "1"}).status_code == 302
    assert len(drafts(database, "Progress Report 2019 – 2020")) == 6


@pytest.mark.parametrize(
    "name", ["macros of a text", "an entity from outside", "a picture", "a text cut off"]
)
def test_hostile_file_is_refused_on_the_page(
    visit: Visit, world: World, database: Database, name: str
) -> None:
    before = counted(database)
    filename, make, says = FILES[name]
    answer = upload(visit("programme"), make(), filename)
    assert answer.status_code == 422
    assert says in answer.text
    assert counted(database) == before


@pytest.mark.parametrize("reading", ["", "x", "W10.x.y"])
def test_file_that_is_gone_is_asked_for_again(visit: Visit, world: World, reading: str) -> None:
    answer = visit("programme").post(TABLES, data={"reading": reading, "import": "1"})
    assert answer.status_code == 422
    assert "Choose it again" in answer.text


def test_tables_are_imported_by_writers_only(visit: Visit, world: World) -> None:
    for name in ("MY contact_point", "secretariat"):
        assert upload(visit(name), sheet(), "plan.xlsx").status_code == 403
        assert visit(name).post(TABLES, data={}).status_code == 403
    client = visit("programme")
    sent = chosen(upload(client, sheet(), "plan.xlsx")) | {"import": "1", "endorsed_on_paper": "y"}
    assert client.post(TABLES, data=sent).status_code == 403


def test_table_without_years_finds_the_document_that_has_its_items(visit: Visit, world: World) -> None:
    client = visit("lead_shepherd")
    first = chosen(upload(client, sheet(), "plan.xlsx"))
    assert client.post(TABLES, data=first | {"import": "1"}).status_code == 302
    content = client.get("/documents/work-plan-2024-2025/table.xlsx").data
    page = upload(client, content, "table.xlsx")
    fields = chosen(page)
    assert [fields[f"{name}_0"] for name in ("into", "title", "from", "until")] == [
        "work-plan-2024-2025",
        "Work Plan 2024-2025",
        "2024",
        "2025",
    ]
    assert "There is nothing to import." in page.text


def test_what_a_newer_edition_moves_or_lengthens_is_told(visit: Visit, world: World) -> None:
    client = visit("lead_shepherd")
    first = chosen(upload(client, sheet(), "plan.xlsx"))
    assert client.post(TABLES, data=first | {"import": "1"}).status_code == 302
    newer = xlsx_of([["Work Plan 2024-2026"], [], ROWS[0], ROWS[2], ROWS[1], ROWS[3]])
    fields = chosen(upload(client, newer, "newer.xlsx")) | {"into_0": "work-plan-2024-2025"}
    page = client.post(TABLES, data=fields).text
    assert "0 new items, 0 changed, 2 as they are, 0 vanished" in page
    assert "stands above the first section row in the document, and stays there." in page
    assert "The years are 2024–2026 here, 2024–2025 in the document, where they stay." in page
