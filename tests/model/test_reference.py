"""The reference model on time, dispatch, service and outcome; the product has no part in it."""

from datetime import UTC, date, datetime, time, timedelta
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
    dispatch,
    lodge,
    running,
)
from tests.model.reference_terms import (
    Actor,
    Calendar,
    Capacity,
    Forecast,
    Kind,
    Outcome,
    Phase,
    Place,
    Refused,
    Rules,
    Status,
)
from tests.model.reference_time import announced, is_working_day, period_end, resumed_end


def test_ten_working_days_end_as_in_the_example() -> None:
    """Rule 11."""
    assert period_end(Rules(), DISPATCH) == DEADLINE


def test_brunei_weekend_is_friday_and_sunday() -> None:
    """Rule 11."""
    rules = Rules(calendars=(Calendar(), Calendar(weekend=frozenset({4, 6}))))
    days = [date(2020, 9, 28) + DAY * number for number in range(7)]
    assert [is_working_day(rules, day) for day in days] == [True] * 4 + [False] * 3


@pytest.mark.parametrize("day", [date(2020, 3, 29), date(2020, 10, 25)])
def test_an_instant_missing_or_double_in_its_zone_is_refused(day: date) -> None:
    """Rule 10."""
    with pytest.raises(Refused):
        announced(day, time(2, 30), "Europe/Berlin")


def test_a_resumed_period_keeps_its_working_days_and_its_hours() -> None:
    """Rule 17."""
    stopped = datetime(2020, 10, 7, 2, tzinfo=UTC)
    assert resumed_end(Rules(), DEADLINE, stopped, stopped + 7 * DAY) == DEADLINE + 7 * DAY
    assert resumed_end(Rules(), DEADLINE, stopped, stopped + HOUR) == DEADLINE + 3 * DAY


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"authority": None}, "1"),
        ({"authority": ("19th SOMTC", date(2020, 9, 26))}, "1"),
        ({"deadline": DEADLINE - TICK}, "3"),
        ({"deadline": DEADLINE + DAY}, "11"),
        ({"window_end": DISPATCH + DAY * 3}, "3"),
        ({"deadline": DISPATCH + 71 * HOUR, "urgent_reasons": "flood"}, "3"),
        ({"deadline": DISPATCH + 72 * HOUR, "urgent_reasons": ""}, "3"),
        ({"versions": {}}, "Terms"),
    ],
)
def test_a_dispatch_is_refused_by_its_rule(changes: dict[str, Any], rule: str) -> None:
    """Rules 1-5, 11."""
    assert dispatch(body(), **changes).rule == rule


def test_a_dispatch_names_the_states_without_address() -> None:
    """Rule 4."""
    model = body()
    model.set_email("laos-contact", None, at=DISPATCH)
    verdict = dispatch(model)
    assert (verdict.rule, verdict.reason) == ("4", "no address: ['laos']")


def test_silence_of_served_states_endorses_at_the_deadline_and_not_before() -> None:
    """Rules 9, 13, 34."""
    model = running()
    model.clock(at=DEADLINE - TICK)
    assert model.item_status("round", "one") is Status.NO_OBJECTION_DEADLINE
    model.clock(at=DEADLINE)
    assert model.outcome("round") is Outcome.ENDORSED
    assert {model.place("round", state, "one") for state in STATES} == {Place.SILENT}


@pytest.mark.parametrize(
    ("offset", "status"), [(-TICK, "silence_broken"), (0 * TICK, "endorsed"), (TICK, "endorsed")]
)
def test_an_objection_counts_strictly_before_the_deadline(offset: timedelta, status: str) -> None:
    """Rule 13."""
    model = running()
    verdict = lodge(model, "no", "laos", Kind.OBJECTION, DEADLINE + offset)
    model.clock(at=DEADLINE + DAY)
    assert (verdict.accepted, verdict.late) == (True, status == "endorsed")
    assert model.item_status("round", "one") == status
    assert model.item_status("round", "two") is Status.ENDORSED


@pytest.mark.parametrize("missing", STATES)
def test_an_unserved_state_holds(missing: str) -> None:
    """Rules 9, 36; the Lead Shepherd's State is served like any other (Terms)."""
    model = running(tuple(state for state in STATES if state != missing))
    assert model.dry_run("round") == {"one": Forecast.HELD, "two": Forecast.HELD}
    model.mail_accepted("round", f"{missing}-contact", at=DEADLINE)
    model.clock(at=DEADLINE + DAY)
    assert model.phase("round") is Phase.HELD
    assert model.waiting("round") == {"one": {missing}, "two": {missing}}


