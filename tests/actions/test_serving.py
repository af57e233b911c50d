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


def test_acceptance_by_the_mail_server_is_kept_with_its_reply(waiting: Round) -> None:
    waiting.at(MORNING + HOUR)
    waiting.serve("MY")
    evidence = [one for one in waiting.loaded.evidence if one.kind is EvidenceKind.ACCEPTED]
    assert [(one.at, one.address, one.detail) for one in evidence] == [
        (MORNING + HOUR, address, "250 ok") for address in ADDRESSES
    ]
    entries = waiting.entries(Entry.SERVICE_ACCEPTED)
    assert [(one["actor"], one["on_behalf_of"], one["dated"]) for one in entries] == [
        ("clock", "MY", "2020-09-25T03:00:00.000000Z")
    ] * 2
    assert entries[0]["earliest_close"] == "2020-10-09T10:00:00.000000Z"


def test_only_a_letter_with_the_whole_paper_serves(waiting: Round) -> None:
    waiting.lodge("SG contact_point", ResponseKind.OBJECTION, 1)
    circulation, now = waiting.locked()
    state = waiting.world.states["MY"].id
    told = [one for one in waiting.notices() if one.letter is Letter.OBJECTION and one.state_id == state]
    for notice in told:
        serving.accepted(waiting.session, circulation, notice, now=now, reply="250 ok")
    assert len(told) == 2
    assert waiting.evidence("MY") == []


def test_letters_that_wait_prove_nothing_and_hold(waiting: Round) -> None:
    assert waiting.at(DEADLINE).status is HELD
    assert waiting.entries(Entry.HELD)[0]["states"] == sorted(state.code for state in waiting.world.members)
    assert set(waiting.statuses()) == {Status.CIRCULATED}
    assert set(waiting.told(Letter.HELD)) == {"lead_shepherd", "secretariat", "secretary"} | {
        state.code for state in waiting.world.members
    }


def test_one_state_unserved_holds_all_its_items(waiting: Round) -> None:
    waiting.serve_all_but("MY")
    circulation = waiting.at(DEADLINE)
    assert (circulation.status, circulation.held_at, circulation.outcome) == (HELD, DEADLINE, None)
    assert waiting.results() == [None] * 6
    assert waiting.entries(Entry.HELD)[0]["states"] == ["MY"]


@pytest.mark.parametrize(("late_by", "status"), [(timedelta(), CLOSED), (INSTANT, HELD)])
def test_silence_must_run_the_full_period(waiting: Round, late_by: timedelta, status: object) -> None:
    waiting.serve_all_but("MY")
    # The last moment of Sunday in Jakarta still leaves ten working days.
    waiting.at(datetime(2020, 9, 27, 16, 59, 59, 999999, tzinfo=MORNING.tzinfo) + late_by)
    waiting.serve("MY")
    assert waiting.at(DEADLINE).status is status


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


def test_being_served_late_does_not_release_a_hold(waiting: Round) -> None:
    waiting.serve_all_but("MY")
    waiting.at(DEADLINE)
    waiting.serve("MY")
    waiting.act(serving.acknowledge, by="MY contact_point")
    assert waiting.at(DEADLINE + 30 * DAY).status is HELD


def test_a_bounce_voids_the_acceptance_at_its_address(running: Round) -> None:
    running.at(MORNING + HOUR)
    bounce(running, "MY")
    assert malaysia_counts_from(running) is None
    assert {notice.status for notice in letters_to(running, "MY")} == {Service.BOUNCED}
    assert set(running.statuses()) == {SILENT}
    assert running.at(DEADLINE).status is HELD
    assert running.entries(Entry.HELD)[0]["states"] == ["MY"]


def test_a_bounce_at_one_address_leaves_the_other(running: Round) -> None:
    running.at(MORNING + HOUR)
    notice = letters_to(running, "MY")[0]
    running.act(serving.record_bounce, notice.id, by="secretariat", detail="550 no such user")
    assert running.at(DEADLINE).status is CLOSED


