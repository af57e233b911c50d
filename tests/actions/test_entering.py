"""Tests of responses entered by the secretariat on behalf of a State (rule 26)."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.actions.conftest import begun
from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from workflow.actions import entering, withdrawing
from workflow.actions.admitting import Answer
from workflow.actions.entering import on_the_whole
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid, NotAllowed, NotFound, StaleVersion, VersionReplaced
from workflow.domain.terms import CirculationStatus, Letter, Outcome, ResponseKind, Status
from workflow.models.circulation import Dispute
from workflow.models.response import Response

OBJECTION, INPUT, NO_OBJECTION = ResponseKind.OBJECTION, ResponseKind.INPUT, ResponseKind.NO_OBJECTION
OTHERS = [NO_OBJECTION, ResponseKind.COMMENT, ResponseKind.RESERVATION, ResponseKind.ABSTENTION]
SILENT, BROKEN = Status.NO_OBJECTION_DEADLINE, Status.SILENCE_BROKEN


@pytest.fixture
def running(session: Session, world: World, served: Stage, clock: SettableClock) -> Round:
    """Give a round whose silence runs, a day after its dispatch."""
    return begun(session, world, served, clock, MORNING + DAY)


@pytest.mark.parametrize("kind", [OBJECTION, INPUT])
def test_a_blocker_counts_from_its_claimed_receipt(running: Round, kind: ResponseKind) -> None:
    response = running.enter("MY", kind, 4, claimed_at=MORNING + HOUR)
    assert (response.received_at, response.counts_at) == (MORNING + DAY, MORNING + HOUR)
    assert (response.on_behalf, response.claimed_at) == (True, MORNING + HOUR)
    assert (response.role, response.evidence) == ("secretariat", "A letter of today.")
    assert running.statuses()[3] is BROKEN


@pytest.mark.parametrize("kind", OTHERS)
def test_every_other_kind_counts_from_its_entry(running: Round, kind: ResponseKind) -> None:
    response = running.enter("MY", kind, 4, claimed_at=MORNING + HOUR)
    assert (response.counts_at, response.claimed_at) == (MORNING + DAY, MORNING + HOUR)


def test_the_entry_says_on_whose_behalf_and_by_whom(running: Round) -> None:
    running.enter("MY", OBJECTION, 4, claimed_at=MORNING + HOUR)
    [entry] = running.entries(Entry.LODGED)
    assert entry["on_behalf_of"] == "MY"
    assert entry["actor"] == running.world.people["secretariat"].public_id
    assert (entry["claimed_at"], entry["counts_at"]) == ("2020-09-25T03:00:00.000000Z",) * 2
    assert entry["received_at"] == "2020-09-26T02:00:00.000000Z"
    assert entry["evidence"].startswith("hmac-sha256:")


def test_all_are_told_of_a_blocker_and_its_state_has_a_copy(running: Round) -> None:
    running.enter("MY", OBJECTION, 4)
    assert set(running.told(Letter.OBJECTION)) >= {"MY", "SG", "lead_shepherd", "secretariat"}
    assert running.told(Letter.RECEIPT) == {"MY": 2}


def test_an_objection_without_reasons_is_asked_for_them(running: Round) -> None:
    running.enter("MY", OBJECTION, 4, reasons="")
    assert running.told(Letter.REASONS_REQUESTED) == {"MY": 2}


@pytest.mark.parametrize("claimed_at", [MORNING - INSTANT, MORNING + DAY + INSTANT])
def test_a_claim_before_dispatch_or_after_entry_is_refused(running: Round, claimed_at: datetime) -> None:
    with running.refused(Invalid) as refused:
        running.enter("MY", OBJECTION, 4, claimed_at=claimed_at)
    assert refused.value.field == "claimed_at"


@pytest.mark.parametrize("claimed_at", [MORNING, MORNING + DAY])
def test_a_claim_at_dispatch_or_at_entry_is_taken(running: Round, claimed_at: datetime) -> None:
    assert running.enter("MY", OBJECTION, 4, claimed_at=claimed_at).counts_at == claimed_at


def test_evidence_is_needed(running: Round) -> None:
    with running.refused(Invalid) as refused:
        running.enter("MY", OBJECTION, 4, evidence=" ")
    assert refused.value.field == "evidence"


@pytest.mark.parametrize("name", ["lead_shepherd", "programme", "MY contact_point", "MY drafter"])
def test_only_the_secretariat_enters(running: Round, name: str) -> None:
    with running.refused(NotAllowed):
        running.enter("MY", OBJECTION, 4, by=name)


def test_a_state_off_the_roster_is_not_entered_for(running: Round) -> None:
    with running.refused(NotFound):
        running.enter("TL", OBJECTION, 4)


def test_a_text_that_is_gone_takes_no_entry(running: Round) -> None:
    running.act(withdrawing.withdraw_item, running.world.versions[3].id, reason="Not needed.")
    with running.refused(VersionReplaced):
        running.enter("MY", OBJECTION, 4)


@pytest.mark.parametrize("blocker", [OBJECTION, INPUT])
@pytest.mark.parametrize("kind", OTHERS)
def test_nothing_so_entered_lifts_a_blocker(
    running: Round, blocker: ResponseKind, kind: ResponseKind
) -> None:
    [first] = running.lodge("MY contact_point", blocker, 4)
    response = running.enter("MY", kind, 4, replaces=first.id)
    assert running.statuses()[3] is BROKEN
    assert running.loaded.remarks == []
    assert response.replaces_id is None
    assert running.entries(Entry.LODGED)[-1]["replaces"] is None
    assert running.entries(Entry.LIFTED) == []


def test_an_entry_counts_as_service_from_its_entry(waiting: Round) -> None:
    waiting.at(MORNING + DAY)
    waiting.enter("MY", ResponseKind.COMMENT, 4, claimed_at=MORNING)
    assert waiting.evidence("MY") == [("responded", MORNING + DAY)]


def test_the_same_key_again_enters_nothing(running: Round) -> None:
    key = str(uuid4())
    first = running.enter("MY", OBJECTION, 4, idem=key)
    again = running.enter("MY", OBJECTION, 4, idem=key)
    assert (again.id, len(running.entries(Entry.LODGED))) == (first.id, 1)


@pytest.mark.parametrize("claimed_before", [HOUR, timedelta(), -HOUR])
def test_after_the_close_an_entry_opens_a_dispute_and_rewrites_nothing(
    running: Round, claimed_before: timedelta
) -> None:
    running.at(DEADLINE + DAY)
    before = (running.statuses(), running.results())
    response = running.enter("MY", OBJECTION, 4, claimed_at=DEADLINE - claimed_before)
    assert (running.statuses(), running.results()) == before
    assert running.loaded.circulation.outcome is Outcome.ENDORSED
    dispute = running.session.query(Dispute).one()
    assert (dispute.kind, dispute.response_id, dispute.settled_at) == ("late_entry", response.id, None)
    [entry] = running.entries(Entry.DISPUTE_OPENED)
    assert (entry["on_behalf_of"], entry["kind"], entry["of"]) == ("MY", "late_entry", response.entry_seq)


def test_an_entry_that_meets_a_late_job_finds_the_circulation_closed(running: Round) -> None:
    # The deadline has passed and no job has run: the clock's work comes first.
    running.clock.now = DEADLINE + INSTANT
    running.enter("MY", OBJECTION, 4, claimed_at=DEADLINE - DAY)
    assert running.results() == ["endorsed"] * 6
    assert running.session.query(Dispute).count() == 1


def test_an_entry_claimed_before_the_deadline_counts_in_a_hold(waiting: Round) -> None:
    waiting.serve_all_but("SG")
    waiting.at(DEADLINE + DAY)
    waiting.enter("MY", OBJECTION, 4, claimed_at=DEADLINE - INSTANT)
    assert (waiting.status, waiting.statuses()[3]) == (CirculationStatus.HELD, BROKEN)
    waiting.enter("MY", OBJECTION, 5, claimed_at=DEADLINE)
    assert waiting.statuses()[4] is Status.CIRCULATED


def test_a_hold_closes_when_an_entry_blocks_all_that_waited(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:2])
    round_.serve_all_but("SG")
    round_.at(DEADLINE - HOUR)
    round_.lodge("SG contact_point", NO_OBJECTION, 1)
    round_.at(DEADLINE + DAY)
    assert round_.status is CirculationStatus.HELD
    round_.enter("MY", OBJECTION, 2, claimed_at=DEADLINE - HOUR)
    circulation = round_.loaded.circulation
    assert (circulation.status, circulation.close_cause) == (CirculationStatus.CLOSED, "nothing_missing")
    assert round_.results() == ["endorsed", "not_endorsed"]
    assert round_.session.query(Dispute).count() == 0


def test_a_form_sent_again_with_another_state_is_refused_not_swallowed(running: Round) -> None:
    circulation, now = running.locked()
    answer = Answer(running.world.versions[3].id, ResponseKind.OBJECTION, "On paper.")
    same = {"by": running.world.actor("secretariat", "one-key-of-one-form"), "now": now, "claimed_at": now}
    same |= {"answers": [answer], "evidence": "Letter 12"}
    [first] = entering.enter_on_behalf(running.session, circulation, state_code="BN", **same)
    [again] = entering.enter_on_behalf(running.session, circulation, state_code="BN", **same)
    assert again.id == first.id
    with pytest.raises(StaleVersion):
        entering.enter_on_behalf(running.session, circulation, state_code="KH", **same)


def enter_whole(round_: Round, kind: ResponseKind, idem: str | None = None, **texts: str) -> list[Response]:
    """Let the secretariat enter the same answer of Malaysia on the whole paper."""
    answers = on_the_whole(round_.loaded, Answer(0, kind, **texts))
    given = {"state_code": "MY", "claimed_at": round_.clock(), "evidence": "A letter of today."}
    by = {"by": "secretariat", "idem": idem or str(uuid4())}
    return round_.act(entering.enter_on_behalf, answers=answers, **given, **by)


def test_the_whole_paper_is_one_entry_for_each_item_left_and_one_letter(running: Round) -> None:
    running.act(withdrawing.withdraw_item, running.world.versions[3].id, reason="Not needed.")
    responses = enter_whole(running, OBJECTION, reasons="To all of it.")
    left = [version.id for version in running.world.versions if version is not running.world.versions[3]]
    assert [one.version_id for one in responses] == left
    entries = running.entries(Entry.LODGED)
    assert [entry["seq"] for entry in entries] == [one.entry_seq for one in responses]
    assert len({entry["idem"] for entry in entries}) == 1
    assert running.statuses() == [BROKEN, BROKEN, BROKEN, Status.WITHDRAWN, BROKEN, BROKEN]
    assert running.told(Letter.RECEIPT) == {"MY": 2}
    assert running.told(Letter.OBJECTION)["SG"] == 2
    assert running.evidence("MY").count(("responded", MORNING + DAY)) == 1


def test_the_whole_paper_without_reasons_asks_for_those_of_every_item(running: Round) -> None:
    enter_whole(running, OBJECTION)
    assert running.told(Letter.REASONS_REQUESTED) == {"MY": 12}


def test_the_whole_paper_after_the_close_opens_a_dispute_for_each_item(running: Round) -> None:
    running.at(DEADLINE + DAY)
    responses = enter_whole(running, OBJECTION, reasons="To all of it.")
    disputes = running.session.query(Dispute).order_by(Dispute.id).all()
    assert [one.response_id for one in disputes] == [one.id for one in responses]
    assert running.results() == ["endorsed"] * 6


def test_the_whole_paper_again_enters_nothing(running: Round) -> None:
    key = str(uuid4())
    first = enter_whole(running, NO_OBJECTION, key)
    # What left meanwhile was recorded all the same.
    running.act(withdrawing.withdraw_item, running.world.versions[3].id, reason="Not needed.")
    assert enter_whole(running, NO_OBJECTION, key) == first
    with running.refused(StaleVersion):
        enter_whole(running, NO_OBJECTION, key, reasons="Other words.")
    assert len(running.entries(Entry.LODGED)) == 6


def test_the_whole_paper_has_no_passage_and_needs_an_item(running: Round) -> None:
    with pytest.raises(Invalid) as refused:
        enter_whole(running, OBJECTION, passage="Some words")
    assert refused.value.field == "passage"
    running.act(withdrawing.withdraw_circulation, reason="All of it.")
    with pytest.raises(Invalid) as refused:
        enter_whole(running, OBJECTION)
    assert refused.value.field == "item"
    with running.refused(Invalid) as refused:
        running.act(entering.enter_on_behalf, by="secretariat", answers=[], state_code="MY",
                    claimed_at=running.clock(), evidence="A letter.")  # fmt: skip
    assert refused.value.field == "item"
