"""Tests of holds: what holds a circulation at its deadline, what lets it go, what comes too late (9, 34)."""

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.actions.test_serving import CLOSED, HELD, bounce, letters_to
from tests.settable_clock import MORNING
from workflow.actions import serving, withdrawing
from workflow.audit.entries import Entry
from workflow.domain.terms import Outcome, ResponseKind, Result, Status
from workflow.models.circulation import Dispute


def test_explicit_answers_on_every_item_need_no_service(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("MY")
    round_.at(DEADLINE - HOUR)
    round_.lodge("MY contact_point", ResponseKind.NO_OBJECTION, 1, 2)
    round_.lodge("MY contact_point", ResponseKind.RESERVATION, 3, 4)
    round_.lodge("MY contact_point", ResponseKind.ABSTENTION, 5, 6)
    circulation = round_.at(DEADLINE)
    assert (circulation.status, circulation.outcome) == (CLOSED, Outcome.ENDORSED)


def test_a_comment_leaves_its_state_silent(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("MY")
    round_.at(DEADLINE - HOUR)
    round_.lodge("MY contact_point", ResponseKind.COMMENT)
    assert round_.at(DEADLINE).status is HELD


def test_a_response_tells_the_earliest_close_of_its_states_silence(round_: Round) -> None:
    round_.dispatch()
    round_.at(MORNING + 3 * DAY)
    round_.lodge("MY contact_point", ResponseKind.COMMENT, 1)
    round_.enter("SG", ResponseKind.NO_OBJECTION, 1)
    closes = {one["on_behalf_of"]: one["earliest_close"] for one in round_.entries(Entry.LODGED)}
    # Answered on Monday, the first working day after the dispatch: ten more end a working day later.
    assert closes == dict.fromkeys(("MY", "SG"), "2020-10-12T10:00:00.000000Z")


def test_blocked_items_need_nobodys_silence(round_: Round) -> None:
    round_.dispatch()
    round_.lodge("SG contact_point", ResponseKind.OBJECTION)
    circulation = round_.at(DEADLINE)
    assert (circulation.status, circulation.outcome) == (CLOSED, Outcome.NOT_ENDORSED)
    assert set(round_.statuses()) == {Status.SILENCE_BROKEN}


def test_a_hold_that_nothing_depends_on_any_more_closes(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("MY")
    round_.at(DEADLINE - HOUR)
    round_.lodge("MY contact_point", ResponseKind.NO_OBJECTION, 1, 2, 3, 4)
    round_.at(DEADLINE)
    round_.act(withdrawing.withdraw_item, round_.world.versions[4].id, reason="Not needed.")
    assert round_.status is HELD
    round_.at(DEADLINE + DAY)
    round_.act(withdrawing.withdraw_item, round_.world.versions[5].id, reason="Not needed.")
    circulation = round_.loaded.circulation
    assert (circulation.status, circulation.close_cause) == (CLOSED, "nothing_missing")
    assert circulation.closed_at == DEADLINE + DAY
    assert round_.results() == [Result.ENDORSED] * 4 + [Result.WITHDRAWN] * 2
    assert circulation.outcome is Outcome.PARTIALLY_ENDORSED


def test_a_state_unserved_by_a_later_bounce_keeps_a_hold(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("MY")
    round_.at(DEADLINE - HOUR)
    round_.lodge("MY contact_point", ResponseKind.NO_OBJECTION, 1, 2, 3, 4, 5)
    round_.at(DEADLINE)
    bounce(round_, "SG")
    round_.act(withdrawing.withdraw_item, round_.world.versions[5].id, reason="Not needed.")
    assert round_.status is HELD


def test_a_bounce_after_the_close_opens_a_dispute_and_changes_nothing(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE + HOUR)
    before = round_.results()
    notice = letters_to(round_, "MY")[0]
    round_.act(serving.record_bounce, notice.id, by="secretariat", detail="550 came late")
    dispute = round_.session.query(Dispute).one()
    assert (dispute.kind, dispute.state_id) == ("late_bounce", round_.world.states["MY"].id)
    assert (dispute.notice_id, dispute.opened_at) == (notice.id, DEADLINE + HOUR)
    assert [one["on_behalf_of"] for one in round_.entries(Entry.DISPUTE_OPENED)] == ["MY"]
    assert (round_.status, round_.results()) == (CLOSED, before)


def test_a_bounce_recorded_after_the_deadline_meets_a_late_job_too_late(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    # No job ran at the deadline; the secretariat comes first.
    round_.clock.now = DEADLINE + HOUR
    bounce(round_, "MY")
    assert (round_.status, round_.results()) == (CLOSED, [Result.ENDORSED] * 6)
    assert round_.session.query(Dispute).count() == 2
