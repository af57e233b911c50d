"""A disk that is full or fails: a clear page, nothing lost, nothing half recorded, and all goes on later.

Here the database and the kernel refuse by ordinary means; test_failing_disk.py fails the system calls.
"""

import errno
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DatabaseError

from tests.databases import Backend
from tests.faults.crash_child import LEASE, LODGED, SERVED, visiting
from tests.faults.crash_worlds import STATES, Moment, installed
from tests.notices.conftest import port, script
from tests.notices.servers import Script
from tests.notices.waiting import ONE_DATABASE
from tests.settable_clock import SettableClock
from workflow import worker
from workflow.audit import signing_key
from workflow.db import Database
from workflow.models.audit import AuditEntry, LogCheckpoint
from workflow.models.response import Response
from workflow.web import recorded

__all__ = ["port", "script"]

KEY = "full-disk-0001"
WORDS = "It is not ready."


@pytest.fixture
def moment(backend: Backend, tmp_path: Path, port: int) -> Iterator[Moment]:
    """Give a circulation of 21 States on a database that really commits."""
    with installed(backend, tmp_path, port) as moment:
        yield moment


@pytest.fixture
def app(moment: Moment) -> Iterator[Flask]:
    """Give its application, a day after the dispatch."""
    app = moment.installation.app(SettableClock(LODGED))
    yield app
    app.extensions["adref"].close()


def object_(app: Flask, moment: Moment, accept: str = "text/html"):
    """Object to the first item and return the answer, whatever it is."""
    place, version = moment.place, moment.place.versions[0]
    sent = {"key": KEY, f"kind-{version}": "objection", f"reasons-{version}": WORDS, "rest": "no_answer"}
    with visiting(app, place) as client:
        return client.post(f"/desk/{place.circulation}/answers", data=sent, headers={"Accept": accept})


def counted(app: Flask) -> tuple[int, int, int]:
    """Return how many responses, entries and checkpoints there are."""
    with app.extensions["adref"].reading() as session:
        tables = (Response.id, AuditEntry.seq, LogCheckpoint.size)
        return tuple(session.scalar(select(func.count(one))) for one in tables)


@contextmanager
def full(database: Database) -> Iterator[None]:
    """Let the database find no room for one page more."""
    if database.url.startswith("sqlite"):

        def limited(connection, _record) -> None:
            connection.execute("PRAGMA max_page_count=1")

        database.close()
        event.listen(database.reader, "connect", limited)
        yield
        database.close()
        event.remove(database.reader, "connect", limited)
        return
    with database.writing() as session:
        session.execute(text(_FULL_DISK))
        session.execute(text("CREATE TRIGGER full_disk BEFORE INSERT ON notice EXECUTE FUNCTION full_disk()"))
    yield
    with database.writing() as session:
        session.execute(text("DROP TRIGGER full_disk ON notice"))


_FULL_DISK = """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: no space left on device' USING ERRCODE = 'disk_full'; END $$"""


def breaches(app: Flask, moment: Moment) -> list[str]:
    """Object while the disk is full and once there is room again; return what is wrong."""
    before = counted(app)
    with full(app.extensions["adref"]):
        page, told = object_(app, moment), object_(app, moment, "application/problem+json")
    found = []
    if (
        page.status_code != 507
        or "The disk of this installation is full. Nothing was recorded." not in page.text
    ):
        found.append(f"page: {page.status}")
    if WORDS not in page.text or "What you typed is kept" not in page.text:
        found.append("what was typed is lost")
    if (told.status_code, (told.json or {}).get("type")) != (507, "urn:adref:problem:storage_full"):
        found.append(f"problem: {told.status}, {told.text}")
    if counted(app) != before:
        found.append(f"recorded in part: {before}, {counted(app)}")
    answers = [object_(app, moment) for _ in range(2)]
    if [one.status_code for one in answers] != [302, 302] or len({one.data for one in answers}) != 1:
        found.append(f"with room: {answers}")
    if app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code:
        found.append("the log does not verify")
    return found


def test_full_disk_is_said_clearly_and_nothing_is_lost(app: Flask, moment: Moment) -> None:
    assert breaches(app, moment) == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_hunt_sees_a_failure_that_is_told_as_a_success(
    app: Flask, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.error_handler_spec[None][None], DatabaseError, lambda _error: ("Recorded.", 200))
    assert breaches(app, moment) != []


