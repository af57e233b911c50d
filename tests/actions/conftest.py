"""A world and a round on the session of a test."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import HOUR, Round
from tests.factories import World
from tests.settable_clock import DEADLINE, MORNING, SettableClock
from tests.stages import INSTALLATION, Stage, brought
from workflow.models.circulation import Circulation


@pytest.fixture
def world(session: Session, peopled: Stage) -> World:
    """Give a body with its people and a plan of six drafts."""
    session.info.update(INSTALLATION)
    return brought(session, peopled.world)


@pytest.fixture
def round_(session: Session, world: World, clock: SettableClock) -> Round:
    """Give a round that is not dispatched yet."""
    return Round(session, world, clock)


@pytest.fixture
def running(session: Session, world: World, served: Stage, clock: SettableClock) -> Round:
    """Give a round that is dispatched and served to all, an hour ago."""
    return begun(session, world, served, clock, MORNING + HOUR)


@pytest.fixture
def waiting(session: Session, world: World, unserved: Stage, clock: SettableClock) -> Round:
    """Give a round that is dispatched now; its letters wait."""
    return begun(session, world, unserved, clock, MORNING)


@pytest.fixture
def over(session: Session, world: World, settled: Stage, clock: SettableClock) -> Round:
    """Give a round closed at its deadline, in which Malaysia objected to item 4."""
    return begun(session, world, settled, clock, DEADLINE)


def begun(session: Session, world: World, stage: Stage, clock: SettableClock, at: datetime) -> Round:
    """Return the round of the stage, at this instant."""
    round_ = Round(session, world, clock)
    round_.circulation = session.get_one(Circulation, stage.circulation)
    round_.at(at)
    return round_
