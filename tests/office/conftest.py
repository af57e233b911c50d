"""The world and the pages of the web's tests, and an office suite that opens what the pages give.

It needs LibreOffice and poppler: make test-papers says how to get them.
"""

from pathlib import Path

import pytest

from tests.office.suite import Office
from tests.web.conftest import app, app_settings, own_app, visit, world

__all__ = ["app", "app_settings", "own_app", "visit", "world"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Give LibreOffice with a profile of its own, in a folder of this test."""
    return Office(tmp_path)
