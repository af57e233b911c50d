"""Tests of the record: the formula of rule 35, each State in one place, and who sees how much."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.factories import World, plan
from tests.queries.conftest import Counting
from workflow.actions import entering, lifting, overriding, withdrawing
from workflow.actions.admitting import Answer
from workflow.domain.errors import NotAllowed, WrongStatus
from workflow.domain.mandates import Actor
from workflow.domain.positions import Place
from workflow.domain.terms import EvidenceKind, Letter, ResponseKind, Result
from workflow.queries.asked import asked
from workflow.queries.own_responses import history
from workflow.queries.positions_shown import Sight
from workflow.queries.records import Record, record_of
from workflow.queries.said import said

AT = "9 October 2020, 10:00 UTC"
MIDDLE = datetime(2020, 10, 1, 3, 0, tzinfo=UTC)


def record(round_: Round, name: str = "secretariat") -> Record:
    round_.session.flush()
    return record_of(round_.session, round_.circulation.id, for_actor=round_.world.actor(name))


def test_record_of_pure_silence_says_the_formula(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE)
    read = record(round_)
    assert read.formula() == [
        f"No objection having been received by {AT}, considered endorsed ad referendum."
    ]
    assert Counter(placed.place for item in read.items for placed in item.places) == {Place.SILENT: 60}
    assert [state.how for state in read.roster] == [EvidenceKind.ACCEPTED] * 10
    assert "approved" not in " ".join(read.formula())


def test_record_names_the_items_of_a_partial_endorsement(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who decides?")
    round_.lodge("ID contact_point", ResponseKind.RESERVATION, 6, reasons="As advice only.")
    round_.lodge("VN alternate", ResponseKind.NO_OBJECTION)
    round_.at(DEADLINE)
    read = record(round_)
    assert read.formula() == [
        f"No objection having been received by {AT}, items 1, 2, 3, 5 and 6 are considered endorsed"
        " ad referendum.",
        "Item 4 is not endorsed: objection of Malaysia.",
    ]
    fourth = dict(read.items[3].by_place)
    assert [one.said.reasons for one in fourth[Place.OBJECTION] if one.said] == ["Who decides?"]
    sixth = dict(read.items[5].by_place)
    assert [(one.state, one.said.reasons) for one in sixth[Place.RESERVATION] if one.said] == [
        ("ID", "As advice only.")
    ]
    assert len(sixth[Place.SILENT]) == 8


def test_record_of_every_item_holds_each_state_once(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.COMMENT, 1, 2)
    round_.lodge("MY alternate", ResponseKind.OBJECTION, 1)
    round_.at(DEADLINE)
    codes = sorted(state.code for state in round_.world.members)
    for item in record(round_).items:
        assert sorted(placed.state for placed in item.places) == codes


def test_record_of_a_lifted_objection_says_standing(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    objection = round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Wait.")[0]
    circulation, now = round_.locked()
    lifting.lift(
        round_.session,
        circulation,
        objection.id,
        by=round_.world.actor("MY contact_point"),
        now=now,
        text="Settled.",
    )
    round_.at(DEADLINE)
    read = record(round_)
    assert read.formula() == [
        f"No objection having been received by {AT}, items 1, 2, 3, 5 and 6 are considered endorsed"
        " ad referendum.",
        f"No objection standing at {AT}, item 4 is considered endorsed ad referendum.",
    ]
    assert read.item_formula(read.items[3]) == [
        f"No objection standing at {AT}, considered endorsed ad referendum."
    ]
    assert [(one.reasons, one.followed[0].text) for one in read.items[3].ended] == [("Wait.", "Settled.")]
    assert [one.state for one in dict(read.items[3].by_place)[Place.LIFTED_OBJECTION]] == ["MY"]


def test_record_of_an_override_names_the_state_and_the_reason(round_: Round) -> None:
    round_.dispatch()
    round_.serve(*(state.code for state in round_.world.members if state.code != "BN"))
    round_.at(DEADLINE)
    dispatched = round_.circulation.dispatched_at
    assert dispatched is not None
    said_by = {"secretariat": "Handed over at the embassy.", "lead_shepherd": "Their protocol has our note."}
    for name, evidence in said_by.items():
        circulation, now = round_.locked()
        overriding.override(
            round_.session,
            circulation,
            by=round_.world.actor(name),
            now=now,
            state_code="BN",
            served_from=dispatched,
            evidence=evidence,
        )
    read = record(round_)
    sentence = (
        "Brunei Darussalam was treated as served from 25 September 2020, 02:00 UTC, by both offices."
        " The Lead Shepherd: “Their protocol has our note.” The secretariat: “Handed over at the embassy.”"
    )
    assert read.formula()[-1] == sentence
    brunei = next(state for state in read.roster if state.code == "BN")
    assert (brunei.how, brunei.held) == (EvidenceKind.OVERRIDE, True)
    assert [(one.first_role, one.second_role) for one in read.around.overrides] == [
        ("secretariat", "lead_shepherd")
    ]
    assert [(one.evidence, one.second_evidence) for one in read.around.overrides] == [tuple(said_by.values())]
    # Without it the formula would claim more than is certain: it is part of the outcome (rules 33a, 35).
    outcomes = record(round_, "programme")
    assert (outcomes.formula()[-1], outcomes.around.overrides) == (sentence, ())
    told = [one.text for one in round_.notices() if one.letter is Letter.OUTCOME]
    assert {text.count("Their protocol has our note.") for text in told} == {6}
    assert {text.count("Handed over at the embassy.") for text in told} == {6}


def test_record_keeps_a_late_response_beside_silence(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE)
    round_.lodge("TH contact_point", ResponseKind.OBJECTION, 1, reasons="Too late.")
    read = record(round_)
    assert [one.reasons for one in read.items[0].late] == ["Too late."]
    assert "TH" in [one.state for one in dict(read.items[0].by_place)[Place.SILENT]]
    assert read.items[0].result is Result.ENDORSED


def test_record_of_a_withdrawn_circulation_endorses_nothing(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    circulation, now = round_.locked()
    withdrawing.withdraw_circulation(
        round_.session, circulation, by=round_.world.actor("lead_shepherd"), now=now, reason="Redrafting."
    )
    read = record(round_)
    assert read.formula() == ["Items 1, 2, 3, 4, 5 and 6 were withdrawn."]
    assert read.closing.withdrawal_reason == "Redrafting."
    assert record(round_, "MY contact_point").sight is Sight.OPEN
    assert [one.state for one in record(round_, "MY contact_point").items[0].places] == ["MY"]


def test_record_of_a_running_circulation_does_not_exist(round_: Round) -> None:
    round_.dispatch()
    with pytest.raises(WrongStatus):
        record(round_)


def test_record_shows_the_programme_outcomes_only(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who decides?")
    round_.at(DEADLINE)
    read = record(round_, "programme")
    assert read.formula()[-1] == "Item 4 is not endorsed."
    assert [item.places for item in read.items] == [()] * 6
    assert (read.roster, read.around.disputes) == ((), ())
    assert "Who decides?" not in repr(read)


def test_record_is_read_by_every_state_after_the_close(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE)
    for name in ("MY contact_point", "TL drafter", "lead_shepherd"):
        assert record(round_, name).sight is Sight.ALL
    with pytest.raises(NotAllowed):
        record_of(round_.session, round_.circulation.id, for_actor=Actor(public_id="nobody"))


@pytest.mark.parametrize("items", [1, 3, 30])
def test_record_takes_as_many_statements_for_any_number_of_items(
    session: Session, world: World, round_: Round, counted: Counting, items: int
) -> None:
    _, _, versions = plan(session, world.body, count=items)
    round_.dispatch(versions=versions)
    round_.serve()
    round_.at(DEADLINE)
    with counted() as sent:
        read = record(round_)
    assert len(read.items) == items
    assert len(sent) == 15


def test_record_keeps_what_was_entered_after_the_close_beside_the_positions(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.lodge("KH contact_point", ResponseKind.NO_OBJECTION, 1)
    round_.at(DEADLINE)
    before = record(round_)
    circulation, now = round_.locked()
    entering.enter_on_behalf(
        round_.session,
        circulation,
        by=round_.world.actor("secretariat", "0b0e7a52-9d0e-4a8e-8d4f-5f3f0f0f0f0f"),
        now=now,
        state_code="KH",
        answers=[Answer(round_.world.versions[0].id, ResponseKind.OBJECTION, "By letter.")],
        claimed_at=MIDDLE,
        evidence="Note verbale 44",
    )
    read = record(round_)
    assert read.formula() == before.formula()
    assert read.items[0].places == before.items[0].places
    disputed = read.around.disputes[0]
    assert (disputed.state, disputed.response.reasons if disputed.response else "") == ("KH", "By letter.")


def test_record_shows_the_objection_whose_entry_ended_a_hold(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:2])
    round_.serve_all_but("SG")
    round_.at(DEADLINE - HOUR)
    round_.lodge("SG contact_point", ResponseKind.NO_OBJECTION, 1)
    round_.at(DEADLINE + DAY)
    round_.enter("MY", ResponseKind.OBJECTION, 2, claimed_at=DEADLINE - HOUR, reasons="By letter.")
    read = record(round_)
    assert [item.result for item in read.items] == [Result.ENDORSED, Result.NOT_ENDORSED]
    assert read.formula()[-1] == "Item 2 is not endorsed: objection of Malaysia."
    [placed] = dict(read.items[1].by_place)[Place.OBJECTION]
    assert (placed.state, placed.said.reasons if placed.said else "") == ("MY", "By letter.")
    assert (read.items[1].late, read.around.disputes) == ((), ())


def test_record_shows_the_objection_of_a_clock_that_forgot_the_close_as_late(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE + HOUR)
    before = record(round_)
    round_.clock.now = DEADLINE - HOUR
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Too late?")
    read = record(round_)
    assert (read.formula(), read.items[3].places) == (before.formula(), before.items[3].places)
    assert [(one.state, one.reasons) for one in read.items[3].late] == [("MY", "Too late?")]
    assert [one.state for one in read.around.disputes] == ["MY"]


def test_what_is_entered_after_the_close_is_late_to_its_state_and_stops_no_text(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE + HOUR)
    round_.enter("MY", ResponseKind.OBJECTION, 4, claimed_at=DEADLINE - HOUR)
    version, my = round_.world.versions[3], round_.world.states["MY"]
    [row] = history(round_.session, my.id).rows
    assert row.is_late
    heard = said(round_.session, [version.id])
    assert heard.blockers(version.id, round_.circulation) == []
    sheet = asked(round_.session, round_.circulation.id, my, round_.world.people["MY alternate"].id)
    assert sheet.positions[version.id].place is Place.SILENT
    texts = [one.text for one in round_.notices() if one.letter is Letter.RECEIPT]
    assert len(texts) == 2
    assert all("It was received at or after the deadline in force." in text for text in texts)
