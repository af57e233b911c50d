"""Writing documents in pages: forms, the words that change, a stale draft, refusals that lose nothing.

Reading is in test_documents.py.
"""

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import World
from tests.web.conftest import Visit
from tests.web.forms_filled import filled, forms_of
from workflow.actions import documents
from workflow.db import Database
from workflow.domain.terms import DocumentKind, Status
from workflow.models.document import Document, Item, Progress, Version

SCRIPTS = "แผน ផែនការ ແຜນ လုပ်ငန်း Kế hoạch خطة 👩🏽‍⚖️🇹🇭"
LONG = "x" * 100_000


def at(world: World, act: str) -> str:
    """Return the address of an act on the first item."""
    return f"/documents/items/{world.items[0].key}/{act}"


def first_draft(database: Database, world: World) -> Version:
    """Read the first draft anew."""
    with database.reading() as session:
        return session.get_one(Version, world.versions[0].id, populate_existing=True)


def words(**changes: str) -> dict[str, str]:
    """Return the fields of a text as a browser sends them."""
    return {"edition": "1", "title": "T", "points": "one\r\n\r\n two ", "text_status": "S"} | changes


def shows(answer: TestResponse, status: int, *texts: str) -> None:
    """Expect a status, and these texts on the page."""
    assert answer.status_code == status
    for text in texts:
        assert text in answer.text


@pytest.mark.parametrize("name", ["lead_shepherd", "programme"])
def test_draft_is_written_from_its_form(visit: Visit, world: World, database: Database, name: str) -> None:
    client, path = visit(name), at(world, "write")
    sent = filled(client.get(path), path, title="New", points="one\n two \n\n", text_status="New status")
    answer = client.post(path, data=sent, follow_redirects=True)
    shows(answer, 200, "Version 1 is saved as a draft.", "New status")
    draft = first_draft(database, world)
    assert (draft.title, draft.points, draft.texts) == ("New", ["one", "two"], {"status": "New status"})
    assert draft.edition == 2


def test_words_that_change_are_shown_before_anything_is_saved(
    visit: Visit, world: World, database: Database
) -> None:
    answer = visit("programme").post(at(world, "write"), data=words(title="Brand new", preview="1"))
    shows(answer, 200, "<ins>Brand new</ins>", "Nothing is saved yet.", 'value="Brand new"')
    assert first_draft(database, world).edition == 1


def test_stale_draft_shows_the_colleagues_words_and_keeps_mine(
    visit: Visit, world: World, database: Database
) -> None:
    client, path = visit("lead_shepherd"), at(world, "write")
    sent = filled(client.get(path), path, title="My words")
    with database.writing() as session:
        by = world.actor("programme")
        documents.revise(
            session,
            world.items[0].id,
            by=by,
            now=world.versions[0].changed_at,
            edition=1,
            title="Theirs",
            points=[],
            texts={"status": "Their status"},
        )
    answer = client.post(path, data=sent)
    shows(answer, 409, "Theirs", "Their status", 'value="My words"', "written by programme")
    assert first_draft(database, world).title == "Theirs"
    again = client.post(path, data=filled(answer, path))
    assert again.status_code == 302
    assert first_draft(database, world).title == "My words"


def test_draft_that_is_gone_meanwhile_is_told_and_nothing_is_lost(
    visit: Visit, world: World, database: Database
) -> None:
    client, path = visit("lead_shepherd"), at(world, "write")
    sent = filled(client.get(path), path, title="My words")
    assert client.post(at(world, "withdraw"), data={"reason": "No longer wanted"}).status_code == 302
    answer = client.post(path, data=sent)
    shows(answer, 409, "is no draft any more", 'value="My words"')
    assert client.post(path, data=filled(answer, path)).status_code == 302
    with database.reading() as session:
        numbers = session.scalars(select(Version.number).where(Version.item_id == world.items[0].id)).all()
    assert sorted(numbers) == [1, 2]


@pytest.mark.parametrize("field", ["title", "points", "text_status"])
@pytest.mark.parametrize("typed", ["a\x00b", LONG + "x"], ids=["nul", "long"])
def test_draft_refused_keeps_what_was_typed(
    visit: Visit, world: World, database: Database, field: str, typed: str
) -> None:
    answer = visit("programme").post(at(world, "write"), data=words(**{field: typed}))
    shows(answer, 422, f'href="#{field}"', " two" if field != "points" else "", typed[:90])
    assert first_draft(database, world).edition == 1


def test_draft_takes_every_script_and_long_texts(visit: Visit, world: World, database: Database) -> None:
    client = visit("programme")
    data = words(title=SCRIPTS, points=SCRIPTS, text_status=LONG[:-80] + SCRIPTS)
    assert client.post(at(world, "write"), data=data).status_code == 302
    draft = first_draft(database, world)
    assert (draft.title, draft.points) == (SCRIPTS, [SCRIPTS])
    assert draft.texts["status"] == LONG[:-80] + SCRIPTS
    assert client.get(f"/documents/items/{world.items[0].key}").status_code == 200


@pytest.mark.parametrize("edition", ["", "x", "-1", "9" * 5000, "2"])
def test_edition_that_cannot_be_is_stale(visit: Visit, world: World, edition: str) -> None:
    answer = visit("programme").post(at(world, "write"), data=words(edition=edition))
    assert answer.status_code == 409


