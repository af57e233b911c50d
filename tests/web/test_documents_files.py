"""The files of a draft in pages: attached, listed with their hash, taken off, given out to be saved only."""

import hashlib
import io
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import World
from tests.web.conftest import Visit
from workflow.db import Database
from workflow.models.document import Attachment

PDF = b"%PDF-1.7\nnothing"
NAME = "แผนงาน “2020”.pdf"


@pytest.fixture
def app_settings(app_settings: dict[str, Any]) -> dict[str, Any]:
    """Let only small files of two types be attached."""
    return app_settings | {"ATTACHMENT_TYPES": ("pdf", "txt"), "ATTACHMENT_BYTES": 1000}


def attach(client: Any, world: World, name: str = NAME, content: bytes = PDF) -> TestResponse:
    """Send a file to the first draft."""
    path = f"/documents/items/{world.items[0].key}/files"
    return client.post(path, data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_file_is_attached_listed_and_given_out_to_be_saved(
    visit: Visit, world: World, database: Database
) -> None:
    assert attach(visit("programme"), world).status_code == 302
    digest = hashlib.sha256(PDF).hexdigest()
    client = visit("MY contact_point")
    assert digest in client.get(f"/documents/items/{world.items[0].key}").text
    with database.reading() as session:
        key = session.scalars(select(Attachment.id)).one()
    answer = client.get(f"/documents/files/{key}")
    assert answer.data == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="')
    assert disposition.isascii()
    assert "filename*=UTF-8''%E0%B9%81" in disposition


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("map.exe", b"MZ"),
        ("map.docx", b"PK\x03\x04"),
        ("map.pdf", b"<html>"),
        ("big.txt", b"x" * 1001),
        ("a\r\nb.pdf\x00", PDF),
        ("", b""),
    ],
)
def test_file_refused_says_why(visit: Visit, world: World, name: str, content: bytes) -> None:
    answer = attach(visit("programme"), world, name, content)
    assert answer.status_code == 422
    assert 'href="#file"' in answer.text


def test_file_larger_than_any_request_answers_413(visit: Visit, world: World) -> None:
    path = f"/documents/items/{world.items[0].key}/files"
    body, kind = b"x" * (17 * 1024 * 1024), "multipart/form-data; boundary=x"
    assert visit("programme").post(path, data=body, content_type=kind).status_code == 413


def test_text_under_the_name_of_a_file_is_no_file(visit: Visit, world: World) -> None:
    path = f"/documents/items/{world.items[0].key}/files"
    assert visit("programme").post(path, data={"file": "a text"}).status_code == 422
    assert visit("programme").post("/documents/import", data={"file": "a text"}).status_code == 422


def test_file_is_taken_off(visit: Visit, world: World, database: Database) -> None:
    client = visit("lead_shepherd")
    attach(client, world)
    with database.reading() as session:
        key = session.scalars(select(Attachment.id)).one()
    path = f"/documents/items/{world.items[0].key}/files/{key}/off"
    assert client.post(path).status_code == 302
    assert client.get(f"/documents/files/{key}").status_code == 404
    assert client.post(path).status_code == 404


def test_files_are_attached_by_writers_only(visit: Visit, world: World) -> None:
    for name in ("MY contact_point", "secretariat"):
        assert attach(visit(name), world).status_code == 403
