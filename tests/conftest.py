"""What tests can ask for: databases, sessions and a clock, each made only when asked.

How a database is made lives in databases.py. Tests of the domain ask for none of this, so what needs
SQLAlchemy is imported by the fixtures themselves.
"""

from __future__ import annotations

import gc
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, settings

from tests.settable_clock import DEADLINE, SettableClock
from tests.turns import backend_of, the_others_turn

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Backend, PostgreSQL, SQLite
    from tests.stages import Stage
    from workflow.db import Database

SQLITE_ONLY = os.environ.get("ADREF_TEST_SQLITE_ONLY") == "1"
TESTED = pytest.StashKey[list[str]]()

#: The stages that tests/stages.py describes, those with more before those with less.
STAGES = ("outspoken", "settled", "spoken", "served", "unserved", "peopled")

# A slow machine is no reason to fail: pytest-timeout bounds every test.
settings.register_profile("house", deadline=None)
# For a hunt that need only say whether there is something: what it finds is not made smaller.
settings.register_profile("hunt", deadline=None, phases=[Phase.generate])
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to leave PostgreSQL out where the result is relied upon."""
    if SQLITE_ONLY and os.environ.get("CI") == "true":
        raise pytest.UsageError("ADREF_TEST_SQLITE_ONLY=1 is not for CI: the suite runs on both databases")
    config.stash[TESTED] = []


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what is imported by now, not walk through it for ever."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let pages take turns, and drop PostgreSQL when the person at the keyboard asked for SQLite only."""
    if SQLITE_ONLY:
        dropped = [item for item in items if backend_of(item) == "postgresql"]
        note = f"NOT on PostgreSQL: ADREF_TEST_SQLITE_ONLY=1 left {len(dropped)} tests out"
    else:
        dropped = the_others_turn(items)
        note = f"{len(dropped)} tests of pages ran on the other one only (ADREF_TEST_WHOLE=1: on both)"
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        out = set(dropped)
        items[:] = [item for item in items if item not in out]
        config.stash[TESTED].append(note)
    # The longest begin first: who takes one up last would run it while the others have nothing left.
    items.sort(key=_patience, reverse=True)


def _patience(item: pytest.Item) -> float:
    """Return how many seconds a test asks for beyond what every test has, 0 for most."""
    asked = item.get_closest_marker("timeout")
    return float(asked.args[0]) if asked is not None and asked.args else 0.0


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say on which databases the tests ran."""
    for line in config.stash[TESTED]:
        terminalreporter.write_line(f"databases: {line}")


@pytest.fixture
def clock() -> SettableClock:
    """Give a clock that stands still until the test moves it."""
    return SettableClock()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[SQLite]:
    """Give the SQLite files of this run."""
    from tests.databases import SQLite, in_memory

    with ExitStack() as stack:
        folder = in_memory(stack) or tmp_path_factory.mktemp("sqlite")
        files = SQLite(folder)
        pytestconfig.stash[TESTED].append(f"SQLite {sqlite3.sqlite_version}")
        yield files
        files.close()


@pytest.fixture(scope="session")
def postgresql(pytestconfig: pytest.Config) -> Iterator[PostgreSQL]:
    """Give the PostgreSQL databases of this run; without a server every test that asks fails."""
    from tests.databases import PostgreSQL
    from tests.postgres import Unavailable

    databases = PostgreSQL()
    try:
        with databases.server.connect() as connection:
            version = connection.info.parameter_status("server_version")
    except Unavailable as reason:
        pytest.fail(f"{reason}\nTo test on SQLite only: ADREF_TEST_SQLITE_ONLY=1 make test", pytrace=False)
    pytestconfig.stash[TESTED].append(f"PostgreSQL {version}, {databases.server.source}")
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Run the test once on each kind of database; a test of one kind only parametrises this."""
    backend: Backend = request.getfixturevalue(request.param)
    return backend


@pytest.fixture
def database(request: pytest.FixtureRequest, backend: Backend, clock: SettableClock) -> Iterator[Database]:
    """Give a migrated database of one connection; what the test writes is rolled back.

    It is empty, or begins as the stage that the test asks for by the fixture of its name.
    """
    with backend.rolled_back(clock, stage_of(request)) as database:
        yield database


def stage_of(request: pytest.FixtureRequest) -> str | None:
    """Return the name of the stage a test begins on: that with the most in it, if it asks for several."""
    return next((name for name in STAGES if name in request.fixturenames), None)


@pytest.fixture
def peopled(request: pytest.FixtureRequest, backend: Backend) -> Stage:
    """Give the stage of a body with its people and a plan; the database begins with it, or with more."""
    return backend.stage(stage_of(request) or "peopled")


@pytest.fixture
def unserved(backend: Backend) -> Stage:
    """Give the stage of a plan that is circulated, and whose letters wait; the database begins with it."""
    return backend.stage("unserved")


@pytest.fixture
def served(backend: Backend) -> Stage:
    """Give the stage of a plan that is circulated and served to all; the database begins with it."""
    return backend.stage("served")


@pytest.fixture
def spoken(backend: Backend) -> Stage:
    """Give the stage of a circulation in which States have spoken; the database begins with it."""
    return backend.stage("spoken")


@pytest.fixture
def outspoken(backend: Backend) -> Stage:
    """Give the stage of a circulation in which every State has things of its own; the database begins so."""
    return backend.stage("outspoken")


@pytest.fixture
def settled(backend: Backend, clock: SettableClock) -> Stage:
    """Give the stage of a circulation that is closed, at its deadline; the database begins with it."""
    clock.now = DEADLINE
    return backend.stage("settled")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Give a session on that database; commit as the product does, it is rolled back all the same."""
    with database.session(writing=True) as session:
        yield session


@pytest.fixture
def fresh_database(backend: Backend, clock: SettableClock) -> Iterator[Database]:
    """Give a database of the test's own that really commits: for races, threads and crashes."""
    with backend.fresh(clock) as database:
        yield database
