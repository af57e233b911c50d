"""A world and a round on the session of a test."""

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.factories import World
from tests.factories import world as written
from tests.settable_clock import SettableClock

#: What the application tells every session of its installation.
INSTALLATION = {
    "base_url": "https://adref.example.org",
    "reply_to": "secretariat@example.org",
    "mail_domain": "adref.example.org",
}


@pytest.fixture
def world(session: Session) -> World:
    """Give a body with its people and a plan of six drafts."""
    session.info.update(INSTALLATION)
    return written(session)


@pytest.fixture
def round_(session: Session, world: World, clock: SettableClock) -> Round:
    """Give a round that is not dispatched yet."""
    return Round(session, world, clock)
