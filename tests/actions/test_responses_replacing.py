"""Tests of one position by append: what replaces what, and what a stale answer meets (rules 18, 24, 29)."""

import pytest

from tests.actions.rounds import DEADLINE, Round
from workflow.actions import lifting, responses
from workflow.actions.admitting import Answer
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, StaleVersion
from workflow.domain.positions import Place
from workflow.domain.terms import Letter, RemarkKind, ResponseKind, Status
from workflow.models.response import Response

OBJECTION, INPUT, COMMENT = ResponseKind.OBJECTION, ResponseKind.INPUT, ResponseKind.COMMENT
NO_OBJECTION = ResponseKind.NO_OBJECTION
WEAKER = [NO_OBJECTION, ResponseKind.RESERVATION, ResponseKind.ABSTENTION]
SILENT, BROKEN = Status.NO_OBJECTION_DEADLINE, Status.SILENCE_BROKEN


def place(round_: Round, code: str = "MY", item: int = 4) -> Place:
    """Return where a State stands on an item."""
    return round_.loaded.case().positions()[round_.world.versions[item - 1].id, code].place


def say(
    round_: Round, kind: ResponseKind, replaces: int | None = None, by: str = "MY contact_point"
) -> Response:
    """Let Malaysia answer item 4."""
    [response] = round_.lodge(by, kind, 4, replaces=replaces)
    return response


@pytest.mark.parametrize("blocker", [OBJECTION, INPUT])
@pytest.mark.parametrize("weaker", WEAKER)
def test_a_weaker_answer_that_names_a_blocker_lifts_it(
    running: Round, blocker: ResponseKind, weaker: ResponseKind
) -> None:
    first = say(running, blocker)
    second = say(running, weaker, replaces=first.id)
    assert running.statuses()[3] is SILENT
    assert place(running) is Place(weaker.value)
    [remark] = running.loaded.remarks
    assert (remark.kind, remark.response_id) == (RemarkKind.REPLACED, first.id)
    [entry] = running.entries(Entry.LIFTED)
    assert (entry["of"], entry["by_replacement"]) == (first.entry_seq, True)
    assert second.replaces_id == first.id
    assert set(running.told(Letter.LIFTED)) >= {state.code for state in running.world.members}


@pytest.mark.parametrize("blocker", [OBJECTION, INPUT])
def test_a_comment_never_replaces_a_blocker(running: Round, blocker: ResponseKind) -> None:
    first = say(running, blocker)
    say(running, COMMENT, replaces=first.id)
    assert running.statuses()[3] is BROKEN
    assert place(running) in (Place.OBJECTION, Place.INPUT_OUTSTANDING)
    assert running.loaded.remarks == []
    running.at(DEADLINE)
    assert running.results()[3] == "not_endorsed"


def test_an_answer_that_names_only_a_later_comment_leaves_the_objection(running: Round) -> None:
    say(running, OBJECTION)
    comment = say(running, COMMENT, replaces=running.loaded.responses[0].id)
    say(running, NO_OBJECTION, replaces=comment.id)
    assert running.statuses()[3] is BROKEN
    assert place(running) is Place.OBJECTION


def test_an_answer_names_every_blocker_it_replaces(running: Round) -> None:
    first = say(running, INPUT)
    second = say(running, OBJECTION, replaces=first.id)
    version = running.world.versions[3].id
    answer = Answer(version, NO_OBJECTION, replaces=second.id, names=(first.id, second.id))
    running.act(responses.lodge, [answer], by="MY contact_point")
    assert running.statuses()[3] is SILENT
    assert [one.response_id for one in running.loaded.remarks] == [first.id, second.id]


def test_naming_one_of_two_blockers_leaves_the_other(running: Round) -> None:
    first = say(running, INPUT)
    second = say(running, OBJECTION, replaces=first.id)
    say(running, NO_OBJECTION, replaces=second.id)
    assert running.statuses()[3] is BROKEN
    assert place(running) is Place.INPUT_OUTSTANDING


def test_an_objection_does_not_end_the_input_before_it(running: Round) -> None:
    first = say(running, INPUT)
    say(running, OBJECTION, replaces=first.id)
    running.act(lifting.lift, running.loaded.responses[-1].id, by="MY contact_point")
    assert running.statuses()[3] is BROKEN
    assert place(running) is Place.INPUT_OUTSTANDING


def test_an_answer_does_not_name_a_blocker_of_another_state(running: Round) -> None:
    [other] = running.lodge("SG contact_point", OBJECTION, 4)
    version = running.world.versions[3].id
    with running.refused(Invalid) as refused:
        answer = Answer(version, NO_OBJECTION, names=(other.id,))
        running.act(responses.lodge, [answer], by="MY contact_point")
    assert refused.value.field == f"kind-{version}"
    assert running.statuses()[3] is BROKEN


