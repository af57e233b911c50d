"""Importing a paper in pages: a preview that writes nothing, then everything or nothing."""

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories import World
from tests.web.conftest import Visit
from tests.web.forms_filled import filled
from workflow.db import Database
from workflow.domain.terms import Status
from workflow.models.document import Document, Item, Version

PATH = "/documents/import"
PLAN = Path(__file__).parent.parent.parent / "config" / "demo" / "plan.txt"
SMALL = """**WORK PLAN 2024 – 2025**

4 Work Plan 2024 – 2025

Project\tStatus\tActions taken ad referendum
First\tOngoing <script>\tAgreed by letter
<i>Other</i>\t\t
แผน خطة 👩🏽‍⚖️\tPlanned\tAgreed by letter
"""


def upload(client: Any, content: bytes, name: str = "plan.txt", **more: str) -> TestResponse:
    """Send a file to be read."""
    data = {"file": (io.BytesIO(content), name), **more}
    return client.post(PATH, data=data, content_type="multipart/form-data")


def counted(database: Database) -> tuple[int, int]:
    """Return how many documents and items there are."""
    with database.reading() as session:
        documents = session.scalar(select(func.count(Document.id)))
        return documents or 0, session.scalar(select(func.count(Item.id))) or 0


def test_preview_shows_everything_and_writes_nothing(visit: Visit, world: World, database: Database) -> None:
    before = counted(database)
    page = upload(visit("programme"), PLAN.read_bytes())
    assert page.status_code == 200
    for text in (
        "2 documents with 12 items",
        "July 2010",
        "Other activities",
        "Bohol TIP Work Plan",
        "20th SOMTC",
    ):
        assert text in page.text
    assert counted(database) == before


def test_import_follows_the_preview(visit: Visit, world: World, database: Database) -> None:
    client = visit("programme")
    sent = filled(upload(client, SMALL.encode()), PATH)
    answer = client.post(PATH, data=sent | {"import": "1"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "2 items are imported." in answer.text
    assert "Ongoing &lt;script&gt;" in answer.text
    with database.reading() as session:
        versions = session.scalars(
            select(Version).join(Item, Item.id == Version.item_id).where(Item.key.startswith("wp-"))
        ).all()
    assert [version.status for version in versions] == [Status.DRAFT, Status.DRAFT]
    assert sorted(version.title for version in versions) == ["First", "แผน خطة 👩🏽‍⚖️"]


def test_import_of_an_endorsed_paper_is_in_force(visit: Visit, world: World, database: Database) -> None:
    client = visit("lead_shepherd")
    sent = filled(upload(client, SMALL.encode()), PATH) | {"endorsed_on_paper": "y", "import": "1"}
    page = client.post(PATH, data=sent, follow_redirects=True).text
    assert "Two items: two in force." in page
    assert "Agreed by letter" in page


def test_programme_is_not_offered_to_say_that_a_paper_was_endorsed(visit: Visit, world: World) -> None:
    client = visit("programme")
    page = upload(client, SMALL.encode())
    assert "endorsed_on_paper" not in page.text
    assert "is said by the Lead Shepherd’s office" in page.text
    sent = filled(page, PATH) | {"endorsed_on_paper": "y", "import": "1"}
    assert client.post(PATH, data=sent).status_code == 403


def test_import_sent_twice_is_done_once(visit: Visit, world: World, database: Database) -> None:
    client = visit("programme")
    sent = filled(upload(client, SMALL.encode()), PATH) | {"import": "1"}
    assert client.post(PATH, data=sent).status_code == 302
    once = counted(database)
    second = client.post(PATH, data=sent)
    assert second.status_code == 409
    assert "There is a document of this kind and period already" in second.text
    assert counted(database) == once


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"\xff\xfe", "UTF-16"),
        (b"one\ntwo \xe9", "Line 2"),
        (b"a\x00b", "Line 1"),
        (SMALL.replace("First\t", "First\t\t").encode(), "Line 6"),
        (SMALL.replace("แผน خطة 👩🏽‍⚖️\tPlanned\tAgreed by letter\n", "").encode(), "Line 7"),
        (SMALL.replace("First", "F" * 100_000).encode(), "Line 6"),
        (b"x" * 100_000, "Line 1"),
    ],
)
def test_paper_that_is_broken_names_the_line_and_writes_nothing(
    visit: Visit, world: World, database: Database, content: bytes, says: str
) -> None:
    before = counted(database)
    answer = upload(visit("programme"), content)
    assert answer.status_code == 422
    assert says in answer.text
    assert counted(database) == before
    broken = {"text": content.decode("utf-8", "replace"), "import": "1", "known": ""}
    assert visit("programme").post(PATH, data=broken).status_code == 422
    assert counted(database) == before


def test_nothing_chosen_is_told(visit: Visit, world: World) -> None:
    assert visit("programme").post(PATH, data={}).status_code == 422


def test_paper_is_imported_by_writers_only(visit: Visit, world: World) -> None:
    for name in ("MY contact_point", "secretariat"):
        assert visit(name).get(PATH).status_code == 403
        assert upload(visit(name), SMALL.encode()).status_code == 403
