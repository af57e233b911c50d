"""What the tests change: cheap password hashes, no limits, no thread; they choose their own database.

The defaults it lies over are in `default`.
"""

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import Any

# Cookies and tokens of the tests protect nothing.
SECRET_KEY: str = "the tests' own key, which protects nothing"

DATABASE_URL: str = "sqlite:///:memory:"
BASE_URL: str = "https://adref.example"
# The tests' client speaks plain HTTP.
SESSION_COOKIE_SECURE: bool = False
# The tests move their clock by weeks, and nobody signs in anew.
SESSION_HOURS: int = 24 * 366 * 20
MAIL_SERVER: str = "127.0.0.1"
MAIL_USE_TLS: bool = False
MAIL_TIMEOUT_SECONDS: int = 5
LEASE_SECONDS: int = 30
RATELIMIT_ENABLED: bool = False
# The cheapest the library takes; a real hash would cost most of the suite's time.
ARGON2_TIME_COST: int = 1
ARGON2_MEMORY_COST: int = 8
ARGON2_PARALLELISM: int = 1
# A key that everybody knows signs nothing of worth.
LOG_KEY: str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

# Where the environment names another, that one is used; else each installation gets one of its own.
LOG_FOLDER: str = "(made anew)"


def complete(settings: dict[str, Any], _folder: Path) -> None:
    """Give each installation a folder of its own for its log: what one test signed binds no other."""
    if settings["LOG_FOLDER"] != LOG_FOLDER:
        return
    settings["LOG_FOLDER"] = tempfile.mkdtemp(prefix="adref-test-log-")
    atexit.register(shutil.rmtree, settings["LOG_FOLDER"], ignore_errors=True)