def test_empty_form_is_refused_by_field(visit: Visit, world: World) -> None:
    client = visit("programme")
    shows(client.post(at(world, "write"), data={"edition": "1"}), 422, 'href="#title"')
    shows(client.post(at(world, "withdraw"), data={}), 422, 'href="#reason"')
    shows(client.post(at(world, "progress"), data={}), 422, 'href="#as_of"')
    shows(client.post("/documents/new", data={}), 422, 'href="#period_from"')


def test_document_and_item_are_made_from_their_forms(visit: Visit, world: World, database: Database) -> None:
    client = visit("programme")
    sent = {"kind": "progress_report", "title": SCRIPTS, "period_from": "2021", "period_until": "2022"}
    sent |= {"meeting_id": "", "key": "one-key-of-one-form"}
    for _ in range(2):
        answer = client.post("/documents/new", data=sent, follow_redirects=True)
        shows(answer, 200, "Now write its first item.", "This document has no items yet.")
    path = "/documents/progress-report-2021-2022/items/new"
    item = {"section": SCRIPTS, "title": "An item", "text_scheduled": "2022", "text_status": "Ongoing"}
    shows(client.post(path, data=item, follow_redirects=True), 200, "An item", "not circulated yet")
    shows(client.post(path, data=item), 422, "has this title")
    with database.reading() as session:
        document = session.scalars(select(Document).where(Document.title == SCRIPTS)).one()
        made = session.scalars(select(Item).where(Item.document_id == document.id)).one()
        version = session.scalars(select(Version).where(Version.item_id == made.id)).one()
    assert document.kind is DocumentKind.PROGRESS_REPORT
    assert (made.key, made.section) == ("pr-1", SCRIPTS)
    assert version.texts == {"scheduled": "2022", "status": "Ongoing"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "nul\x00"}, "title"),
        ({"title": LONG}, "title"),
        ({"period_from": "twenty"}, "period_from"),
        ({"period_until": "2٠22"}, "period_until"),
        ({"period_until": "2019"}, "period_until"),
        ({"period_from": "9" * 5000}, "period_from"),
        ({"kind": "poem"}, "kind"),
        ({"meeting_id": "x\x00"}, "meeting_id"),
    ],
)
def test_document_refused_names_the_field(visit: Visit, change: dict[str, str], field: str) -> None:
    sent = {"kind": "work_plan", "title": "T", "period_from": "2021", "period_until": "2022"}
    answer = visit("programme").post("/documents/new", data=sent | {"meeting_id": ""} | change)
    shows(answer, 422, f'href="#{field}"')


def test_draft_is_withdrawn_from_its_page(visit: Visit, world: World, database: Database) -> None:
    client = visit("programme")
    answer = client.post(at(world, "withdraw"), data={"reason": SCRIPTS}, follow_redirects=True)
    shows(answer, 200, "The draft is withdrawn.", SCRIPTS)
    assert first_draft(database, world).status is Status.WITHDRAWN
    assert client.get(at(world, "withdraw")).status_code == 404


def test_progress_is_reported_from_its_form(visit: Visit, world: World, database: Database) -> None:
    client = visit("programme")
    sent = {"as_of": "2020-09-01", "progress": SCRIPTS}
    shows(client.post(at(world, "progress"), data=sent, follow_redirects=True), 200, SCRIPTS)
    with database.reading() as session:
        assert session.scalars(select(Progress.status)).all() == [SCRIPTS]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"as_of": "2020-09-31"}, "as_of"),
        ({"as_of": "2020-09-26"}, "as_of"),
        ({"as_of": "\x00"}, "as_of"),
        ({"progress": "a\x00b"}, "progress"),
        ({"progress": LONG + "x"}, "progress"),
    ],
)
def test_progress_refused_names_the_field(
    visit: Visit, world: World, change: dict[str, str], field: str
) -> None:
    sent = {"as_of": "2020-09-01", "progress": "So"} | change
    shows(visit("programme").post(at(world, "progress"), data=sent), 422, f'href="#{field}"')


def test_introduction_is_written_on_its_page(visit: Visit, world: World) -> None:
    path = f"/documents/{world.document.code}"
    answer = visit("programme").post(f"{path}/introduction", data={"text": "Why we write."})
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    assert "Why we write." in visit("MY drafter").get(path).text
    assert "Why we write." in visit("lead_shepherd").get(f"{path}/introduction").text
    assert visit("secretariat").get(f"{path}/introduction").status_code == 403
    assert visit("programme").post(f"{path}/introduction", data={"text": "a\0b"}).status_code == 422


def test_introduction_is_not_written_over_a_colleagues(visit: Visit, world: World) -> None:
    path = f"/documents/{world.document.code}/introduction"

    def form_of(answer: TestResponse) -> dict[str, str]:
        return next(one.fields for one in forms_of(answer) if one.action == path)

    first, second = (form_of(visit(one).get(path)) for one in ("programme", "lead_shepherd"))
    assert visit("programme").post(path, data=first | {"text": "Why we write."}).status_code == 302
    refused = visit("lead_shepherd").post(path, data=second | {"text": "What we do."})
    shows(refused, 409, "A colleague wrote here meanwhile. Nothing of yours is recorded yet. “Why we write.”")
    again = form_of(refused)
    assert again["text"] == "What we do."
    assert visit("lead_shepherd").post(path, data=again).status_code == 302
    assert "What we do." in visit("MY drafter").get(path.removesuffix("/introduction")).text
