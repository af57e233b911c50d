"""Tests of what a close costs: the same number of statements, however many items and States there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, HOUR, Round
from tests.factories import World, new_appointment, new_person, plan
from tests.settable_clock import SettableClock
from workflow.audit.entries import Entry
from workflow.domain.terms import CirculationStatus, ResponseKind, Role
from workflow.models.body import State

SIZES = (1, 3, 30)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Collect the statements sent meanwhile; what is sent for many rows at once is one."""
    sent: list[str] = []

    def seen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            sent.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", seen)
    yield sent
    event.remove(connection, "before_cursor_execute", seen)


def resized(world: World, session: Session, size: int) -> None:
    """Let the body have `size` member States, and the world a plan of `size` items."""
    for code, state in list(world.states.items())[size:]:
        state.member_from = date(2099, 1, 1)
        del world.states[code]
    for number in range(len(world.states), size):
        add_state(world, session, f"X{number}")
    document, items, versions = plan(session, world.body, meeting=world.meetings["20"], count=size)
    world.document, world.items, world.versions = document, items, versions
    session.flush()


def add_state(world: World, session: Session, code: str) -> None:
    """Admit one more State with a contact point."""
    state = State(
        body_id=world.body.id,
        code=code,
        name=f"State {code}",
        capital="Capital",
        zone="Asia/Jakarta",
        weekend=[5, 6],
        calendar="ID",
        member_from=date(2000, 1, 1),
    )
    name = f"{code} contact_point"
    person = new_person(world.body, name)
    session.add_all([state, person])
    session.flush()
    appointment = new_appointment(person, Role.CONTACT_POINT, state)
    session.add(appointment)
    world.states[code], world.people[name], world.appointments[name] = state, person, appointment


def cost_of(session: Session, world: World, clock: SettableClock, size: int, *, held: bool) -> int:
    """Return how many statements the deadline of a circulation of this size costs."""
    round_ = Round(session, world, clock)
    resized(world, session, size)
    round_.dispatch()
    if not held:
        round_.serve()
        if size > 1:
            round_.lodge(f"{list(world.states)[1]} contact_point", ResponseKind.COMMENT, 1)
    round_.clock.now = DEADLINE + HOUR
    session.expire_all()
    with counted(session) as sent:
        round_.locked()
    expected = CirculationStatus.HELD if held else CirculationStatus.CLOSED
    assert round_.status is expected
    assert len(round_.entries(Entry.HELD if held else Entry.CLOSED)) == 1
    return len(sent)


@pytest.mark.parametrize("held", [False, True], ids=["close", "hold"])
def test_the_deadline_costs_the_same_at_any_size(
    session: Session, world: World, clock: SettableClock, held: bool
) -> None:
    costs = {}
    for size in SIZES:
        with session.begin_nested() as attempt:
            known = (dict(world.states), dict(world.people), dict(world.appointments), clock.now)
            costs[size] = cost_of(session, world, clock, size, held=held)
            attempt.rollback()
        world.states, world.people, world.appointments, clock.now = known
        session.expire_all()
    assert len(set(costs.values())) == 1, costs
    assert costs[1] < 60, costs
