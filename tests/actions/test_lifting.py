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
    """Let Malaysia block item 4, first dispatching this plan and serving all, if one is given."""
    if plan:
        round_.dispatch(**plan)
        round_.serve()
    [response] = round_.lodge("MY contact_point", kind, 4)
    return response


def lift(round_: Round, response: Response, by: str = "MY contact_point") -> object:
    """Let somebody end a response."""
    return round_.act(lifting.lift, response.id, by=by, text="We are content.")


@pytest.mark.parametrize("kind", [OBJECTION, INPUT])
@pytest.mark.parametrize("by", ["MY contact_point", "MY alternate"])
def test_lifting_in_time_returns_the_item_to_silence(running: Round, kind: ResponseKind, by: str) -> None:
    response = blocked(running, kind)
    running.at(DEADLINE - HOUR)
    lift(running, response, by)
    assert running.statuses()[3] is SILENT
    circulation = running.at(DEADLINE)
    # The period is not begun anew.
    assert (circulation.status, circulation.outcome) == (CirculationStatus.CLOSED, "endorsed")
    position = running.loaded.case([running.world.versions[3].id]).positions()
    expected = Place.LIFTED_OBJECTION if kind is OBJECTION else Place.INPUT_DISPOSED
    assert position[running.world.versions[3].id, "MY"].place is expected


def test_lifting_is_recorded_and_told_to_all(running: Round) -> None:
    response = blocked(running)
    lift(running, response)
    [entry] = running.entries(Entry.LIFTED)
    assert (entry["of"], entry["by_replacement"], entry["in_time"]) == (response.entry_seq, False, True)
    assert (entry["on_behalf_of"], entry["item"]) == ("MY", running.world.items[3].key)
    assert running.told(Letter.LIFTED) == {state.code: 2 for state in running.world.members} | {
        "lead_shepherd": 1,
        "secretariat": 1,
        "secretary": 1,
    }


def test_lifting_returns_to_circulated_where_silence_has_not_started(waiting: Round) -> None:
    waiting.serve_all_but("SG")
    [response] = waiting.lodge("MY contact_point", OBJECTION, 4)
    lift(waiting, response)
    assert waiting.statuses()[3] is Status.CIRCULATED


def test_lifting_leaves_the_item_broken_while_another_blocker_stands(running: Round) -> None:
    response = blocked(running)
    [other] = running.lodge("SG contact_point", INPUT, 4)
    lift(running, response)
    assert running.statuses()[3] is BROKEN
    lift(running, other, "SG alternate")
    assert running.statuses()[3] is SILENT


@pytest.mark.parametrize("by", ["SG contact_point", "PH contact_point"])
def test_another_states_blocker_is_not_lifted(running: Round, by: str) -> None:
    response = blocked(running)
    with running.refused(NotAllowed):
        lift(running, response, by)
    assert running.statuses()[3] is BROKEN


@pytest.mark.parametrize("by", ["MY drafter", "lead_shepherd", "secretariat"])
def test_only_who_speaks_for_the_state_lifts(running: Round, by: str) -> None:
    response = blocked(running)
    with running.refused(NotAllowed):
        lift(running, response, by)


def test_a_blocker_is_lifted_once(running: Round) -> None:
    response = blocked(running)
    lift(running, response)
    with running.refused(WrongStatus):
        lift(running, response)
    assert len(running.entries(Entry.LIFTED)) == 1


def test_what_blocks_nothing_is_not_lifted(waiting: Round) -> None:
    [comment] = waiting.lodge("MY contact_point", ResponseKind.COMMENT, 4)
    with waiting.refused(WrongStatus):
        lift(waiting, comment)


def test_a_response_of_another_circulation_is_not_found(running: Round) -> None:
    response = blocked(running)
    running.dispatch(versions=running.redraft(1))
    with running.refused(NotFound):
        lift(running, response)


