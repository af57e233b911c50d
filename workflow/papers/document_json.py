"""A document with its items as one JSON file, and back; the schema is published in docs/.

What of a document is written is read in `workflow/actions/exporting_json.py`; importing is in
`importing_json`.
"""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from workflow.domain.canonical import version_sha256
from workflow.domain.errors import Invalid, says
from workflow.papers.json_schema import faults

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "document.schema.json"
FORMAT, VERSION = "adref-document", 1
_REMEDY = "Correct it there, or export the document anew. Nothing was imported."


def written(document: dict[str, Any]) -> bytes:
    """Return a document as JSON: keys sorted, one line each, so that two exports can be compared."""
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def read(content: bytes) -> dict[str, Any]:
    """Return the document in a file, checked against the schema and its own fingerprints.

    Raises Invalid naming `file`: it says where in the file the first fault is, and what to do.
    """
    try:
        given = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Invalid(
            "This is no JSON file in UTF-8.",
            remedy="Choose the file that a document's page gives out as JSON.",
            field="file",
        ) from None
    found = next(iter(islice(_faults(given), 1)), "")
    if found:
        raise Invalid(says("In the file, {fault}.", fault=found), remedy=_REMEDY, field="file")
    document: dict[str, Any] = given
    return document


def schema() -> dict[str, Any]:
    """Return the published schema."""
    return dict(_schema())


@cache
def _schema() -> dict[str, Any]:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def _faults(given: Any) -> Iterator[str]:
    wrong = list(islice(faults(given, _schema(), _schema()), 1))
    if wrong:
        yield wrong[0]
        return
    yield from _strange_signs(given, "")
    yield from _twins(given)
    if given["document"]["period_until"] < given["document"]["period_from"]:
        yield "document.period_until: lies before period_from"
    for place, item in enumerate(given["items"]):
        if item["in_force"] is None and item["draft"] is None:
            yield f"items[{place}]: has neither a text in force nor a draft"
        for name in ("in_force", "draft"):
            if item[name] is not None:
                yield from _text_faults(item[name], f"items[{place}].{name}")


def _strange_signs(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            yield f"{path}: holds a character that is no text"
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _strange_signs(one, f"{path}[{place}]")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _strange_signs(one, f"{path}.{name}".lstrip("."))


def _twins(given: dict[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for place, item in enumerate(given["items"]):
        if item["key"] in seen:
            yield f"items[{place}].key: “{item['key']}” stands there twice"
        seen.add(item["key"])


def _text_faults(text: dict[str, Any], path: str) -> Iterator[str]:
    if (text.get("effect") == "extend") != (text.get("extends_until") is not None):
        yield f"{path}.extends_until: belongs to the effect extend, and to no other"
    for place, file in enumerate(text["files"]):
        if sha256(content_of(file)).hexdigest() != file["sha256"]:
            yield f"{path}.files[{place}]: the content does not fit its fingerprint"
    digests = [file["sha256"] for file in text["files"]]
    if version_sha256(text["title"], text["points"], text["texts"], digests) != text["sha256"]:
        yield f"{path}: the text does not fit its fingerprint"


def content_of(file: dict[str, Any]) -> bytes:
    """Return the bytes of a file in a document; none where they are no Base64, which fits no fingerprint."""
    try:
        return b64decode(file["content"], validate=True)
    except (NotBase64, ValueError):
        return b""
