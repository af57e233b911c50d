"""What a browser keeps: assets under an address that names their bytes, and everything else not at all.

How answers are compressed is Flask-Compress's (`workflow/extensions.py`); other headers are in `headers`.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

#: Characters of the fingerprint: enough that two versions of one file never share it.
_LENGTH = 16
_FOREVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Put the fingerprint into every address of an asset, and say on its answer how long it may be kept.

    RFC 9111 and RFC 8246: what is asked for by its fingerprint never changes.
    """
    app.url_defaults(_name_bytes)
    app.after_request(_say_how_long)


def _name_bytes(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "bytes" not in values:
        values["bytes"] = fingerprint(values["filename"])


def _say_how_long(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        asked, name = request.args.get("bytes"), (request.view_args or {}).get("filename", "")
        response.headers["Cache-Control"] = _FOREVER if asked == fingerprint(name) else "no-cache"
        # Read whole, so that it can be compressed: an asset is small, and its file is closed here.
        response.direct_passthrough = False
        response.make_sequence()
    return response


def fingerprint(filename: str) -> str | None:
    """Return the first characters of the SHA-256 of an asset's bytes, or None where there is none."""
    path = safe_join(str(current_app.static_folder), filename)
    if path is None or not Path(path).is_file():
        return None
    return _fingerprint(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _fingerprint(path: str, _changed_at: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:_LENGTH]
