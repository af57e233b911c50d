"""The clock's thread: it starts where wanted, ticks, outlives a failing tick, and stops (rule 14).

What a tick does is tested in test_clock.py.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import world
from tests.notices.conftest import port, script
from tests.notices.servers import Script
from workflow import settings, worker
from workflow.actions import accounts
from workflow.app import create_app
from workflow.clock import Ticked
from workflow.db import Database
from workflow.domain.terms import Service
from workflow.models.notice import Notice
from workflow.worker import ClockThread

__all__ = ["port", "script"]

#: How long anything may wait for anything, in seconds.
PATIENCE = 30
SHORT = 0.01


class Sender:
    """Counts the ticks by what each asks first; fails while told to, and tells when the count is reached."""

    def __init__(self, wanted: int, failing: int = 0) -> None:
        self.wanted, self.failing = wanted, failing
        self.calls = 0
        self.reached = threading.Event()

    def __call__(self, database: Database) -> int:
        """Send nothing."""
        self.calls += 1
        if self.calls >= self.wanted:
            self.reached.set()
        if self.calls <= self.failing:
            raise RuntimeError("not this time")
        return 0


@pytest.fixture
def started(fresh_database: Database) -> Iterator[Callable[..., ClockThread]]:
    """Give a function that starts a clock's thread; all are stopped afterwards."""
    threads: list[ClockThread] = []

    def start(sender: Sender, database: Database = fresh_database, interval: float = SHORT) -> ClockThread:
        threads.append(ClockThread(database, sender, interval))
        threads[-1].start()
        return threads[-1]

    yield start
    for thread in threads:
        thread.stop(PATIENCE)


@pytest.fixture
def app(fresh_database: Database, port: int) -> Flask:
    """Give the application with the clock's thread, sending to a real server; it is not started."""
    return create_app(chosen(CLOCK_THREAD=True, MAIL_PORT=port), database=fresh_database)


def chosen(**changes: Any) -> dict[str, Any]:
    """Return the settings of the tests with changes."""
    return {**settings.load({"ADREF_CONFIG": "testing"}), "CLOCK_INTERVAL_SECONDS": SHORT, **changes}


def test_thread_ticks_until_stopped(started: Callable[..., ClockThread]) -> None:
    sender = Sender(wanted=3)
    thread = started(sender)
    assert sender.reached.wait(PATIENCE)
    thread.stop(PATIENCE)
    assert not thread.is_alive()
    calls = sender.calls
    assert not threading.Event().wait(5 * SHORT)
    assert sender.calls == calls


def test_thread_stops_without_waiting_for_its_pause(started: Callable[..., ClockThread]) -> None:
    sender = Sender(wanted=1)
    thread = started(sender, interval=10 * PATIENCE)
    assert sender.reached.wait(PATIENCE)
    thread.stop(PATIENCE)
    assert not thread.is_alive()


def test_thread_never_keeps_the_process_from_ending(started: Callable[..., ClockThread]) -> None:
    assert started(Sender(wanted=1)).daemon


def test_thread_outlives_a_sender_that_fails(
    started: Callable[..., ClockThread], caplog: pytest.LogCaptureFixture
) -> None:
    sender = Sender(wanted=4, failing=2)
    thread = started(sender)
    assert sender.reached.wait(PATIENCE)
    thread.stop(PATIENCE)
    assert caplog.messages.count("The clock could not send letters; they wait.") == 2


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_thread_outlives_a_tick_that_fails(
    started: Callable[..., ClockThread], caplog: pytest.LogCaptureFixture
) -> None:
    # A database without tables: nothing in the tick can be done.
    empty = Database("sqlite://")
    sender = Sender(wanted=2)
    with caplog.at_level(logging.ERROR, "workflow.worker"):
        thread = started(sender, empty)
        assert sender.reached.wait(PATIENCE)
        thread.stop(PATIENCE)
    empty.close()
    assert f"The clock's tick failed; it ticks again in {SHORT} s." in caplog.messages
    assert "no such table" in caplog.text


def test_application_s_clock_sends_letters(app: Flask, script: Script) -> None:
    database: Database = app.extensions["adref"]
    with database.writing() as session:
        made = world(session)
        person = made.people["MY drafter"]
        accounts.invite(session, person, by=made.actor("secretariat"), now=database.clock())
    worker.start(app)
    try:
        assert wait_until(lambda: sent(database) == 1)
    finally:
        app.extensions["clock"].stop(PATIENCE)
    assert not app.extensions["clock"].is_alive()
    assert script.to() == [person.email]


def test_clock_stays_off_where_the_settings_say_so(fresh_database: Database) -> None:
    app = create_app(chosen(CLOCK_THREAD=False), database=fresh_database)
    worker.start(app)
    assert not app.extensions["clock"].is_alive()
    assert worker.tick_once(app) == Ticked()


def sent(database: Database) -> int:
    """Count the letters that left."""
    with database.reading() as session:
        return len(session.scalars(select(Notice.id).where(Notice.status == Service.SENT)).all())


def wait_until(holds: Callable[[], bool]) -> bool:
    """Ask again and again until it holds, for as long as patience lasts."""
    pause = threading.Event()
    for _ in range(PATIENCE * 20):
        if holds():
            return True
        pause.wait(0.05)
    return False
