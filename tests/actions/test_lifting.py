"""Tests of a State ending its own blocker, by lifting it or by accepting an answer (rules 18, 19, 27, 29)."""

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.settable_clock import MORNING
from workflow.actions import answering, course, lifting
from workflow.audit.entries import Entry
from workflow.domain.errors import NotAllowed, NotFound, VersionReplaced, WrongStatus
from workflow.domain.positions import Place
from workflow.domain.terms import CirculationStatus, Letter, RemarkKind, ResponseKind, Status
from workflow.models.response import Response

OBJECTION, INPUT = ResponseKind.OBJECTION, ResponseKind.INPUT
SILENT, BROKEN = Status.NO_OBJECTION_DEADLINE, Status.SILENCE_BROKEN
NOVEMBER = (DEADLINE + 35 * DAY).replace(day=13)


def blocked(round_: Round, kind: ResponseKind = OBJECTION, **plan: object) -> Response:
    """Dispatch, serve, and let Malaysia block item 4."""
    round_.dispatch(**plan)
    round_.serve()
    [response] = round_.lodge("MY contact_point", kind, 4)
    return response


def lift(round_: Round, response: Response, by: str = "MY contact_point") -> object:
    """Let somebody end a response."""
    return round_.act(lifting.lift, response.id, by=by, text="We are content.")


@pytest.mark.parametrize("kind", [OBJECTION, INPUT])
@pytest.mark.parametrize("by", ["MY contact_point", "MY alternate"])
def test_lifting_in_time_returns_the_item_to_silence(round_: Round, kind: ResponseKind, by: str) -> None:
    response = blocked(round_, kind)
    round_.at(DEADLINE - HOUR)
    lift(round_, response, by)
    assert round_.statuses()[3] is SILENT
    circulation = round_.at(DEADLINE)
    # The period is not begun anew.
    assert (circulation.status, circulation.outcome) == (CirculationStatus.CLOSED, "endorsed")
    position = round_.loaded.case([round_.world.versions[3].id]).positions()
    expected = Place.LIFTED_OBJECTION if kind is OBJECTION else Place.INPUT_DISPOSED
    assert position[round_.world.versions[3].id, "MY"].place is expected


def test_lifting_is_recorded_and_told_to_all(round_: Round) -> None:
    response = blocked(round_)
    lift(round_, response)
    [entry] = round_.entries(Entry.LIFTED)
    assert (entry["of"], entry["by_replacement"], entry["in_time"]) == (response.entry_seq, False, True)
    assert (entry["on_behalf_of"], entry["item"]) == ("MY", round_.world.items[3].key)
    assert round_.told(Letter.LIFTED) == {state.code: 2 for state in round_.world.members} | {
        "lead_shepherd": 1,
        "secretariat": 1,
        "secretary": 1,
    }


