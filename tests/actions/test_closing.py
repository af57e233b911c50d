"""Tests of what the clock does at the deadline: in time, late or twice, with one answer (rules 13-15, 34)."""

from datetime import timedelta

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.settable_clock import MORNING
from workflow.actions import closing, lifting, serving
from workflow.audit.entries import Entry
from workflow.domain.errors import NotFound
from workflow.domain.terms import CirculationStatus, Letter, Outcome, ResponseKind, Result, Status

OPEN, CLOSED = CirculationStatus.OPEN, CirculationStatus.CLOSED
OBJECTION, NO_OBJECTION = ResponseKind.OBJECTION, ResponseKind.NO_OBJECTION


def served(round_: Round, **plan: object) -> Round:
    """Dispatch the plan and serve every State."""
    round_.dispatch(**plan)
    round_.serve()
    return round_


def test_nothing_closes_before_the_deadline(running: Round) -> None:
    assert running.at(DEADLINE - INSTANT).status is OPEN


def test_the_deadline_endorses_what_nobody_blocks(running: Round) -> None:
    circulation = running.at(DEADLINE)
    assert (circulation.status, circulation.outcome) == (CLOSED, Outcome.ENDORSED)
    assert (circulation.closed_at, circulation.recorded_at) == (DEADLINE, DEADLINE)
    assert circulation.close_cause == "deadline"
    assert set(running.statuses()) == {Status.ENDORSED}
    assert {version.decided_at for version in running.world.versions} == {DEADLINE}
    assert running.loaded.responses == []


def test_the_deadline_endorses_all_but_what_is_blocked(running: Round) -> None:
    running.lodge("MY contact_point", OBJECTION, 4)
    circulation = running.at(DEADLINE)
    assert circulation.outcome is Outcome.PARTIALLY_ENDORSED
    endorsed, failed = Result.ENDORSED, Result.NOT_ENDORSED
    assert running.results() == [endorsed] * 3 + [failed] + [endorsed] * 2
    assert running.statuses()[3] is Status.SILENCE_BROKEN


@pytest.mark.parametrize(("offset", "is_in_time"), [(-INSTANT, True), (timedelta(), False), (INSTANT, False)])
def test_in_time_means_strictly_before_the_deadline(
    running: Round, offset: timedelta, is_in_time: bool
) -> None:
    running.clock.now = DEADLINE + offset
    [response] = running.lodge("MY contact_point", OBJECTION, 4)
    [entry] = running.entries(Entry.LODGED)
    assert (entry["in_time"], response.received_at) == (is_in_time, DEADLINE + offset)
    running.at(DEADLINE + HOUR)
    expected = Result.NOT_ENDORSED if is_in_time else Result.ENDORSED
    assert running.results()[3] is expected


@pytest.mark.parametrize(("offset", "is_in_time"), [(-INSTANT, True), (timedelta(), False), (INSTANT, False)])
def test_a_lifting_is_in_time_strictly_before_the_deadline(
    running: Round, offset: timedelta, is_in_time: bool
) -> None:
    [objection] = running.lodge("MY contact_point", OBJECTION, 4)
    running.clock.now = DEADLINE + offset
    running.act(lifting.lift, objection.id, by="MY contact_point")
    [entry] = running.entries(Entry.LIFTED)
    assert entry["in_time"] is is_in_time
    running.at(DEADLINE + HOUR)
    expected = Result.ENDORSED if is_in_time else Result.NOT_ENDORSED
    assert running.results()[3] is expected


def test_whoever_comes_after_the_deadline_closes_first_and_is_late(running: Round) -> None:
    running.clock.now = DEADLINE + HOUR
    [response] = running.lodge("MY contact_point", OBJECTION, 4)
    circulation = running.loaded.circulation
    assert (circulation.status, circulation.outcome) == (CLOSED, Outcome.ENDORSED)
    assert (circulation.closed_at, circulation.recorded_at) == (DEADLINE, DEADLINE + HOUR)
    assert response.kind is OBJECTION
    kinds = [one["type"] for one in running.entries()]
    assert kinds.index("circulation.closed") < kinds.index("response.lodged")
    [closed] = running.entries(Entry.CLOSED)
    assert (closed["actor"], closed["at"], closed["effective_at"]) == (
        "clock",
        "2020-10-09T11:00:00.000000Z",
        "2020-10-09T10:00:00.000000Z",
    )


def test_a_late_response_is_shown_to_all_and_changes_nothing(running: Round) -> None:
    running.at(DEADLINE)
    before = (running.statuses(), running.results())
    running.lodge("MY contact_point", OBJECTION, 4)
    assert (running.statuses(), running.results()) == before
    assert set(running.told(Letter.OBJECTION)) >= {state.code for state in running.world.members}
    assert running.told(Letter.RECEIPT) == {"MY": 2}


