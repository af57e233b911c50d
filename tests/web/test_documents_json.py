"""Tests of a document as a JSON file on the pages: given to every reader, imported by whoever may."""

import html
import io
import json
import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories import World
from tests.web.conftest import Visit
from workflow.db import Database
from workflow.models.document import Document


def send(visit: Visit, content: bytes, name: str = "lead_shepherd") -> TestResponse:
    data = {"file": (io.BytesIO(content), "document.json")}
    return visit(name).post("/documents/import/json", data=data, content_type="multipart/form-data")


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Document)) or 0


@pytest.mark.parametrize("name", ["secretariat", "programme", "MY drafter"])
def test_everything_of_a_document_is_given_to_every_reader(visit: Visit, world: World, name: str) -> None:
    path = f"/documents/{world.document.code}"
    answer = visit(name).get(f"{path}/document.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert json.loads(answer.data)["document"]["code"] == world.document.code
    assert f'href="{path}/document.json"' in visit(name).get(path).text


def hidden(page: str, name: str) -> str:
    """Return what a page's form carries along."""
    found = re.search(f'<input name="{name}" type="hidden" value="([^"]*)">', page)
    assert found is not None
    return html.unescape(found[1])


def confirm(visit: Visit, preview: str, **more: str) -> TestResponse:
    data = {"text": hidden(preview, "text"), "seen": hidden(preview, "seen"), "import": "1"} | more
    return visit("lead_shepherd").post("/documents/import/json", data=data)


def test_file_that_was_given_out_is_shown_then_imported(
    visit: Visit, world: World, database: Database
) -> None:
    content = visit("lead_shepherd").get(f"/documents/{world.document.code}/document.json").data
    before = count(database)
    preview = send(visit, content)
    assert (preview.status_code, count(database)) == (200, before)
    assert "A document with 6 items. Nothing is written yet." in preview.text
    assert f"The code “{world.document.code}” is taken: it becomes" in preview.text
    stale = confirm(visit, preview.text, seen="another")
    assert (stale.status_code, count(database)) == (409, before)
    answer = confirm(visit, preview.text)
    assert answer.status_code == 302
    assert count(database) == before + 1
    again = json.loads(visit("secretariat").get(f"{answer.headers['Location']}/document.json").data)
    first = json.loads(content)
    texts = [[item["draft"] for item in data["items"]] for data in (first, again)]
    assert texts[0] == texts[1]
    # What was shown is imported once: the second time it would get another code than the page said.
    assert confirm(visit, preview.text).status_code == 409


def test_file_that_no_form_can_carry_is_chosen_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch, visit: Visit, world: World, database: Database
) -> None:
    content = visit("lead_shepherd").get(f"/documents/{world.document.code}/document.json").data
    before = count(database)
    monkeypatch.setitem(app.config, "MAX_FORM_MEMORY_SIZE", 66_000)
    preview = send(visit, content).text
    assert "choose the same file once more" in preview
    assert confirm(visit, preview).status_code == 422
    data = {"file": (io.BytesIO(content), "a.json"), "seen": hidden(preview, "seen"), "import": "1"}
    answer = visit("lead_shepherd").post("/documents/import/json", data=data)
    assert (answer.status_code, count(database)) == (302, before + 1)


def test_broken_file_changes_nothing_and_is_named(visit: Visit, world: World, database: Database) -> None:
    before = count(database)
    answer = send(visit, b"{}")
    assert answer.status_code == 422
    assert "In the file, format: is missing." in answer.text
    assert "No file was chosen." in visit("lead_shepherd").post("/documents/import/json").text
    assert count(database) == before


def test_whoever_only_reads_imports_nothing(visit: Visit, world: World) -> None:
    assert visit("secretariat").get("/documents/import/json").status_code == 403
    assert send(visit, b"{}", "MY contact_point").status_code == 403
