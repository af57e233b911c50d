"""Races: objecting, closing twice, extending and dismissing the objector, all around one deadline.

Every race has a circulation and a barrier of its own, and its deadline falls into it. The sides are in
`sides`, what a race must not show in `histories`.
"""

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from tests.faults.arena import TICK, Arena, Race, Ticking
from tests.faults.histories import breaches
from tests.faults.sides import Deed, History, Side
from workflow import db
from workflow.actions import closing
from workflow.db import Database
from workflow.models.circulation import Circulation
from workflow.models.response import Response

#: How long anything may wait for anything, in seconds.
PATIENCE = 60
#: How many races run at once: each alone has up to five sides, and all write into one log.
AT_ONCE = 2
#: How long a side dawdles at most after its barrier, in seconds.
DAWDLE = 0.004


@dataclass
class Pace:
    """How far ahead deadlines lie, in looks at a ticking clock or in seconds: so far that either side wins.

    A machine that is slow, or slow for a while, would let all objections come late at any fixed distance.
    """

    ahead: float
    shortest: float
    longest: float
    unit: timedelta

    def learn(self, timely: int, late: int) -> None:
        """Move deadlines away when objections mostly came late, and nearer when mostly in time."""
        longer = self.ahead * (1.3 if timely < late else 0.8 if timely > late else 1)
        self.ahead = min(max(longer, self.shortest), self.longest)

    def deadline(self, start: datetime, chance: random.Random) -> datetime:
        """Return a deadline after `start`, on a whole look or anywhere."""
        distance = chance.uniform(0, 2 * self.ahead)
        return start + (round(distance) if self.unit == TICK else distance) * self.unit


def ticking_pace() -> Pace:
    """Return the pace of a clock that every look moves on."""
    return Pace(8, 2, 60, TICK)


def real_pace() -> Pace:
    """Return the pace of the database's own clock."""
    return Pace(0.1, 0.004, 2, timedelta(seconds=1))


@dataclass
class Meeting:
    """Races of one arena, run in groups, and the history of all their calls."""

    arena: Arena
    chance: random.Random
    pace: Pace
    history: History = field(default_factory=History)

    @classmethod
    def called(cls, database: Database, count: int, seed: int, *, ticking: bool = True) -> "Meeting":
        """Prepare so many races, on a ticking clock or on the database's own."""
        database.clock = Ticking() if ticking else None
        arena = Arena.prepared(database, count)
        return cls(arena, random.Random(seed), ticking_pace() if ticking else real_pace())

    def run(self) -> list[str]:
        """Run all races and return everything they must not show."""
        for group in self._groups():
            self._together(group)
        self._settle(self.arena.races)
        return breaches(self.arena, self.history, self.arena.races)

    def first_breach(self) -> list[str]:
        """Run races until some show what they must not, and return it."""
        for group in self._groups():
            self._together(group)
            self._settle(group)
            if found := breaches(self.arena, self.history, group):
                return found
        return []

    def _groups(self) -> list[list[Race]]:
        races = self.arena.races
        return [races[start : start + AT_ONCE] for start in range(0, len(races), AT_ONCE)]

    def _together(self, group: Sequence[Race]) -> None:
        with self.arena.database.writing() as session:
            self.arena.called(session, group)
            start = db.now(session)
            self.arena.opened(session, [(race, self.pace.deadline(start, self.chance)) for race in group])
        threads = [thread for race in group for thread in self._threads(race)]
        self.chance.shuffle(threads)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        self.arena.over(group)
        self.pace.learn(*sides_won(self.arena.database, group))

    def _threads(self, race: Race) -> list[threading.Thread]:
        sides = self._sides(race)
        barrier = threading.Barrier(len(sides), timeout=PATIENCE)
        return [
            threading.Thread(
                target=side.begin, args=(self.history, barrier, self.chance.uniform(0, DAWDLE)), daemon=True
            )
            for side in sides
        ]

    def _sides(self, race: Race) -> list[Side]:
        """Let one object and two close; in some races one extends, one dismisses, an answer is lost."""
        chance, later = self.chance, self.pace.ahead * self.pace.unit + TICK
        deeds = [Deed.LODGE, Deed.CLOSE, Deed.CLOSE]
        deeds += [deed for deed in (Deed.EXTEND, Deed.REVOKE) if chance.random() < 0.4]
        return [
            Side(
                self.arena, race, deed, later=later * chance.uniform(0.1, 2),
                lost=chance.choice([""] * 10 + ["before", "after"]), lifts=chance.random() < 0.15,
            )
            for deed in deeds
        ]  # fmt: skip

    def _settle(self, races: Sequence[Race]) -> None:
        """Close what no side closed: the deadline came after all of them."""
        clock = self.arena.database.clock
        if isinstance(clock, Ticking):
            clock.leap(clock.latest + timedelta(hours=1))
        else:
            threading.Event().wait(4 * self.pace.longest)
        for race in races:
            with self.arena.database.writing() as session:
                closing.settled(session, race.circulation)


def sides_won(database: Database, races: Sequence[Race]) -> tuple[int, int]:
    """Return how many objections came in time and how many late."""
    with database.reading() as session:
        rows = session.execute(
            select(Response.received_at, Circulation.deadline)
            .join(Circulation, Circulation.id == Response.circulation_id)
            .where(Circulation.id.in_([race.circulation for race in races]))
        ).all()
    timely = sum(row.received_at < row.deadline for row in rows)
    return timely, len(rows) - timely
