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


def test_an_extension_moves_the_deadline_for_all_and_tells_every_state(round_: Round) -> None:
    served(round_).at(DEADLINE - INSTANT)
    moved = extend(round_, MONDAY)
    assert (moved.cause, moved.before, moved.after) == ("extension", DEADLINE, MONDAY)
    assert round_.told(Letter.EXTENSION) == {state.code: 2 for state in round_.world.members}
    [entry] = round_.entries(Entry.EXTENDED)
    assert (entry["before"], entry["deadline"]) == (
        "2020-10-09T10:00:00.000000Z",
        "2020-10-12T10:00:00.000000Z",
    )
    assert entry["text"].startswith("hmac-sha256:")
    assert round_.loaded.circulation.first_deadline == DEADLINE
    assert round_.at(MONDAY - INSTANT).status is OPEN
    assert round_.at(MONDAY).status is CLOSED


def test_the_extension_entry_tells_the_earliest_lawful_deadline_and_every_states_close(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("MY")
    round_.at(DEADLINE)
    round_.serve("MY")
    extend(round_, FULL)
    [entry] = round_.entries(Entry.EXTENDED)
    assert entry["earliest_close"] == "2020-10-23T10:00:00.000000Z"
    # Served in the hold, Malaysia has a full period from then.
    assert {one["state"]: one["earliest_close"] for one in entry["earliest_closes"]} == {
        state.code: f"2020-10-{23 if state.code == 'MY' else '09'}T10:00:00.000000Z"
        for state in round_.world.members
    }


def test_an_extension_may_be_repeated(round_: Round) -> None:
    served(round_)
    extend(round_, MONDAY)
    extend(round_, MONDAY + DAY)
    assert round_.at(MONDAY).status is OPEN
    assert round_.at(MONDAY + DAY).status is CLOSED
    assert [one.after for one in round_.session.query(DeadlineMove)] == [MONDAY, MONDAY + DAY]


@pytest.mark.parametrize("deadline", [DEADLINE, DEADLINE - DAY])
def test_a_running_period_is_never_shortened(round_: Round, deadline: datetime) -> None:
    served(round_)
    with round_.refused(Invalid) as refused:
        extend(round_, deadline)
    assert refused.value.field == "deadline"
    assert round_.loaded.circulation.deadline == DEADLINE


def test_an_extension_to_a_day_off_is_refused(round_: Round) -> None:
    served(round_)
    with round_.refused(Invalid) as refused:
        extend(round_, DEADLINE + DAY)
    assert refused.value.field == "deadline"


def test_an_extension_needs_a_reason(round_: Round) -> None:
    served(round_)
    with round_.refused(Invalid) as refused:
        round_.act(course.extend, deadline=MONDAY, reason=" ")
    assert refused.value.field == "reason"


@pytest.mark.parametrize("name", ["secretariat", "programme", "MY contact_point", "PH contact_point"])
def test_only_the_lead_shepherd_extends(round_: Round, name: str) -> None:
    served(round_)
    with round_.refused(NotAllowed):
        extend(round_, MONDAY, name)


def test_an_extension_at_the_deadline_comes_too_late(round_: Round) -> None:
    served(round_).clock.now = DEADLINE
    circulation, now = round_.locked()
    assert circulation.status is CLOSED
    with round_.refused(WrongStatus):
        course.extend(
            round_.session,
            circulation,
            by=round_.world.actor("lead_shepherd"),
            now=now,
            deadline=MONDAY,
            reason="More time.",
        )


def test_an_extension_is_refused_while_suspended(round_: Round) -> None:
    served(round_)
    round_.act(course.suspend, reason="A disaster.")
    with round_.refused(WrongStatus):
        extend(round_, MONDAY)


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


def test_a_request_for_time_neither_objects_nor_stops_the_clock(round_: Round) -> None:
    served(round_)
    request = round_.act(
        course.ask_for_time, by="MY contact_point", reasons="Our ministry meets.", until=MONDAY
    )
    assert (request.until, request.at) == (MONDAY, MORNING)
    assert round_.told(Letter.EXTENSION_REQUESTED) == {"lead_shepherd": 1}
    [entry] = round_.entries(Entry.TIME_ASKED)
    assert (entry["on_behalf_of"], entry["until"]) == ("MY", "2020-10-12T10:00:00.000000Z")
    assert round_.loaded.responses == []
    assert set(round_.statuses()) == {Status.NO_OBJECTION_DEADLINE}
    assert round_.at(DEADLINE).outcome == "endorsed"


@pytest.mark.parametrize("name", ["MY drafter", "TL contact_point", "lead_shepherd", "secretariat"])
def test_only_who_speaks_for_a_state_of_the_roster_asks_for_time(round_: Round, name: str) -> None:
    served(round_)
    with round_.refused(NotAllowed):
        round_.act(course.ask_for_time, by=name, reasons="More time.")
    assert round_.session.query(ExtensionRequest).count() == 0


def test_time_is_not_asked_for_after_the_close(round_: Round) -> None:
    served(round_).at(DEADLINE)
    with round_.refused(WrongStatus):
        round_.act(course.ask_for_time, by="MY contact_point", reasons="More time.")
