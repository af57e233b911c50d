"""Tests of a State speaking: what is stored, what it moves, who is told (rules 13, 18-23, 28, 33)."""

from uuid import uuid4

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.settable_clock import MORNING
from workflow.actions import drafts, responses, withdrawing
from workflow.actions.admitting import Answer
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, NotFound, VersionReplaced
from workflow.domain.terms import CirculationStatus, Letter, RemarkKind, ResponseKind, Status
from workflow.models.response import Response

OBJECTION, INPUT, NO_OBJECTION = ResponseKind.OBJECTION, ResponseKind.INPUT, ResponseKind.NO_OBJECTION
SILENT, BROKEN = Status.NO_OBJECTION_DEADLINE, Status.SILENCE_BROKEN


def test_a_response_is_pinned_to_the_hash_of_its_version(running: Round) -> None:
    [response] = running.lodge("MY contact_point", NO_OBJECTION, 4)
    assert response.version_sha256 == running.world.versions[3].sha256
    assert (response.received_at, response.counts_at) == (MORNING + HOUR, MORNING + HOUR)
    assert (response.role, response.on_behalf, response.claimed_at) == ("contact_point", False, None)


@pytest.mark.parametrize("name", ["MY contact_point", "MY alternate"])
def test_contact_points_and_alternates_speak_for_their_state(running: Round, name: str) -> None:
    [response] = running.lodge(name, OBJECTION, 4)
    assert response.state_id == running.world.states["MY"].id
    assert response.person_id == running.world.people[name].id


@pytest.mark.parametrize("name", ["MY drafter", "lead_shepherd", "secretariat", "programme"])
def test_nobody_else_speaks(running: Round, name: str) -> None:
    with running.refused(NotAllowed):
        running.lodge(name, OBJECTION, 4)
    assert running.loaded.responses == []


def test_a_state_off_the_roster_does_not_speak(running: Round) -> None:
    with running.refused(NotAllowed):
        running.lodge("TL contact_point", OBJECTION, 4)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (OBJECTION, BROKEN),
        (INPUT, BROKEN),
        (NO_OBJECTION, SILENT),
        (ResponseKind.COMMENT, SILENT),
        (ResponseKind.RESERVATION, SILENT),
        (ResponseKind.ABSTENTION, SILENT),
    ],
)
def test_only_blockers_break_silence(running: Round, kind: ResponseKind, status: Status) -> None:
    running.lodge("MY contact_point", kind, 4)
    assert running.statuses() == [SILENT] * 3 + [status] + [SILENT] * 2


def test_an_input_breaks_nothing_where_the_body_says_so(round_: Round) -> None:
    body = round_.world.body
    body.rules = {**body.rules, "inputs_block": False}
    round_.session.flush()
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", INPUT, 4)
    assert round_.statuses()[3] is SILENT
    assert round_.at(DEADLINE).outcome == "endorsed"


def test_a_blocker_is_told_to_all_states_and_both_offices_at_once(running: Round) -> None:
    running.lodge("MY contact_point", OBJECTION, 4)
    assert running.told(Letter.OBJECTION) == {state.code: 2 for state in running.world.members} | {
        "lead_shepherd": 1,
        "secretariat": 1,
        "secretary": 1,
    }


@pytest.mark.parametrize("kind", [NO_OBJECTION, ResponseKind.COMMENT])
def test_what_blocks_nothing_is_told_to_its_state_alone(running: Round, kind: ResponseKind) -> None:
    running.lodge("MY contact_point", kind, 4)
    new = [one for one in running.notices() if one.letter is not Letter.CIRCULATION]
    assert {one.letter for one in new} == {Letter.RECEIPT}
    assert running.told(Letter.RECEIPT) == {"MY": 2}


def test_an_objection_without_reasons_stands_and_is_asked_for_them(running: Round) -> None:
    [objection] = running.lodge("MY contact_point", OBJECTION, 4, reasons="")
    assert running.statuses()[3] is BROKEN
    [remark] = running.loaded.remarks
    assert (remark.kind, remark.response_id) == (RemarkKind.REASONS_REQUESTED, objection.id)
    assert running.told(Letter.REASONS_REQUESTED) == {"MY": 2}
    [entry] = running.entries(Entry.REASONS_REQUESTED)
    assert (entry["actor"], entry["of"]) == ("clock", objection.entry_seq)
    running.at(DEADLINE)
    assert running.results()[3] == "not_endorsed"


def test_an_objection_keeps_its_cure_and_passage(running: Round) -> None:
    answer = Answer(running.world.versions[3].id, OBJECTION, "Who pays?", "the budget", "the agreed budget")
    [response] = running.act(responses.lodge, [answer], by="MY contact_point")
    assert (response.reasons, response.passage, response.cure) == (
        "Who pays?",
        "the budget",
        "the agreed budget",
    )


@pytest.mark.parametrize("kind", [INPUT, ResponseKind.COMMENT, ResponseKind.RESERVATION])
def test_what_says_nothing_without_words_needs_them(running: Round, kind: ResponseKind) -> None:
    with running.refused(Invalid) as refused:
        running.lodge("MY contact_point", kind, 4, reasons=" ")
    assert refused.value.field == f"reasons-{running.world.versions[3].id}"


