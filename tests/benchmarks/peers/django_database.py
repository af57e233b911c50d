"""The settings of a database for Django, from the address the product has of it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit


def database_of(url: str) -> dict[str, Any]:
    """Return Django's settings of the database at `url`, with the same durability as the product's."""
    if url.startswith("sqlite:///"):
        begun = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        options = {"init_command": begun, "transaction_mode": "IMMEDIATE", "timeout": 20}
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "OPTIONS": options,
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
    }
