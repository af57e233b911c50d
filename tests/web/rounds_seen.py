"""A round committed for the pages: dispatched, served, answered and moved on in a line each.

The round itself is driven in tests/actions/rounds.py; the words of pages are read in preparations.py.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from workflow.db import Database
from workflow.models.circulation import Circulation


class Story:
    """One circulation of the world, changed between two visits of its pages; `id` is its key.

    With a stage it is the circulation committed there; else the first thing it does makes one.
    """

    def __init__(
        self, database: Database, world: World, clock: SettableClock, stage: Stage | None = None
    ) -> None:
        self.database, self.world, self.clock = database, world, clock
        self.id = stage.circulation or 0 if stage else 0
        self.round: Round

    @contextmanager
    def going_on(self) -> Iterator[Round]:
        """Give the round in a transaction of its own, committed at the end."""
        with self.database.writing() as session:
            self.round = Round(session, self.world, self.clock)
            if self.id:
                self.round.circulation = session.get_one(Circulation, self.id)
            yield self.round
            session.flush()
            self.id = self.round.circulation.id

    def does(self, act: Callable[[Round], object]) -> "Story":
        """Let something happen and return the story, to go on."""
        with self.going_on() as round_:
            act(round_)
        return self

    @property
    def page(self) -> str:
        """Return the address of the circulation."""
        return f"/circulations/{self.id}"

    def read(self) -> Circulation:
        """Read the circulation as the database has it."""
        with self.database.reading() as session:
            return self._read(session)

    def _read(self, session: Session) -> Circulation:
        found = session.get_one(Circulation, self.id)
        session.refresh(found)
        return found
