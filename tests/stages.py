"""Worlds committed once a run, on which many tests begin: each in a copy of the database of its own.

A test asks for one by the fixtures `peopled` and `served` (tests/conftest.py); what it writes on top is
rolled back like everything else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy.orm import Session

from tests import factories
from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from workflow import db

#: What the application tells every session of its installation.
INSTALLATION = {
    "base_url": "https://adref.example.org",
    "reply_to": "secretariat@example.org",
    "mail_domain": "adref.example.org",
}
PEOPLED, SERVED = "peopled", "served"


@dataclass(frozen=True)
class Stage:
    """A database in which this world is committed; `circulation` is the key of its running one, if any."""

    database: db.Database
    world: World
    circulation: int | None


def build(name: str, database: db.Database) -> Stage:
    """Commit what the stage of this name holds, at the tests' first instant."""
    clock = SettableClock()
    database.clock = clock
    database.info.update(INSTALLATION)
    with database.writing() as session:
        made = _BUILDERS[name](session, clock)
    return Stage(database, *made)


def _peopled(session: Session, _clock: SettableClock) -> tuple[World, int | None]:
    return factories.world(session, MORNING), None


def _served(session: Session, clock: SettableClock) -> tuple[World, int | None]:
    world, _ = _peopled(session, clock)
    round_ = Round(session, world, clock)
    round_.dispatch()
    round_.serve()
    return world, round_.circulation.id


_BUILDERS: Mapping[str, Callable[[Session, SettableClock], tuple[World, int | None]]] = {
    PEOPLED: _peopled,
    SERVED: _served,
}


def brought(session: Session, world: World) -> World:
    """Return this committed world as rows of another session, without reading them again."""
    return replace(world, **{one.name: _merged(session, getattr(world, one.name)) for one in fields(World)})


def _merged(session: Session, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _merged(session, one) for key, one in value.items()}
    if isinstance(value, list):
        return [_merged(session, one) for one in value]
    return session.merge(value, load=False)
