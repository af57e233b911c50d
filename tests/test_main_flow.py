"""The main job on the real plan, on both databases, with letters really sent: once around the house.

Import, circulate, serve, lodge, close, record; then the same with an objection and a second round. What
each room does at its edges is tested beside it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from sqlalchemy import select

from config.demo.main_job import ANSWERING, CURE, OBJECTED, installation
from config.demo.rounds import Round
from config.demo.setting_up import set_up
from tests.settable_clock import SettableClock
from workflow.db import Database
from workflow.domain.positions import Place
from workflow.domain.terms import CirculationStatus, Outcome, Result, Status
from workflow.models.audit import AuditEntry
from workflow.models.document import Version
from workflow.notices.catcher import messages
from workflow.queries.records import Record

SILENT = ("BN", "KH", "LA", "MM")
#: 17:00 in Jakarta; ten working days after 25 September 2020, and one more for late letters.
DEADLINE = datetime(2020, 10, 12, 10, 0, tzinfo=UTC)
FORMULA = (
    "No objection having been received by 12 October 2020, 10:00 UTC, considered endorsed ad referendum."
)
#: The log from the dispatch on: silence starts with the last State's first letter, not with the last letter.
LOGGED = [
    ("circulation.dispatched", 1),
    ("service.accepted", 14),
    ("versions.moved", 1),
    ("silence.started", 1),
    ("service.accepted", 1),
    ("response.lodged", 6 * 6),
    ("circulation.reminded", 3),
    ("versions.moved", 1),
    ("circulation.closed", 1),
]
#: Fifteen people speak for the ten States; five of them for the silent ones, reminded three times.
LETTERS = Counter(
    {
        "Answer by 12 Oct 2020": 15,
        "Reminder, answer by 12 Oct 2020": 3 * 5,
        "Recorded for Indonesia, 6 answers": 2,
        "Recorded for Malaysia, 6 answers": 1,
        "Recorded for the Philippines, 6 answers": 2,
        "Recorded for Singapore, 6 answers": 2,
        "Recorded for Thailand, 6 answers": 1,
        "Recorded for Viet Nam, 6 answers": 2,
        "Outcome, all 6 items endorsed ad referendum": 15 + 3,
    }
)


@pytest.fixture
def first(fresh_database: Database, clock: SettableClock) -> Iterator[Round]:
    """Give the body with its people and the imported plan, on the morning of 25 September 2020."""
    with installation(clock, fresh_database) as (app, letters):
        yield Round(app, set_up(app).id, clock, letters)


def test_plan_walks_through_the_house(first: Round, clock: SettableClock) -> None:
    # Import: six projects are drafts, nobody was told anything.
    drafts = first.projects()
    assert statuses(first, drafts) == [Status.DRAFT] * 6
    assert letters_caught(first) == Counter()

    # Circulate: the ten States of that day, one deadline.
    first.dispatch(drafts, "Work Plan 2020-2023")
    assert statuses(first, drafts) == [Status.CIRCULATED] * 6
    assert (stands(first), first.loaded().circulation.deadline) == (CirculationStatus.OPEN, DEADLINE)
    assert sorted(state.code for state in first.loaded().states) == sorted(ANSWERING + SILENT)

    # Serve: the mail server accepts every letter, so silence starts.
    first.serve()
    assert statuses(first, drafts) == [Status.NO_OBJECTION_DEADLINE] * 6
    assert letters_caught(first) == Counter({"Answer by 12 Oct 2020": 15})

    # Lodge: six States say that they have no objection; nothing is decided by that.
    for state in ANSWERING:
        first.no_objection(state)
    assert statuses(first, drafts) == [Status.NO_OBJECTION_DEADLINE] * 6
    assert stands(first) is CirculationStatus.OPEN

    # Close: at the deadline, by the clock.
    first.pass_deadline()
    assert clock.now == DEADLINE
    assert statuses(first, drafts) == [Status.ENDORSED] * 6
    assert stands(first) is CirculationStatus.CLOSED

    # Record: each State in one place, and silence is silence.
    record = first.record()
    assert (record.outcome, record.closing.closed_at) == (Outcome.ENDORSED, DEADLINE)
    assert record.formula() == [FORMULA]
    expected = {**dict.fromkeys(ANSWERING, Place.NO_OBJECTION), **dict.fromkeys(SILENT, Place.SILENT)}
    assert places(record) == [expected] * 6

    # Every step left its entry and its letters.
    assert log(first)[-len(LOGGED) :] == LOGGED
    assert letters_caught(first) == LETTERS


def test_objected_item_comes_back_alone(first: Round, clock: SettableClock) -> None:
    drafts = first.projects()
    first.dispatch(drafts, "Work Plan 2020-2023")
    first.serve()
    for state in ANSWERING:
        first.no_objection(state, without={OBJECTED} if state == "MY" else ())
    first.object("MY", OBJECTED, "It does not say who decides.", CURE)
    others, broken = [Status.NO_OBJECTION_DEADLINE] * 6, [Status.ENDORSED] * 6
    others[OBJECTED - 1] = broken[OBJECTED - 1] = Status.SILENCE_BROKEN
    assert statuses(first, drafts) == others

    first.pass_deadline()
    assert statuses(first, drafts) == broken
    record = first.record()
    assert record.outcome is Outcome.PARTIALLY_ENDORSED
    assert places(record)[OBJECTED - 1]["MY"] is Place.OBJECTION

    # The amended text has a period of its own; the endorsed five are not asked about again.
    clock.advance(timedelta(days=7))
    second = Round(first.app, first.body, clock, first.letters)
    second.dispatch([first.revise(OBJECTED, CURE)], "Item 4 revised")
    assert statuses(first, drafts)[OBJECTED - 1] is Status.SUPERSEDED
    second.serve()
    second.pass_deadline()
    record = second.record()
    assert [(item.version_number, item.result) for item in record.items] == [(2, Result.ENDORSED)]
    assert set(places(record)[0].values()) == {Place.SILENT}
    assert first.record().outcome is Outcome.PARTIALLY_ENDORSED


def statuses(one: Round, versions: list[int]) -> list[Status]:
    """Return the statuses of these versions, in their order."""
    with one.database.reading() as session:
        return [session.get_one(Version, key).status for key in versions]


def stands(one: Round) -> CirculationStatus | None:
    """Return the status of the circulation."""
    return one.loaded().circulation.status


def letters_caught(one: Round) -> Counter[str]:
    """Count the letters that the mail server has taken, by what their subjects say first."""
    return Counter(re.split(r"[\]:] ?", letter.subject)[1] for letter in messages(one.letters))


def places(record: Record) -> list[dict[str, Place]]:
    """Return where each State stands, item by item; no State stands twice."""
    for item in record.items:
        assert len({placed.state for placed in item.places}) == len(item.places)
    return [{placed.state: placed.place for placed in item.places} for item in record.items]


def log(one: Round) -> list[tuple[int, str]]:
    """Count the entries but those of letters, those of one type that follow each other together."""
    with one.database.reading() as session:
        types = session.scalars(select(AuditEntry.type).order_by(AuditEntry.seq))
        told = [kind for kind in types if not kind.startswith("letter")]
        return [(kind, len(list(run))) for kind, run in groupby(told)]
