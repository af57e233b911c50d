"""Tests of the Lead Shepherd answering a State and proposing another kind (rules 19, 20)."""

import pytest

from tests.actions.rounds import DEADLINE, Round
from workflow.actions import answering, lifting
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, NotFound, WrongStatus
from workflow.domain.terms import Letter, RemarkKind, ResponseKind, Status
from workflow.models.response import Response

OBJECTION, INPUT, COMMENT = ResponseKind.OBJECTION, ResponseKind.INPUT, ResponseKind.COMMENT


def lodged(round_: Round, kind: ResponseKind = INPUT) -> Response:
    """Dispatch, serve, and let Malaysia answer item 4."""
    round_.dispatch()
    round_.serve()
    [response] = round_.lodge("MY contact_point", kind, 4)
    return response


@pytest.mark.parametrize("kind", [INPUT, OBJECTION, COMMENT])
def test_an_answer_is_stored_and_sent_to_its_state_alone(round_: Round, kind: ResponseKind) -> None:
    response = lodged(round_, kind)
    remark = round_.act(answering.answer, response.id, text="We propose other words.")
    assert (remark.kind, remark.text) == (RemarkKind.ANSWERED, "We propose other words.")
    assert round_.told(Letter.ANSWER) == {"MY": 2}
    [entry] = round_.entries(Entry.ANSWERED)
    assert (entry["of"], entry["on_behalf_of"], entry["in_time"]) == (response.entry_seq, "MY", True)
    assert entry["actor"] == round_.world.people["lead_shepherd"].public_id


@pytest.mark.parametrize("name", ["secretariat", "programme", "MY contact_point", "PH contact_point"])
def test_only_the_lead_shepherd_answers(round_: Round, name: str) -> None:
    response = lodged(round_)
    with round_.refused(NotAllowed):
        round_.act(answering.answer, response.id, by=name, text="No.")
    with round_.refused(NotAllowed):
        round_.act(answering.propose_kind, response.id, by=name, kind=COMMENT, text="No.")


def test_an_answer_needs_words(round_: Round) -> None:
    response = lodged(round_)
    with round_.refused(Invalid) as refused:
        round_.act(answering.answer, response.id, text=" ")
    assert refused.value.field == "text"


def test_what_does_not_stand_any_more_is_not_answered(round_: Round) -> None:
    response = lodged(round_)
    round_.act(lifting.lift, response.id, by="MY contact_point")
    with round_.refused(WrongStatus):
        round_.act(answering.answer, response.id, text="Thank you.")


def test_an_answer_that_comes_late_is_marked_so(round_: Round) -> None:
    response = lodged(round_)
    round_.clock.now = DEADLINE
    round_.act(answering.answer, response.id, text="We changed it.")
    assert round_.entries(Entry.ANSWERED)[0]["in_time"] is False
    assert round_.results()[3] == "not_endorsed"


def test_an_answer_to_nothing_is_not_found(round_: Round) -> None:
    lodged(round_)
    with round_.refused(NotFound):
        round_.act(answering.answer, 99999, text="Hello.")


def test_a_proposed_kind_changes_nothing_until_the_state_confirms(round_: Round) -> None:
    response = lodged(round_, OBJECTION)
    remark = round_.act(answering.propose_kind, response.id, kind=INPUT, text="You propose words.")
    assert (remark.kind, remark.proposed_kind) == (RemarkKind.KIND_PROPOSED, INPUT)
    assert (response.kind, round_.statuses()[3]) == (OBJECTION, Status.SILENCE_BROKEN)
    assert round_.told(Letter.KIND_PROPOSED) == {"MY": 2}
    [entry] = round_.entries(Entry.KIND_PROPOSED)
    assert (entry["kind"], entry["of"]) == ("input", response.entry_seq)
    [confirmed] = round_.lodge("MY contact_point", INPUT, 4, replaces=response.id)
    assert (confirmed.kind, confirmed.replaces_id) == (INPUT, response.id)
    assert confirmed.entry_seq > response.entry_seq


def test_the_kind_it_has_already_is_not_proposed(round_: Round) -> None:
    response = lodged(round_)
    with round_.refused(Invalid) as refused:
        round_.act(answering.propose_kind, response.id, kind=INPUT, text="Again.")
    assert refused.value.field == "kind"


def test_no_kind_is_proposed_for_what_ended(round_: Round) -> None:
    response = lodged(round_)
    round_.act(lifting.lift, response.id, by="MY contact_point")
    with round_.refused(WrongStatus):
        round_.act(answering.propose_kind, response.id, kind=COMMENT, text="A comment?")
