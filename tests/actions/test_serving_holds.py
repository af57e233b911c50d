"""Tests of holds: what holds a circulation at its deadline, what lets it go, what comes too late (9, 34)."""

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.actions.test_serving import CLOSED, HELD, bounce, letters_to
from tests.settable_clock import MORNING
from workflow.actions import serving, withdrawing
from workflow.audit.entries import Entry
from workflow.domain.terms import Outcome, ResponseKind, Result, Status
from workflow.models.circulation import Dispute


def test_explicit_answers_on_every_item_need_no_service(waiting: Round) -> None:
    waiting.serve_all_but("MY")
    waiting.at(DEADLINE - HOUR)
    waiting.lodge("MY contact_point", ResponseKind.NO_OBJECTION, 1, 2)
    waiting.lodge("MY contact_point", ResponseKind.RESERVATION, 3, 4)
    waiting.lodge("MY contact_point", ResponseKind.ABSTENTION, 5, 6)
    circulation = waiting.at(DEADLINE)
    assert (circulation.status, circulation.outcome) == (CLOSED, Outcome.ENDORSED)


def test_a_comment_leaves_its_state_silent(waiting: Round) -> None:
    waiting.serve_all_but("MY")
    waiting.at(DEADLINE - HOUR)
    waiting.lodge("MY contact_point", ResponseKind.COMMENT)
    assert waiting.at(DEADLINE).status is HELD


def test_a_response_tells_the_earliest_close_of_its_states_silence(waiting: Round) -> None:
    waiting.at(MORNING + 3 * DAY)
    waiting.lodge("MY contact_point", ResponseKind.COMMENT, 1)
    waiting.enter("SG", ResponseKind.NO_OBJECTION, 1)
    closes = {one["on_behalf_of"]: one["earliest_close"] for one in waiting.entries(Entry.LODGED)}
    # Answered on Monday, the first working day after the dispatch: ten more end a working day later.
    assert closes == dict.fromkeys(("MY", "SG"), "2020-10-12T10:00:00.000000Z")


def test_blocked_items_need_nobodys_silence(waiting: Round) -> None:
    waiting.lodge("SG contact_point", ResponseKind.OBJECTION)
    circulation = waiting.at(DEADLINE)
    assert (circulation.status, circulation.outcome) == (CLOSED, Outcome.NOT_ENDORSED)
    assert set(waiting.statuses()) == {Status.SILENCE_BROKEN}


def test_a_hold_that_nothing_depends_on_any_more_closes(waiting: Round) -> None:
    waiting.serve_all_but("MY")
    waiting.at(DEADLINE - HOUR)
    waiting.lodge("MY contact_point", ResponseKind.NO_OBJECTION, 1, 2, 3, 4)
    waiting.at(DEADLINE)
    waiting.act(withdrawing.withdraw_item, waiting.world.versions[4].id, reason="Not needed.")
    assert waiting.status is HELD
    waiting.at(DEADLINE + DAY)
    waiting.act(withdrawing.withdraw_item, waiting.world.versions[5].id, reason="Not needed.")
    circulation = waiting.loaded.circulation
    assert (circulation.status, circulation.close_cause) == (CLOSED, "nothing_missing")
    assert circulation.closed_at == DEADLINE + DAY
    assert waiting.results() == [Result.ENDORSED] * 4 + [Result.WITHDRAWN] * 2
    assert circulation.outcome is Outcome.PARTIALLY_ENDORSED


def test_a_state_unserved_by_a_later_bounce_keeps_a_hold(waiting: Round) -> None:
    waiting.serve_all_but("MY")
    waiting.at(DEADLINE - HOUR)
    waiting.lodge("MY contact_point", ResponseKind.NO_OBJECTION, 1, 2, 3, 4, 5)
    waiting.at(DEADLINE)
    bounce(waiting, "SG")
    waiting.act(withdrawing.withdraw_item, waiting.world.versions[5].id, reason="Not needed.")
    assert waiting.status is HELD


def test_a_bounce_after_the_close_opens_a_dispute_and_changes_nothing(running: Round) -> None:
    running.at(DEADLINE + HOUR)
    before = running.results()
    notice = letters_to(running, "MY")[0]
    running.act(serving.record_bounce, notice.id, by="secretariat", detail="550 came late")
    dispute = running.session.query(Dispute).one()
    assert (dispute.kind, dispute.state_id) == ("late_bounce", running.world.states["MY"].id)
    assert (dispute.notice_id, dispute.opened_at) == (notice.id, DEADLINE + HOUR)
    assert [one["on_behalf_of"] for one in running.entries(Entry.DISPUTE_OPENED)] == ["MY"]
    assert (running.status, running.results()) == (CLOSED, before)


def test_a_bounce_recorded_after_the_deadline_meets_a_late_job_too_late(running: Round) -> None:
    # No job ran at the deadline; the secretariat comes first.
    running.clock.now = DEADLINE + HOUR
    bounce(running, "MY")
    assert (running.status, running.results()) == (CLOSED, [Result.ENDORSED] * 6)
    assert running.session.query(Dispute).count() == 2
