"""What comes back by e-mail is read beside the clock, by thread and command; nothing waits for a mailbox.

What a reading does is tested in tests/notices/test_mailbox.py, what a bounce does in tests/actions.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.clockwork import SPEAKERS, Clockwork
from tests.mail_messages import report, said_of
from tests.notices.conftest import port, script
from tests.notices.imap_server import STALL, holding
from tests.notices.mailboxes import arrives, maildir
from tests.notices.rounds import DEADLINE
from tests.notices.servers import Script, free_port
from tests.notices.waiting import MALAYSIA, ONE_DATABASE
from tests.settable_clock import SettableClock
from tests.test_cli import application
from tests.test_worker import PATIENCE, wait_until
from workflow import worker
from workflow.db import Database
from workflow.domain.terms import CirculationStatus, Service
from workflow.models.incoming import MailboxReading
from workflow.models.notice import Notice

__all__ = ["port", "script"]


@pytest.fixture
def clockwork(fresh_database: Database, clock: SettableClock, port: int) -> Clockwork:
    """Give a dispatched circulation whose letters wait."""
    return Clockwork.wound(fresh_database, clock, port)


def tick(app: Flask) -> tuple[int, str]:
    """Type the command; returns its exit status and what it says."""
    done = app.test_cli_runner().invoke(args=["clock", "tick"])
    return done.exit_code, done.output


def test_letter_that_comes_back_to_its_own_address_has_bounced(
    clockwork: Clockwork, script: Script, tmp_path: Path
) -> None:
    maildir(tmp_path)
    app = application(
        clockwork.database,
        MAIL_PORT=clockwork.port,
        BOUNCE_ADDRESS="bounces@adref.example",
        BOUNCE_MAILDIR=str(tmp_path),
    )
    assert tick(app) == (0, f"0 circulations settled, 0 reminded, {SPEAKERS} letters sent.\n")
    own = script.senders[script.to().index(MALAYSIA)]
    # Where the letter was forwarded to nobody knows him.
    arrives(tmp_path, report(said_of("aminah@elsewhere.example"), to=own))
    clockwork.clock.now = DEADLINE - (DEADLINE - clockwork.clock.now) / 1000
    code, said = tick(app)
    assert (code, said.endswith("1 messages came by e-mail.\n")) == (0, True)
    with clockwork.database.reading() as session:
        letter = session.scalars(select(Notice).where(Notice.address == MALAYSIA).order_by(Notice.id)).first()
    assert letter is not None
    assert letter.status is Service.BOUNCED


@ONE_DATABASE
def test_command_says_that_the_mailbox_cannot_be_read_after_all_else_is_done(clockwork: Clockwork) -> None:
    nowhere = {"BOUNCE_IMAP_SERVER": "127.0.0.1", "BOUNCE_IMAP_PORT": free_port()}
    app = application(clockwork.database, MAIL_PORT=clockwork.port, **nowhere)
    code, said = tick(app)
    assert code == 1
    assert said.startswith(f"0 circulations settled, 0 reminded, {SPEAKERS} letters sent.\n")
    assert "Error: The mailbox cannot be read: " in said
    # It is not tried again at once.
    assert tick(app)[0] == 0


@contextmanager
def running(app: Flask) -> Iterator[None]:
    """Run the application's threads."""
    worker.start(app)
    try:
        yield
    finally:
        for name in ("clock", "mailbox_reader"):
            app.extensions[name].stop(PATIENCE)


@ONE_DATABASE
@pytest.mark.timeout(60)
def test_mailbox_that_is_silent_delays_neither_letters_nor_deadlines(
    clockwork: Clockwork, clock: SettableClock
) -> None:
    def status() -> CirculationStatus | None:
        return clockwork.circulation().status

    with holding() as server:
        server.fails, server.silence = ("GREETING", STALL), PATIENCE
        app = application(
            clockwork.database,
            MAIL_PORT=clockwork.port,
            CLOCK_THREAD=True,
            CLOCK_INTERVAL_SECONDS=0.02,
            BOUNCE_IMAP_SERVER="127.0.0.1",
            BOUNCE_IMAP_PORT=server.port,
            BOUNCE_IMAP_USE_SSL=False,
            BOUNCE_TIMEOUT_SECONDS=PATIENCE,
            BOUNCE_INTERVAL_SECONDS=0,
        )
        with running(app):
            assert wait_until(lambda: clockwork.circulation().silence_started_at is not None)
            assert wait_until(lambda: reading(clockwork.database) is not None)
            clock.now = DEADLINE
            assert wait_until(lambda: status() is CirculationStatus.CLOSED)
            kept = reading(clockwork.database)
            # All that while nobody was answered.
            assert kept is not None
            assert (kept.read_at, kept.problem) == (None, "")
            server.gives_up.set()


def reading(database: Database) -> MailboxReading | None:
    """Return how reading the mailbox goes."""
    with database.reading() as session:
        return session.scalars(select(MailboxReading)).one_or_none()
