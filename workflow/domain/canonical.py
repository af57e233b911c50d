"""Canonical bytes of plain data, and the fingerprint of a version's text.

The form is RFC 8785 JSON restricted to strings, integers, booleans, null, arrays and objects, so that sorted
compact JSON of any language gives the same bytes. What the log writes in this form is not here.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

_KEY = re.compile(r"[a-z0-9_]+\Z")
_LIMIT = 2**53
# Made once: the log is written, and read again whole, in this form.
_WRITER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(value: object) -> bytes:
    """Return the canonical UTF-8 bytes of `value`; raises ValueError for what the form does not allow."""
    _check(value)
    return _WRITER.encode(value).encode("utf-8")


def _check(value: object) -> None:
    if isinstance(value, dict | Mapping):
        for key in value:
            if not isinstance(key, str) or not _is_key(key):
                raise ValueError(f"a key is made of a-z, 0-9 and _, not {key!r}")
        inner: Iterable[object] = value.values()
    elif isinstance(value, list | tuple):
        inner = value
    else:
        _check_plain(value)
        return
    for one in inner:
        # Plain strings are most of every entry: they are passed over without a call.
        if type(one) is not str:
            _check(one)


def _check_plain(value: object) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if not isinstance(value, int):
        raise ValueError(f"{type(value).__name__} has no canonical form")
    if abs(value) >= _LIMIT:
        raise ValueError("an integer must be below 2^53 in size")


@lru_cache(maxsize=1000)
def _is_key(key: str) -> bool:
    return _KEY.match(key) is not None


def version_sha256(
    title: str, points: Sequence[str], texts: Mapping[str, str], files: Sequence[str] = ()
) -> str:
    """Return the hex SHA-256 of a version: its title, points, texts and the hashes of its files, in order."""
    return hashlib.sha256(
        canonical({"title": title, "points": list(points), "texts": dict(texts), "files": list(files)})
    ).hexdigest()
