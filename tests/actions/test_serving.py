"""Tests of what proves service, what voids it, and what a hold waits for (rules 7-9, 34)."""

from datetime import datetime, timedelta

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.settable_clock import MORNING
from workflow.actions import serving
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, WrongStatus
from workflow.domain.terms import (
    CirculationStatus,
    EvidenceKind,
    Letter,
    ResponseKind,
    Service,
    Status,
)
from workflow.models.notice import Notice
from workflow.queries import cases

HELD, CLOSED = CirculationStatus.HELD, CirculationStatus.CLOSED
SILENT = Status.NO_OBJECTION_DEADLINE
ADDRESSES = ("my.contact_point@example.org", "my.alternate@example.org")


def letters_to(round_: Round, code: str) -> list[Notice]:
    """Return the circulation letters to a State."""
    state = round_.world.states[code].id
    return [one for one in round_.notices() if one.state_id == state and one.letter is Letter.CIRCULATION]


def bounce(round_: Round, code: str) -> None:
    """Let every circulation letter to a State come back to the secretariat."""
    for notice in letters_to(round_, code):
        round_.act(serving.record_bounce, notice.id, by="secretariat", detail="550 5.1.1 unknown user")


def test_acceptance_by_the_mail_server_is_kept_with_its_reply(round_: Round) -> None:
    round_.dispatch()
    round_.at(MORNING + HOUR)
    round_.serve("MY")
    evidence = [one for one in round_.loaded.evidence if one.kind is EvidenceKind.ACCEPTED]
    assert [(one.at, one.address, one.detail) for one in evidence] == [
        (MORNING + HOUR, address, "250 ok") for address in ADDRESSES
    ]
    entries = round_.entries(Entry.SERVICE_ACCEPTED)
    assert [(one["actor"], one["on_behalf_of"], one["dated"]) for one in entries] == [
        ("clock", "MY", "2020-09-25T03:00:00.000000Z")
    ] * 2
    assert entries[0]["earliest_close"] == "2020-10-09T10:00:00.000000Z"


def test_only_a_letter_with_the_whole_paper_serves(round_: Round) -> None:
    round_.dispatch()
    round_.lodge("SG contact_point", ResponseKind.OBJECTION, 1)
    circulation, now = round_.locked()
    state = round_.world.states["MY"].id
    told = [one for one in round_.notices() if one.letter is Letter.OBJECTION and one.state_id == state]
    for notice in told:
        serving.accepted(round_.session, circulation, notice, now=now, reply="250 ok")
    assert len(told) == 2
    assert round_.evidence("MY") == []


def test_letters_that_wait_prove_nothing_and_hold(round_: Round) -> None:
    round_.dispatch()
    assert round_.at(DEADLINE).status is HELD
    assert round_.entries(Entry.HELD)[0]["states"] == sorted(state.code for state in round_.world.members)
    assert set(round_.statuses()) == {Status.CIRCULATED}
    assert set(round_.told(Letter.HELD)) == {"lead_shepherd", "secretariat", "secretary"} | {
        state.code for state in round_.world.members
    }


