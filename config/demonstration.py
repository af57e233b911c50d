"""What the demonstration changes: invented people, letters caught on this machine, plain HTTP.

The defaults it lies over are in `default`; the people and the plan are data in `demo/`.
"""

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

DEMONSTRATION: bool = True
LANGUAGES: tuple[str, ...] = ("en", "id")
SESSION_COOKIE_SECURE: bool = False
MAIL_SERVER: str = "127.0.0.1"
MAIL_PORT: int = 8025
MAIL_USE_TLS: bool = False
CLOCK_THREAD: bool = True
CLOCK_INTERVAL_SECONDS: int = 1

_KEY_FILE = "instance/demonstration-key"


def complete(settings: dict[str, Any], folder: Path) -> None:
    """Give the settings a key of this installation's own, made once and kept for its user alone."""
    if settings["SECRET_KEY"]:
        return
    kept = folder / _KEY_FILE
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        _keep(secrets.token_urlsafe(48), kept)
    kept.chmod(0o600)
    settings["SECRET_KEY"] = kept.read_text(encoding="ascii").strip()


def _keep(key: str, path: Path) -> None:
    # Written beside and linked into place: two processes that start at once end with one whole key.
    handle, beside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key + "\n")
    try:
        os.link(beside, path)
    except FileExistsError:
        return
    finally:
        os.unlink(beside)
