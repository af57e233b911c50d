"""Tests of a document as a JSON file on the pages: given to every reader, imported by whoever may."""

import io
import json

import pytest
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


def test_file_that_was_given_out_is_imported(visit: Visit, world: World, database: Database) -> None:
    content = visit("lead_shepherd").get(f"/documents/{world.document.code}/document.json").data
    before = count(database)
    answer = send(visit, content)
    assert answer.status_code == 302
    assert count(database) == before + 1
    again = json.loads(visit("secretariat").get(f"{answer.headers['Location']}/document.json").data)
    first = json.loads(content)
    texts = [[item["draft"] for item in data["items"]] for data in (first, again)]
    assert texts[0] == texts[1]


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
