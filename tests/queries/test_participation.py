"""Tests of how each State took part: what counts as answered, who was asked, in what cost."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, Round
from tests.factories import MORNING, World
from tests.queries.conftest import Counting
from tests.settable_clock import SettableClock
from workflow.domain.terms import ResponseKind
from workflow.queries.participation import Part, Taking, participation


def closed(round_: Round, clock: SettableClock) -> None:
    """Dispatch the plan, let some States speak, and close it."""
    round_.dispatch()
    round_.serve_all_but()
    clock.now += timedelta(hours=5)
    for item in range(1, 7):
        round_.lodge("KH contact_point", ResponseKind.NO_OBJECTION, item, reasons="")
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    round_.lodge("VN contact_point", ResponseKind.INPUT, 3)
    round_.lodge("VN contact_point", ResponseKind.COMMENT, 2)
    clock.now = DEADLINE
    round_.locked()
    round_.lodge("TH contact_point", ResponseKind.COMMENT, 1)


def by_code(session: Session, world: World) -> dict[str, Taking]:
    """Return the States' rows by code."""
    return {row.state.code: row for row in participation(session, world.body.id).rows}


def test_states_are_counted_by_what_they_answered_in_time(
    session: Session, world: World, round_: Round, clock: SettableClock
) -> None:
    closed(round_, clock)
    rows = by_code(session, world)
    five = timedelta(hours=5)
    assert rows["KH"].parts == (Part(6, 6, first_after=five),)
    assert rows["MY"].parts == (Part(6, 1, objections=1, first_after=five),)
    assert rows["VN"].parts == (Part(6, 2, inputs=1, first_after=five),)
    assert rows["TH"].parts == (Part(6, late=1),)
    assert rows["BN"].parts == (Part(6),)
    assert (rows["KH"].in_full, rows["MY"].in_part, rows["TH"].silent, rows["VN"].blocked) == (1, 1, 1, 1)
    assert rows["MY"].parts[0].share == pytest.approx(1 / 6)
    assert (rows["KH"].usually_after, rows["BN"].usually_after) == (five, None)


def test_a_running_circulation_is_not_counted(
    session: Session, world: World, round_: Round, clock: SettableClock
) -> None:
    round_.dispatch()
    assert participation(session, world.body.id).circulations == ()


def test_a_period_narrows_by_the_close(
    session: Session, world: World, round_: Round, clock: SettableClock
) -> None:
    closed(round_, clock)
    body = world.body.id
    assert len(participation(session, body, since=DEADLINE).circulations) == 1
    assert participation(session, body, until=DEADLINE).circulations == ()
    assert participation(session, body, since=DEADLINE + timedelta(days=1)).circulations == ()
    assert len(participation(session, body, since=MORNING, until=DEADLINE + timedelta(days=1)).rows) == 10


def test_pages_follow_by_key(session: Session, world: World, round_: Round, clock: SettableClock) -> None:
    closed(round_, clock)
    first = participation(session, world.body.id, limit=1)
    assert (len(first.circulations), first.older) == (1, None)
    assert participation(session, world.body.id, before=first.circulations[0].id).circulations == ()


def test_a_state_that_was_not_asked_has_no_part() -> None:
    taking = Taking(None, (None, Part(4, 4)))  # type: ignore[arg-type]
    assert (len(taking.asked), taking.in_full, taking.silent) == (1, 1, 0)


def test_participation_takes_four_statements(
    session: Session, world: World, round_: Round, clock: SettableClock, counted: Counting
) -> None:
    closed(round_, clock)
    with counted() as sent:
        participation(session, world.body.id)
    assert len(sent) == 4