@pytest.mark.parametrize("late_by", [timedelta(), HOUR, 40 * DAY])
def test_a_job_that_runs_late_gives_the_same_answer(running: Round, late_by: timedelta) -> None:
    running.lodge("MY contact_point", OBJECTION, 4)
    circulation = running.at(DEADLINE + late_by)
    assert (circulation.closed_at, circulation.recorded_at) == (DEADLINE, DEADLINE + late_by)
    assert running.results().count(Result.ENDORSED) == 5
    assert {version.decided_at for version in running.world.versions} == {DEADLINE, None}


def test_a_job_that_runs_twice_closes_once(running: Round) -> None:
    running.at(DEADLINE)
    before = (running.entries(), len(running.notices()), running.results())
    running.at(DEADLINE)
    running.at(DEADLINE + DAY)
    assert (running.entries(), len(running.notices()), running.results()) == before
    assert len(running.entries(Entry.CLOSED)) == 1


def test_a_job_that_runs_twice_holds_once(waiting: Round) -> None:
    waiting.at(DEADLINE)
    waiting.at(DEADLINE + DAY)
    assert len(waiting.entries(Entry.HELD)) == 1
    assert waiting.loaded.circulation.held_at == DEADLINE


def test_silence_that_nobody_looked_at_starts_as_of_its_instant(round_: Round) -> None:
    circulation = round_.dispatch()
    for notice in round_.notices():
        serving.accepted(round_.session, circulation, notice, now=MORNING, reply="250 ok")
    round_.at(DEADLINE + HOUR)
    [started] = round_.entries(Entry.SILENCE_STARTED)
    assert started["effective_at"] == "2020-09-25T02:00:00.000000Z"
    assert started["at"] == "2020-10-09T11:00:00.000000Z"
    assert (circulation.status, circulation.silence_started_at) == (CLOSED, MORNING)


def test_every_state_and_both_offices_are_told_the_outcome(running: Round) -> None:
    running.at(DEADLINE)
    told = running.told(Letter.OUTCOME)
    assert told == {state.code: 2 for state in running.world.members} | {
        "lead_shepherd": 1,
        "secretariat": 1,
        "secretary": 1,
    }


def test_the_closing_entry_tells_every_result(round_: Round) -> None:
    served(round_, versions=round_.world.versions[:2]).lodge("MY contact_point", OBJECTION, 2)
    round_.at(DEADLINE)
    [entry] = round_.entries(Entry.CLOSED)
    first, second = round_.world.versions[:2]
    keys = [item.key for item in round_.world.items]
    assert {key: entry[key] for key in ("circulation", "cause", "outcome", "results")} == {
        "circulation": "2020-1",
        "cause": "deadline",
        "outcome": "partially_endorsed",
        "results": [
            {"item": keys[0], "version": 1, "version_sha256": first.sha256, "result": "endorsed"},
            {"item": keys[1], "version": 1, "version_sha256": second.sha256, "result": "not_endorsed"},
        ],
    }


def test_a_package_falls_whole_with_one_blocker(round_: Round) -> None:
    served(round_, package=True).lodge("MY contact_point", OBJECTION, 4)
    assert set(round_.statuses()) == {Status.SILENCE_BROKEN}
    circulation = round_.at(DEADLINE)
    assert circulation.outcome is Outcome.NOT_ENDORSED
    assert round_.results() == [Result.NOT_ENDORSED] * 6


def test_looking_tells_what_the_clock_owes(waiting: Round) -> None:
    assert closing.is_owed(waiting.loaded, MORNING) is False
    for notice in waiting.notices():
        circulation = waiting.circulation
        serving.accepted(waiting.session, circulation, notice, now=MORNING, reply="250 ok")
    assert closing.is_owed(waiting.loaded, MORNING) is True
    waiting.locked()
    assert closing.is_owed(waiting.loaded, DEADLINE - INSTANT) is False
    assert closing.is_owed(waiting.loaded, DEADLINE) is True
    waiting.at(DEADLINE)
    assert closing.is_owed(waiting.loaded, DEADLINE) is False


def test_settling_what_is_not_there_is_told(round_: Round) -> None:
    with round_.refused(NotFound):
        closing.settled(round_.session, 99999)


def test_no_act_brings_a_closed_circulation_back(running: Round) -> None:
    running.lodge("MY contact_point", OBJECTION, 4)
    running.at(DEADLINE)
    before = running.results()
    objection = running.loaded.responses[0]
    running.act(lifting.lift, objection.id, by="MY contact_point")
    running.lodge("SG contact_point", OBJECTION, 1)
    running.lodge("SG contact_point", NO_OBJECTION, 4)
    assert (running.status, running.results()) == (CLOSED, before)
    assert running.statuses()[3] is Status.SILENCE_BROKEN
