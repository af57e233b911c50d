"""Tests of extending a deadline and of asking for more time (rules 13, 16)."""

from datetime import UTC, datetime

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.settable_clock import MORNING
from workflow.actions import course
from workflow.audit.entries import Entry
from workflow.domain.errors import DeadlineTooEarly, Invalid, NotAllowed, WrongStatus
from workflow.domain.terms import CirculationStatus, Letter, ResponseKind, Status
from workflow.models.circulation import Circulation, DeadlineMove
from workflow.models.response import ExtensionRequest

OPEN, HELD, CLOSED = CirculationStatus.OPEN, CirculationStatus.HELD, CirculationStatus.CLOSED
#: The working day after the deadline: Monday, 12 October 2020, 17:00 in Jakarta.
MONDAY = DEADLINE + 3 * DAY
#: Ten working days after the day of the deadline: 23 October 2020, 17:00 in Jakarta.
FULL = datetime(2020, 10, 23, 10, 0, tzinfo=UTC)
OBJECTION = ResponseKind.OBJECTION


def extend(round_: Round, deadline: datetime, by: str = "lead_shepherd") -> DeadlineMove:
    """Let somebody move the deadline."""
    return round_.act(course.extend, by=by, deadline=deadline, reason="Two States asked.")


def served(round_: Round, **plan: object) -> Round:
    """Dispatch the plan and serve every State."""
    round_.dispatch(**plan)
    round_.serve()
    return round_


def test_an_extension_moves_the_deadline_for_all_and_tells_every_state(running: Round) -> None:
    running.at(DEADLINE - INSTANT)
    moved = extend(running, MONDAY)
    assert (moved.cause, moved.before, moved.after) == ("extension", DEADLINE, MONDAY)
    assert running.told(Letter.EXTENSION) == {state.code: 2 for state in running.world.members}
    [entry] = running.entries(Entry.EXTENDED)
    assert (entry["before"], entry["deadline"]) == (
        "2020-10-09T10:00:00.000000Z",
        "2020-10-12T10:00:00.000000Z",
    )
    assert entry["text"].startswith("hmac-sha256:")
    assert running.loaded.circulation.first_deadline == DEADLINE
    assert running.at(MONDAY - INSTANT).status is OPEN
    assert running.at(MONDAY).status is CLOSED


def test_the_extension_entry_tells_the_earliest_lawful_deadline_and_every_states_close(
    waiting: Round,
) -> None:
    waiting.serve_all_but("MY")
    waiting.at(DEADLINE)
    waiting.serve("MY")
    extend(waiting, FULL)
    [entry] = waiting.entries(Entry.EXTENDED)
    assert entry["earliest_close"] == "2020-10-23T10:00:00.000000Z"
    # Served in the hold, Malaysia has a full period from then.
    assert {one["state"]: one["earliest_close"] for one in entry["earliest_closes"]} == {
        state.code: f"2020-10-{23 if state.code == 'MY' else '09'}T10:00:00.000000Z"
        for state in waiting.world.members
    }


def test_an_extension_may_be_repeated(running: Round) -> None:
    extend(running, MONDAY)
    extend(running, MONDAY + DAY)
    assert running.at(MONDAY).status is OPEN
    assert running.at(MONDAY + DAY).status is CLOSED
    assert [one.after for one in running.session.query(DeadlineMove)] == [MONDAY, MONDAY + DAY]


@pytest.mark.parametrize("deadline", [DEADLINE, DEADLINE - DAY])
def test_a_running_period_is_never_shortened(running: Round, deadline: datetime) -> None:
    with running.refused(Invalid) as refused:
        extend(running, deadline)
    assert refused.value.field == "deadline"
    assert running.loaded.circulation.deadline == DEADLINE


def test_an_extension_to_a_day_off_is_refused(running: Round) -> None:
    with running.refused(Invalid) as refused:
        extend(running, DEADLINE + DAY)
    assert refused.value.field == "deadline"


def test_an_extension_needs_a_reason(running: Round) -> None:
    with running.refused(Invalid) as refused:
        running.act(course.extend, deadline=MONDAY, reason=" ")
    assert refused.value.field == "reason"


@pytest.mark.parametrize("name", ["secretariat", "programme", "MY contact_point", "PH contact_point"])
def test_only_the_lead_shepherd_extends(running: Round, name: str) -> None:
    with running.refused(NotAllowed):
        extend(running, MONDAY, name)