def test_a_bounce_voids_service_until_another_address_serves() -> None:
    """Rule 9: the acknowledgement came too late for a full period."""
    model = running()
    model.bounce("laos-contact@example.org", at=DISPATCH + DAY * 3)
    assert model.served_since("round", "laos") is None
    model.acknowledge("round", by=Actor("laos-alternate", Capacity.ALTERNATE), at=DISPATCH + DAY * 4)
    model.clock(at=DEADLINE)
    assert model.phase("round") is Phase.HELD


def test_a_bounce_after_the_close_is_a_dispute_only() -> None:
    """Rule 34."""
    model = running()
    model.bounce("laos-contact@example.org", at=DEADLINE)
    assert model.outcome("round") is Outcome.ENDORSED
    assert len(model.disputes("round")) == 1


def test_an_explicit_answer_needs_no_service_but_a_comment_does() -> None:
    """Rule 9."""
    for kind, phase in ((Kind.ABSTENTION, Phase.CLOSED), (Kind.COMMENT, Phase.HELD)):
        model = running(("lead", "brunei"), versions={"one": "one-1"})
        lodge(model, "said", "laos", kind, DEADLINE - HOUR)
        model.clock(at=DEADLINE)
        assert model.phase("round") is phase


def test_all_blocked_closes_without_a_hold() -> None:
    """Rules 9, 28."""
    model = running(("lead",))
    verdict = model.object_to_all("all", "round", by=contact("laos"), at=DISPATCH + DAY)
    assert verdict.receipts == ("all:one", "all:two")
    model.clock(at=DEADLINE)
    assert (model.phase("round"), model.outcome("round")) == (Phase.CLOSED, Outcome.NOT_ENDORSED)


def test_an_override_takes_two_people_of_two_offices() -> None:
    """Rule 9."""
    model = running(("lead", "brunei"))
    moment, later = DISPATCH + HOUR, DEADLINE + DAY
    for _ in range(2):
        model.override("round", "laos", moment, "telephone", by=SHEPHERD, at=later)
    assert model.phase("round") is Phase.HELD
    model.override("round", "laos", moment + TICK, "telephone", by=SECRETARY, at=later)
    assert model.phase("round") is Phase.HELD
    model.override("round", "laos", moment, "telephone", by=SECRETARY, at=later)
    assert model.outcome("round") is Outcome.ENDORSED


def test_an_override_spares_a_late_objection() -> None:
    """Rule 9, last sentence."""
    model = running(("lead", "brunei"))
    lodge(model, "no", "laos", Kind.OBJECTION, DEADLINE + HOUR)
    for office in (SHEPHERD, SECRETARY):
        model.override("round", "laos", DISPATCH, "telephone", by=office, at=DEADLINE + DAY)
    assert model.waiting("round") == {"one": {"laos"}}


def test_a_lifted_objection_returns_its_item_to_silence_in_time_only() -> None:
    """Rules 18, 29."""
    for moment, status in ((DEADLINE - TICK, Status.ENDORSED), (DEADLINE, Status.SILENCE_BROKEN)):
        model = running()
        lodge(model, "no", "laos", Kind.OBJECTION, DISPATCH + DAY)
        assert model.lift("no", by=contact("brunei"), at=DISPATCH + DAY).rule == "29"
        assert model.lift("no", by=Actor("laos-alternate", Capacity.ALTERNATE), at=moment).accepted
        model.clock(at=DEADLINE)
        assert model.item_status("round", "one") is status


def test_an_input_blocks_until_its_answer_is_accepted() -> None:
    """Rule 19."""
    model = running()
    lodge(model, "change", "laos", Kind.INPUT, DISPATCH + DAY)
    assert model.accept_answer("change", by=contact("laos"), at=DISPATCH + DAY).rule == "19"
    model.answer_input("change", by=SHEPHERD, at=DISPATCH + DAY)
    assert model.item_status("round", "one") is Status.SILENCE_BROKEN
    model.accept_answer("change", by=contact("laos"), at=DISPATCH + DAY)
    assert model.item_status("round", "one") is Status.NO_OBJECTION_DEADLINE
    assert model.place("round", "laos", "one") is Place.INPUT_DISPOSED
