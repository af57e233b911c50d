"""Tests of opening a circulation: its authority, its deadline, its window, who may (rules 1, 3, 5)."""

from datetime import UTC, date, datetime

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, INSTANT, Round
from tests.settable_clock import MORNING
from workflow.actions import dispatching
from workflow.audit.entries import Entry
from workflow.audit.terms import terms_digest
from workflow.domain.errors import DeadlineTooEarly, Invalid, NotAllowed, StaleVersion
from workflow.domain.terms import CirculationStatus, Letter, Status

#: An urgent round: three days, from a Friday morning to a Monday morning.
URGENT = {"urgent": True, "urgent_reasons": "A summit is on Tuesday.", "deadline": MORNING + 3 * DAY}
#: A window of five days, and ten working days after its last: 14 October 2020, 17:00 in Jakarta.
WINDOW = {"window_end": MORNING + 5 * DAY, "deadline": datetime(2020, 10, 14, 10, 0, tzinfo=UTC)}


def test_dispatch_without_an_authority_is_refused(round_: Round) -> None:
    with round_.refused(Invalid) as refused:
        round_.dispatch(meeting_id=None)
    assert refused.value.field == "meeting"


def test_dispatch_by_a_meeting_not_held_yet_is_refused(round_: Round) -> None:
    with round_.refused(Invalid) as refused:
        round_.dispatch(meeting_id=round_.world.meetings["21"].id)
    assert refused.value.field == "meeting"


@pytest.mark.parametrize(("held_on", "is_taken"), [(date(2020, 9, 25), True), (date(2020, 9, 26), False)])
def test_dispatch_needs_a_meeting_of_its_own_day_or_before(
    round_: Round, held_on: date, is_taken: bool
) -> None:
    round_.world.meetings["21"].held_on = held_on
    chosen = {"meeting_id": round_.world.meetings["21"].id}
    if is_taken:
        assert round_.dispatch(**chosen).status is CirculationStatus.OPEN
        return
    with round_.refused(Invalid) as refused:
        round_.dispatch(**chosen)
    assert refused.value.field == "meeting"


def test_dispatch_counts_its_day_in_the_zone_of_the_circulation(round_: Round) -> None:
    round_.world.meetings["21"].held_on = date(2020, 9, 26)
    # Already the 26th in Jakarta.
    round_.clock.now = datetime(2020, 9, 25, 17, 0, tzinfo=UTC)
    meeting = round_.world.meetings["21"].id
    deadline = datetime(2020, 10, 12, 10, 0, tzinfo=UTC)
    assert round_.dispatch(meeting_id=meeting, deadline=deadline).status is CirculationStatus.OPEN


def test_dispatch_without_a_deadline_is_refused(round_: Round) -> None:
    with round_.refused(Invalid) as refused:
        round_.dispatch(deadline=None)
    assert refused.value.field == "deadline"


def test_dispatch_with_a_deadline_a_moment_too_early_is_refused(round_: Round) -> None:
    with round_.refused(DeadlineTooEarly) as refused:
        round_.dispatch(deadline=DEADLINE - INSTANT)
    assert refused.value.details == {"earliest": DEADLINE.isoformat()}


def test_dispatch_with_the_earliest_lawful_deadline_is_taken(round_: Round) -> None:
    assert round_.dispatch(deadline=DEADLINE).first_deadline == DEADLINE


def test_dispatch_with_a_deadline_on_a_day_off_is_refused(round_: Round) -> None:
    with round_.refused(Invalid) as refused:
        round_.dispatch(deadline=DEADLINE + DAY)
    assert (type(refused.value), refused.value.field) == (Invalid, "deadline")


def test_urgent_dispatch_needs_reasons(round_: Round) -> None:
    with round_.refused(Invalid) as refused:
        round_.dispatch(**(URGENT | {"urgent_reasons": " "}))
    assert refused.value.field == "urgent_reasons"


def test_urgent_dispatch_keeps_the_floor(round_: Round) -> None:
    with round_.refused(DeadlineTooEarly) as refused:
        round_.dispatch(**(URGENT | {"deadline": URGENT["deadline"] - INSTANT}))
    assert refused.value.details == {"earliest": URGENT["deadline"].isoformat()}
    assert round_.dispatch(**URGENT).deadline == URGENT["deadline"]


def test_urgent_dispatch_may_end_on_a_day_off(round_: Round) -> None:
    round_.clock.now = MORNING + 6 * DAY
    sunday = MORNING + 9 * DAY
    assert round_.dispatch(**(URGENT | {"deadline": sunday})).deadline == sunday


def test_dispatch_with_a_window_that_is_over_is_refused(round_: Round) -> None:
    with round_.refused(Invalid) as refused:
        round_.dispatch(window_end=MORNING)
    assert refused.value.field == "window_end"