def test_one_state_unserved_holds_all_its_items(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("MY")
    circulation = round_.at(DEADLINE)
    assert (circulation.status, circulation.held_at, circulation.outcome) == (HELD, DEADLINE, None)
    assert round_.results() == [None] * 6
    assert round_.entries(Entry.HELD)[0]["states"] == ["MY"]


@pytest.mark.parametrize(("late_by", "status"), [(timedelta(), CLOSED), (INSTANT, HELD)])
def test_silence_must_run_the_full_period(round_: Round, late_by: timedelta, status: object) -> None:
    round_.dispatch()
    round_.serve_all_but("MY")
    # The last moment of Sunday in Jakarta still leaves ten working days.
    round_.at(datetime(2020, 9, 27, 16, 59, 59, 999999, tzinfo=MORNING.tzinfo) + late_by)
    round_.serve("MY")
    assert round_.at(DEADLINE).status is status


@pytest.mark.parametrize(("late_by", "status"), [(timedelta(), CLOSED), (INSTANT, HELD)])
def test_urgent_silence_must_run_the_floor(round_: Round, late_by: timedelta, status: object) -> None:
    deadline = MORNING + 3 * DAY + HOUR
    round_.dispatch(urgent=True, urgent_reasons="A summit.", deadline=deadline)
    round_.at(MORNING + HOUR + late_by)
    round_.serve()
    assert round_.at(deadline).status is status


def test_silence_does_not_run_before_the_window_ends(round_: Round) -> None:
    november = datetime(2020, 11, 6, 10, 0, tzinfo=MORNING.tzinfo)
    round_.dispatch(window_end=MORNING + 5 * DAY, deadline=november)
    round_.serve()
    assert round_.loaded.case().period.window_end == MORNING + 5 * DAY
    assert malaysia_counts_from(round_) == datetime(2020, 10, 14, 10, 0, tzinfo=MORNING.tzinfo)


def test_being_served_late_does_not_release_a_hold(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("MY")
    round_.at(DEADLINE)
    round_.serve("MY")
    round_.act(serving.acknowledge, by="MY contact_point")
    assert round_.at(DEADLINE + 30 * DAY).status is HELD


def test_a_bounce_voids_the_acceptance_at_its_address(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(MORNING + HOUR)
    bounce(round_, "MY")
    assert malaysia_counts_from(round_) is None
    assert {notice.status for notice in letters_to(round_, "MY")} == {Service.BOUNCED}
    assert set(round_.statuses()) == {SILENT}
    assert round_.at(DEADLINE).status is HELD
    assert round_.entries(Entry.HELD)[0]["states"] == ["MY"]


def test_a_bounce_at_one_address_leaves_the_other(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(MORNING + HOUR)
    notice = letters_to(round_, "MY")[0]
    round_.act(serving.record_bounce, notice.id, by="secretariat", detail="550 no such user")
    assert round_.at(DEADLINE).status is CLOSED


def test_a_refusal_of_any_letter_voids_the_acceptance(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.lodge("SG contact_point", ResponseKind.OBJECTION, 1)
    circulation, now = round_.locked()
    told = [one for one in round_.notices() if one.letter is Letter.OBJECTION and one.address in ADDRESSES]
    for notice in told:
        serving.failed(round_.session, circulation, notice, now=now, reply="550 no such user")
    assert [one["address"][:12] for one in round_.entries(Entry.SERVICE_BOUNCED)] == ["hmac-sha256:"] * 2
    assert round_.at(DEADLINE).status is HELD


def test_a_bounce_does_not_void_what_a_person_did(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.act(serving.acknowledge, by="MY alternate")
    round_.at(MORNING + HOUR)
    bounce(round_, "MY")
    assert round_.at(DEADLINE).status is CLOSED


def test_a_response_serves_its_state(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("MY")
    round_.lodge("MY contact_point", ResponseKind.COMMENT, 1)
    assert round_.evidence("MY") == [("responded", MORNING)]
    assert round_.at(DEADLINE).status is CLOSED


def test_acknowledging_is_kept_once_a_person(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    assert round_.act(serving.acknowledge, by="MY contact_point") is True
    assert round_.act(serving.acknowledge, by="MY contact_point") is False
    assert [one.status for one in letters_to(round_, "MY")] == [Service.ACKNOWLEDGED, Service.SENT]
    [entry] = round_.entries(Entry.SERVICE_ACKNOWLEDGED)
    public = round_.world.people["MY contact_point"].public_id
    assert (entry["person"], entry["actor"], entry["on_behalf_of"]) == (public, public, "MY")


@pytest.mark.parametrize("name", ["MY drafter", "lead_shepherd", "secretariat", "TL contact_point"])
def test_nobody_else_acknowledges(round_: Round, name: str) -> None:
    round_.dispatch()
    assert round_.act(serving.acknowledge, by=name) is False
    assert round_.loaded.evidence == []
    assert round_.entries(Entry.SERVICE_ACKNOWLEDGED) == []


def test_acknowledging_after_the_close_proves_nothing(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE)
    assert round_.act(serving.acknowledge, by="MY contact_point") is False


def test_serving_again_counts_from_then_on(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(MORNING + HOUR)
    bounce(round_, "MY")
    round_.at(MORNING + 2 * HOUR)
    assert round_.act(serving.reserve, "MY", by="secretariat") == 2
    assert len(letters_to(round_, "MY")) == 4
    assert round_.entries(Entry.SERVED_AGAIN)[0]["letters"] == 2
    circulation, now = round_.locked()
    for notice in letters_to(round_, "MY")[2:]:
        serving.accepted(round_.session, circulation, notice, now=now, reply="250 ok")
    assert malaysia_counts_from(round_) == DEADLINE
    assert round_.at(DEADLINE).status is CLOSED


def test_serving_again_needs_somebody_to_write_to(round_: Round) -> None:
    round_.dispatch()
    round_.clock.advance(HOUR)
    for role in ("contact_point", "alternate"):
        round_.world.appointments[f"MY {role}"].until = round_.clock()
    with round_.refused(Invalid):
        round_.act(serving.reserve, "MY")


def test_serving_again_is_over_with_the_circulation(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE)
    with round_.refused(WrongStatus):
        round_.act(serving.reserve, "MY")


@pytest.mark.parametrize("name", ["MY contact_point", "programme"])
def test_serving_again_is_for_the_offices(round_: Round, name: str) -> None:
    round_.dispatch()
    with round_.refused(NotAllowed):
        round_.act(serving.reserve, "MY", by=name)


def malaysia_counts_from(round_: Round) -> datetime | None:
    """Return the instant from which Malaysia's silence counts, as now known."""
    return cases.earliest_close(round_.session, round_.circulation, round_.world.states["MY"].id)


def test_a_letter_to_somebody_who_left_office_serves_nobody(round_: Round) -> None:
    round_.dispatch()
    circulation, now = round_.locked()
    former = round_.world.appointments["BN contact_point"]
    former.until = now
    letters = [one for one in round_.notices() if one.person_id == former.person_id and one.proves_service]
    for letter in letters:
        serving.accepted(round_.session, circulation, letter, now=now, reply="250 ok")
    assert len(letters) == 1
    assert round_.loaded.evidence == []
