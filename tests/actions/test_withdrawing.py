"""Tests of withdrawing an item or a whole circulation while it runs (rules 27, 31a)."""

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.settable_clock import MORNING
from workflow.actions import course, deferring, withdrawing
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, NotFound, WrongStatus
from workflow.domain.terms import CirculationStatus, Letter, Outcome, ResponseKind, Result, Status
from workflow.models.circulation import CirculationItem

OPEN, SUSPENDED, HELD = CirculationStatus.OPEN, CirculationStatus.SUSPENDED, CirculationStatus.HELD
CLOSED, GONE = CirculationStatus.CLOSED, CirculationStatus.WITHDRAWN
OBJECTION, SILENT = ResponseKind.OBJECTION, Status.NO_OBJECTION_DEADLINE


def item(round_: Round, number: int = 4, by: str = "lead_shepherd") -> None:
    """Let somebody withdraw one item."""
    version = round_.world.versions[number - 1].id
    round_.act(withdrawing.withdraw_item, version, by=by, reason="The donor left.")


def whole(round_: Round, by: str = "lead_shepherd") -> None:
    """Let somebody withdraw the circulation."""
    round_.act(withdrawing.withdraw_circulation, by=by, reason="The donor left.")


def standing(round_: Round, status: CirculationStatus) -> Round:
    """Bring a round to this status; Malaysia is unserved in a hold."""
    round_.dispatch()
    round_.serve_all_but("MY") if status is HELD else round_.serve()
    if status is SUSPENDED:
        round_.act(course.suspend, reason="A disaster.")
    round_.at(DEADLINE if status is HELD else MORNING + HOUR)
    assert round_.status is status
    return round_


@pytest.mark.parametrize("status", [OPEN, SUSPENDED, HELD])
def test_an_item_is_withdrawn_while_its_circulation_runs(round_: Round, status: CirculationStatus) -> None:
    item(standing(round_, status))
    assert round_.statuses()[3] is Status.WITHDRAWN
    assert round_.results() == [None, None, None, Result.WITHDRAWN, None, None]
    assert round_.status is status
    assert round_.world.versions[3].decided_at == round_.clock()
    entry = round_.session.query(CirculationItem).filter_by(version_id=round_.world.versions[3].id).one()
    assert (entry.reason, entry.left_at) == ("The donor left.", round_.clock())
    assert round_.told(Letter.WITHDRAWAL) == {state.code: 2 for state in round_.world.members}
    assert [one["item"] for one in round_.entries(Entry.ITEM_WITHDRAWN)] == [round_.world.items[3].key]


@pytest.mark.parametrize("status", [OPEN, SUSPENDED, HELD])
def test_a_circulation_is_withdrawn_with_all_that_is_undecided(
    round_: Round, status: CirculationStatus
) -> None:
    whole(standing(round_, status))
    circulation = round_.loaded.circulation
    assert (circulation.status, circulation.outcome) == (GONE, None)
    assert (circulation.withdrawal_reason, circulation.closed_at) == ("The donor left.", round_.clock())
    assert set(round_.statuses()) == {Status.WITHDRAWN}
    assert round_.results() == [Result.WITHDRAWN] * 6
    assert round_.told(Letter.WITHDRAWAL) == {state.code: 2 for state in round_.world.members}
    assert len(round_.entries(Entry.WITHDRAWN)) == 1
    assert round_.at(DEADLINE + DAY).status is GONE


def test_a_circulation_without_items_left_is_withdrawn(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:2])
    item(round_, 1)
    assert round_.status is OPEN
    item(round_, 2)
    assert round_.status is GONE
    assert len(round_.entries(Entry.WITHDRAWN)) == 1


def test_a_broken_item_may_be_withdrawn(round_: Round) -> None:
    standing(round_, OPEN).lodge("MY contact_point", OBJECTION, 4)
    item(round_)
    circulation = round_.at(DEADLINE)
    assert circulation.outcome is Outcome.PARTIALLY_ENDORSED
    assert round_.results() == [Result.ENDORSED] * 3 + [Result.WITHDRAWN] + [Result.ENDORSED] * 2


