"""Worlds committed once a run, on which many tests begin: each in a copy of the database of its own.

A test asks for one by the fixture of its name (tests/conftest.py); what it writes on top is rolled back like
everything else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy.orm import Session

from tests import factories
from tests.actions.rounds import DEADLINE, Round
from tests.factories import World
from tests.faults import reach
from tests.settable_clock import MORNING, SettableClock
from workflow import db
from workflow.actions import course
from workflow.domain.terms import ResponseKind

#: What the application tells every session of its installation.
INSTALLATION = {
    "base_url": "https://adref.example.org",
    "reply_to": "secretariat@example.org",
    "mail_domain": "adref.example.org",
}
PEOPLED, UNSERVED, SERVED, SPOKEN, SETTLED = "peopled", "unserved", "served", "spoken", "settled"
OUTSPOKEN = "outspoken"


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
        world = factories.world(session, MORNING)
        if name == PEOPLED:
            return Stage(database, world, None)
        round_ = Round(session, world, clock)
        _ROUNDS[name](round_)
        return Stage(database, world, round_.circulation.id)


def _unserved(round_: Round) -> None:
    """Dispatch the plan; its letters wait."""
    round_.dispatch()


def _served(round_: Round) -> None:
    """Dispatch the plan and serve every State."""
    round_.dispatch()
    round_.serve()


def _spoken(round_: Round) -> None:
    """Serve all but Brunei Darussalam; six States speak, each in a kind of its own, and one asks for time."""
    round_.dispatch()
    round_.serve_all_but("BN")
    round_.lodge("KH contact_point", ResponseKind.NO_OBJECTION, 1, reasons="")
    round_.lodge("ID contact_point", ResponseKind.RESERVATION, 6, reasons="As advice only.")
    round_.lodge("LA contact_point", ResponseKind.ABSTENTION, 5, reasons="")
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who decides?")
    round_.lodge("SG contact_point", ResponseKind.COMMENT, 4, reasons="=A1 please list offices.")
    round_.lodge("VN contact_point", ResponseKind.INPUT, 3, reasons="Consult first.")
    round_.act(course.ask_for_time, by="TH contact_point", reasons="We meet on Monday.")


def _settled(round_: Round) -> None:
    """Serve every State, let Malaysia object to item 4, and close at the deadline."""
    _served(round_)
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    round_.at(DEADLINE)


def _outspoken(round_: Round) -> None:
    """Serve every State, and let each say, prepare and ask for something of its own."""
    _served(round_)
    reach.speak(round_)


#: What happens to the one circulation of each stage that has one.
_ROUNDS: Mapping[str, Callable[[Round], None]] = {
    UNSERVED: _unserved,
    SERVED: _served,
    SPOKEN: _spoken,
    SETTLED: _settled,
    OUTSPOKEN: _outspoken,
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
