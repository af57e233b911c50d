"""A dead mail server stalls nothing: pages answer, States speak, deadlines are kept, other letters leave.

What becomes of the letter that it stalls is in test_mail.py.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from tests.clockwork import Clockwork
from tests.factories import PASSWORD
from tests.faults.faulty_server import CONNECT, HOLD, RCPT, TEXT, FaultyServer, failing
from tests.notices.conftest import house, port, script
from tests.notices.rounds import DEADLINE
from tests.notices.servers import STALL, Script, settings
from tests.notices.waiting import KEEPER, MALAYSIA, ONE_DATABASE
from tests.settable_clock import SettableClock
from tests.test_cli import application
from workflow import worker
from workflow.clock import tick
from workflow.db import Database
from workflow.domain.terms import CirculationStatus, Letter, ResponseKind, Service
from workflow.models.notice import Notice
from workflow.notices import outbox

__all__ = ["house", "port", "script"]

#: How long anything may wait for anything, in seconds.
PATIENCE = 30


@contextmanager
def holding(
    server: FaultyServer, clockwork: Clockwork, place: str
) -> Iterator[tuple[Flask, threading.Thread]]:
    """Let the application's worker send its letters to a server that says nothing any more."""
    app = application(clockwork.database, MAIL_PORT=server.port, MAIL_TIMEOUT_SECONDS=55, LEASE_SECONDS=300)
    server.fails(place, HOLD)
    thread = threading.Thread(target=worker.tick_once, args=(app,), daemon=True)
    thread.start()
    try:
        assert server.holding.wait(PATIENCE)
        yield app, thread
    finally:
        server.released.set()
        thread.join(PATIENCE)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("place", [CONNECT, RCPT, TEXT])
def test_pages_acts_and_deadlines_go_on_while_the_server_is_silent(
    fresh_database: Database, clock: SettableClock, place: str
) -> None:
    clockwork = Clockwork.wound(fresh_database, clock, 0)
    with failing() as server, holding(server, clockwork, place) as (app, sending):
        visitor = app.test_client()
        answer = visitor.post("/sign-in", data={"email": MALAYSIA, "password": PASSWORD})
        assert answer.status_code == 302
        assert visitor.get(answer.location, follow_redirects=True).status_code == 200
        clockwork.lodge("MY contact_point", ResponseKind.OBJECTION, 1)
        clock.now = DEADLINE
        # Another worker without mail does what the deadline owes.
        assert tick(fresh_database, lambda _database: 0).settled == 1
        assert clockwork.circulation().status in (CirculationStatus.HELD, CirculationStatus.CLOSED)
        # All of this while nobody had answered the sender.
        assert sending.is_alive()
        assert not server.released.is_set()


@ONE_DATABASE
@pytest.mark.timeout(120)
def test_letter_that_is_stalled_every_time_holds_up_no_other(
    house: Database, clock: SettableClock, script: Script, port: int
) -> None:
    script.at_rcpt[MALAYSIA] = STALL
    for _ in range(3):
        outbox.deliver(house, settings(port), keeper=KEEPER, limit=50)
    with house.reading() as session:
        query = select(Notice.address).where(
            Notice.letter == Letter.CIRCULATION, Notice.status != Service.SENT
        )
        assert list(session.scalars(query)) == [MALAYSIA]


@ONE_DATABASE
def test_hunt_sees_a_sender_that_keeps_its_transaction(
    fresh_database: Database, clock: SettableClock
) -> None:
    """Where a sender held the database while it sends, a State would wait with it."""
    clockwork = Clockwork.wound(fresh_database, clock, 0)
    speaking = threading.Thread(target=clockwork.lodge, args=("MY contact_point", ResponseKind.COMMENT, 1))
    with fresh_database.writing() as session:
        session.execute(select(Notice.id))
        speaking.start()
        speaking.join(0.5)
        assert speaking.is_alive()
    speaking.join(PATIENCE)
    assert not speaking.is_alive()
