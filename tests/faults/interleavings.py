"""All interleavings of a few acts on one circulation, each on a circulation of its own, and what they show.

How acts are stepped is in `stepping`; the same checker judges them as the races.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.faults.arena import Arena, Race, Ticking
from tests.faults.histories import breaches
from tests.faults.sides import Deed, History, Side
from tests.faults.stepping import BEGIN, Order, Stepper
from workflow.actions import closing
from workflow.db import Database

#: How many circulations are made at once, and how many runs are judged at once.
CHUNK = 14
_HOUR = timedelta(hours=1)
#: Authority (read FOR SHARE with the person), the circulation, and SQLite's one write lock.
_LOCKS = {"person", "circulation", BEGIN}


class Interleavings:
    """The orders in which some deeds can be taken; time passes the deadline as one step among them.

    Where `looks` are steps too, time also passes between any two looks at the clock that a deed makes.
    """

    def __init__(self, database: Database, deeds: tuple[Deed, ...], *, looks: bool = False) -> None:
        # Who holds a circulation's lock shares the log's with nobody but who dismisses.
        locks = _LOCKS | ({"log_head", "appointment"} if Deed.REVOKE in deeds else set())
        database.clock = self.clock = Ticking()
        self.deeds = deeds
        self.arena = Arena.prepared(database, 0)
        self.stepper = Stepper(database, frozenset(locks))
        if looks:
            database.clock = self._look
        self.count = 0

    def breaches(self) -> list[str]:
        """Run every order and return what they must not show, each with its order."""
        return [line for lines in self._judged() for line in lines]

    def first_breach(self) -> list[str]:
        """Run orders until some show what they must not, and return it."""
        return next((lines for lines in self._judged() if lines), [])

    def _look(self) -> datetime:
        self.stepper.look()
        return self.clock()

    def _judged(self) -> Iterator[list[str]]:
        wanted: list[str] | None = []
        with self.stepper.watching():
            while wanted is not None:
                history, orders = History(), {}
                for race in self.arena.copies(CHUNK):
                    order = self._run(race, history, wanted)
                    orders[race.circulation] = (race, order)
                    self.count += 1
                    wanted = order.following()
                    if wanted is None:
                        break
                yield self._judge(history, orders)

    def _run(self, race: Race, history: History, wanted: list[str]) -> Order:
        deadline = self.clock.latest + _HOUR
        with self.arena.database.writing() as session:
            self.arena.called(session, [race])
            self.arena.opened(session, [(race, deadline)])
        sides = {
            f"{deed}-{place}": Side(self.arena, race, deed, later=_HOUR)
            for place, deed in enumerate(self.deeds)
        }
        acts = {name: lambda side=side: side.run(history) for name, side in sides.items()}
        order = self.stepper.run(acts, lambda: self.clock.leap(deadline), wanted)
        self.arena.over([race])
        self._settle(race)
        return order

    def _settle(self, race: Race) -> None:
        self.clock.leap(self.clock.latest + 3 * _HOUR)
        with self.arena.database.writing() as session:
            closing.settled(session, race.circulation)

    def _judge(self, history: History, orders: dict[int, tuple[Race, Order]]) -> list[str]:
        found = breaches(self.arena, history, [race for race, _ in orders.values()])
        return [f"{line}\n    {_told(line, orders)}" for line in found]


def _told(line: str, orders: dict[int, tuple[Race, Order]]) -> str:
    words = line.split(":")[0].split()
    known = orders.get(int(words[1])) if words[0] == "race" else None
    return " ".join(known[1].names) if known is not None else ""