def test_a_refusal_of_any_letter_voids_the_acceptance(running: Round) -> None:
    running.lodge("SG contact_point", ResponseKind.OBJECTION, 1)
    circulation, now = running.locked()
    told = [one for one in running.notices() if one.letter is Letter.OBJECTION and one.address in ADDRESSES]
    for notice in told:
        serving.failed(running.session, circulation, notice, now=now, reply="550 no such user")
    assert [one["address"][:12] for one in running.entries(Entry.SERVICE_BOUNCED)] == ["hmac-sha256:"] * 2
    assert running.at(DEADLINE).status is HELD


def test_a_bounce_does_not_void_what_a_person_did(running: Round) -> None:
    running.act(serving.acknowledge, by="MY alternate")
    running.at(MORNING + HOUR)
    bounce(running, "MY")
    assert running.at(DEADLINE).status is CLOSED


def test_a_response_serves_its_state(waiting: Round) -> None:
    waiting.serve_all_but("MY")
    waiting.lodge("MY contact_point", ResponseKind.COMMENT, 1)
    assert waiting.evidence("MY") == [("responded", MORNING)]
    assert waiting.at(DEADLINE).status is CLOSED


def test_acknowledging_is_kept_once_a_person(running: Round) -> None:
    assert running.act(serving.acknowledge, by="MY contact_point") is True
    assert running.act(serving.acknowledge, by="MY contact_point") is False
    assert [one.status for one in letters_to(running, "MY")] == [Service.ACKNOWLEDGED, Service.SENT]
    [entry] = running.entries(Entry.SERVICE_ACKNOWLEDGED)
    public = running.world.people["MY contact_point"].public_id
    assert (entry["person"], entry["actor"], entry["on_behalf_of"]) == (public, public, "MY")


@pytest.mark.parametrize("name", ["MY drafter", "lead_shepherd", "secretariat", "TL contact_point"])
def test_nobody_else_acknowledges(waiting: Round, name: str) -> None:
    assert waiting.act(serving.acknowledge, by=name) is False
    assert waiting.loaded.evidence == []
    assert waiting.entries(Entry.SERVICE_ACKNOWLEDGED) == []


def test_acknowledging_after_the_close_proves_nothing(running: Round) -> None:
    running.at(DEADLINE)
    assert running.act(serving.acknowledge, by="MY contact_point") is False


def test_serving_again_counts_from_then_on(running: Round) -> None:
    running.at(MORNING + HOUR)
    bounce(running, "MY")
    running.at(MORNING + 2 * HOUR)
    assert running.act(serving.reserve, "MY", by="secretariat") == 2
    assert len(letters_to(running, "MY")) == 4
    assert running.entries(Entry.SERVED_AGAIN)[0]["letters"] == 2
    circulation, now = running.locked()
    for notice in letters_to(running, "MY")[2:]:
        serving.accepted(running.session, circulation, notice, now=now, reply="250 ok")
    assert malaysia_counts_from(running) == DEADLINE
    assert running.at(DEADLINE).status is CLOSED


def test_serving_again_needs_somebody_to_write_to(waiting: Round) -> None:
    waiting.clock.advance(HOUR)
    for role in ("contact_point", "alternate"):
        waiting.world.appointments[f"MY {role}"].until = waiting.clock()
    with waiting.refused(Invalid):
        waiting.act(serving.reserve, "MY")


def test_serving_again_is_over_with_the_circulation(running: Round) -> None:
    running.at(DEADLINE)
    with running.refused(WrongStatus):
        running.act(serving.reserve, "MY")


@pytest.mark.parametrize("name", ["MY contact_point", "programme"])
def test_serving_again_is_for_the_offices(waiting: Round, name: str) -> None:
    with waiting.refused(NotAllowed):
        waiting.act(serving.reserve, "MY", by=name)


def malaysia_counts_from(round_: Round) -> datetime | None:
    """Return the instant from which Malaysia's silence counts, as now known."""
    return cases.earliest_close(round_.session, round_.circulation, round_.world.states["MY"].id)


def test_a_letter_to_somebody_who_left_office_serves_nobody(waiting: Round) -> None:
    circulation, now = waiting.locked()
    former = waiting.world.appointments["BN contact_point"]
    former.until = now
    letters = [one for one in waiting.notices() if one.person_id == former.person_id and one.proves_service]
    for letter in letters:
        serving.accepted(waiting.session, circulation, letter, now=now, reply="250 ok")
    assert len(letters) == 1
    assert waiting.loaded.evidence == []
