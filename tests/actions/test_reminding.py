"""Tests of reminders: when they are written, to whom, and that they alter nothing (rule 6)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from tests.actions.conftest import begun
from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from workflow.actions import course, reminding
from workflow.audit.entries import Entry
from workflow.domain.terms import CirculationStatus, Letter, ResponseKind

#: Seven, three and one working days before the deadline, each at 17:00 in Jakarta.
SCHEDULE = (
    datetime(2020, 9, 30, 10, 0, tzinfo=UTC),
    datetime(2020, 10, 6, 10, 0, tzinfo=UTC),
    datetime(2020, 10, 8, 10, 0, tzinfo=UTC),
)


@pytest.fixture
def running(session: Session, world: World, served: Stage, clock: SettableClock) -> Round:
    """Give a round whose silence runs."""
    return begun(session, world, served, clock, MORNING)


def remind(round_: Round, at: datetime) -> bool:
    """Let the clock look at the reminders."""
    round_.clock.now = at
    circulation, now = round_.locked()
    return reminding.remind(round_.session, circulation, now=now)


def test_reminders_follow_the_schedule_once_each(running: Round) -> None:
    told = []
    for at in SCHEDULE:
        told += [remind(running, at - INSTANT), remind(running, at), remind(running, at + HOUR)]
    assert told == [False, True, False] * 3
    assert running.told(Letter.REMINDER) == {state.code: 6 for state in running.world.members}


def test_of_several_missed_reminders_only_the_latest_is_written(running: Round) -> None:
    assert remind(running, SCHEDULE[2] + HOUR) is True
    assert remind(running, SCHEDULE[2] + 2 * HOUR) is False
    assert set(running.told(Letter.REMINDER).values()) == {2}


def test_only_states_that_have_not_answered_every_item_are_reminded(running: Round) -> None:
    running.lodge("MY contact_point", ResponseKind.NO_OBJECTION)
    running.lodge("SG contact_point", ResponseKind.NO_OBJECTION, 1, 2, 3)
    running.lodge("VN contact_point", ResponseKind.OBJECTION)
    remind(running, SCHEDULE[0])
    told = set(running.told(Letter.REMINDER))
    assert told == {state.code for state in running.world.members} - {"MY", "VN"}


def test_a_reminder_alters_no_outcome(running: Round) -> None:
    before, known = running.statuses(), running.entries()
    for at in SCHEDULE:
        remind(running, at)
    assert running.statuses() == before
    assert running.entries()[: len(known)] == known
    assert {one["type"] for one in running.entries()[len(known) :]} == {"circulation.reminded"}
    assert [one.proves_service for one in running.notices() if one.letter is Letter.REMINDER] == [False] * 60


def test_nothing_is_reminded_of_while_suspended_or_after_the_deadline(running: Round) -> None:
    running.act(course.suspend, reason="A disaster.")
    assert remind(running, SCHEDULE[0]) is False
    running.act(course.resume)
    deadline = running.loaded.circulation.deadline
    assert remind(running, deadline) is False
    assert running.status is CirculationStatus.CLOSED
    assert running.letters(Letter.REMINDER) == []


def test_an_extension_begins_a_schedule_of_its_own(running: Round) -> None:
    remind(running, SCHEDULE[2])
    running.act(course.extend, deadline=DEADLINE + 7 * DAY, reason="More time.")
    # One working day before the new deadline, and three before it.
    assert remind(running, DEADLINE + 4 * DAY) is True
    assert remind(running, DEADLINE + 6 * DAY) is True
    assert set(running.told(Letter.REMINDER).values()) == {6}


def test_the_log_tells_which_states_were_reminded(running: Round) -> None:
    running.lodge("MY contact_point", ResponseKind.NO_OBJECTION)
    for at in SCHEDULE:
        remind(running, at)
    told = running.entries(Entry.REMINDED)
    assert [(one["ordinal"], one["at"], one["actor"]) for one in told] == [
        (1, "2020-09-30T10:00:00.000000Z", "clock"),
        (2, "2020-10-06T10:00:00.000000Z", "clock"),
        (3, "2020-10-08T10:00:00.000000Z", "clock"),
    ]
    others = sorted(state.code for state in running.world.members if state.code != "MY")
    assert [sorted(one["states"]) for one in told] == [others] * 3


def test_a_reminder_that_passed_before_an_extension_does_not_follow_it(running: Round) -> None:
    running.at(SCHEDULE[1] + DAY)
    running.act(course.extend, deadline=datetime(2020, 10, 12, 10, 0, tzinfo=UTC), reason="One day more.")
    # Three working days before the new deadline lie an hour and more behind; one of them is still to come.
    assert remind(running, SCHEDULE[1] + DAY + 2 * HOUR) is False
    assert remind(running, DEADLINE) is True
    assert set(running.told(Letter.REMINDER).values()) == {2}


def test_a_reminder_that_passed_while_suspended_does_not_follow_the_resumption(running: Round) -> None:
    running.at(SCHEDULE[1] - HOUR)
    running.act(course.suspend, reason="A disaster.")
    running.at(SCHEDULE[1] + HOUR)
    running.act(course.resume)
    assert running.loaded.circulation.deadline == datetime(2020, 10, 12, 10, 0, tzinfo=UTC)
    assert remind(running, SCHEDULE[1] + 2 * HOUR) is False
    assert remind(running, SCHEDULE[1] + DAY) is True


def test_a_reminder_goes_to_those_in_office_at_that_moment(running: Round) -> None:
    running.world.appointments["MY alternate"].until = MORNING + HOUR
    remind(running, SCHEDULE[0])
    assert running.told(Letter.REMINDER)["MY"] == 1
