"""Reading a mailbox: every message once, nothing deleted, nothing waited for in vain, the operator told."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.factories import founded
from tests.mail_messages import report, said_of, written
from tests.notices.imap_server import DRIP, DROP, GARBAGE, STALL, holding
from tests.notices.mailboxes import arrives, maildir, over_imap
from tests.notices.servers import free_port
from tests.notices.waiting import ONE_DATABASE
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from workflow.clock import read_due
from workflow.db import Database
from workflow.models.audit import LogHead
from workflow.models.incoming import IncomingMessage, MailboxReading
from workflow.notices.inbox import MESSAGES_A_READING, ReadMail
from workflow.notices.mailbox import MailboxSettings

MINUTE = timedelta(minutes=1)
REPLIES = [written(f"Reply {number}.") for number in range(3)]
ASIDE = "Adref-read"


@pytest.fixture
def house(database: Database, served: Stage) -> Database:
    """Give a database with one circulation."""
    return database


def kept(house: Database) -> list[str]:
    """Return the texts of the messages that are kept, oldest first."""
    with house.reading() as session:
        return list(session.scalars(select(IncomingMessage.text).order_by(IncomingMessage.id)))


def again(house: Database, clock: SettableClock, settings: MailboxSettings) -> ReadMail:
    """Read once more, when it is time to."""
    clock.advance(MINUTE)
    return read_due(house, settings)


def test_messages_of_a_maildir_are_kept_once_and_put_aside(
    house: Database, clock: SettableClock, tmp_path: Path
) -> None:
    settings = maildir(tmp_path, *REPLIES[:2])
    # A person looked at one with a mail program.
    looked_at = min((tmp_path / "new").iterdir())
    looked_at.rename(tmp_path / "cur" / f"{looked_at.name}:2,S")
    assert read_due(house, settings) == ReadMail(kept=2)
    assert sorted(kept(house)) == ["Reply 0.", "Reply 1."]
    assert [*(tmp_path / "new").iterdir(), *(tmp_path / "cur").iterdir()] == []
    assert len(list((tmp_path / f".{ASIDE}" / "cur").iterdir())) == 2
    # Delivered once more, and one more came.
    arrives(tmp_path, REPLIES[1])
    arrives(tmp_path, REPLIES[2])
    assert again(house, clock, settings) == ReadMail(kept=1)
    assert len(kept(house)) == 3


@ONE_DATABASE
@pytest.mark.parametrize("can_move", [True, False])
def test_messages_over_imap_are_kept_once_and_put_aside(
    house: Database, clock: SettableClock, can_move: bool
) -> None:
    with holding(*REPLIES, can_move=can_move) as server:
        settings = over_imap(server.port)
        assert read_due(house, settings) == ReadMail(kept=3)
        assert again(house, clock, settings) == ReadMail()
        assert len(server.folders[ASIDE]) == 3
        assert (server.folders["INBOX"] == {}) is can_move
    with house.reading() as session:
        arrived = set(session.scalars(select(IncomingMessage.arrived_at)))
    # The mailbox's clock ran half an hour ahead of ours: nothing arrives later than now.
    assert arrived == {min(MORNING, datetime(2020, 9, 25, 2, 30, tzinfo=UTC))}


@ONE_DATABASE
def test_mailbox_is_read_no_oftener_than_its_interval(
    house: Database, clock: SettableClock, tmp_path: Path
) -> None:
    settings = maildir(tmp_path)
    read_due(house, settings)
    arrives(tmp_path, REPLIES[0])
    clock.advance(MINUTE - timedelta(microseconds=1))
    assert read_due(house, settings) == ReadMail()
    # A clock that was put back for days must not keep the mailbox closed for as long.
    clock.advance(-timedelta(days=3))
    with house.writing() as session:
        session.execute(update(LogHead).values(newest_at=clock.now))
    assert read_due(house, settings) == ReadMail(kept=1)


@ONE_DATABASE
@pytest.mark.timeout(60)
@pytest.mark.parametrize("verb", ["GREETING", "LOGIN", "SELECT", "SEARCH", "FETCH", "MOVE"])
@pytest.mark.parametrize("how", [DROP, STALL, GARBAGE, DRIP])
def test_server_that_fails_is_told_and_loses_nothing(
    house: Database, clock: SettableClock, verb: str, how: str
) -> None:
    with holding(*REPLIES) as server:
        server.fails = (verb, how)
        settings = over_imap(server.port)
        began = time.monotonic()
        failed = read_due(house, settings)
        assert failed.problem.startswith("The mailbox cannot be read: ")
        # Five time-outs of a fifth of a second, whatever drips.
        assert time.monotonic() - began < 4
        assert problem(house) == failed.problem
        server.fails = None
        again(house, clock, settings)
    assert (sorted(kept(house)), problem(house)) == (["Reply 0.", "Reply 1.", "Reply 2."], "")


def problem(house: Database) -> str:
    """Return what the operator and the pages are told."""
    with house.reading() as session:
        return session.scalars(select(MailboxReading.problem)).one()


@ONE_DATABASE
@pytest.mark.parametrize(
    ("changes", "said"),
    [({"password": "wrong"}, "so"), ({"folder": "Nowhere"}, "there is none"), ({"use_ssl": True}, "")],
)
def test_wrong_settings_are_told(
    house: Database, caplog: pytest.LogCaptureFixture, changes: dict[str, object], said: str
) -> None:
    with holding() as server:
        settings = over_imap(server.port)
        wrong = MailboxSettings(**{**vars(settings), **changes})  # type: ignore[arg-type]
        assert said in read_due(house, wrong).problem
    assert any("The mailbox cannot be read" in one for one in caplog.messages)
    assert "seven wet umbrellas" not in repr(settings)


@ONE_DATABASE
def test_mailbox_that_is_not_there_is_told(house: Database, clock: SettableClock, tmp_path: Path) -> None:
    nowhere = MailboxSettings(maildir=str(tmp_path / "nowhere"))
    assert "nowhere" in read_due(house, nowhere).problem
    assert again(house, clock, over_imap(free_port())).problem.startswith("The mailbox cannot be read: ")
    assert again(house, clock, MailboxSettings()) == ReadMail()


@ONE_DATABASE
def test_long_messages_are_cut_and_files_that_are_none_left_alone(house: Database, tmp_path: Path) -> None:
    long = written("A long text. " * 1000)
    settings = MailboxSettings(**{**vars(maildir(tmp_path, long)), "message_bytes": 2000})
    os.mkfifo(tmp_path / "new" / "pipe")
    (tmp_path / "new" / "link").symlink_to("/etc/hostname")
    assert read_due(house, settings) == ReadMail(kept=1)
    with house.reading() as session:
        [row] = session.scalars(select(IncomingMessage))
    assert row.is_cut
    assert sorted(one.name for one in (tmp_path / "new").iterdir()) == ["link", "pipe"]


@ONE_DATABASE
def test_one_reading_takes_so_many_and_the_next_the_rest(
    house: Database, clock: SettableClock, tmp_path: Path
) -> None:
    many = [written(f"Number {number}.") for number in range(MESSAGES_A_READING + 1)]
    settings = maildir(tmp_path, *many)
    assert read_due(house, settings).kept == MESSAGES_A_READING
    assert again(house, clock, settings).kept == 1


def test_crash_between_keeping_and_putting_aside_keeps_it_once(
    house: Database, clock: SettableClock, tmp_path: Path
) -> None:
    settings = maildir(tmp_path, *REPLIES)
    with read_only(tmp_path / "new"):
        done = read_due(house, settings)
    assert (done.kept, bool(done.problem)) == (1, True)
    assert again(house, clock, settings) == ReadMail(kept=2)
    with house.reading() as session:
        assert session.scalar(select(func.count()).select_from(IncomingMessage)) == 3


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nothing be moved out of a folder: another file stands where its place aside would be."""
    wall = folder.parent / f".{ASIDE}"
    wall.write_text("no folder")
    yield
    wall.unlink()


def test_two_readers_at_once_keep_each_message_once(
    fresh_database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    with fresh_database.writing() as session:
        founded(session, MORNING)
    settings, done = maildir(tmp_path, *REPLIES), []
    barrier = threading.Barrier(2, timeout=30)

    def run() -> None:
        barrier.wait()
        done.append(read_due(fresh_database, settings))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted((one.kept, one.problem) for one in done) == [(0, ""), (3, "")]
    assert len(kept(fresh_database)) == 3


@ONE_DATABASE
def test_clock_behind_reads_nothing_and_says_so(
    house: Database, clock: SettableClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = maildir(tmp_path, report(said_of("my.contact_point@example.org")), *REPLIES)
    clock.advance(-timedelta(days=3))
    with caplog.at_level(logging.ERROR):
        assert read_due(house, settings).problem.startswith("The messages wait in the mailbox: ")
    assert kept(house) == []
    clock.advance(timedelta(days=3))
    assert again(house, clock, settings).kept == 4
