"""What the tests of sending ask for: a server with a script, and a house whose letters wait."""

from collections.abc import Iterator

import pytest

from tests.notices.rounds import INFO, dispatched
from tests.notices.servers import Script, serving
from workflow.db import Database


@pytest.fixture
def script() -> Script:
    """Give what the server will answer."""
    return Script()


@pytest.fixture
def port(script: Script) -> Iterator[int]:
    """Run the server."""
    with serving(script) as port:
        yield port


@pytest.fixture
def house(fresh_database: Database) -> Database:
    """Give a database that commits, with one circulation and its twenty letters waiting."""
    fresh_database.info.update(INFO)
    with fresh_database.writing() as session:
        dispatched(session)
    return fresh_database
