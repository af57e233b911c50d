"""The clock where something fails: mail, one circulation, the clock itself, or a second clock beside it.

What a tick does on a good day is in test_clock.py.
"""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.clockwork import EVERYBODY, SPEAKERS, Clockwork
from tests.notices.conftest import port, script
from tests.notices.rounds import DEADLINE
from tests.notices.servers import Script, free_port
from tests.notices.waiting import ONE_DATABASE
from tests.settable_clock import MORNING, SettableClock
from workflow.actions import accounts
from workflow.audit.entries import Entry
from workflow.clock import Ticked, tick
from workflow.db import Database
from workflow.domain.terms import CirculationStatus, Letter, ResponseKind, Status
from workflow.models.circulation import Circulation
from workflow.models.document import Version

__all__ = ["port", "script"]

HOUR = timedelta(hours=1)
REMINDER = DEADLINE - timedelta(days=1)
#: How long anything may wait for anything, in seconds.
PATIENCE = 30


@pytest.fixture
def clockwork(fresh_database: Database, clock: SettableClock, port: int) -> Clockwork:
    """Give a dispatched circulation whose letters wait."""
    return Clockwork.wound(fresh_database, clock, port)


def test_letters_wait_out_an_outage_and_leave_then(clockwork: Clockwork, script: Script) -> None:
    listening, clockwork.port = clockwork.port, free_port()
    assert clockwork.tick() == Ticked()
    assert clockwork.circulation().silence_started_at is None
    clockwork.port = listening
    assert clockwork.tick(MORNING + timedelta(seconds=59)) == Ticked()
    back = MORNING + timedelta(seconds=60)
    assert clockwork.tick(back) == Ticked(delivered=SPEAKERS)
    assert len(set(script.to())) == SPEAKERS
    # Silence runs from when the mail server took the letters, not from when they were written.
    assert clockwork.circulation().silence_started_at == back


def test_deadline_is_kept_while_mail_is_down(clockwork: Clockwork) -> None:
    clockwork.tick()
    clockwork.port = free_port()
    assert clockwork.tick(DEADLINE) == Ticked(settled=1)
    assert clockwork.circulation().status is CirculationStatus.CLOSED


@ONE_DATABASE
def test_sender_that_breaks_stops_no_deadline(clockwork: Clockwork, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_database: Database) -> int:
        raise RuntimeError("this letter cannot be written")

    clockwork.tick()
    clockwork.clock.now = DEADLINE
    assert tick(clockwork.database, broken) == Ticked(settled=1, failed=2)
    assert clockwork.circulation().status is CirculationStatus.CLOSED
    assert "The clock could not send letters; they wait." in caplog.messages
    assert clockwork.tick() == Ticked(delivered=EVERYBODY)


def test_circulation_that_fails_stops_no_other(
    clockwork: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    other = clockwork.dispatch_another()
    clockwork.tick()
    frozen = spoiled(clockwork, {})
    assert clockwork.tick(DEADLINE) == Ticked(settled=1, delivered=EVERYBODY, failed=1)
    assert clockwork.circulation(other).status is CirculationStatus.CLOSED
    assert clockwork.circulation().status is CirculationStatus.OPEN
    assert f"The clock could not do what it owes circulation {clockwork.first}." in caplog.messages
    spoiled(clockwork, frozen)
    assert clockwork.tick(DEADLINE + HOUR).settled == 1
    assert clockwork.circulation().closed_at == DEADLINE


def test_clock_behind_the_log_waits_but_takes_an_objection(clockwork: Clockwork) -> None:
    clockwork.tick()
    clockwork.clock.now = DEADLINE + HOUR
    written_by_a_clock_that_ran_ahead(clockwork)
    for instant in (REMINDER, DEADLINE):
        assert clockwork.tick(instant) == Ticked(is_behind=True)
    assert clockwork.circulation().status is CirculationStatus.OPEN
    assert clockwork.letters(Letter.REMINDER).total() == 0
    clockwork.clock.now = REMINDER
    clockwork.lodge("MY contact_point", ResponseKind.OBJECTION, 1)
    with clockwork.database.reading() as session:
        broken = session.get_one(Version, clockwork.world.versions[0].id)
        assert broken.status is Status.SILENCE_BROKEN
    assert clockwork.tick(DEADLINE + HOUR).settled == 1
    assert clockwork.circulation().closed_at == DEADLINE


def test_two_clocks_send_each_letter_once(clockwork: Clockwork, script: Script) -> None:
    ticked = at_once(clockwork)
    assert sum(one.delivered for one in ticked) == SPEAKERS
    assert sorted(script.to()) == sorted(set(script.to()))
    assert clockwork.entries(Entry.SERVICE_ACCEPTED) == SPEAKERS


def test_two_clocks_close_once(clockwork: Clockwork, script: Script) -> None:
    clockwork.tick()
    clockwork.clock.now = REMINDER
    assert sum(one.reminded for one in at_once(clockwork)) == 1
    clockwork.clock.now = DEADLINE
    ticked = at_once(clockwork)
    assert sum(one.settled for one in ticked) == 1
    clockwork.tick()
    assert clockwork.entries(Entry.CLOSED) == 1
    assert set(clockwork.letters(Letter.OUTCOME).values()) == {1}
    assert len(script.received) == SPEAKERS + SPEAKERS + EVERYBODY


def at_once(clockwork: Clockwork) -> list[Ticked]:
    """Let two clocks tick at the same time, each in a thread of its own; nothing may fail."""
    barrier = threading.Barrier(2, timeout=PATIENCE)
    ticked: list[Ticked] = []

    def run() -> None:
        barrier.wait()
        ticked.append(tick(clockwork.database, clockwork.send))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [one.failed for one in ticked] == [0, 0]
    return ticked


def spoiled(clockwork: Clockwork, frozen: dict[str, object]) -> dict[str, object]:
    """Write other frozen rules into the first circulation; returns what stood there."""
    before = clockwork.circulation().frozen
    with clockwork.database.writing() as session:
        rows = update(Circulation).where(Circulation.id == clockwork.first)
        session.execute(rows.values(frozen=frozen))
    return before


def written_by_a_clock_that_ran_ahead(clockwork: Clockwork) -> None:
    """Put an entry into the log at the clock's instant, with a letter that is due then."""
    world = clockwork.world
    with clockwork.database.writing() as session:
        by = world.actor("secretariat")
        accounts.invite(session, world.people["MY drafter"], by=by, now=clockwork.clock.now)
