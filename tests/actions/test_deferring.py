"""Tests of what goes to the next meeting: deferred after the close, referred from a hold (rule 31)."""

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.settable_clock import MORNING
from workflow.actions import course, deferring
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, WrongStatus
from workflow.domain.terms import CirculationStatus, Letter, Outcome, ResponseKind, Result, Status

OBJECTION = ResponseKind.OBJECTION


def defer(round_: Round, number: int = 4, by: str = "lead_shepherd") -> None:
    """Let somebody put an item on the next meeting's list."""
    round_.act(deferring.defer, round_.world.versions[number - 1].id, by=by, reason="For the meeting.")


def refer(round_: Round, by: str = "lead_shepherd") -> None:
    """Let somebody refer the circulation to the next meeting."""
    round_.act(deferring.refer, by=by, reason="Malaysia cannot be reached.")


@pytest.fixture
def broken(over: Round) -> Round:
    """Give a round closed with item 4 not endorsed."""
    return over


@pytest.fixture
def held(waiting: Round) -> Round:
    """Give a round held for Malaysia, with item 4 broken by Singapore."""
    waiting.serve_all_but("MY")
    waiting.lodge("SG contact_point", OBJECTION, 4)
    waiting.at(DEADLINE + HOUR)
    return waiting


def test_a_broken_item_is_deferred_after_the_close(broken: Round) -> None:
    defer(broken)
    assert broken.statuses()[3] is Status.DEFERRED
    assert broken.results()[3] is Result.NOT_ENDORSED
    assert broken.loaded.circulation.outcome is Outcome.PARTIALLY_ENDORSED
    entry = broken.entries(Entry.VERSIONS_MOVED)[-1]
    assert (entry["trigger"], entry["from"], entry["to"]) == ("defer", "silence_broken", "deferred")


def test_an_item_is_deferred_once(broken: Round) -> None:
    defer(broken)
    with broken.refused(WrongStatus):
        defer(broken)


def test_an_endorsed_item_is_not_deferred(broken: Round) -> None:
    with broken.refused(WrongStatus):
        defer(broken, 1)


def test_nothing_is_deferred_before_the_close(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", OBJECTION, 4)
    with round_.refused(WrongStatus):
        defer(round_)
    with round_.refused(WrongStatus):
        defer(round_, 1)


@pytest.mark.parametrize("name", ["secretariat", "programme", "MY contact_point"])
def test_only_the_lead_shepherd_defers(broken: Round, name: str) -> None:
    with broken.refused(NotAllowed):
        defer(broken, by=name)


@pytest.mark.parametrize("name", ["secretariat", "programme", "MY contact_point"])
def test_only_the_lead_shepherd_refers(held: Round, name: str) -> None:
    with held.refused(NotAllowed):
        refer(held, by=name)


def test_a_hold_is_referred_with_all_that_is_undecided_or_broken(held: Round) -> None:
    refer(held)
    circulation = held.loaded.circulation
    assert (circulation.status, circulation.outcome) == (CirculationStatus.CLOSED, Outcome.NOT_ENDORSED)
    assert (circulation.closed_at, circulation.close_cause) == (DEADLINE + HOUR, "referral")
    assert set(held.statuses()) == {Status.DEFERRED}
    assert held.results() == [Result.DEFERRED] * 6
    assert {version.decided_at for version in held.world.versions} == {None}
    # Why it was referred is told to every State, and stands in the record.
    letters = [one.text for one in held.notices() if one.letter is Letter.OUTCOME]
    assert {text.count("Malaysia cannot be reached.") for text in letters} == {6}
    assert {row.reason for row in held.loaded.items} == {"Malaysia cannot be reached."}
    told = {"lead_shepherd": 1, "secretariat": 1, "secretary": 1}
    assert held.told(Letter.OUTCOME) == {state.code: 2 for state in held.world.members} | told
    [entry] = held.entries(Entry.CLOSED)
    assert (entry["cause"], entry["actor"]) == ("referral", held.world.people["lead_shepherd"].public_id)
    moved = [one for one in held.entries(Entry.VERSIONS_MOVED) if one["trigger"] == "defer"]
    assert sorted(one["from"] for one in moved) == ["circulated", "silence_broken"]


def test_a_referral_needs_a_reason(held: Round) -> None:
    with held.refused(Invalid) as refused:
        held.act(deferring.refer, reason=" ")
    assert refused.value.field == "reason"


def test_a_referral_happens_once(held: Round) -> None:
    refer(held)
    with held.refused(WrongStatus):
        refer(held)
    assert held.at(DEADLINE + 30 * DAY).close_cause == "referral"


def test_only_a_hold_is_referred(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    with round_.refused(WrongStatus):
        refer(round_)
    round_.act(course.suspend, reason="A disaster.")
    with round_.refused(WrongStatus):
        refer(round_)
    round_.act(course.resume)
    round_.at(DEADLINE)
    with round_.refused(WrongStatus):
        refer(round_)
    assert round_.results() == [Result.ENDORSED] * 6


def test_an_item_that_left_before_the_referral_keeps_its_result(held: Round) -> None:
    [draft] = held.redraft(1)
    first = held.circulation
    held.dispatch(versions=[draft], deadline=DEADLINE + 35 * DAY)
    held.circulation = first
    refer(held)
    assert held.results() == [Result.SUPERSEDED] + [Result.DEFERRED] * 5
    assert held.loaded.circulation.outcome is Outcome.NOT_ENDORSED


def test_nothing_lapses_into_endorsement(broken: Round) -> None:
    defer(broken)
    broken.at(MORNING + 800 * DAY)
    assert broken.statuses()[3] is Status.DEFERRED
