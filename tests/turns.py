"""Which of the two databases the test of a page runs on.

Pages hold no SQL: what they ask and do is tested on both databases in tests/queries and tests/actions, and
every page that shows anything is opened on both by tests/faults/test_hostile_pages.py. So each test of a page
runs on one of the two, by turns: half of those of any file on either.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import pytest

BACKENDS = ("sqlite", "postgresql")
PAGES = Path(__file__).parent / "web"
#: Whoever wants every test of a page on both databases says ADREF_TEST_WHOLE=1.
WHOLE = os.environ.get("ADREF_TEST_WHOLE") == "1"


def backend_of(item: pytest.Item) -> str | None:
    """Return the name of the database a collected test runs on, if any."""
    if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
        return item.callspec.params.get("backend")
    return None


def the_others_turn(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the tests of pages that another database runs; those marked `both` run on both."""
    if WHOLE:
        return []
    collected = {item.nodeid for item in items}
    return [item for item in items if _twin(item) in collected and not _its_turn(item)]


def _twin(item: pytest.Item) -> str | None:
    """Return the same test of a page on the other database, unless it is to run on both."""
    backend = backend_of(item)
    if backend not in BACKENDS or PAGES not in item.path.parents or item.get_closest_marker("both"):
        return None
    return item.nodeid.replace(backend, BACKENDS[1 - BACKENDS.index(backend)])


def _its_turn(item: pytest.Item) -> bool:
    backend = backend_of(item) or ""
    return BACKENDS[crc32(item.nodeid.replace(backend, "").encode()) % 2] == backend
