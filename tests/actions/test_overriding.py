"""Tests of the override by two persons of two offices: when it takes effect and what it cannot (rule 9)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.settable_clock import MORNING
from workflow.actions import course, lifting, overriding, serving
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, NotFound, WrongStatus
from workflow.domain.terms import CirculationStatus, Letter, Outcome, ResponseKind, Status
from workflow.models.circulation import Override

HELD, CLOSED = CirculationStatus.HELD, CirculationStatus.CLOSED


def held(round_: Round) -> Round:
    """Serve all but Malaysia, and stand one day after the deadline."""
    round_.serve_all_but("MY")
    round_.at(DEADLINE + DAY)
    return round_


def override(round_: Round, by: str, served_from: datetime = MORNING, code: str = "MY") -> Override:
    """Let somebody record that the State is to be treated as served."""
    return round_.act(
        overriding.override, by=by, state_code=code, served_from=served_from, evidence="A signed receipt."
    )


def test_two_persons_of_two_offices_release_a_hold(waiting: Round) -> None:
    override(held(waiting), "lead_shepherd")
    assert waiting.status is HELD
    made = override(waiting, "secretariat")
    circulation = waiting.loaded.circulation
    assert (circulation.status, circulation.close_cause) == (CLOSED, "override")
    assert (circulation.closed_at, circulation.outcome) == (DEADLINE + DAY, Outcome.ENDORSED)
    assert set(waiting.statuses()) == {Status.ENDORSED}
    assert (made.first_role, made.second_role) == ("lead_shepherd", "secretariat")
    assert ("override", MORNING) in waiting.evidence("MY")
    assert set(waiting.told(Letter.OUTCOME)) == {state.code for state in waiting.world.members} | {
        "lead_shepherd",
        "secretariat",
        "secretary",
    }


def test_override_entries_name_both_persons(waiting: Round) -> None:
    override(held(waiting), "secretariat")
    override(waiting, "lead_shepherd")
    [proposed], [made] = waiting.entries(Entry.OVERRIDE_PROPOSED), waiting.entries(Entry.OVERRIDE_MADE)
    people = waiting.world.people
    assert (proposed["actor"], proposed["on_behalf_of"]) == (people["secretariat"].public_id, "MY")
    assert (made["first_actor"], made["actor"]) == (proposed["actor"], people["lead_shepherd"].public_id)
    assert made["served_from"] == proposed["served_from"] == "2020-09-25T02:00:00.000000Z"
    assert made["earliest_close"] == "2020-10-09T10:00:00.000000Z"
    assert made["evidence"].startswith("hmac-sha256:")
    assert (made["first_role"], made["role"]) == ("secretariat", "lead_shepherd")
    assert waiting.entries(Entry.CLOSED)[0]["effective_at"] == "2020-10-10T10:00:00.000000Z"


@pytest.mark.parametrize("second", ["secretariat", "secretary"])
def test_the_same_person_or_office_does_not_make_a_second(waiting: Round, second: str) -> None:
    override(held(waiting), "secretariat")
    with waiting.refused(NotAllowed):
        override(waiting, second)
    assert waiting.status is HELD
    assert waiting.evidence("MY") == []


def test_one_person_in_both_offices_does_not_make_a_second(waiting: Round) -> None:
    override(held(waiting), "secretariat")
    shepherd, person = waiting.world.actor("lead_shepherd"), waiting.world.people["secretariat"]
    circulation, now = waiting.locked()
    told = {"state_code": "MY", "served_from": MORNING, "evidence": "A signed receipt."}
    with waiting.refused(NotAllowed):
        overriding.override(
            waiting.session, circulation, by=replace(shepherd, person=person.id), now=now, **told
        )


@pytest.mark.parametrize("difference", [INSTANT, HOUR])
def test_another_instant_is_another_override(waiting: Round, difference: timedelta) -> None:
    override(held(waiting), "secretariat")
    override(waiting, "lead_shepherd", MORNING + difference)
    assert waiting.status is HELD
    assert len(waiting.entries(Entry.OVERRIDE_PROPOSED)) == 2
    assert waiting.evidence("MY") == []


def test_another_state_is_another_override(waiting: Round) -> None:
    waiting.serve_all_but("MY", "SG")
    waiting.at(DEADLINE)
    override(waiting, "secretariat")
    override(waiting, "lead_shepherd", code="SG")
    assert waiting.status is HELD
    override(waiting, "lead_shepherd")
    assert waiting.status is HELD
    override(waiting, "secretariat", code="SG")
    assert waiting.status is CLOSED


@pytest.mark.parametrize("served_from", [MORNING - INSTANT, DEADLINE + DAY + INSTANT])
def test_override_outside_dispatch_and_now_is_refused(waiting: Round, served_from: datetime) -> None:
    held(waiting)
    with waiting.refused(Invalid) as refused:
        override(waiting, "secretariat", served_from)
    assert refused.value.field == "served_from"


def test_the_period_counts_from_the_instant_of_the_override(waiting: Round) -> None:
    held(waiting)
    monday = datetime(2020, 9, 28, 3, 0, tzinfo=MORNING.tzinfo)
    override(waiting, "secretariat", monday)
    override(waiting, "lead_shepherd", monday)
    assert waiting.status is HELD
    assert len(waiting.entries(Entry.OVERRIDE_MADE)) == 1


def test_an_override_during_the_period_counts_at_the_deadline(waiting: Round) -> None:
    waiting.serve_all_but("MY")
    waiting.at(MORNING + DAY)
    override(waiting, "secretariat", MORNING)
    override(waiting, "lead_shepherd", MORNING)
    waiting.locked()
    assert set(waiting.statuses()) == {Status.NO_OBJECTION_DEADLINE}
    assert waiting.at(DEADLINE).status is CLOSED


def test_an_override_never_overrides_an_objection_of_its_state_even_late(waiting: Round) -> None:
    held(waiting)
    waiting.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    override(waiting, "secretariat")
    override(waiting, "lead_shepherd")
    assert waiting.status is HELD
    assert waiting.results() == [None] * 6


def test_an_override_never_overrides_a_blocking_input_of_its_state_even_late(waiting: Round) -> None:
    held(waiting)
    waiting.lodge("MY contact_point", ResponseKind.INPUT, 4)
    override(waiting, "secretariat")
    override(waiting, "lead_shepherd")
    assert waiting.status is HELD


def test_a_late_lifting_makes_no_override_possible_but_an_extension_makes_both_count(waiting: Round) -> None:
    held(waiting)
    [objection] = waiting.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    waiting.act(lifting.lift, objection.id, by="MY contact_point", text="We are content.")
    override(waiting, "secretariat")
    override(waiting, "lead_shepherd")
    assert waiting.status is HELD
    waiting.act(course.extend, deadline=DEADLINE + 28 * DAY, reason="All may speak again.")
    assert waiting.at(DEADLINE + 28 * DAY).status is CLOSED
    assert waiting.results() == ["endorsed"] * 6


def test_a_late_objection_of_another_state_does_not_stop_an_override(waiting: Round) -> None:
    held(waiting)
    waiting.lodge("SG contact_point", ResponseKind.OBJECTION, 4)
    override(waiting, "secretariat")
    override(waiting, "lead_shepherd")
    assert waiting.results() == ["endorsed"] * 6


def test_override_needs_evidence(waiting: Round) -> None:
    held(waiting)
    with waiting.refused(Invalid) as refused:
        waiting.act(overriding.override, state_code="MY", served_from=MORNING, evidence=" ")
    assert refused.value.field == "evidence"


def test_override_names_a_state_of_the_roster(waiting: Round) -> None:
    held(waiting)
    with waiting.refused(NotFound):
        override(waiting, "secretariat", code="TL")


@pytest.mark.parametrize("name", ["programme", "MY contact_point", "MY alternate"])
def test_override_is_for_the_offices(waiting: Round, name: str) -> None:
    held(waiting)
    with waiting.refused(NotAllowed):
        override(waiting, name)


def test_override_is_refused_while_suspended_and_after_the_close(running: Round) -> None:
    running.act(course.suspend, reason="A disaster.")
    with running.refused(WrongStatus):
        override(running, "secretariat")
    running.act(course.resume)
    running.at(DEADLINE)
    assert running.status is CLOSED
    with running.refused(WrongStatus):
        override(running, "secretariat")


def test_an_override_leaves_another_missing_state_to_hold(waiting: Round) -> None:
    waiting.serve_all_but("MY", "SG")
    waiting.at(DEADLINE)
    override(waiting, "secretariat")
    override(waiting, "lead_shepherd")
    assert waiting.status is HELD


def test_a_bounce_does_not_void_an_override(running: Round) -> None:
    running.at(MORNING + DAY)
    override(running, "secretariat")
    override(running, "lead_shepherd")
    state = running.world.states["MY"].id
    for notice in [one for one in running.notices() if one.state_id == state]:
        running.act(serving.record_bounce, notice.id, by="secretariat", detail="550 unknown")
    assert running.at(DEADLINE).status is CLOSED


#: A Friday well over ten working days after the day on which the tests extend a held round.
LATER = datetime(2020, 11, 6, 10, 0, tzinfo=MORNING.tzinfo)


def held_for_two(round_: Round) -> Round:
    """Hold for Malaysia and Singapore, treat Malaysia as served, and take the round up again."""
    round_.dispatch()
    round_.serve_all_but("MY", "SG")
    round_.at(DEADLINE + DAY)
    override(round_, "secretariat")
    override(round_, "lead_shepherd")
    round_.act(course.extend, deadline=LATER, reason="Singapore was not served.")
    return round_


def test_an_override_outlives_an_extension_out_of_a_hold(round_: Round) -> None:
    held_for_two(round_)
    assert round_.at(LATER).status is HELD
    assert [one["states"] for one in round_.entries(Entry.HELD)] == [["MY", "SG"], ["SG"]]


def test_an_override_stands_in_a_second_hold(round_: Round) -> None:
    held_for_two(round_)
    round_.at(LATER + DAY)
    override(round_, "secretariat", code="SG")
    override(round_, "lead_shepherd", code="SG")
    assert (round_.status, round_.loaded.circulation.outcome) == (CLOSED, Outcome.ENDORSED)


def test_an_override_that_came_too_late_for_its_hold_counts_at_the_next_deadline(waiting: Round) -> None:
    held(waiting)
    override(waiting, "secretariat", DEADLINE)
    override(waiting, "lead_shepherd", DEADLINE)
    assert waiting.status is HELD
    waiting.act(course.extend, deadline=LATER, reason="A full period for Malaysia.")
    assert waiting.at(LATER).status is CLOSED


def test_a_bounce_in_a_hold_leaves_an_override_alone(waiting: Round) -> None:
    waiting.serve_all_but("SG")
    waiting.at(DEADLINE)
    malaysia = waiting.world.states["MY"].id
    letters = [one for one in waiting.notices() if one.state_id == malaysia and one.proves_service]
    override(waiting, "secretariat")
    override(waiting, "lead_shepherd")
    for notice in letters:
        waiting.act(serving.record_bounce, notice.id, by="secretariat", detail="550 unknown")
    override(waiting, "secretariat", code="SG")
    override(waiting, "lead_shepherd", code="SG")
    assert waiting.status is CLOSED


def test_an_override_leaves_an_objection_of_its_state_standing_after_an_extension(round_: Round) -> None:
    held_for_two(round_)
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    override(round_, "secretariat", code="SG")
    override(round_, "lead_shepherd", code="SG")
    assert round_.at(LATER).status is CLOSED
    assert round_.results() == ["endorsed"] * 3 + ["not_endorsed"] + ["endorsed"] * 2
