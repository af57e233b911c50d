"""What a tick of the clock does, in which order, and that it does it once (rules 6, 9, 14, 32, 34).

What happens where something fails is in test_clock_faults.py.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, update

from tests.clockwork import EVERYBODY, SPEAKERS, Clockwork
from tests.notices.conftest import port, script
from tests.notices.rounds import DEADLINE
from tests.notices.waiting import ONE_DATABASE
from tests.settable_clock import MORNING, SettableClock
from workflow.actions import closing, course, drafts
from workflow.audit.entries import Entry
from workflow.clock import Ticked, clock_is_behind
from workflow.db import Database
from workflow.domain.terms import CirculationStatus, Letter, Outcome, ResponseKind
from workflow.models.body import State

__all__ = ["port", "script"]

HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
#: Seven, three and one working days before the deadline, at its hour.
REMINDERS = [datetime(2020, 9, 30, 10, tzinfo=UTC), datetime(2020, 10, 6, 10, tzinfo=UTC)]
REMINDERS.append(datetime(2020, 10, 8, 10, tzinfo=UTC))


@pytest.fixture
def clockwork(fresh_database: Database, clock: SettableClock, port: int) -> Clockwork:
    """Give a dispatched circulation whose letters wait."""
    return Clockwork.wound(fresh_database, clock, port)


def test_tick_sends_starts_and_closes_in_turn(clockwork: Clockwork) -> None:
    assert clockwork.tick() == Ticked(delivered=SPEAKERS)
    assert clockwork.circulation().silence_started_at == MORNING
    assert clockwork.tick(DEADLINE - INSTANT) == Ticked(reminded=1, delivered=SPEAKERS)
    assert clockwork.circulation().status is CirculationStatus.OPEN
    assert clockwork.tick(DEADLINE) == Ticked(settled=1, delivered=EVERYBODY)
    closed = clockwork.circulation()
    assert (closed.status, closed.outcome) == (CirculationStatus.CLOSED, Outcome.ENDORSED)
    assert clockwork.tick() == Ticked()


@ONE_DATABASE
def test_tick_starts_silence_when_the_window_ends(
    fresh_database: Database, clock: SettableClock, port: int
) -> None:
    window, deadline = MORNING + timedelta(days=3), DEADLINE + timedelta(days=7)
    clockwork = Clockwork.wound(fresh_database, clock, port, window_end=window, deadline=deadline)
    assert clockwork.tick(window - INSTANT) == Ticked(delivered=SPEAKERS)
    assert clockwork.circulation().silence_started_at is None
    assert clockwork.tick(window + HOUR) == Ticked(settled=1)
    assert clockwork.circulation().silence_started_at == window


def test_tick_holds_where_a_state_was_not_served(clockwork: Clockwork) -> None:
    clockwork.served("BN", "PH", "TH")
    assert clockwork.tick() == Ticked(delivered=SPEAKERS - 2)
    assert clockwork.tick(DEADLINE + HOUR) == Ticked(settled=1, delivered=EVERYBODY)
    held = clockwork.circulation()
    assert (held.status, held.held_at, held.outcome) == (CirculationStatus.HELD, DEADLINE, None)
    assert clockwork.tick(DEADLINE + 2 * HOUR) == Ticked()
    assert clockwork.entries(Entry.HELD) == 1


def test_late_tick_closes_as_at_the_deadline_once(clockwork: Clockwork) -> None:
    clockwork.tick()
    late = DEADLINE + timedelta(days=3)
    assert clockwork.tick(late) == Ticked(settled=1, delivered=EVERYBODY)
    closed = clockwork.circulation()
    assert (closed.closed_at, closed.recorded_at) == (DEADLINE, late)
    assert clockwork.tick(late + HOUR) == Ticked()
    assert clockwork.entries(Entry.CLOSED) == 1
    assert set(clockwork.letters(Letter.OUTCOME).values()) == {1}


def test_reminder_is_written_once_to_who_has_not_answered(clockwork: Clockwork) -> None:
    clockwork.tick()
    clockwork.lodge("MY contact_point", ResponseKind.NO_OBJECTION)
    clockwork.lodge("TH contact_point", ResponseKind.NO_OBJECTION, 1, 2, 3, 4, 5)
    assert clockwork.tick(REMINDERS[0] - INSTANT) == Ticked(delivered=4)
    assert clockwork.tick(REMINDERS[0]) == Ticked(reminded=1, delivered=SPEAKERS - 2)
    assert clockwork.tick(REMINDERS[0] + HOUR) == Ticked()
    reminded = clockwork.letters(Letter.REMINDER)
    assert sorted(name for name in reminded if name.startswith(("my.", "th."))) == [
        "th.alternate@example.org",
        "th.contact_point@example.org",
    ]
    assert set(reminded.values()) == {1}


@ONE_DATABASE
def test_of_missed_reminders_only_the_latest_is_written(clockwork: Clockwork) -> None:
    clockwork.tick()
    assert clockwork.tick(REMINDERS[2] + HOUR) == Ticked(reminded=1, delivered=SPEAKERS)
    assert set(clockwork.letters(Letter.REMINDER).values()) == {1}


def test_reminders_begin_anew_after_an_extension(clockwork: Clockwork) -> None:
    for instant in (MORNING, *REMINDERS):
        clockwork.tick(instant)
    later = datetime(2020, 10, 16, 10, tzinfo=UTC)
    with clockwork.database.writing() as session:
        circulation, now = closing.settled(session, clockwork.first)
        by = clockwork.world.actor("lead_shepherd")
        course.extend(session, circulation, by=by, now=now, deadline=later, reason="More time was asked for.")
    # The new letter is no reminder, and the seventh working day before the new deadline has passed.
    assert clockwork.tick(REMINDERS[2] + HOUR) == Ticked(delivered=SPEAKERS)
    for day, written in ((12, 3), (13, 4), (14, 4), (15, 5)):
        clockwork.tick(datetime(2020, 10, day, 10, tzinfo=UTC))
        clockwork.tick()
        assert clockwork.letters(Letter.REMINDER)["my.contact_point@example.org"] == written
    assert clockwork.tick(later) == Ticked(settled=1, delivered=EVERYBODY)


@ONE_DATABASE
def test_unsent_draft_is_warned_of(clockwork: Clockwork) -> None:
    clockwork.tick()
    with clockwork.database.writing() as session:
        circulation, now = closing.settled(session, clockwork.first)
        prepared = drafts.DraftAnswer(clockwork.world.versions[0].id, ResponseKind.OBJECTION, "Not yet.")
        drafts.save(session, circulation, [prepared], by=clockwork.world.actor("MY drafter"), now=now)
    clockwork.tick(REMINDERS[1])
    assert clockwork.letters(Letter.DRAFT_WAITING) == Counter()
    clockwork.tick(REMINDERS[2])
    clockwork.tick()
    assert clockwork.letters(Letter.DRAFT_WAITING) == Counter(
        {"my.contact_point@example.org": 1, "my.alternate@example.org": 1}
    )
    clockwork.tick(DEADLINE)
    # A draft is no response.
    assert clockwork.circulation().outcome is Outcome.ENDORSED


def test_state_admitted_meanwhile_gets_one_copy(clockwork: Clockwork) -> None:
    clockwork.tick()
    with clockwork.database.writing() as session:
        session.execute(update(State).where(State.code == "TL").values(member_from=date(2020, 10, 1)))
    midnight = datetime(2020, 9, 30, 17, tzinfo=UTC)
    clockwork.tick(midnight - INSTANT)
    assert clockwork.letters(Letter.FOR_INFORMATION) == Counter()
    assert clockwork.tick(midnight) == Ticked(delivered=2)
    assert clockwork.tick(midnight + HOUR) == Ticked()
    assert clockwork.letters(Letter.FOR_INFORMATION) == Counter(
        {"tl.contact_point@example.org": 1, "tl.alternate@example.org": 1}
    )
    assert clockwork.entries(Entry.INFORMED) == 1


@ONE_DATABASE
def test_state_admitted_by_the_close_gets_no_copy_after_it(clockwork: Clockwork) -> None:
    clockwork.tick()
    with clockwork.database.writing() as session:
        session.execute(update(State).where(State.code == "TL").values(member_from=date(2020, 10, 9)))
    assert clockwork.tick(DEADLINE) == Ticked(settled=1, delivered=EVERYBODY)
    assert clockwork.letters(Letter.FOR_INFORMATION) == Counter()


def test_tick_with_nothing_due_only_reads(clockwork: Clockwork) -> None:
    clockwork.tick()
    before, sent = clockwork.rows(), []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(clockwork.database.reader, "before_cursor_execute", note)
    assert clockwork.tick(REMINDERS[0] - INSTANT) == Ticked()
    assert clockwork.rows() == before
    assert {one.split()[0] for one in sent} - {"SELECT", "BEGIN"} == set()
    assert [one for one in sent if "FOR UPDATE" in one or "IMMEDIATE" in one] == []
    clockwork.tick(REMINDERS[0])
    assert any(one.startswith("INSERT") for one in sent)


def test_tick_reads_no_circulation_without_reason_and_none_twice(clockwork: Clockwork) -> None:
    clockwork.dispatch_another()
    clockwork.tick()
    reads = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM response \nWHERE response.circulation_id" in statement:
            reads.append(statement)

    event.listen(clockwork.database.reader, "before_cursor_execute", note)
    assert clockwork.tick(REMINDERS[0] - INSTANT) == Ticked()
    assert reads == []
    clockwork.tick(REMINDERS[-1])
    reads.clear()
    # From the last call on there may be unsent drafts to warn of.
    assert clockwork.tick(REMINDERS[-1] + HOUR) == Ticked()
    assert len(reads) == 2


@ONE_DATABASE
def test_circulations_are_settled_each_for_itself(clockwork: Clockwork) -> None:
    others = [clockwork.dispatch_another() for _ in range(2)]
    later = clockwork.dispatch_another(deadline=DEADLINE + timedelta(days=4))
    assert clockwork.tick().delivered == 4 * SPEAKERS
    assert clockwork.tick(DEADLINE).settled == 3
    stand = [clockwork.circulation(key).status for key in (clockwork.first, *others, later)]
    assert stand == [CirculationStatus.CLOSED] * 3 + [CirculationStatus.OPEN]


@ONE_DATABASE
def test_clock_behind_the_log_is_told(clockwork: Clockwork) -> None:
    body = clockwork.world.body.id
    assert clock_is_behind(clockwork.database, body) is None
    clockwork.clock.advance(-HOUR)
    assert clock_is_behind(clockwork.database, body) == MORNING