def test_lifting_late_is_stored_and_endorses_nothing(running: Round) -> None:
    response = blocked(running)
    running.at(DEADLINE)
    lift(running, response)
    assert running.results()[3] == "not_endorsed"
    assert running.statuses()[3] is BROKEN
    assert running.entries(Entry.LIFTED)[0]["in_time"] is False
    assert set(running.told(Letter.LIFTED)) >= {"MY", "SG", "secretariat"}


def test_lifting_in_a_hold_counts_once_the_deadline_is_extended(waiting: Round) -> None:
    waiting.serve_all_but("SG")
    [response] = waiting.lodge("MY contact_point", OBJECTION, 4)
    waiting.at(DEADLINE + HOUR)
    lift(waiting, response)
    assert (waiting.status, waiting.statuses()[3]) == (CirculationStatus.HELD, BROKEN)
    waiting.act(course.extend, deadline=NOVEMBER, reason="Not all were served.")
    assert waiting.statuses()[3] is Status.CIRCULATED


def test_lifting_while_suspended_is_in_time(running: Round) -> None:
    response = blocked(running)
    running.act(course.suspend, reason="A disaster.")
    running.at(DEADLINE + 5 * DAY)
    lift(running, response)
    assert running.statuses()[3] is SILENT
    assert running.entries(Entry.LIFTED)[0]["in_time"] is True


def test_a_package_breaks_whole_and_returns_whole(round_: Round) -> None:
    response = blocked(round_, package=True)
    [other] = round_.lodge("SG contact_point", OBJECTION, 1)
    assert round_.statuses() == [BROKEN] * 6
    lift(round_, response)
    assert round_.statuses() == [BROKEN] * 6
    lift(round_, other, "SG contact_point")
    assert round_.statuses() == [SILENT] * 6
    assert round_.at(DEADLINE).outcome == "endorsed"


def test_an_answered_input_still_blocks(running: Round) -> None:
    response = blocked(running, INPUT)
    running.act(answering.answer, response.id, text="We changed it.")
    assert running.statuses()[3] is BROKEN
    running.at(DEADLINE)
    assert running.results()[3] == "not_endorsed"


@pytest.mark.parametrize("kind", [INPUT, OBJECTION])
def test_an_accepted_answer_ends_the_blocker(running: Round, kind: ResponseKind) -> None:
    response = blocked(running, kind)
    running.act(answering.answer, response.id, text="We changed it.")
    running.act(lifting.accept_answer, response.id, by="MY alternate")
    assert running.statuses()[3] is SILENT
    [entry] = running.entries(Entry.ACCEPTED)
    assert (entry["of"], entry["in_time"]) == (response.entry_seq, True)
    assert [one.kind for one in running.loaded.remarks] == [RemarkKind.ANSWERED, RemarkKind.ACCEPTED]
    assert set(running.told(Letter.LIFTED)) >= {"MY", "SG", "secretariat"}


def test_there_must_be_an_answer_to_accept(running: Round) -> None:
    response = blocked(running, INPUT)
    with running.refused(WrongStatus):
        running.act(lifting.accept_answer, response.id, by="MY contact_point")


def test_another_states_answer_is_not_accepted(running: Round) -> None:
    response = blocked(running, INPUT)
    running.act(answering.answer, response.id, text="We changed it.")
    with running.refused(NotAllowed):
        running.act(lifting.accept_answer, response.id, by="SG contact_point")


def test_an_acceptance_that_comes_late_changes_nothing(running: Round) -> None:
    response = blocked(running, INPUT)
    running.act(answering.answer, response.id, text="We changed it.")
    running.clock.now = DEADLINE
    running.act(lifting.accept_answer, response.id, by="MY contact_point")
    assert running.results()[3] == "not_endorsed"
    assert running.entries(Entry.ACCEPTED)[0]["in_time"] is False


def test_lifting_on_a_text_that_is_replaced_is_refused(running: Round) -> None:
    response = blocked(running)
    [draft], first = running.redraft(4), running.circulation
    running.clock.now = MORNING + HOUR
    running.dispatch(versions=[draft])
    running.circulation = first
    with running.refused(VersionReplaced):
        lift(running, response)
