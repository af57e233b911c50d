"""The database's promises: UTC instants, the one clock, fresh rows under a lock, who waits for whom (12, 14).

How the tables come about is tested in test_migrations.py.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.orm import Session

from tests.factories import founded
from tests.settable_clock import MORNING, SettableClock
from workflow import db
from workflow.db import Database
from workflow.domain.errors import NotFound
from workflow.models.body import Body, OfficeTerm

#: How long anything may wait for anything, in seconds.
PATIENCE = 30
SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@pytest.fixture
def house(fresh_database: Database) -> Database:
    """Give a database that commits, with one body."""
    with fresh_database.writing() as session:
        founded(session)
    return fresh_database


@pytest.mark.parametrize(
    "given",
    [
        MORNING + timedelta(microseconds=1),
        MORNING.astimezone(ZoneInfo("Asia/Jakarta")),
        MORNING.astimezone(timezone(timedelta(hours=-11, minutes=-30))),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(9999, 1, 1, tzinfo=UTC),
    ],
)
def test_instant_comes_back_in_utc(session: Session, given: datetime) -> None:
    body, _ = founded(session)
    session.execute(update(OfficeTerm).values(since=given))
    session.expire_all()
    kept = session.scalars(select(OfficeTerm.since).where(OfficeTerm.body_id == body.id)).one()
    assert kept == given
    assert kept.tzinfo is UTC


def test_naive_instant_is_refused(session: Session) -> None:
    founded(session)
    with pytest.raises(StatementError, match="an instant needs a time zone"):
        session.execute(update(OfficeTerm).values(until=datetime(2020, 9, 25)))  # noqa: DTZ001 - on purpose


def test_instants_sort_to_the_microsecond(session: Session) -> None:
    founded(session)
    session.execute(update(OfficeTerm).values(since=MORNING))
    for earlier, holds in ((MORNING - timedelta(microseconds=1), True), (MORNING, False)):
        found = session.scalars(select(OfficeTerm.id).where(OfficeTerm.since > earlier)).all()
        assert bool(found) is holds


def test_clock_that_is_given_counts(database: Database, clock: SettableClock) -> None:
    clock.now = MORNING.astimezone(ZoneInfo("Asia/Manila"))
    with database.reading() as session:
        assert db.now(session) == MORNING
        assert db.now(session).tzinfo is UTC
        assert not db.brings_clock(session)


def test_clock_of_the_database_moves_within_a_transaction(fresh_database: Database) -> None:
    fresh_database.clock = None
    with fresh_database.writing() as session:
        session.execute(text("SELECT 1"))
        first = db.now(session)
        threading.Event().wait(0.002)
        assert first < db.now(session)
        assert abs(first - datetime.now(UTC)) < timedelta(minutes=1)


@POSTGRESQL
def test_clock_of_the_server_comes_with_a_row(fresh_database: Database) -> None:
    fresh_database.clock = None
    with fresh_database.reading() as session:
        before = db.now(session)
        assert db.brings_clock(session)
        assert before < session.scalar(select(db.CLOCK)) < db.now(session)


def test_locked_reads_a_stale_row_anew(house: Database) -> None:
    with house.session(writing=True) as stale:
        body = stale.scalars(select(Body)).one()
        stale.commit()
        with house.writing() as other:
            other.execute(update(Body).values(name="Another name"))
        assert body.name == "Senior Officials Meeting on Transnational Crime"
        found, _ = db.locked(stale, Body, body.id)
        assert found is body
        assert body.name == "Another name"


def test_locked_reads_the_clock_after_the_lock(house: Database, clock: SettableClock) -> None:
    with house.session(writing=True) as holder:
        holder.begin()
        db.locked(holder, Body, 1)
        with in_thread(lambda: instant_of_lock(house)) as waiting:
            assert not waiting.done.wait(0.3)
            clock.advance(timedelta(hours=1))
            holder.commit()
    assert waiting.result == MORNING + timedelta(hours=1)


def test_locked_names_what_is_not_there(house: Database) -> None:
    with house.writing() as session, pytest.raises(NotFound, match="There is no body 7"):
        db.locked(session, Body, 7)


@POSTGRESQL
def test_lock_lets_rows_that_refer_to_it_in(house: Database) -> None:
    with house.session(writing=True) as holder:
        db.locked(holder, Body, 1)
        with house.writing() as other:
            other.add(OfficeTerm(body_id=1, state_id=1, since=MORNING))
        holder.rollback()


@SQLITE
def test_writer_takes_the_lock_at_its_beginning(house: Database) -> None:
    begun: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        begun.append(statement)

    event.listen(house.reader, "before_cursor_execute", note)
    with house.writing() as session:
        session.scalars(select(Body)).one()
    with house.reading() as session:
        session.scalars(select(Body)).one()
    assert [one for one in begun if one.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]


def test_reader_does_not_wait_for_a_writer(house: Database) -> None:
    with house.session(writing=True) as writer:
        writer.execute(update(Body).values(name="Not yet"))
        with house.reading() as reader:
            # What is not committed is not seen, and nobody waits for it.
            assert (
                reader.scalars(select(Body.name)).one() == "Senior Officials Meeting on Transnational Crime"
            )
        writer.commit()
    with house.reading() as reader:
        assert reader.scalars(select(Body.name)).one() == "Not yet"


def test_snapshot_sees_nothing_of_what_is_written_meanwhile(house: Database) -> None:
    name = select(Body.short_name)
    with house.snapshot() as reader:
        before = reader.scalars(name).one()
        with house.writing() as writer:
            writer.execute(update(Body).values(short_name="Another"))
        assert reader.scalars(name).one() == before
    with house.snapshot() as reader:
        assert reader.scalars(name).one() == "Another"


@SQLITE
def test_many_writers_take_turns(house: Database) -> None:
    def add_one() -> None:
        for _ in range(20):
            with house.writing() as session:
                count = int(session.scalars(select(Body.short_name)).one().rpartition(" ")[2])
                session.execute(update(Body).values(short_name=f"number {count + 1}"))

    with house.writing() as session:
        session.execute(update(Body).values(short_name="number 0"))
    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    with house.reading() as session:
        assert session.scalars(select(Body.short_name)).one() == "number 80"


def test_lock_that_never_comes_is_given_up(house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "LOCK_TIMEOUT_SECONDS", 1)
    impatient = Database(house.url, clock=house.clock)
    with house.session(writing=True) as holder:
        db.locked(holder, Body, 1)
        with pytest.raises(OperationalError, match="lock"):
            instant_of_lock(impatient)
        holder.rollback()
    assert instant_of_lock(impatient) == MORNING
    impatient.close()


def test_error_undoes_the_transaction(house: Database) -> None:
    def fail_half_way() -> None:
        with house.writing() as session:
            session.execute(update(Body).values(name="Gone"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with house.reading() as session:
        assert session.scalars(select(Body.name)).one() == "Senior Officials Meeting on Transnational Crime"


def test_sessions_know_of_the_installation(fresh_database: Database) -> None:
    fresh_database.info["base_url"] = "https://adref.example"
    with fresh_database.reading() as session:
        assert session.info["base_url"] == "https://adref.example"


class InThread:
    """A piece of work in a thread of its own, and what came of it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.result: object = None
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        self.result = self.work()
        self.done.set()


@contextmanager
def in_thread(work: Callable[[], object]) -> Iterator[InThread]:
    """Do this work meanwhile, and wait for its end."""
    waiting = InThread(work)
    waiting.thread.start()
    yield waiting
    waiting.thread.join(PATIENCE)
    assert waiting.done.is_set()


def instant_of_lock(database: Database) -> datetime:
    """Lock the body and return the instant of the lock."""
    with database.writing() as session:
        return db.locked(session, Body, 1)[1]