def test_dispatch_counts_the_minimum_from_the_end_of_the_window(round_: Round) -> None:
    with round_.refused(DeadlineTooEarly) as refused:
        round_.dispatch(**(WINDOW | {"deadline": DEADLINE}))
    assert refused.value.details == {"earliest": WINDOW["deadline"].isoformat()}
    assert round_.dispatch(**WINDOW).window_end == WINDOW["window_end"]


def test_silence_starts_only_when_the_window_is_over(round_: Round) -> None:
    round_.dispatch(**WINDOW)
    round_.serve()
    round_.at(WINDOW["window_end"] - INSTANT)
    assert set(round_.statuses()) == {Status.CIRCULATED}
    round_.at(WINDOW["window_end"] + HOUR)
    assert set(round_.statuses()) == {Status.NO_OBJECTION_DEADLINE}
    assert round_.entries(Entry.SILENCE_STARTED)[0]["effective_at"] == "2020-09-30T02:00:00.000000Z"


def test_dispatch_without_a_window_starts_silence_once_all_are_served(round_: Round) -> None:
    round_.dispatch()
    round_.at(MORNING + HOUR)
    assert set(round_.statuses()) == {Status.CIRCULATED}
    round_.serve_all_but("MY")
    assert set(round_.statuses()) == {Status.CIRCULATED}
    round_.at(MORNING + 2 * HOUR)
    round_.serve("MY")
    assert set(round_.statuses()) == {Status.NO_OBJECTION_DEADLINE}
    assert round_.loaded.circulation.silence_started_at == MORNING + 2 * HOUR


@pytest.mark.parametrize("name", ["secretariat", "programme", "PH contact_point", "MY contact_point"])
def test_dispatch_is_the_lead_shepherds_alone(round_: Round, name: str) -> None:
    circulation = round_.prepare()
    with round_.refused(NotAllowed):
        dispatching.dispatch(round_.session, circulation, by=round_.world.actor(name), now=MORNING)


def test_dispatch_happens_once(round_: Round) -> None:
    circulation = round_.dispatch()
    with round_.refused(StaleVersion):
        dispatching.dispatch(round_.session, circulation, by=round_.world.actor("lead_shepherd"), now=MORNING)
    assert len(round_.entries(Entry.DISPATCHED)) == 1


def test_dispatch_of_a_draft_that_another_took_along_is_refused(round_: Round) -> None:
    waiting = round_.prepare()
    round_.dispatch(versions=round_.world.versions[:1])
    with round_.refused(StaleVersion) as refused:
        dispatching.dispatch(round_.session, waiting, by=round_.world.actor("lead_shepherd"), now=MORNING)
    assert refused.value.field == "items"


def test_dispatch_of_nothing_is_refused(round_: Round) -> None:
    with round_.refused(Invalid) as refused:
        round_.dispatch(versions=[])
    assert refused.value.field == "items"


def test_dispatch_moves_the_versions_and_writes_to_every_contact_point_and_alternate(round_: Round) -> None:
    circulation = round_.dispatch()
    assert set(round_.statuses()) == {Status.CIRCULATED}
    assert (circulation.status, circulation.dispatched_at) == (CirculationStatus.OPEN, MORNING)
    assert round_.told(Letter.CIRCULATION) == {state.code: 2 for state in round_.world.members}
    assert [notice.proves_service for notice in round_.notices()] == [True] * 20


def test_dispatch_entry_tells_all_that_a_checker_needs(round_: Round) -> None:
    round_.dispatch(versions=round_.world.versions[:1], package=True)
    [entry] = round_.entries(Entry.DISPATCHED)
    version = round_.world.versions[0]
    assert {key: entry[key] for key in entry if key not in ("seq", "actor", "calendars", "terms_sha256")} == {
        "v": 1,
        "body": "SOMTC",
        "at": "2020-09-25T02:00:00.000000Z",
        "type": "circulation.dispatched",
        "auth": "password",
        "circulation": "2020-1",
        "preparation": round_.circulation.id,
        "authority": "20",
        "authority_date": "2020-07-08",
        "roster": ["BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "VN"],
        "versions": [
            {"item": round_.world.items[0].key, "version": 1, "version_sha256": version.sha256},
        ],
        "deadline": "2020-10-09T10:00:00.000000Z",
        "zone": "Asia/Jakarta",
        "window_end": None,
        "earliest_close": "2020-10-09T10:00:00.000000Z",
        "floor_seconds": 259200,
        "inputs_block": True,
        "package": True,
        "urgent": False,
    }
    assert entry["actor"] == round_.world.people["lead_shepherd"].public_id
    assert entry["terms_sha256"] == terms_digest(round_.circulation)
    assert entry["calendars"] == [one.version for one in round_.loaded.working_time.calendars]