def test_an_objection_to_the_whole_document_is_one_to_each_item_left(running: Round) -> None:
    running.act(withdrawing.withdraw_item, running.world.versions[5].id, reason="Not needed.")
    answers = responses.object_to_all(running.loaded, "MY", "We object to the whole document.")
    lodged = running.act(responses.lodge, answers, by="MY contact_point")
    assert [one.version_id for one in lodged] == [one.id for one in running.world.versions[:5]]
    assert {one.lodging for one in lodged} == {lodged[0].lodging}
    assert len({one.entry_seq for one in lodged}) == 5
    assert running.statuses() == [BROKEN] * 5 + [Status.WITHDRAWN]


def test_an_objection_to_the_whole_document_is_stored_whole_or_not(running: Round) -> None:
    gone = Answer(running.world.versions[5].id, OBJECTION, "No.")
    answers = [*responses.object_to_all(running.loaded, "MY", "No.")[:5], gone]
    running.act(withdrawing.withdraw_item, running.world.versions[5].id, reason="Not needed.")
    with running.refused(VersionReplaced):
        running.act(responses.lodge, answers, by="MY contact_point")
    assert running.session.query(Response).count() == 0
    assert running.statuses()[:5] == [SILENT] * 5


def test_the_same_key_again_returns_the_same_responses(running: Round) -> None:
    key = str(uuid4())
    first = running.lodge("MY contact_point", OBJECTION, 3, 4, idem=key)
    before = (len(running.entries()), len(running.notices()))
    running.at(MORNING + DAY)
    again = running.lodge("MY contact_point", OBJECTION, 3, 4, idem=key)
    assert [one.id for one in again] == [one.id for one in first]
    assert (len(running.entries()), len(running.notices())) == before
    assert running.session.query(Response).count() == 2


def test_the_same_key_of_another_state_is_another_lodging(running: Round) -> None:
    key = str(uuid4())
    [first] = running.lodge("MY contact_point", OBJECTION, 4, idem=key)
    [second] = running.lodge("SG contact_point", OBJECTION, 4, idem=key)
    assert first.id != second.id


def test_a_form_without_a_key_is_refused(running: Round) -> None:
    with running.refused(Invalid):
        running.act(
            responses.lodge, [Answer(running.world.versions[0].id, OBJECTION)], by="MY alternate", idem=""
        )


def test_no_answer_at_all_is_refused(running: Round) -> None:
    with running.refused(Invalid) as refused:
        running.act(responses.lodge, [], by="MY contact_point")
    assert refused.value.field == "answers"


def test_one_item_answered_twice_at_once_is_refused(running: Round) -> None:
    version = running.world.versions[3].id
    with running.refused(Invalid) as refused:
        both = [Answer(version, OBJECTION, "No."), Answer(version, NO_OBJECTION)]
        running.act(responses.lodge, both, by="MY contact_point")
    assert refused.value.field == "answers"


def test_a_text_of_another_circulation_is_not_found(running: Round) -> None:
    [draft] = running.redraft(1)
    with running.refused(NotFound):
        running.lodge_on("MY contact_point", OBJECTION, draft)


@pytest.mark.parametrize("kind", [OBJECTION, INPUT, NO_OBJECTION])
def test_a_superseded_text_names_what_replaced_it(running: Round, kind: ResponseKind) -> None:
    [draft], first = running.redraft(4), running.circulation
    running.dispatch(versions=[draft], deadline=DEADLINE)
    running.circulation = first
    with running.refused(VersionReplaced) as refused:
        running.lodge("MY contact_point", kind, 4)
    assert refused.value.details == {"item": running.world.items[3].key, "replaced_by": draft.id}


def test_a_withdrawn_text_is_answered_no_more(running: Round) -> None:
    running.act(withdrawing.withdraw_item, running.world.versions[3].id, reason="Not needed.")
    with running.refused(VersionReplaced) as refused:
        running.lodge("MY contact_point", OBJECTION, 4)
    assert refused.value.details["replaced_by"] is None


def test_a_text_endorsed_or_deferred_takes_late_responses(running: Round) -> None:
    running.lodge("MY contact_point", OBJECTION, 4)
    running.at(DEADLINE)
    running.lodge("SG contact_point", OBJECTION, 1, 4)
    assert len(running.loaded.responses) == 3
    assert [one["in_time"] for one in running.entries(Entry.LODGED)] == [True, False, False]


def test_the_lead_shepherds_own_state_is_like_any_other(running: Round) -> None:
    running.lodge("PH contact_point", OBJECTION, 4)
    assert running.statuses()[3] is BROKEN


def test_lodging_forgets_the_drafts_of_its_items_only(running: Round) -> None:
    prepared = [
        drafts.DraftAnswer(running.world.versions[place].id, OBJECTION, "Drafted.") for place in (2, 3)
    ]
    running.act(drafts.save, prepared, by="MY drafter")
    running.lodge("MY contact_point", OBJECTION, 4)
    left = running.session.query(responses.ResponseDraft).all()
    assert [one.version_id for one in left] == [running.world.versions[2].id]


def test_a_response_in_a_hold_is_late(round_: Round) -> None:
    round_.dispatch()
    round_.at(DEADLINE + DAY)
    round_.lodge("MY contact_point", OBJECTION, 4)
    assert round_.status is CirculationStatus.HELD
    assert set(round_.statuses()) == {Status.CIRCULATED}
    assert round_.entries(Entry.LODGED)[0]["in_time"] is False