def test_an_item_is_withdrawn_once(round_: Round) -> None:
    item(standing(round_, OPEN))
    with round_.refused(WrongStatus):
        item(round_)


def test_a_withdrawal_needs_a_reason(round_: Round) -> None:
    standing(round_, OPEN)
    with round_.refused(Invalid) as refused:
        round_.act(withdrawing.withdraw_item, round_.world.versions[0].id, reason=" ")
    assert refused.value.field == "reason"
    with round_.refused(Invalid):
        round_.act(withdrawing.withdraw_circulation, reason="")


@pytest.mark.parametrize("name", ["secretariat", "programme", "MY contact_point"])
def test_only_the_lead_shepherd_withdraws(round_: Round, name: str) -> None:
    standing(round_, OPEN)
    with round_.refused(NotAllowed):
        item(round_, by=name)
    with round_.refused(NotAllowed):
        whole(round_, by=name)


def test_an_item_of_another_circulation_is_not_found(round_: Round) -> None:
    standing(round_, OPEN)
    [draft] = round_.redraft(1)
    with round_.refused(NotFound):
        round_.act(withdrawing.withdraw_item, draft.id, reason="No.")


@pytest.mark.parametrize("number", [1, 4])
def test_after_the_close_neither_endorsed_nor_broken_is_withdrawn(round_: Round, number: int) -> None:
    standing(round_, OPEN).lodge("MY contact_point", OBJECTION, 4)
    round_.at(DEADLINE)
    with round_.refused(WrongStatus):
        item(round_, number)
    with round_.refused(WrongStatus):
        whole(round_)
    assert round_.status is CLOSED


def test_what_was_deferred_may_be_withdrawn_and_no_result_changes(round_: Round) -> None:
    standing(round_, OPEN).lodge("MY contact_point", OBJECTION, 4)
    round_.at(DEADLINE)
    before = round_.results()
    round_.act(deferring.defer, round_.world.versions[3].id)
    item(round_)
    assert (round_.statuses()[3], round_.results()) == (Status.WITHDRAWN, before)
    assert (round_.status, round_.loaded.circulation.outcome) == (CLOSED, Outcome.PARTIALLY_ENDORSED)


def test_no_item_of_a_running_package_is_withdrawn_alone(round_: Round) -> None:
    round_.dispatch(package=True)
    with round_.refused(WrongStatus):
        item(round_)
    whole(round_)
    assert set(round_.statuses()) == {Status.WITHDRAWN}


def test_the_only_item_of_a_package_may_be_withdrawn(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:1], package=True)
    item(round_, 1)
    assert round_.status is GONE


def test_withdrawn_text_returns_only_as_a_new_version(round_: Round) -> None:
    item(standing(round_, OPEN))
    with round_.refused(Invalid) as refused:
        round_.dispatch(versions=[round_.world.versions[3]])
    assert refused.value.field == "items"
    [draft] = round_.redraft(4)
    round_.dispatch(versions=[draft])
    assert draft.status is Status.CIRCULATED
    assert round_.statuses()[3] is Status.WITHDRAWN


def test_a_withdrawal_after_the_deadline_meets_a_late_job_too_late(round_: Round) -> None:
    standing(round_, OPEN).clock.now = DEADLINE + HOUR
    round_.at(DEADLINE + HOUR)
    with round_.refused(WrongStatus):
        item(round_)
    assert round_.results() == [Result.ENDORSED] * 6


def test_withdrawing_what_blocks_a_package_whole_leaves_nothing_running(round_: Round) -> None:
    round_.dispatch(package=True)
    round_.lodge("MY contact_point", OBJECTION, 4)
    whole(round_)
    assert round_.at(DEADLINE).status is GONE