def test_lifting_returns_to_circulated_where_silence_has_not_started(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("SG")
    [response] = round_.lodge("MY contact_point", OBJECTION, 4)
    lift(round_, response)
    assert round_.statuses()[3] is Status.CIRCULATED


def test_lifting_leaves_the_item_broken_while_another_blocker_stands(round_: Round) -> None:
    response = blocked(round_)
    [other] = round_.lodge("SG contact_point", INPUT, 4)
    lift(round_, response)
    assert round_.statuses()[3] is BROKEN
    lift(round_, other, "SG alternate")
    assert round_.statuses()[3] is SILENT


@pytest.mark.parametrize("by", ["SG contact_point", "PH contact_point"])
def test_another_states_blocker_is_not_lifted(round_: Round, by: str) -> None:
    response = blocked(round_)
    with round_.refused(NotAllowed):
        lift(round_, response, by)
    assert round_.statuses()[3] is BROKEN


@pytest.mark.parametrize("by", ["MY drafter", "lead_shepherd", "secretariat"])
def test_only_who_speaks_for_the_state_lifts(round_: Round, by: str) -> None:
    response = blocked(round_)
    with round_.refused(NotAllowed):
        lift(round_, response, by)


def test_a_blocker_is_lifted_once(round_: Round) -> None:
    response = blocked(round_)
    lift(round_, response)
    with round_.refused(WrongStatus):
        lift(round_, response)
    assert len(round_.entries(Entry.LIFTED)) == 1


def test_what_blocks_nothing_is_not_lifted(round_: Round) -> None:
    round_.dispatch()
    [comment] = round_.lodge("MY contact_point", ResponseKind.COMMENT, 4)
    with round_.refused(WrongStatus):
        lift(round_, comment)


def test_a_response_of_another_circulation_is_not_found(round_: Round) -> None:
    response = blocked(round_)
    round_.dispatch(versions=round_.redraft(1))
    with round_.refused(NotFound):
        lift(round_, response)


def test_lifting_late_is_stored_and_endorses_nothing(round_: Round) -> None:
    response = blocked(round_)
    round_.at(DEADLINE)
    lift(round_, response)
    assert round_.results()[3] == "not_endorsed"
    assert round_.statuses()[3] is BROKEN
    assert round_.entries(Entry.LIFTED)[0]["in_time"] is False
    assert set(round_.told(Letter.LIFTED)) >= {"MY", "SG", "secretariat"}


def test_lifting_in_a_hold_counts_once_the_deadline_is_extended(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("SG")
    [response] = round_.lodge("MY contact_point", OBJECTION, 4)
    round_.at(DEADLINE + HOUR)
    lift(round_, response)
    assert (round_.status, round_.statuses()[3]) == (CirculationStatus.HELD, BROKEN)
    round_.act(course.extend, deadline=NOVEMBER, reason="Not all were served.")
    assert round_.statuses()[3] is Status.CIRCULATED


def test_lifting_while_suspended_is_in_time(round_: Round) -> None:
    response = blocked(round_)
    round_.act(course.suspend, reason="A disaster.")
    round_.at(DEADLINE + 5 * DAY)
    lift(round_, response)
    assert round_.statuses()[3] is SILENT
    assert round_.entries(Entry.LIFTED)[0]["in_time"] is True


def test_a_package_breaks_whole_and_returns_whole(round_: Round) -> None:
    response = blocked(round_, package=True)
    [other] = round_.lodge("SG contact_point", OBJECTION, 1)
    assert round_.statuses() == [BROKEN] * 6
    lift(round_, response)
    assert round_.statuses() == [BROKEN] * 6
    lift(round_, other, "SG contact_point")
    assert round_.statuses() == [SILENT] * 6
    assert round_.at(DEADLINE).outcome == "endorsed"


def test_an_answered_input_still_blocks(round_: Round) -> None:
    response = blocked(round_, INPUT)
    round_.act(answering.answer, response.id, text="We changed it.")
    assert round_.statuses()[3] is BROKEN
    round_.at(DEADLINE)
    assert round_.results()[3] == "not_endorsed"


@pytest.mark.parametrize("kind", [INPUT, OBJECTION])
def test_an_accepted_answer_ends_the_blocker(round_: Round, kind: ResponseKind) -> None:
    response = blocked(round_, kind)
    round_.act(answering.answer, response.id, text="We changed it.")
    round_.act(lifting.accept_answer, response.id, by="MY alternate")
    assert round_.statuses()[3] is SILENT
    [entry] = round_.entries(Entry.ACCEPTED)
    assert (entry["of"], entry["in_time"]) == (response.entry_seq, True)
    assert [one.kind for one in round_.loaded.remarks] == [RemarkKind.ANSWERED, RemarkKind.ACCEPTED]
    assert set(round_.told(Letter.LIFTED)) >= {"MY", "SG", "secretariat"}


def test_there_must_be_an_answer_to_accept(round_: Round) -> None:
    response = blocked(round_, INPUT)
    with round_.refused(WrongStatus):
        round_.act(lifting.accept_answer, response.id, by="MY contact_point")


def test_another_states_answer_is_not_accepted(round_: Round) -> None:
    response = blocked(round_, INPUT)
    round_.act(answering.answer, response.id, text="We changed it.")
    with round_.refused(NotAllowed):
        round_.act(lifting.accept_answer, response.id, by="SG contact_point")


def test_an_acceptance_that_comes_late_changes_nothing(round_: Round) -> None:
    response = blocked(round_, INPUT)
    round_.act(answering.answer, response.id, text="We changed it.")
    round_.clock.now = DEADLINE
    round_.act(lifting.accept_answer, response.id, by="MY contact_point")
    assert round_.results()[3] == "not_endorsed"
    assert round_.entries(Entry.ACCEPTED)[0]["in_time"] is False


def test_lifting_on_a_text_that_is_replaced_is_refused(round_: Round) -> None:
    response = blocked(round_)
    [draft], first = round_.redraft(4), round_.circulation
    round_.clock.now = MORNING + HOUR
    round_.dispatch(versions=[draft])
    round_.circulation = first
    with round_.refused(VersionReplaced):
        lift(round_, response)
