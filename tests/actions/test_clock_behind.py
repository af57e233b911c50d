"""Tests of a clock that stands behind the newest entry: only blockers are taken (rule 12)."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.settable_clock import MORNING
from workflow.actions import (
    answering,
    course,
    drafts,
    insisting,
    lifting,
    overriding,
    responses,
    serving,
    withdrawing,
)
from workflow.actions.admitting import Answer
from workflow.audit.entries import Entry
from workflow.domain.errors import ClockBehind
from workflow.domain.positions import Place
from workflow.domain.terms import CirculationStatus, Letter, ResponseKind, Status
from workflow.models.audit import LogHead
from workflow.models.circulation import Dispute

OBJECTION, INPUT, ABSTENTION = ResponseKind.OBJECTION, ResponseKind.INPUT, ResponseKind.ABSTENTION
ACTS: dict[str, Callable[[Round], object]] = {
    "extend": lambda round_: round_.act(course.extend, deadline=DEADLINE + 4 * DAY, reason="More time."),
    "suspend": lambda round_: round_.act(course.suspend, reason="A disaster."),
    "ask": lambda round_: round_.act(course.ask_for_time, by="MY alternate", reasons="More time."),
    "withdraw": lambda round_: round_.act(withdrawing.withdraw_circulation, reason="No."),
    "withdraw_item": lambda round_: round_.act(
        withdrawing.withdraw_item, round_.world.versions[0].id, reason="No."
    ),
    "override": lambda round_: round_.act(
        overriding.override, state_code="MY", served_from=MORNING, evidence="A receipt."
    ),
    "acknowledge": lambda round_: round_.act(serving.acknowledge, by="MY contact_point"),
    "serve_again": lambda round_: round_.act(serving.reserve, "MY"),
    "bounce": lambda round_: round_.act(
        serving.record_bounce, round_.notices()[0].id, by="secretariat", detail="550 unknown"
    ),
    "draft": lambda round_: round_.act(
        drafts.save,
        [drafts.DraftAnswer(round_.world.versions[0].id, OBJECTION)],
        by="MY drafter",
    ),
    "discard": lambda round_: round_.act(drafts.discard, by="MY drafter"),
    "lift": lambda round_: round_.act(lifting.lift, round_.loaded.responses[0].id, by="SG contact_point"),
    "answer": lambda round_: round_.act(answering.answer, round_.loaded.responses[0].id, text="Why?"),
    "dispatch": lambda round_: round_.dispatch(versions=round_.redraft(1)),
    **{
        str(kind): lambda round_, kind=kind: round_.lodge("MY contact_point", kind, 4)
        for kind in ResponseKind
        if kind not in (OBJECTION, INPUT)
    },
    "mixed": lambda round_: round_.act(
        responses.lodge,
        [Answer(round_.world.versions[1].id, OBJECTION), Answer(round_.world.versions[2].id, ABSTENTION)],
        by="MY contact_point",
    ),
    "on_behalf": lambda round_: round_.enter("MY", ResponseKind.NO_OBJECTION, 4),
}


@pytest.fixture
def behind(running: Round) -> Round:
    """Give a round with an objection of Singapore to item 1, and a clock one moment behind the log."""
    running.lodge("SG contact_point", OBJECTION, 1)
    running.clock.advance(-INSTANT)
    return running


@pytest.mark.parametrize("name", ACTS)
def test_everything_else_is_refused(behind: Round, name: str) -> None:
    before = (behind.entries(), behind.statuses(), len(behind.notices()))
    with behind.refused(ClockBehind):
        ACTS[name](behind)
    assert (behind.entries(), behind.statuses(), len(behind.notices())) == before


@pytest.mark.parametrize("kind", [OBJECTION, INPUT])
def test_a_blocker_is_taken(behind: Round, kind: ResponseKind) -> None:
    [response] = behind.lodge("MY contact_point", kind, 4)
    assert response.received_at == MORNING + HOUR - INSTANT
    assert behind.statuses()[3] is Status.SILENCE_BROKEN
    assert set(behind.told(Letter.RECEIPT)) == {"SG", "MY"}
    assert [one["seq"] for one in behind.all_entries()] == list(range(len(behind.all_entries())))


def test_an_objection_without_reasons_is_taken(behind: Round) -> None:
    behind.lodge("MY contact_point", OBJECTION, 4, reasons="")
    assert behind.told(Letter.REASONS_REQUESTED) == {"MY": 2}


def test_blockers_are_taken_from_a_submission_whose_rest_is_refused(behind: Round) -> None:
    kinds = (OBJECTION, ABSTENTION, INPUT)
    answers = [
        Answer(version.id, kind, "Because.")
        for version, kind in zip(behind.world.versions[1:], kinds, strict=False)
    ]
    taken, refusal = behind.act(insisting.lodge_or_insist, answers, by="MY contact_point")
    assert [one.kind for one in taken] == [OBJECTION, INPUT]
    assert isinstance(refusal, ClockBehind)
    assert behind.statuses()[1:4] == [Status.SILENCE_BROKEN, behind.statuses()[4], Status.SILENCE_BROKEN]


def test_a_refused_submission_without_blockers_stays_refused(behind: Round) -> None:
    answers = [Answer(version.id, ABSTENTION) for version in behind.world.versions[1:3]]
    with behind.refused(ClockBehind):
        behind.act(insisting.lodge_or_insist, answers, by="MY contact_point")


@pytest.mark.parametrize("reasons", ["Because.", ""])
def test_a_blocker_entered_on_behalf_is_taken(behind: Round, reasons: str) -> None:
    behind.enter("MY", OBJECTION, 4, reasons=reasons)
    assert behind.statuses()[3] is Status.SILENCE_BROKEN


def test_a_blocker_makes_no_service_older_than_the_log(round_: Round) -> None:
    round_.dispatch()
    round_.serve_all_but("MY")
    round_.at(MORNING + 5 * DAY)
    round_.serve("SG")
    round_.clock.now = MORNING
    round_.lodge("MY contact_point", INPUT, 4)
    assert round_.evidence("MY") == [("responded", MORNING + 5 * DAY)]


def test_a_later_entry_needs_the_clock_to_reach_the_newest_not_the_last(behind: Round) -> None:
    behind.lodge("MY contact_point", OBJECTION, 4)
    with behind.refused(ClockBehind):
        behind.lodge("VN contact_point", ResponseKind.COMMENT, 4)
    behind.clock.advance(INSTANT)
    behind.lodge("VN contact_point", ResponseKind.COMMENT, 4)
    assert behind.entries()[-1]["at"] == "2020-09-25T03:00:00.000000Z"


def test_no_deadline_is_settled_by_a_clock_that_cannot_tell(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    # Another act, of another circulation, stands in the log a day after the deadline.
    round_.session.execute(update(LogHead).values(newest_at=DEADLINE + DAY))
    assert round_.at(DEADLINE + HOUR).status is CirculationStatus.OPEN
    assert round_.entries(Entry.CLOSED) == []
    assert round_.at(DEADLINE + DAY).status is CirculationStatus.CLOSED


@pytest.fixture
def forgotten(round_: Round) -> Round:
    """Give a closed round, and a clock that has gone back to an hour before the deadline."""
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE + HOUR)
    round_.clock.now = DEADLINE - HOUR
    return round_


@pytest.mark.parametrize("kind", [OBJECTION, INPUT])
def test_a_blocker_after_the_close_is_late_and_opens_a_dispute(forgotten: Round, kind: ResponseKind) -> None:
    before = (forgotten.statuses(), forgotten.results())
    responses = forgotten.lodge("MY contact_point", kind, 3, 4)
    assert [one.counts_at for one in responses] == [DEADLINE + HOUR] * 2
    assert [(one["received_at"], one["in_time"]) for one in forgotten.entries(Entry.LODGED)] == [
        ("2020-10-09T11:00:00.000000Z", False)
    ] * 2
    assert (forgotten.statuses(), forgotten.results()) == before
    disputes = forgotten.session.query(Dispute).order_by(Dispute.id).all()
    assert [(one.kind, one.response_id) for one in disputes] == [("late_entry", one.id) for one in responses]
    position = forgotten.loaded.case([responses[0].version_id]).positions()[responses[0].version_id, "MY"]
    assert (position.place, [one.id for one in position.late]) == (Place.SILENT, [responses[0].id])


def test_a_blocker_entered_after_the_close_opens_a_dispute(forgotten: Round) -> None:
    response = forgotten.enter("MY", OBJECTION, 4, claimed_at=DEADLINE - DAY)
    assert (response.counts_at, response.received_at) == (DEADLINE - DAY, DEADLINE + HOUR)
    assert forgotten.session.query(Dispute).one().response_id == response.id


@pytest.mark.parametrize("kind", [ResponseKind.NO_OBJECTION, ResponseKind.COMMENT])
def test_nothing_weaker_is_taken_after_the_close(forgotten: Round, kind: ResponseKind) -> None:
    with forgotten.refused(ClockBehind):
        forgotten.lodge("MY contact_point", kind, 4)
    with forgotten.refused(ClockBehind):
        forgotten.enter("MY", kind, 4, claimed_at=DEADLINE - DAY)


def test_a_late_objection_by_a_right_clock_opens_no_dispute(round_: Round) -> None:
    round_.dispatch()
    round_.serve()
    round_.at(DEADLINE + HOUR)
    [response] = round_.lodge("MY contact_point", OBJECTION, 4)
    assert response.counts_at == DEADLINE + HOUR
    assert round_.session.query(Dispute).count() == 0