@ONE_DATABASE
def test_signature_that_has_no_room_follows_when_there_is(app: Flask, moment: Moment) -> None:
    new = Path(moment.installation.log_folder) / f"signed-{moment.place.body}.new"
    new.symlink_to("/dev/full")
    before = counted(app)
    answer = object_(app, moment)
    assert (answer.status_code, answer.mimetype) == (302, "text/html")
    assert counted(app) == (before[0] + 1, before[1] + 4, before[2])
    new.unlink()
    assert object_(app, moment).mimetype == "text/plain"
    assert counted(app) == (before[0] + 1, before[1] + 4, before[2] + 1)


@ONE_DATABASE
def test_high_water_file_that_the_disk_does_not_give_stops_acts_only_meanwhile(
    app: Flask, moment: Moment
) -> None:
    file = Path(moment.installation.log_folder) / f"signed-{moment.place.body}.json"
    kept = file.read_text()
    file.unlink()
    # The kernel answers every reading at the beginning of this file with EIO.
    file.symlink_to("/proc/self/mem")
    before = counted(app)
    answer = object_(app, moment)
    assert (answer.status_code, WORDS in answer.text) == (503, True)
    assert "Input/output error" in answer.text
    with visiting(app, moment.place) as client:
        assert client.get("/").status_code in (200, 302)
    assert counted(app) == before
    file.unlink()
    file.write_text(kept)
    assert object_(app, moment).status_code == 302


def test_key_that_has_no_room_is_made_later_and_no_half_of_it_stays(tmp_path: Path) -> None:
    half = tmp_path / f"signing-key.{os.getpid()}"
    half.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        signing_key.read_or_make(tmp_path / "signing-key")
    assert list(tmp_path.iterdir()) == []
    made = signing_key.read_or_make(tmp_path / "signing-key")
    assert signing_key.read_or_make(tmp_path / "signing-key").private_bytes_raw() == made.private_bytes_raw()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("moved", ["before", "after"])
def test_connection_lost_around_the_commit_is_never_told_as_nothing_recorded(
    app: Flask, moment: Moment, moved: str
) -> None:
    before = counted(app)
    with cut_off(app.extensions["adref"], moved):
        answer = object_(app, moment)
    known = "It is not known whether what you sent was recorded."
    assert (answer.status_code, known in answer.text, "Nothing was recorded" in answer.text) == (
        503,
        True,
        False,
    )
    assert "Then send the same form once more" in answer.text
    assert counted(app)[0] == before[0] + (moved == "after")
    assert [object_(app, moment).status_code for _ in range(2)] == [302, 302]
    assert counted(app)[0] == before[0] + 1


@ONE_DATABASE
def test_answer_that_cannot_be_given_says_that_it_is_recorded(
    app: Flask, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(recorded.receipts, "receipts", unread)
    answer = object_(app, moment)
    assert (answer.status_code, "What you sent is recorded" in answer.text) == (503, True)
    assert "Nothing was recorded" not in answer.text


def test_letter_that_left_is_not_sent_again_because_it_could_not_be_marked(
    app: Flask, moment: Moment, script: Script
) -> None:
    app.config["CLOCK"].now = SERVED
    with unmarked(app.extensions["adref"]):
        for _ in range(3):
            assert worker.tick_once(app).failed
            app.config["CLOCK"].advance(LEASE)
        assert len(script.received) == 1
    worker.tick_once(app)
    app.config["CLOCK"].advance(LEASE)
    worker.tick_once(app)
    assert sorted(Counter(script.to()).values()) == [1] * STATES
    assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0


@contextmanager
def unmarked(database: Database) -> Iterator[None]:
    """Let the database take everything but what became of a letter."""
    is_sqlite = database.url.startswith("sqlite")
    refused = "BEGIN SELECT RAISE(ABORT, 'no room'); END" if is_sqlite else "EXECUTE FUNCTION full_disk()"
    with database.writing() as session:
        if not is_sqlite:
            session.execute(text(_FULL_DISK))
        session.execute(text(f"CREATE TRIGGER unmarked BEFORE INSERT ON attempt {refused}"))
    yield
    with database.writing() as session:
        session.execute(text("DROP TRIGGER unmarked" + ("" if is_sqlite else " ON attempt")))


@contextmanager
def cut_off(database: Database, moved: str) -> Iterator[None]:
    """End the first connection that commits an act, right before it does or before it hears that it has."""
    dialect, commit, done = database.reader.dialect, database.reader.dialect.do_commit, []

    def cut(connection) -> None:
        if done:
            return commit(connection)
        done.append(connection)
        if moved == "after":
            commit(connection)
        with database.reader.connect() as other:
            other.execute(
                text("SELECT pg_terminate_backend(:pid)"),
                {"pid": connection.dbapi_connection.info.backend_pid},
            )
        return commit(connection) if moved == "before" else connection.cursor().execute("SELECT 1")

    dialect.do_commit = cut
    try:
        yield
    finally:
        dialect.do_commit = commit
