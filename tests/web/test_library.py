"""The library's pages: filed and found by whoever may read it, downloaded, taken out; the focal points."""

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import World
from tests.papers.test_pdf_words import LINE, pdf
from tests.web.conftest import Visit
from workflow.audit import library_texts, tying
from workflow.audit.kept import Names
from workflow.db import Database
from workflow.models.library import LibraryEntry
from workflow.models.search import Searchable

TOOLKIT = {"kind": "toolkit", "title": "Interview guide", "subject": "Victims", "audience": "everyone"}


def sent(client: FlaskClient, path: str, **data: Any) -> Any:
    """Send a form, with its file, and follow where it leads."""
    return client.post(path, data=data, follow_redirects=True, content_type="multipart/form-data")


def upload(text: str = "Questions on forced labour.", name: str = "guide.txt") -> tuple[BytesIO, str]:
    """Return a file as a form sends it."""
    return BytesIO(text.encode()), name


def test_entry_is_found_by_the_words_of_its_file(visit: Visit, world: World, database: Database) -> None:
    client, reader = visit("programme"), visit("MY drafter")
    page = sent(client, "/library/new", **TOOLKIT, file=upload(), item=world.items[0].key)
    assert page.status_code == 200
    assert "It is filed in the library." in page.text
    with database.reading() as session:
        key = session.scalars(select(LibraryEntry.id)).one()
    answer = reader.get(f"/library/{key}/file")
    assert answer.data == b"Questions on forced labour."
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="guide.txt"')
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for path in ("/library?words=forced+labour", "/library?subject=Victims", "/library?kind=toolkit"):
        assert "Interview guide" in reader.get(path).text
    for path in ("/library?kind=news", "/library?words=forced&kind=news", "/library?item=wp-99"):
        assert "Interview guide" not in reader.get(path).text
    assert "Nothing that you may read is like that." in reader.get("/library?words=nothing+there").text
    assert f'href="/library/{key}"' in reader.get("/search?words=forced").text
    assert reader.get("/library/index.csv").text.count("Interview guide") == 1
    assert visit("MY contact_point").post(f"/library/{key}/out").status_code == 403
    assert differences(database, world) == []
    for column, value in (("summary", "Another."), ("content", b"Another.")):
        with database.writing() as session:
            undone = session.begin_nested()
            session.execute(update(LibraryEntry).values({column: value}))
            assert len(differences_in(session, world)) == 1
            undone.rollback()
    assert "It is taken out" in sent(client, f"/library/{key}/out").text
    assert reader.get(f"/library/{key}").status_code == 404
    with database.reading() as session:
        assert session.scalar(select(Searchable.id).where(Searchable.source == "library_entry")) is None
    assert differences(database, world) == []


def test_entry_is_found_by_the_words_of_its_pdf(visit: Visit) -> None:
    sent(visit("programme"), "/library/new", **TOOLKIT, file=(BytesIO(pdf(LINE)), "guide.pdf"))
    reader = visit("MY drafter")
    assert "Interview guide" in reader.get("/library?words=office+on+forced").text


def test_file_whose_words_are_not_read_is_told(visit: Visit) -> None:
    damaged = sent(visit("programme"), "/library/new", **TOOLKIT, file=(BytesIO(pdf(LINE)[:60]), "cut.pdf"))
    picture = sent(visit("programme"), "/library/new", **TOOLKIT)
    found = ["the search finds it by its title" in page.text for page in (damaged, picture)]
    assert (damaged.status_code, found) == (200, [True, False])


def test_entry_is_seen_by_its_readers_alone(visit: Visit, world: World) -> None:
    office = visit("secretariat")
    for audience in ("members", "offices"):
        told = {"kind": "news", "title": f"News for {audience}", "subject": "News", "audience": audience}
        assert sent(office, "/library/new", **told).status_code == 200
    seen = {}
    for name in ("programme", "MY drafter", "lead_shepherd"):
        pages = [visit(name).get(path).text for path in ("/library", "/library?words=news+for")]
        seen[name] = [[one for one in ("members", "offices") if f"News for {one}" in page] for page in pages]
    assert seen == {
        "programme": [[], []],
        "MY drafter": [["members"], ["members"]],
        "lead_shepherd": [["members", "offices"]] * 2,
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "This cannot be empty."),
        ({"url": "javascript:alert(1)"}, "This is no link."),
        ({"file": "guide.exe"}, "is not of a type that can be attached"),
        ({"item": "none"}, "There is no such item."),
        ({}, "needs a file or a link"),
        ({"audience": "offices", "url": "https://example.org"}, "This is not on the list."),
    ],
)
def test_filing_says_what_is_wrong(visit: Visit, wrong: dict[str, Any], said: str) -> None:
    # What was sent once is closed: each database is sent a file of its own.
    files = {"file": upload("MZ", wrong["file"])} if "file" in wrong else {}
    answer = sent(visit("programme"), "/library/new", **TOOLKIT | wrong | files)
    assert answer.status_code == 422
    assert said in answer.text


def test_register_says_who_speaks_for_whom_since_when(visit: Visit, world: World) -> None:
    pages = [
        visit(name).get("/library/focal-points").text for name in ("MY drafter", "programme", "secretariat")
    ]
    assert ["MY contact_point" in page for page in pages] == [True] * 3
    assert ["sg.contact_point@example.org" in page for page in pages] == [False, False, True]
    rows = visit("secretariat").get("/library/focal-points.csv").text.splitlines()
    # Eleven States with three focal points each, under a header.
    assert len(rows) == 34


def differences(database: Database, world: World) -> list[str]:
    """Return where the library differs from what the log tells of it."""
    with database.reading() as session:
        return differences_in(session, world)


def differences_in(session: Session, world: World) -> list[str]:
    """Return the same, as one session sees it."""
    replay = library_texts.LibraryReplay()
    own = tying.AuditEntry.type.in_(list(map(str, library_texts.LIBRARY_TYPES)))
    broken = list(tying._replayed(session, replay, own))
    kept = library_texts.facts(session, world.body.id, Names(session, world.body.id))
    return broken + list(tying._compared(replay.facts, kept, {}, frozenset()))
