"""The reference model on responses, people and the course of a circulation; the product has no part in it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.model.reference_cases import (
    DAY,
    DEADLINE,
    DISPATCH,
    HOUR,
    SECRETARY,
    SHEPHERD,
    STATES,
    TICK,
    body,
    contact,
    lodge,
    running,
)
from tests.model.reference_terms import Actor, Capacity, Kind, Outcome, Phase, Place, Status


def test_a_stale_submission_is_refused_unless_stronger() -> None:
    """Rule 24."""
    model, moment = running(), DISPATCH + DAY
    lodge(model, "fine", "laos", Kind.NO_OBJECTION, moment)
    assert lodge(model, "words", "laos", Kind.COMMENT, moment).rule == "24"
    assert lodge(model, "no", "laos", Kind.OBJECTION, moment).accepted
    assert lodge(model, "again", "laos", Kind.NO_OBJECTION, moment, replaces="fine").rule == "24"
    assert lodge(model, "after", "laos", Kind.COMMENT, moment, replaces="no").accepted
    assert model.place("round", "laos", "one") is Place.OBJECTION
    assert lodge(model, "end", "laos", Kind.RESERVATION, moment, replaces="no").accepted
    assert model.place("round", "laos", "one") is Place.RESERVATION


@pytest.mark.parametrize(
    "actor",
    [SECRETARY, SHEPHERD, Actor("laos-drafter", Capacity.DRAFTER), Actor("laos-drafter", Capacity.ALTERNATE)],
)
def test_only_a_contact_point_or_alternate_speaks(actor: Actor) -> None:
    """Rules 23, 25, 33."""
    assert not lodge(running(), "no", "laos", Kind.OBJECTION, DISPATCH + DAY, by=actor).accepted


def test_a_person_replaced_speaks_no_longer_and_what_was_said_stands() -> None:
    """Rules 2, 25."""
    model, moment = running(), DISPATCH + DAY
    lodge(model, "no", "laos", Kind.OBJECTION, moment)
    model.replace_person("laos-contact", "new", Capacity.CONTACT_POINT, at=moment)
    assert model.lift("no", by=contact("laos"), at=moment).rule == "25"
    assert model.lift("no", by=Actor("new", Capacity.CONTACT_POINT), at=moment).accepted


def test_a_paper_objection_counts_from_its_claimed_receipt() -> None:
    """Rule 26."""
    for hold, phase in ((True, Phase.CLOSED), (False, Phase.CLOSED)):
        model = running(("lead", "brunei") if hold else STATES, versions={"one": "one-1"})
        given: dict[str, Any] = {"kind": Kind.OBJECTION, "evidence": "letter", "by": SECRETARY}
        given |= {"claimed": DEADLINE - HOUR, "at": DEADLINE + HOUR}
        assert not model.enter_on_behalf("paper", "round", "laos", "one", **given).late
        assert model.phase("round") is phase
        assert model.results("round")["one"] is (Status.SILENCE_BROKEN if hold else Status.ENDORSED)
        assert len(model.disputes("round")) == (not hold)


def test_an_extension_out_of_a_hold_takes_what_came_meanwhile() -> None:
    """Rules 13, 16."""
    model = running(("lead", "brunei"))
    lodge(model, "no", "laos", Kind.OBJECTION, DEADLINE + HOUR)
    assert model.extend("round", DEADLINE + DAY * 13, "post", by=SHEPHERD, at=DEADLINE + HOUR).rule == "3"
    assert model.extend("round", DEADLINE + DAY * 14, "post", by=SHEPHERD, at=DEADLINE + HOUR).accepted
    assert not model.late("no")
    model.clock(at=DEADLINE + DAY * 14)
    assert model.outcome("round") is Outcome.PARTIALLY_ENDORSED


def test_a_suspension_stops_the_deadline_the_window_and_lateness() -> None:
    """Rules 13, 17."""
    model = running(window_end=DISPATCH + DAY * 7, deadline=datetime(2020, 10, 16, 10, tzinfo=UTC))
    model.suspend("round", "flood", by=SHEPHERD, at=DISPATCH + DAY * 6)
    assert not lodge(model, "words", "laos", Kind.COMMENT, DISPATCH + DAY * 40).late
    assert model.resume("round", by=SHEPHERD, at=DISPATCH + DAY * 41).accepted
    assert model.window_end("round") == DISPATCH + DAY * 42
    assert model.deadline("round") == datetime(2020, 11, 20, 10, tzinfo=UTC)
    model.clock(at=model.deadline("round"))
    assert model.outcome("round") is Outcome.ENDORSED


def test_a_package_breaks_and_returns_as_one() -> None:
    """Rule 27."""
    model, moment = running(package=True), DISPATCH + DAY
    lodge(model, "no", "laos", Kind.OBJECTION, moment)
    assert model.item_status("round", "two") is Status.SILENCE_BROKEN
    assert model.withdraw_item("round", "two", "why", by=SHEPHERD, at=moment).rule == "27"
    model.lift("no", by=contact("laos"), at=moment)
    assert model.item_status("round", "two") is Status.NO_OBJECTION_DEADLINE


def test_a_recirculation_supersedes_and_refuses_answers_to_the_old_text() -> None:
    """Rules 18, 30."""
    model, moment = running(), DISPATCH + HOUR
    model.draft("one", "one-2", "text", by=SHEPHERD, at=moment)
    given = {"deadline": DEADLINE, "authority": ("19th", date(2020, 9, 1)), "at": moment}
    assert model.dispatch("next", {"one": "one-2"}, by=SHEPHERD, **given).accepted  # type: ignore[arg-type]
    assert model.version_status("one-1") is Status.SUPERSEDED
    assert model.text_hash("one-1") == model.text_hash("one-2")
    verdict = lodge(model, "no", "laos", Kind.OBJECTION, moment)
    assert (verdict.rule, verdict.reason) == ("18", "superseded by one-2, or withdrawn")


def test_withdrawing_what_needs_a_missing_silence_releases_the_rest() -> None:
    """Rules 9, 31a."""
    model = running(("lead", "brunei"))
    lodge(model, "fine", "laos", Kind.NO_OBJECTION, DISPATCH + DAY * 9)
    model.clock(at=DEADLINE)
    assert model.waiting("round") == {"two": {"laos"}}
    model.withdraw_item("round", "two", "why", by=SHEPHERD, at=DEADLINE + DAY)
    assert model.results("round") == {"one": Status.ENDORSED}


def test_a_referral_defers_and_a_meeting_endorses_without_changing_the_outcome() -> None:
    """Rules 29, 31."""
    model = running(("lead",))
    assert model.refer("round", by=SHEPHERD, at=DEADLINE - TICK).rule == "31"
    assert model.refer("round", by=SHEPHERD, at=DEADLINE).accepted
    early, day = date(2020, 10, 8), date(2020, 10, 9)
    assert not model.endorse_at_meeting("round", "one", "20th", early, by=SECRETARY, at=DEADLINE).accepted
    assert model.endorse_at_meeting("round", "one", "20th", day, by=SECRETARY, at=DEADLINE).accepted
    assert model.item_status("round", "one") is Status.ENDORSED
    assert model.outcome("round") is Outcome.NOT_ENDORSED


def test_a_new_member_joins_at_the_next_dispatch_and_a_leaver_keeps_its_voice() -> None:
    """Rule 32."""
    model = running()
    model.admit("timor", date(2020, 9, 26), at=DISPATCH + DAY)
    model.appoint("timor-contact", Capacity.CONTACT_POINT, "timor", at=DISPATCH + DAY)
    model.end_membership("laos", date(2020, 9, 27), at=DISPATCH + DAY)
    assert lodge(model, "them", "timor", Kind.OBJECTION, DISPATCH + DAY * 5).rule == "32"
    assert lodge(model, "us", "laos", Kind.OBJECTION, DISPATCH + DAY * 5).accepted


def test_a_clock_that_fell_back_takes_blockers_only() -> None:
    """Rule 12."""
    model = running()
    model.clock(at=DISPATCH + DAY)
    back = DISPATCH + DAY - TICK
    assert lodge(model, "fine", "laos", Kind.NO_OBJECTION, back).rule == "12"
    assert lodge(model, "no", "laos", Kind.OBJECTION, back).accepted


def test_a_person_serves_one_state_only() -> None:
    """Rule 23."""
    model = body()
    for person, capacity, state in (
        ("laos-contact", Capacity.DRAFTER, "lead"),
        ("secretary", Capacity.DRAFTER, "laos"),
        ("laos-contact", Capacity.LEAD_SHEPHERD, None),
    ):
        assert model.appoint(person, capacity, state, at=DISPATCH).rule == "23"
    assert model.appoint("shepherd", Capacity.ALTERNATE, "lead", at=DISPATCH).accepted
