"""Tests of new versions before the States: what they replace, when, and what stays (rules 27, 30, 31a)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.settable_clock import MORNING
from workflow.actions import course, deferring, dispatching, overriding
from workflow.audit.entries import Entry
from workflow.domain.errors import WrongStatus
from workflow.domain.terms import CirculationStatus, Letter, Outcome, ResponseKind, Result, Status
from workflow.models.circulation import Circulation
from workflow.models.document import Version

#: Late enough for any successor of these tests.
NOVEMBER = datetime(2020, 11, 13, 10, 0, tzinfo=UTC)
OBJECTION, SILENT = ResponseKind.OBJECTION, Status.NO_OBJECTION_DEADLINE


def succeed(round_: Round, *items: int, **plan: object) -> tuple[Circulation, list[Version]]:
    """Dispatch the next version of these items; the round stays with its first circulation."""
    first, drafts = round_.circulation, round_.redraft(*items)
    second = round_.dispatch(versions=drafts, deadline=NOVEMBER, **plan)
    round_.circulation = first
    return second, drafts


def test_a_successor_replaces_the_text_that_is_still_before_the_states(waiting: Round) -> None:
    waiting.at(MORNING + HOUR)
    _, [draft] = succeed(waiting, 4)
    version = waiting.world.versions[3]
    waiting.session.refresh(version)
    assert (version.status, version.superseded_by_id) == (Status.SUPERSEDED, draft.id)
    assert version.ended_at == MORNING + HOUR
    assert draft.status is Status.CIRCULATED
    assert waiting.results() == [None, None, None, Result.SUPERSEDED, None, None]
    assert waiting.status is CirculationStatus.OPEN


@pytest.mark.parametrize("status", [SILENT, Status.SILENCE_BROKEN])
def test_a_successor_replaces_a_silent_or_broken_text_of_a_running_circulation(
    running: Round, status: Status
) -> None:
    if status is Status.SILENCE_BROKEN:
        running.lodge("MY contact_point", OBJECTION, 4)
    assert running.statuses()[3] is status
    succeed(running, 4)
    assert running.statuses() == [SILENT] * 3 + [Status.SUPERSEDED] + [SILENT] * 2
    assert running.at(DEADLINE).outcome is Outcome.PARTIALLY_ENDORSED


@pytest.mark.parametrize("is_deferred", [False, True])
def test_a_successor_replaces_what_was_not_endorsed_and_changes_no_result(
    running: Round, is_deferred: bool
) -> None:
    running.lodge("MY contact_point", OBJECTION, 4)
    running.at(DEADLINE)
    if is_deferred:
        running.act(deferring.defer, running.world.versions[3].id)
    results = running.results()
    succeed(running, 4)
    assert running.statuses() == [Status.ENDORSED] * 3 + [Status.SUPERSEDED] + [Status.ENDORSED] * 2
    assert running.results() == results
    assert running.status is CirculationStatus.CLOSED


def test_an_endorsed_text_stays_in_force_until_its_successor_is_endorsed(running: Round) -> None:
    running.at(DEADLINE)
    second, [draft] = succeed(running, 1)
    assert running.statuses()[0] is Status.ENDORSED
    running.circulation = second
    running.serve()
    assert running.statuses()[0] is Status.ENDORSED
    running.at(NOVEMBER)
    running.session.refresh(draft)
    first = running.session.get_one(Version, running.world.versions[0].id)
    assert (first.status, first.superseded_by_id, first.ended_at) == (Status.SUPERSEDED, draft.id, NOVEMBER)
    assert (draft.status, draft.decided_at) == (Status.ENDORSED, NOVEMBER)


def test_an_endorsed_text_stays_in_force_when_its_successor_fails(running: Round) -> None:
    running.at(DEADLINE)
    running.circulation, [draft] = succeed(running, 1)
    running.serve()
    running.lodge_on("MY contact_point", OBJECTION, draft)
    running.at(NOVEMBER)
    assert running.statuses()[0] is Status.ENDORSED
    assert running.results() == [Result.NOT_ENDORSED]


def test_positions_do_not_carry_over_to_a_successor(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[3:4])
    round_.serve()
    round_.lodge("MY contact_point", OBJECTION, 4)
    round_.circulation, [draft] = succeed(round_, 4)
    places = {position.place for position in round_.loaded.case().positions().values()}
    assert (places, round_.loaded.responses) == ({"silent"}, [])
    assert draft.status is Status.CIRCULATED
    # Nor does service: the new text was not received by being told of the old one.
    assert round_.at(NOVEMBER).status is CirculationStatus.HELD


def test_the_same_text_again_is_a_new_version_with_the_same_hash(round_: Round) -> None:
    round_.dispatch()
    version = round_.world.versions[3]
    [draft] = round_.redraft(4)
    draft.title, draft.points, draft.texts = version.title, version.points, version.texts
    draft.sha256 = version.sha256
    round_.dispatch(versions=[draft])
    assert (draft.number, draft.sha256, draft.status) == (2, version.sha256, Status.CIRCULATED)
    assert round_.statuses()[3] is Status.SUPERSEDED


def test_a_circulation_whose_last_text_is_replaced_is_withdrawn(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:2])
    succeed(round_, 1, 2)
    assert round_.status is CirculationStatus.WITHDRAWN
    assert round_.results() == [Result.SUPERSEDED] * 2
    assert round_.loaded.circulation.withdrawal_reason == "A later text of each item was circulated."
    assert set(round_.told(Letter.WITHDRAWAL).values()) == {2}
    assert len(round_.entries(Entry.WITHDRAWN)) == 1


def test_replacing_the_text_that_holds_a_circulation_lets_it_close(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:2])
    round_.serve_all_but("MY")
    round_.at(DEADLINE - DAY)
    # Served by speaking, but too late: item 2 depends on silence that does not count.
    round_.lodge("MY contact_point", ResponseKind.NO_OBJECTION, 1)
    round_.at(DEADLINE)
    assert round_.status is CirculationStatus.HELD
    round_.at(DEADLINE + HOUR)
    succeed(round_, 2)
    assert round_.status is CirculationStatus.CLOSED
    assert round_.results() == [Result.ENDORSED, Result.SUPERSEDED]
    assert round_.loaded.circulation.close_cause == "nothing_missing"


def test_part_of_a_running_package_is_not_replaced(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:2], package=True)
    with round_.refused(WrongStatus) as refused:
        succeed(round_, 1)
    assert refused.value.field == "items"
    assert round_.statuses()[:2] == [Status.CIRCULATED] * 2


def test_a_running_package_is_replaced_whole(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:2], package=True)
    succeed(round_, 1, 2)
    assert round_.statuses()[:2] == [Status.SUPERSEDED] * 2
    assert round_.status is CirculationStatus.WITHDRAWN


def test_part_of_a_closed_package_is_replaced(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:2], package=True)
    round_.serve()
    round_.lodge("MY contact_point", OBJECTION, 1)
    round_.at(DEADLINE)
    succeed(round_, 1)
    assert round_.statuses()[:2] == [Status.SUPERSEDED, Status.SILENCE_BROKEN]


def test_a_dispatch_does_first_what_the_clock_owes_the_earlier_circulation(running: Round) -> None:
    # The deadline has passed; no job has run.
    running.clock.now = DEADLINE + HOUR
    succeed(running, 4)
    assert running.status is CirculationStatus.CLOSED
    assert running.results() == [Result.ENDORSED] * 6
    assert running.statuses()[3] is Status.ENDORSED


def test_a_dispatch_replaces_texts_while_suspended(running: Round) -> None:
    running.act(course.suspend, reason="A natural disaster.")
    succeed(running, 4)
    assert running.status is CirculationStatus.SUSPENDED
    assert running.results()[3] is Result.SUPERSEDED


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_dispatch_locks_every_earlier_circulation_before_the_log(round_: Round) -> None:
    earlier = []
    for item in (0, 1):
        earlier.append(round_.dispatch(versions=round_.world.versions[item : item + 1]).id)
        round_.serve()
    round_.clock.now = DEADLINE + DAY
    preparation = round_.prepare(versions=round_.redraft(1, 2), deadline=NOVEMBER)
    locked: list[tuple[str, object]] = []

    def seen(_connection: object, _cursor: object, statement: str, given: dict[str, Any], *_: object) -> None:
        if "UPDATE" in statement and statement.startswith("SELECT"):
            table = statement.split("FROM ")[1].split()[0]
            locked.append((f"{table} {statement[statement.index('FOR ') :]}", given.get("key")))

    connection = round_.session.connection()
    event.listen(connection, "before_cursor_execute", seen)
    shepherd = round_.world.actor("lead_shepherd")
    dispatching.dispatch(round_.session, preparation, by=shepherd, now=round_.clock())
    event.remove(connection, "before_cursor_execute", seen)
    log = next(place for place, (lock, _) in enumerate(locked) if lock.startswith("log_head"))
    # Without "no key", whoever refers to the body or the circulation would wait, holding what is wanted here.
    assert [lock for lock, _ in locked[:3]] == ["body FOR NO KEY UPDATE"] + [
        "circulation FOR NO KEY UPDATE"
    ] * 2
    assert [key for _, key in locked[1:3]] == earlier
    assert log > 2
    assert len(round_.entries(Entry.CLOSED)) == 2


def test_an_override_still_closes_what_remains_after_a_replacement(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:2])
    round_.serve_all_but("MY")
    round_.at(DEADLINE)
    succeed(round_, 2)
    assert round_.status is CirculationStatus.HELD
    told = {"state_code": "MY", "served_from": MORNING, "evidence": "A receipt on paper."}
    round_.act(overriding.override, **told)
    round_.act(overriding.override, by="secretariat", **told)
    assert round_.results() == [Result.ENDORSED, Result.SUPERSEDED]
    assert round_.loaded.circulation.outcome is Outcome.PARTIALLY_ENDORSED