def test_an_extension_at_the_deadline_comes_too_late(running: Round) -> None:
    running.clock.now = DEADLINE
    circulation, now = running.locked()
    assert circulation.status is CLOSED
    with running.refused(WrongStatus):
        course.extend(
            running.session,
            circulation,
            by=running.world.actor("lead_shepherd"),
            now=now,
            deadline=MONDAY,
            reason="More time.",
        )


def test_an_extension_is_refused_while_suspended(running: Round) -> None:
    running.act(course.suspend, reason="A disaster.")
    with running.refused(WrongStatus):
        extend(running, MONDAY)


def held(round_: Round) -> Circulation:
    """Hold a round for Malaysia, an hour after its deadline."""
    round_.dispatch()
    round_.serve_all_but("MY")
    return round_.at(DEADLINE + HOUR)


def test_an_extension_out_of_a_hold_leaves_a_full_period(round_: Round) -> None:
    held(round_)
    with round_.refused(DeadlineTooEarly) as refused:
        extend(round_, FULL - INSTANT)
    assert refused.value.details == {"earliest": FULL.isoformat()}
    extend(round_, FULL)
    circulation = round_.loaded.circulation
    assert (circulation.status, circulation.held_at) == (OPEN, None)
    assert round_.loaded.holding == frozenset()


def test_a_state_served_in_the_hold_is_silent_for_the_new_deadline(round_: Round) -> None:
    held(round_)
    extend(round_, FULL)
    round_.serve("MY")
    assert set(round_.statuses()) == {Status.NO_OBJECTION_DEADLINE}
    assert round_.at(FULL).status is CLOSED


def test_a_hold_comes_again_where_the_state_stays_unserved(round_: Round) -> None:
    held(round_)
    extend(round_, FULL)
    assert round_.at(FULL).status is HELD
    assert [one["effective_at"] for one in round_.entries(Entry.HELD)] == [
        "2020-10-09T10:00:00.000000Z",
        "2020-10-23T10:00:00.000000Z",
    ]
    assert round_.told(Letter.HELD)["SG"] == 4


def test_what_was_received_in_the_hold_is_in_time_for_the_new_deadline(round_: Round) -> None:
    held(round_)
    round_.lodge("SG contact_point", OBJECTION, 4)
    assert round_.statuses()[3] is Status.CIRCULATED
    extend(round_, FULL)
    assert round_.statuses()[3] is Status.SILENCE_BROKEN
    round_.serve("MY")
    round_.at(FULL)
    assert round_.results()[3] == "not_endorsed"


def test_an_urgent_extension_out_of_a_hold_leaves_the_floor(round_: Round) -> None:
    deadline = MORNING + 3 * DAY
    round_.dispatch(urgent=True, urgent_reasons="A summit.", deadline=deadline)
    round_.at(deadline + HOUR)
    with round_.refused(DeadlineTooEarly):
        extend(round_, deadline + HOUR + 3 * DAY - INSTANT)
    assert extend(round_, deadline + HOUR + 3 * DAY).before == deadline


def test_a_request_for_time_neither_objects_nor_stops_the_clock(running: Round) -> None:
    request = running.act(
        course.ask_for_time, by="MY contact_point", reasons="Our ministry meets.", until=MONDAY
    )
    assert (request.until, request.at) == (MONDAY, MORNING + HOUR)
    assert running.told(Letter.EXTENSION_REQUESTED) == {"lead_shepherd": 1}
    [entry] = running.entries(Entry.TIME_ASKED)
    assert (entry["on_behalf_of"], entry["until"]) == ("MY", "2020-10-12T10:00:00.000000Z")
    assert running.loaded.responses == []
    assert set(running.statuses()) == {Status.NO_OBJECTION_DEADLINE}
    assert running.at(DEADLINE).outcome == "endorsed"


@pytest.mark.parametrize("name", ["MY drafter", "TL contact_point", "lead_shepherd", "secretariat"])
def test_only_who_speaks_for_a_state_of_the_roster_asks_for_time(running: Round, name: str) -> None:
    with running.refused(NotAllowed):
        running.act(course.ask_for_time, by=name, reasons="More time.")
    assert running.session.query(ExtensionRequest).count() == 0


def test_time_is_not_asked_for_after_the_close(running: Round) -> None:
    running.at(DEADLINE)
    with running.refused(WrongStatus):
        running.act(course.ask_for_time, by="MY contact_point", reasons="More time.")
