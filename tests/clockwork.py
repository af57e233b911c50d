"""A circulation under a clock that really ticks: a committed database, a settable clock, real SMTP.

What a tick must do is tested in test_clock.py and test_clock_faults.py.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import World
from tests.notices.rounds import INFO, prepared
from tests.notices.servers import settings
from tests.settable_clock import SettableClock
from workflow.actions import closing, responses
from workflow.actions.admitting import Answer
from workflow.actions.dispatching import dispatch
from workflow.audit.entries import Entry
from workflow.clock import Ticked, deliver_due, tick
from workflow.db import Database
from workflow.domain.terms import Letter, ResponseKind, Service
from workflow.models.audit import AuditEntry
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice
from workflow.models.response import Response

MEMBERS = ("BN", "MY", "PH", "TH")
#: A contact point and an alternate of each of them; with the three people of the offices, everybody.
SPEAKERS, EVERYBODY = 8, 11


@dataclass
class Clockwork:
    """One world with its circulations, whose clock the test sets and lets tick."""

    database: Database
    clock: SettableClock
    port: int
    world: World
    first: int

    @classmethod
    def wound(cls, database: Database, clock: SettableClock, port: int, **plan: Any) -> "Clockwork":
        """Dispatch a first circulation of six items at the clock's instant; its letters wait.

        Four States take part: what a clock does for four it does for ten.
        """
        database.info.update(INFO)
        with database.writing() as session:
            world = factories.world(session, clock.now)
            for code, state in world.states.items():
                if code not in (*MEMBERS, factories.NEWEST):
                    state.member_until = state.member_from
            circulation = prepared(session, world, now=clock.now, **plan)
            dispatch(session, circulation, by=world.actor("lead_shepherd"), now=clock.now)
            session.flush()
            return cls(database, clock, port, world, circulation.id)

    def dispatch_another(self, **plan: Any) -> int:
        """Dispatch one more circulation, of a plan of its own; returns its id."""
        with self.database.writing() as session:
            _, _, versions = factories.plan(session, self.world.body, now=self.clock.now, count=1)
            plan["version_ids"] = (versions[0].id,)
            circulation = prepared(session, self.world, now=self.clock.now, **plan)
            dispatch(session, circulation, by=self.world.actor("lead_shepherd"), now=self.clock.now)
            return circulation.id

    def send(self, database: Database) -> int:
        """Send what is due over real SMTP, as the worker does."""
        return deliver_due(database, settings(self.port))

    def tick(self, at: datetime | None = None) -> Ticked:
        """Set the clock, if an instant is given, and let it tick once."""
        self.clock.now = at or self.clock.now
        return tick(self.database, self.send)

    def served(self, *codes: str) -> None:
        """Let only these States' letters leave: the others' are as good as lost."""
        with self.database.writing() as session:
            keep = [self.world.states[code].id for code in codes]
            lost = update(Notice).where(Notice.letter == Letter.CIRCULATION, Notice.state_id.not_in(keep))
            session.execute(lost.values(status=Service.UNKNOWN, due_at=None))

    def lodge(self, name: str, kind: ResponseKind, *items: int) -> list[Response]:
        """Let the person of this name answer items of the first circulation (1 to 6; by default all)."""
        chosen = items or range(1, len(self.world.versions) + 1)
        answers = [Answer(self.world.versions[item - 1].id, kind, "Because.") for item in chosen]
        with self.database.writing() as session:
            circulation, now = closing.settled(session, self.first)
            by = self.world.actor(name, idem=str(uuid4()))
            return responses.lodge(session, circulation, answers, by=by, now=now)

    def circulation(self, key: int | None = None) -> Circulation:
        """Read a circulation, by default the first."""
        with self.database.reading() as session:
            return session.get_one(Circulation, key or self.first)

    def letters(self, letter: Letter) -> Counter[str]:
        """Count the letters of a kind by the address they go to."""
        with self.database.reading() as session:
            query = select(Notice.address).where(Notice.letter == letter)
            return Counter(session.scalars(query))

    def entries(self, entry: Entry) -> int:
        """Count the entries of a type in the log."""
        with self.database.reading() as session:
            return len(session.scalars(select(AuditEntry.seq).where(AuditEntry.type == str(entry))).all())

    def rows(self) -> dict[str, list[Any]]:
        """Read every row of every table."""
        with self.database.reading() as session:
            return {table.name: _rows(session, table) for table in Circulation.metadata.sorted_tables}


def _rows(session: Session, table: Any) -> list[Any]:
    return sorted(session.execute(select(table)).all(), key=repr)
