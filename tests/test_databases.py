"""Tests of the ground the other tests stand on: templates, copies, rolled-back work, the server from PyPI."""

from contextlib import ExitStack
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from tests import postgres
from tests.databases import Backend
from tests.settable_clock import SettableClock
from workflow import db

ADD_BODY = text("CREATE TABLE left_behind (number INTEGER)")
TABLES = text("SELECT count(*) FROM left_behind")


def tables(database: db.Database) -> list[str]:
    """List the tables of a database anew."""
    with database.reader.connect() as connection:
        return inspect(connection).get_table_names()


def test_template_is_migrated(fresh_database: db.Database) -> None:
    """A copy holds alembic's table and the product's."""
    assert {"alembic_version", "body", "version", "circulation"} <= set(tables(fresh_database))


@pytest.mark.parametrize("turn", ["first", "second"])
def test_rolled_back_work_is_gone(session: Session, turn: str) -> None:
    """What one test commits in its session, the next does not find."""
    session.execute(ADD_BODY)
    session.commit()
    assert session.scalar(TABLES) == 0


def test_database_and_session_see_the_same(database: db.Database, session: Session) -> None:
    """Code under test that opens its own sessions works on the test's rows."""
    session.execute(ADD_BODY)
    session.commit()
    with database.writing() as writing:
        writing.execute(text("INSERT INTO left_behind VALUES (1)"))
    assert session.scalar(TABLES) == 1


def test_rolled_back_session_keeps_what_was_committed_before(session: Session) -> None:
    """A rollback in the code under test undoes only that transaction."""
    session.execute(ADD_BODY)
    session.commit()
    session.execute(text("INSERT INTO left_behind VALUES (1)"))
    session.rollback()
    assert session.scalar(TABLES) == 0


def test_fresh_copies_are_apart(backend: Backend, fresh_database: db.Database, clock: SettableClock) -> None:
    """A committed change in one copy is not in the next."""
    with fresh_database.writing() as writing:
        writing.execute(ADD_BODY)
    with backend.fresh(clock) as other:
        assert "left_behind" not in tables(other)
    assert "left_behind" in tables(fresh_database)


def test_database_clock_is_settable(session: Session, clock: SettableClock) -> None:
    """The one clock shows what the test sets."""
    before = db.now(session)
    clock.advance(timedelta(days=14))
    assert db.now(session) - before == timedelta(days=14)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_server_from_pypi_starts_and_stops(backend: str) -> None:
    """The last resort works on every machine, whatever server the other tests found."""
    with ExitStack() as stack:
        server = postgres.find(stack, [postgres.from_pypi])
        with server.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        server.connect()


def test_server_absent_says_what_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any server the reason of each source is told."""
    monkeypatch.delenv("TEST_POSTGRES_URL", raising=False)
    with ExitStack() as stack, pytest.raises(postgres.Unavailable, match="TEST_POSTGRES_URL is not set"):
        postgres.find(stack, [postgres.from_environment])
