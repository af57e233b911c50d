"""Tests of the history: order, filter, pages by key, who sees whose place, a constant cost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, Round
from tests.factories import World, new_version, plan
from tests.queries.conftest import Counting
from tests.settable_clock import SettableClock
from workflow.actions import meetings
from workflow.domain.errors import Invalid, NotFound
from workflow.domain.positions import Place
from workflow.domain.terms import ResponseKind, Result, Source, Status
from workflow.models.body import Body
from workflow.models.document import Document
from workflow.queries.history import Filter, Found, Origin, Spot, find
from workflow.queries.history_rows import HistoryRow, choices, rows_of

SECOND = datetime(2020, 11, 20, 10, 0, tzinfo=UTC)


def found(session: Session, body: Body, **wanted: Any) -> list[Found]:
    session.flush()
    return find(session, body.id, replace(Filter(), **wanted))[0]


def results(session: Session, body: Body, **wanted: Any) -> list[tuple[str, int, str]]:
    """Return origin, place and result of each row."""
    return [
        (str(one.origin), one.spot.place, str(one.result or "")) for one in found(session, body, **wanted)
    ]


@pytest.fixture
def closed(round_: Round) -> Round:
    """Give a round in which Malaysia objected to item 4, closed, and decided at a meeting afterwards."""
    round_.dispatch()
    round_.serve()
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    round_.lodge("VN contact_point", ResponseKind.NO_OBJECTION, 1)
    round_.at(DEADLINE)
    return round_


@pytest.fixture
def decided(closed: Round) -> Round:
    """Let a meeting endorse item 4 five days after the close."""
    closed.clock.now = DEADLINE + timedelta(days=5)
    by = closed.world.actor("secretariat")
    meeting = meetings.add_meeting(
        closed.session,
        by=by,
        now=closed.clock(),
        body=closed.world.body,
        name="Special session",
        held_on=date(2020, 10, 12),
    )
    circulation, now = closed.locked()
    meetings.endorse_at_meeting(
        closed.session,
        circulation,
        closed.world.versions[3].id,
        by=by,
        now=now,
        meeting_id=meeting.id,
        decision_date=date(2020, 10, 12),
        reference="Paragraph 9",
    )
    return closed


def on_paper(session: Session, world: World) -> Document:
    """Write a document of two items that a paper endorsed, before everything else."""
    document, _, versions = plan(session, world.body, count=2, meeting=world.meetings["20"])
    for version in versions:
        session.delete(version)
    session.flush()
    for item, version in zip(
        [session.get_one(type(world.items[0]), version.item_id) for version in versions],
        versions,
        strict=True,
    ):
        written = new_version(item, version.title, status=Status.ENDORSED)
        written.source = Source.DOCUMENT
        session.add(written)
    session.flush()
    return document


def test_history_stands_newest_first_and_items_in_order(session: Session, decided: Round) -> None:
    on_paper(session, decided.world)
    assert results(session, decided.world.body) == [
        ("meeting", 0, ""),
        ("circulation", 1, "endorsed"),
        ("circulation", 2, "endorsed"),
        ("circulation", 3, "endorsed"),
        ("circulation", 4, "not_endorsed"),
        ("circulation", 5, "endorsed"),
        ("circulation", 6, "endorsed"),
        ("paper", 1, ""),
        ("paper", 2, ""),
    ]


@pytest.mark.parametrize("limit", [1, 2, 4, 9])
def test_history_gives_every_row_once_page_by_page(session: Session, decided: Round, limit: int) -> None:
    on_paper(session, decided.world)
    body = decided.world.body
    whole = found(session, body)
    pages: list[Found] = []
    spot: Spot | None = None
    while True:
        rows, spot = find(session, body.id, Filter(), before=spot, limit=limit)
        pages += rows
        if spot is None:
            break
        spot = Spot.read(spot.written())
    assert pages == whole


def test_history_is_narrowed(session: Session, decided: Round) -> None:
    world = decided.world
    paper = on_paper(session, world)
    body = world.body
    assert len(results(session, body, document=paper.code)) == 2
    assert results(session, body, item=world.items[3].key) == [
        ("meeting", 0, ""),
        ("circulation", 4, "not_endorsed"),
    ]
    assert results(session, body, outcome=str(Result.NOT_ENDORSED)) == [("circulation", 4, "not_endorsed")]
    assert results(session, body, outcome=str(Origin.MEETING)) == [("meeting", 0, "")]
    assert len(results(session, body, outcome=str(Origin.PAPER))) == 2
    assert len(results(session, body, state="MY")) == 7
    assert results(session, body, state="TL") == []
    assert len(results(session, body, since=DEADLINE, until=DEADLINE + timedelta(seconds=1))) == 6
    assert results(session, body, until=DEADLINE)[0][0] == "paper"
    assert results(session, body, outcome="approved") == []


@pytest.mark.parametrize(
    "key", ["", "x", "2020-10-09~1~2", "2020-10-09~1~2~3", "2020-10-09T10:00:00+00:00~9~a~b"]
)
def test_history_refuses_a_page_that_is_none(key: str) -> None:
    with pytest.raises(Invalid):
        Spot.read(key)


def rows(round_: Round, name: str) -> list[HistoryRow]:
    round_.session.flush()
    body = round_.world.body
    return rows_of(round_.session, find(round_.session, body.id, Filter())[0], round_.world.actor(name))


def test_history_shows_the_states_their_places_and_the_proof(closed: Round) -> None:
    fourth = rows(closed, "SG drafter")[3]
    assert (fourth.served, fourth.roster, fourth.hidden) == (10, 10, False)
    assert [one.state for one in fourth.places if one.place is Place.OBJECTION] == ["MY"]
    assert fourth.closed_seq is not None
    assert fourth.number == 4


def test_history_shows_the_programme_outcomes_only(closed: Round) -> None:
    for row in rows(closed, "programme"):
        assert (row.places, row.hidden, row.served) == ((), True, None)


def test_history_offers_what_there_is_to_choose(session: Session, closed: Round) -> None:
    world = closed.world
    offered = choices(session, world.body.id, world.document.code)
    assert [one.code for one in offered.documents] == [world.document.code]
    assert [number for _, number, _ in offered.items] == [1, 2, 3, 4, 5, 6]
    assert len(offered.states) == 11
    assert choices(session, world.body.id, "").items == ()
    with pytest.raises(NotFound):
        choices(session, world.body.id, "no-such-plan")


@pytest.mark.parametrize("items", [1, 3, 30])
def test_history_takes_as_many_statements_for_any_number_of_rows(
    session: Session, world: World, round_: Round, clock: SettableClock, counted: Counting, items: int
) -> None:
    _, _, versions = plan(session, world.body, count=items)
    round_.dispatch(versions=versions)
    round_.serve()
    round_.at(DEADLINE)
    actor, body = world.actor("secretariat"), world.body.id
    with counted() as sent:
        one_page = find(session, body, Filter(), limit=30)[0]
        read = rows_of(session, one_page, actor)
    assert len(read) == items
    assert len(sent) == 11
