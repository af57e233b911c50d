"""Canonical bytes of plain data, and the fingerprint of a version's text.

The form is RFC 8785 JSON restricted to strings, integers, booleans, null, arrays and objects, so that sorted
compact JSON of any language gives the same bytes. What the log writes in this form is not here.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

_KEY = re.compile(r"[a-z0-9_]+\Z")
_LIMIT = 2**53


def canonical(value: object) -> bytes:
    """Return the canonical UTF-8 bytes of `value`; raises ValueError for what the form does not allow."""
    _check(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _check(value: object) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) >= _LIMIT:
            raise ValueError("an integer must be below 2^53 in size")
        return
    if not isinstance(value, Mapping | list | tuple):
        raise ValueError(f"{type(value).__name__} has no canonical form")
    if isinstance(value, Mapping):
        _check_keys(value)
    for inner in value.values() if isinstance(value, Mapping) else value:
        _check(inner)


def _check_keys(table: Mapping[object, object]) -> None:
    for key in table:
        if not isinstance(key, str) or not _KEY.match(key):
            raise ValueError(f"a key is made of a-z, 0-9 and _, not {key!r}")


def version_sha256(
    title: str, points: Sequence[str], texts: Mapping[str, str], files: Sequence[str] = ()
) -> str:
    """Return the hex SHA-256 of a version: its title, points, texts and the hashes of its files, in order."""
    return hashlib.sha256(
        canonical({"title": title, "points": list(points), "texts": dict(texts), "files": list(files)})
    ).hexdigest()
