"""Tests of a document's JSON file: as the schema says it is read, and every fault is named by its place."""

import copy
import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from workflow.domain.canonical import version_sha256
from workflow.domain.errors import Invalid
from workflow.papers.document_json import read, schema, written
from workflow.papers.json_schema import faults

CONTENT = "a file in Tiếng Việt".encode()


def text(title: str, *contents: bytes) -> dict[str, Any]:
    files = [
        {
            "filename": "a.pdf",
            "sha256": hashlib.sha256(one).hexdigest(),
            "content": b64encode(one).decode(),
        }
        for one in contents
    ]
    digest = version_sha256(title, ["a"], {"status": "ไทย"}, [str(one["sha256"]) for one in files])
    return {
        "title": title,
        "points": ["a"],
        "texts": {"status": "ไทย"},
        "sha256": digest,
        "reference": "",
        "flags": [{"line": 1, "until": None, "level": "kept", "message": "m", "text": "t"}],
        "files": files,
    }


def document() -> dict[str, Any]:
    """Return a document of two items: one with a draft and its file, one in force."""
    reported = [{"as_of": "2020-10-01", "status": "Begun"}]
    return {
        "format": "adref-document",
        "version": 1,
        "body": "forum",
        "document": {
            "code": "work-plan-2020-2023",
            "kind": "work_plan",
            "title": "Work Plan",
            "paper_title": "",
            "section_number": "5",
            "period_from": 2020,
            "period_until": 2023,
            "columns": ["Project", "Status"],
            "meeting": None,
            "flags": [],
        },
        "items": [
            {"key": "wp-1", "section": None, "in_force": None, "draft": text("One", CONTENT), "progress": []},
            {"key": "wp-2", "section": "Other", "in_force": text("Two"), "draft": None, "progress": reported},
        ],
        "history": [],
    }


def test_file_is_read_as_it_was_written() -> None:
    assert read(written(document())) == document()
    assert written(document()) == written(copy.deepcopy(document()))
    assert read(b"\xef\xbb\xbf" + written(document())) == document()


def test_schema_uses_no_keyword_that_is_not_checked() -> None:
    with pytest.raises(ValueError, match="the schema uses"):
        list(faults({}, {"anyOf": []}, {}))
    assert list(faults(document(), schema(), schema())) == []


@pytest.mark.parametrize(
    ("value", "named", "said"),
    [
        (True, {"type": "integer"}, ["x: must be integer"]),
        (5, {"minimum": 6}, ["x: must lie between 6 and 5"]),
        ("", {"minLength": 1}, ["x: is empty"]),
        ("abc", {"maxLength": 2}, ["x: is longer than 2 characters"]),
        ("a\n", {"pattern": "^a$"}, ["x: is not like ^a$"]),
        ([1, 2], {"maxItems": 1}, ["x: has more than 1 entries"]),
        ([1, "a"], {"items": {"type": "string"}}, ["x[0]: must be string"]),
        ({"a": 1}, {"additionalProperties": False}, ["x.a: is not known"]),
        (None, {"type": ["object", "null"]}, []),
    ],
)
def test_each_keyword_finds_its_fault(value: object, named: dict[str, Any], said: list[str]) -> None:
    assert list(faults(value, named, {}, "x")) == said


def changed(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], bytes]:
    def made(data: dict[str, Any]) -> bytes:
        change(data)
        return json.dumps(data).encode()

    return made


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: b"", "This is no JSON file in UTF-8."),
        (lambda data: b"[" * 200_000, "This is no JSON file in UTF-8."),
        (lambda data: written(data)[:-50], "This is no JSON file in UTF-8."),
        (lambda data: "{}".encode("utf-16"), "This is no JSON file in UTF-8."),
        (lambda data: b"{}", "In the file, format: is missing."),
        (changed(lambda data: data.update(version=2)), "In the file, version: must be 1."),
        (changed(lambda data: data.update(more=1)), "In the file, more: is not known."),
        (
            changed(lambda data: data["document"].update(kind="plan")),
            "In the file, document.kind: must be one of work_plan, progress_report.",
        ),
        (
            changed(lambda data: data["document"].update(period_until=1999)),
            "In the file, document.period_until: lies before period_from.",
        ),
        (
            changed(lambda data: data["items"][1]["in_force"].update(title="Other")),
            "In the file, items[1].in_force: the text does not fit its fingerprint.",
        ),
        (
            changed(lambda data: data["items"][0]["draft"]["files"][0].update(content="AAAA")),
            "In the file, items[0].draft.files[0]: the content does not fit its fingerprint.",
        ),
        (
            changed(lambda data: data["items"][1].update(key="wp-1")),
            "In the file, items[1].key: “wp-1” stands there twice.",
        ),
        (
            changed(lambda data: data["items"][1].update(in_force=None)),
            "In the file, items[1]: has neither a text in force nor a draft.",
        ),
        (
            changed(lambda data: data["document"].update(title="a\0")),
            "In the file, document.title: holds a character that is no text.",
        ),
    ],
)
def test_broken_file_is_refused_naming_the_place(spoil: Callable[[dict[str, Any]], bytes], said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(spoil(document()))
    assert str(refusal.value).startswith(said)
    assert refusal.value.field == "file"
