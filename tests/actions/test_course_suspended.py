"""Tests of suspension and resumption: time stands still, nothing is late, nothing is lost (rule 17)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from tests.actions.conftest import begun
from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from workflow.actions import course
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, WrongStatus
from workflow.domain.terms import CirculationStatus, Letter, ResponseKind, Status
from workflow.models.circulation import DeadlineMove

OPEN, SUSPENDED = CirculationStatus.OPEN, CirculationStatus.SUSPENDED
OBJECTION = ResponseKind.OBJECTION
#: A window of five days, and ten working days after its last: 14 October 2020, 17:00 in Jakarta.
WINDOW = {"window_end": MORNING + 5 * DAY, "deadline": datetime(2020, 10, 14, 10, 0, tzinfo=UTC)}


def suspend(round_: Round, by: str = "lead_shepherd") -> None:
    """Let somebody stop the time."""
    round_.act(course.suspend, by=by, reason="A natural disaster.")


def resume(round_: Round, by: str = "lead_shepherd") -> DeadlineMove:
    """Let somebody start the time again."""
    return round_.act(course.resume, by=by)


@pytest.fixture
def running(session: Session, world: World, served: Stage, clock: SettableClock) -> Round:
    """Give a round whose silence runs."""
    return begun(session, world, served, clock, MORNING)


def test_a_suspension_stops_the_deadline_and_tells_every_state(running: Round) -> None:
    running.at(MORNING + HOUR)
    suspend(running)
    circulation = running.loaded.circulation
    assert (circulation.status, circulation.suspended_at) == (SUSPENDED, MORNING + HOUR)
    assert running.told(Letter.SUSPENSION) == {state.code: 2 for state in running.world.members}
    assert len(running.entries(Entry.SUSPENDED)) == 1
    assert running.at(DEADLINE + 30 * DAY).status is SUSPENDED
    assert running.entries(Entry.CLOSED, Entry.HELD) == []


def test_a_suspension_needs_a_reason(running: Round) -> None:
    with running.refused(Invalid) as refused:
        running.act(course.suspend, reason=" ")
    assert refused.value.field == "reason"


@pytest.mark.parametrize("name", ["secretariat", "programme", "MY contact_point"])
def test_only_the_lead_shepherd_stops_and_starts_time(running: Round, name: str) -> None:
    with running.refused(NotAllowed):
        suspend(running, name)
    suspend(running)
    with running.refused(NotAllowed):
        resume(running, name)


def test_what_is_not_open_is_not_suspended(running: Round) -> None:
    suspend(running)
    with running.refused(WrongStatus):
        suspend(running)
    resume(running)
    running.at(running.loaded.circulation.deadline)
    with running.refused(WrongStatus):
        suspend(running)


def test_a_held_circulation_is_not_suspended(waiting: Round) -> None:
    waiting.at(DEADLINE)
    with waiting.refused(WrongStatus):
        suspend(waiting)


def test_what_is_not_suspended_is_not_resumed(running: Round) -> None:
    with running.refused(WrongStatus):
        resume(running)


def test_responses_are_taken_meanwhile_and_in_time(running: Round) -> None:
    suspend(running)
    running.at(DEADLINE + 5 * DAY)
    running.lodge("MY contact_point", OBJECTION, 4)
    assert running.statuses()[3] is Status.SILENCE_BROKEN
    assert running.entries(Entry.LODGED)[0]["in_time"] is True
    running.at(DEADLINE + 10 * DAY)
    resume(running)
    running.at(running.loaded.circulation.deadline)
    assert running.results()[3] == "not_endorsed"


def test_resumption_leaves_as_many_working_days_and_tells_every_state(running: Round) -> None:
    # Monday, 5 October, noon in Jakarta: four working days remain.
    running.at(datetime(2020, 10, 5, 5, 0, tzinfo=UTC))
    suspend(running)
    # Wednesday, 14 October, 08:00 in Jakarta.
    running.at(datetime(2020, 10, 14, 1, 0, tzinfo=UTC))
    moved = resume(running)
    tuesday = datetime(2020, 10, 20, 10, 0, tzinfo=UTC)
    assert (moved.cause, moved.before, moved.after) == ("resumption", DEADLINE, tuesday)
    assert running.told(Letter.RESUMPTION) == {state.code: 2 for state in running.world.members}
    circulation = running.loaded.circulation
    assert (circulation.status, circulation.deadline, circulation.suspended_at) == (OPEN, tuesday, None)
    assert running.at(tuesday - INSTANT).status is OPEN
    circulation = running.at(tuesday)
    assert (circulation.status, circulation.outcome) == (CirculationStatus.CLOSED, "endorsed")


def test_the_resumption_entry_tells_every_states_earliest_close(running: Round) -> None:
    running.at(datetime(2020, 10, 5, 5, 0, tzinfo=UTC))
    suspend(running)
    running.at(datetime(2020, 10, 14, 1, 0, tzinfo=UTC))
    resume(running)
    [entry] = running.entries(Entry.RESUMED)
    assert entry["deadline"] == "2020-10-20T10:00:00.000000Z"
    assert entry["window_end"] is None
    assert [one["state"] for one in entry["earliest_closes"]] == [
        state.code for state in running.loaded.states
    ]
    assert {one["earliest_close"] for one in entry["earliest_closes"]} == {"2020-10-20T10:00:00.000000Z"}


def test_no_less_time_is_left_than_remained(running: Round) -> None:
    # Friday, 9 October, 16:00 in Jakarta: an hour remains, and no working day after this one.
    running.at(DEADLINE - HOUR)
    suspend(running)
    # Resumed on Monday at 16:30: the hour would end at 17:30, after the deadline hour.
    running.at(DEADLINE + 3 * DAY - HOUR / 2)
    assert resume(running).after == DEADLINE + 4 * DAY


def test_an_unfinished_window_keeps_its_remainder_and_a_full_period_follows(round_: Round) -> None:
    round_.dispatch(**WINDOW)
    round_.serve()
    round_.at(MORNING + 2 * DAY)
    suspend(round_)
    round_.at(MORNING + 10 * DAY)
    resume(round_)
    circulation = round_.loaded.circulation
    assert circulation.window_end == MORNING + 13 * DAY
    # Thursday, 8 October; ten working days later it is 22 October, 17:00 in Jakarta.
    assert circulation.deadline == datetime(2020, 10, 22, 10, 0, tzinfo=UTC)
    round_.at(MORNING + 13 * DAY - INSTANT)
    assert set(round_.statuses()) == {Status.CIRCULATED}
    round_.at(MORNING + 13 * DAY)
    assert set(round_.statuses()) == {Status.NO_OBJECTION_DEADLINE}
    assert round_.at(circulation.deadline).status is CirculationStatus.CLOSED


def test_a_window_that_was_over_stays_over(round_: Round) -> None:
    round_.dispatch(**WINDOW)
    round_.serve()
    round_.at(MORNING + 6 * DAY)
    suspend(round_)
    round_.at(MORNING + 10 * DAY)
    resume(round_)
    assert round_.loaded.circulation.window_end == WINDOW["window_end"]


def test_silence_does_not_start_while_suspended(round_: Round) -> None:
    round_.dispatch(**WINDOW)
    round_.serve()
    suspend(round_)
    round_.at(WINDOW["window_end"] + DAY)
    assert set(round_.statuses()) == {Status.CIRCULATED}


def test_a_state_served_while_suspended_counts_from_the_resumption(waiting: Round) -> None:
    waiting.serve_all_but("MY")
    suspend(waiting)
    waiting.at(MORNING + 7 * DAY)
    waiting.serve("MY")
    waiting.at(MORNING + 10 * DAY)
    after = resume(waiting).after
    waiting.locked()
    assert set(waiting.statuses()) == {Status.NO_OBJECTION_DEADLINE}
    assert waiting.at(after).status is CirculationStatus.CLOSED


def test_suspended_time_is_no_silence(waiting: Round) -> None:
    waiting.serve_all_but("MY")
    waiting.at(MORNING + 7 * DAY)
    waiting.serve("MY")
    suspend(waiting)
    waiting.at(MORNING + 60 * DAY)
    assert waiting.at(resume(waiting).after).status is CirculationStatus.HELD
    assert waiting.entries(Entry.HELD)[0]["states"] == ["MY"]


def test_time_may_be_stopped_more_than_once(running: Round) -> None:
    for day in (1, 5):
        running.at(MORNING + day * DAY)
        suspend(running)
        running.at(MORNING + (day + 2) * DAY)
        resume(running)
    assert len(running.loaded.suspensions) == 2
    deadline = running.loaded.circulation.deadline
    assert running.at(deadline).outcome == "endorsed"


def test_a_suspension_of_no_time_at_all_moves_nothing(running: Round) -> None:
    running.at(MORNING + DAY)
    suspend(running)
    assert resume(running).after == DEADLINE
    assert running.at(DEADLINE).outcome == "endorsed"
