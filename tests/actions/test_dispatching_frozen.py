"""Tests of what a dispatch freezes: roster, addressees, number, rules and calendars (rules 2, 4, 32)."""

from datetime import UTC, datetime

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.factories import NEWEST
from tests.settable_clock import MORNING
from workflow.actions import dispatching
from workflow.domain.errors import RosterIncomplete
from workflow.domain.rules import Rules, Span
from workflow.domain.terms import CirculationStatus, Letter, ResponseKind, Status

#: 26 October 2025, 00:00 in Jakarta: the day Timor-Leste is admitted on.
ADMITTED = datetime(2025, 10, 25, 17, 0, tzinfo=UTC)
NOVEMBER = datetime(2025, 11, 14, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(("now", "count"), [(ADMITTED - INSTANT, 10), (ADMITTED, 11)])
def test_roster_is_the_membership_of_the_local_day(round_: Round, now: datetime, count: int) -> None:
    round_.clock.now = now
    round_.dispatch(deadline=NOVEMBER)
    codes = [state.code for state in round_.loaded.states]
    assert (len(codes), NEWEST in codes) == (count, count == 11)
    assert (NEWEST in round_.told(Letter.CIRCULATION)) == (count == 11)


def test_roster_stays_when_a_state_is_admitted_later(round_: Round) -> None:
    round_.clock.now = ADMITTED - HOUR
    round_.dispatch(deadline=NOVEMBER)
    round_.serve()
    round_.at(ADMITTED + DAY)
    assert NEWEST not in [state.code for state in round_.loaded.states]
    round_.at(NOVEMBER)
    assert set(round_.statuses()) == {Status.ENDORSED}


def ended(round_: Round, *names: str) -> None:
    """End the appointments of these names now."""
    for name in names:
        round_.world.appointments[name].until = round_.clock()


def test_dispatch_names_the_states_without_a_contact_point(round_: Round) -> None:
    round_.clock.advance(HOUR)
    ended(round_, "MY contact_point", "MY alternate", "BN contact_point", "BN alternate")
    with round_.refused(RosterIncomplete) as refused:
        round_.dispatch()
    assert refused.value.details == {"states": ["Brunei Darussalam", "Malaysia"]}
    assert refused.value.field == "roster"


def test_dispatch_does_not_take_an_alternate_for_a_contact_point(round_: Round) -> None:
    round_.clock.advance(HOUR)
    ended(round_, "MY contact_point")
    with round_.refused(RosterIncomplete) as refused:
        round_.dispatch(deadline=DEADLINE + 3 * DAY)
    assert refused.value.details == {"states": ["Malaysia"]}


def test_dispatch_does_not_count_a_deactivated_contact_point(round_: Round) -> None:
    round_.world.people["MY contact_point"].active = False
    with round_.refused(RosterIncomplete):
        round_.dispatch()


def test_dispatch_asks_nothing_of_a_state_that_is_no_member_yet(round_: Round) -> None:
    round_.clock.advance(HOUR)
    ended(round_, f"{NEWEST} contact_point", f"{NEWEST} alternate")
    assert round_.dispatch().status is CirculationStatus.OPEN


def test_addressees_of_record_are_frozen(round_: Round) -> None:
    frozen = round_.dispatch().frozen["addressees"]
    point, alternate = (round_.world.people[f"MY {role}"] for role in ("contact_point", "alternate"))
    expected = [[point.public_id, "my.contact_point@example.org"], [alternate.public_id, alternate.email]]
    point.email = "elsewhere@example.org"
    round_.session.flush()
    assert round_.loaded.circulation.frozen["addressees"] == frozen
    assert frozen["MY"] == expected
    assert sorted(frozen) == sorted(state.code for state in round_.world.members)


def test_who_is_written_to_again_follows_the_appointments_of_that_moment(round_: Round) -> None:
    round_.dispatch()
    round_.clock.advance(HOUR)
    ended(round_, "MY contact_point")
    round_.clock.advance(HOUR)
    round_.lodge("SG contact_point", ResponseKind.OBJECTION, 1)
    assert "MY contact_point" not in round_.letters(Letter.OBJECTION)
    assert "MY alternate" in round_.letters(Letter.OBJECTION)


def test_symbols_number_the_circulations_of_a_year(round_: Round) -> None:
    first = round_.dispatch(versions=round_.world.versions[:1]).symbol
    second = round_.dispatch(versions=round_.world.versions[1:2]).symbol
    # New Year in Jakarta, still 2020 in UTC.
    round_.clock.now = datetime(2020, 12, 31, 17, 0, tzinfo=UTC)
    deadline = datetime(2021, 1, 29, 10, 0, tzinfo=UTC)
    third = round_.dispatch(versions=round_.world.versions[2:3], deadline=deadline)
    assert [first, second, third.symbol] == ["SOMTC/2020/1", "SOMTC/2020/2", "SOMTC/2021/1"]
    assert (third.year, third.number) == (2021, 1)


def rules_changed(round_: Round) -> None:
    """Let the body change every rule that could matter."""
    body = round_.world.body
    body.rules = Rules(
        zone="Asia/Bangkok",
        deadline_hour="12:00",
        minimum=Span(working_days=30),
        floor_seconds=3600,
        reminders=(),
        calendars=("MY",),
        inputs_block=False,
        positions_visible_to_states=True,
    ).to_json()
    body.holiday_overrides = {"ID": {"2020-10-05": "A day proclaimed later"}}
    round_.session.flush()


def test_later_rules_do_not_touch_a_running_circulation(round_: Round) -> None:
    before = round_.dispatch().frozen
    rules_changed(round_)
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.INPUT, 4)
    assert round_.loaded.circulation.frozen == before
    assert round_.loaded.rules == Rules(zone="Asia/Jakarta", calendars=("ID",))
    assert round_.statuses()[3] is Status.SILENCE_BROKEN
    circulation = round_.at(DEADLINE)
    assert (circulation.status, circulation.deadline) == (CirculationStatus.CLOSED, DEADLINE)
    assert round_.statuses() == [Status.ENDORSED] * 3 + [Status.SILENCE_BROKEN] + [Status.ENDORSED] * 2


def test_later_rules_bind_the_next_circulation(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:1])
    rules_changed(round_)
    january = datetime(2021, 1, 29, 5, 0, tzinfo=UTC)
    circulation = round_.dispatch(versions=round_.world.versions[1:2], deadline=january)
    assert circulation.zone == "Asia/Bangkok"
    assert round_.loaded.rules.minimum == Span(working_days=30)


def test_a_later_holiday_moves_no_deadline_and_no_period(round_: Round) -> None:
    round_.dispatch()
    rules_changed(round_)
    round_.serve()
    case = round_.loaded.case()
    assert case.period.working_time.period_end(MORNING) == DEADLINE
    assert round_.at(DEADLINE).status is CirculationStatus.CLOSED


def test_a_preparation_takes_the_rules_of_its_dispatch(round_: Round) -> None:
    circulation = round_.prepare(versions=round_.world.versions[:1])
    body = round_.world.body
    body.rules = {**body.rules, "inputs_block": False}
    round_.session.flush()
    shepherd = round_.world.actor("lead_shepherd")
    dispatching.dispatch(round_.session, circulation, by=shepherd, now=round_.clock())
    assert Rules.from_json(circulation.frozen["rules"]).inputs_block is False