@pytest.mark.parametrize("named", ["replaces", "names"])
def test_a_stronger_answer_names_no_response_of_another_state_either(running: Round, named: str) -> None:
    theirs = say(running, OBJECTION, by="TH contact_point")
    say(running, ResponseKind.ABSTENTION)
    named_so = {"replaces": theirs.id} if named == "replaces" else {"names": (theirs.id,)}
    with running.refused(Invalid) as refused:
        running.act(
            responses.lodge,
            [Answer(running.world.versions[3].id, INPUT, "Ours.", **named_so)],
            by="MY contact_point",
        )
    assert refused.value.field == f"kind-{running.world.versions[3].id}"


def test_an_answer_does_not_name_a_blocker_of_another_item(running: Round) -> None:
    [other] = running.lodge("MY contact_point", OBJECTION, 3)
    with running.refused(Invalid):
        answer = Answer(running.world.versions[3].id, NO_OBJECTION, names=(other.id,))
        running.act(responses.lodge, [answer], by="MY contact_point")
    assert running.statuses()[2] is BROKEN


def test_one_lifted_blocker_leaves_those_of_other_states(running: Round) -> None:
    first = say(running, OBJECTION)
    running.lodge("SG contact_point", OBJECTION, 4)
    say(running, NO_OBJECTION, replaces=first.id)
    assert running.statuses()[3] is BROKEN


def test_a_replacement_that_comes_late_lifts_nothing(running: Round) -> None:
    first = say(running, OBJECTION)
    running.clock.now = DEADLINE
    say(running, NO_OBJECTION, replaces=first.id)
    assert running.results()[3] == "not_endorsed"
    assert running.statuses()[3] is BROKEN
    assert [one["in_time"] for one in running.entries(Entry.LIFTED)] == [False]


def test_nothing_is_overwritten(running: Round) -> None:
    first = say(running, COMMENT)
    second = say(running, NO_OBJECTION, replaces=first.id)
    assert [one.id for one in running.loaded.responses] == [first.id, second.id]
    assert place(running) is Place.NO_OBJECTION
    lodged = running.entries(Entry.LODGED)
    assert [one["replaces"] for one in lodged] == [None, first.entry_seq]


@pytest.mark.parametrize("stale", [NO_OBJECTION, COMMENT, ResponseKind.RESERVATION])
@pytest.mark.parametrize("present", [NO_OBJECTION, COMMENT, INPUT, OBJECTION])
def test_a_stale_answer_that_is_not_stronger_is_refused(
    running: Round, stale: ResponseKind, present: ResponseKind
) -> None:
    colleague = say(running, present, by="MY alternate")
    with running.refused(StaleVersion) as refused:
        say(running, stale)
    assert refused.value.details == {
        "response": colleague.id,
        "version": running.world.versions[3].id,
        "kind": str(present),
        "reasons": "Because.",
        "received_at": "2020-09-25T03:00:00+00:00",
        "person": running.world.people["MY alternate"].id,
    }
    assert len(running.loaded.responses) == 1


@pytest.mark.parametrize(
    ("present", "is_taken"), [(NO_OBJECTION, True), (COMMENT, True), (INPUT, False), (OBJECTION, False)]
)
def test_a_stale_input_is_taken_where_it_is_stronger(
    running: Round, present: ResponseKind, is_taken: bool
) -> None:
    say(running, present, by="MY alternate")
    if is_taken:
        say(running, INPUT)
        assert place(running) is Place.INPUT_OUTSTANDING
        return
    with running.refused(StaleVersion):
        say(running, INPUT)


def test_a_stale_input_is_weighed_against_an_objection_behind_a_comment(running: Round) -> None:
    first = say(running, OBJECTION, by="MY alternate")
    say(running, COMMENT, replaces=first.id, by="MY alternate")
    with running.refused(StaleVersion):
        say(running, INPUT)


@pytest.mark.parametrize("present", [NO_OBJECTION, COMMENT, INPUT, OBJECTION])
def test_an_objection_is_always_taken(running: Round, present: ResponseKind) -> None:
    say(running, present, by="MY alternate")
    say(running, OBJECTION)
    assert running.statuses()[3] is BROKEN
    assert place(running) is Place.OBJECTION
    assert running.letters(Letter.RECEIPT).count("MY contact_point") == 2


def test_a_lifted_position_has_no_strength(running: Round) -> None:
    objection = say(running, OBJECTION, by="MY alternate")
    running.act(lifting.lift, objection.id, by="MY alternate")
    say(running, COMMENT)
    assert place(running) is Place.COMMENT


def test_an_answer_that_replaces_what_was_never_there_is_refused(running: Round) -> None:
    [other] = running.lodge("SG contact_point", COMMENT, 4)
    with running.refused(Invalid):
        say(running, COMMENT, replaces=other.id)


def test_a_stale_answer_to_one_item_refuses_the_whole_form(running: Round) -> None:
    say(running, NO_OBJECTION, by="MY alternate")
    with running.refused(StaleVersion) as refused:
        running.lodge("MY contact_point", NO_OBJECTION, 3, 4, 5)
    assert refused.value.field == f"kind-{running.world.versions[3].id}"
    assert len(running.loaded.responses) == 1


def test_objection_never_points_to_another_states_response(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    (other,) = round_.lodge("PH contact_point", ResponseKind.COMMENT, 4)
    (lodged,) = round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, replaces=other.id)
    assert lodged.replaces_id is None
