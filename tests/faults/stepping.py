"""Runs acts one lock step at a time, and all orders in which their steps can be taken, one after the other.

A step ends where an act is about to take a lock, to commit, or, until time has passed, to look at the clock:
each look is either had at once, or only once time has passed. An act that waits for another's lock is
recognised by the server's list of locks; SQLite's one write lock is asked for only when it is free. The
acts are in `sides`, what no order may show in `histories`.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event, text

from workflow.db import Database

#: How long anything may wait for anything, and how long a look at the locks is good for, in seconds.
PATIENCE, GLANCE = 60, 0.0015
_LOCKING = re.compile(r"FROM (\w+).* FOR (?:NO KEY UPDATE|UPDATE|SHARE)", re.DOTALL)
_WAITING = text("SELECT pid FROM pg_locks WHERE NOT granted AND pid = ANY(:pids)")
BEGIN, COMMIT, LOOK = "begin", "commit", "look"
#: Time as a step; and what is added to the name of an act whose look must wait for it.
TIME, LATER = "time", " looks later"


@dataclass
class Strand:
    """One act in a thread of its own: `at` is the step it waits before, None while it runs.

    One that `looks_later` stands before a look at the clock until time has passed.
    """

    name: str
    act: Callable[[], object]
    at: str | None = None
    done: bool = False
    looks_later: bool = False
    pid: int = 0
    seen: set[str] = field(default_factory=set)
    go: threading.Event = field(default_factory=threading.Event)
    came: threading.Event = field(default_factory=threading.Event)

    @property
    def stands(self) -> bool:
        """Tell whether it waits for its turn, or is done."""
        return self.done or self.at is not None

    def pause(self, label: str) -> None:
        """Stop before a step until it is let go."""
        self.at = label
        self.came.set()
        if not self.go.wait(PATIENCE):
            raise TimeoutError(f"{self.name} was never let on from {label}")
        self.go.clear()

    def run(self) -> None:
        """Act: what is read before the first lock waits for nobody."""
        try:
            self.act()
        finally:
            self.done, self.at = True, None
            self.came.set()

    def let_go(self) -> None:
        """Let it take its next step."""
        self.came.clear()
        self.at, self.looks_later = None, False
        self.go.set()


class Stepper:
    """Stops the acts of one database before their locks, and before their commits, while `watching`.

    `locks` names the tables (and BEGIN) whose locks are steps; every act has one transaction.
    """

    def __init__(self, database: Database, locks: frozenset[str]) -> None:
        self.database = database
        self.locks = locks
        self.strands: dict[int, Strand] = {}
        self.on_sqlite = database.reader.dialect.name == "sqlite"
        self.monitor: Connection | None = None
        self.time_passed = True

    def look(self) -> None:
        """Stop the act that is about to look at the clock, as long as time can still pass before."""
        strand = self.strands.get(threading.get_ident())
        if strand is not None and not self.time_passed:
            strand.pause(LOOK)

    @contextmanager
    def watching(self) -> Iterator["Stepper"]:
        """Listen to every statement and commit; nothing is heard afterwards."""
        engine = self.database.reader
        heard = {"before_cursor_execute": self._statement, "commit": self._commit}
        for name, listener in heard.items():
            event.listen(engine, name, listener)
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as self.monitor:
                yield self
        finally:
            for name, listener in heard.items():
                event.remove(engine, name, listener)

    def _statement(self, connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        strand = self.strands.get(threading.get_ident())
        if strand is None:
            return
        if not self.on_sqlite:
            strand.pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        found = _LOCKING.search(statement)
        label = found[1] if found else BEGIN if statement == "BEGIN IMMEDIATE" else ""
        if label in self.locks and label not in strand.seen:
            strand.seen.add(label)
            strand.pause(label)

    def _commit(self, _connection: Connection) -> None:
        strand = self.strands.get(threading.get_ident())
        if strand is not None:
            strand.pause(COMMIT)

    def run(
        self, acts: dict[str, Callable[[], object]], tick: Callable[[], None], wanted: Sequence[str]
    ) -> "Order":
        """Run these acts, and time as one step more, in the order wanted and then in the first there is."""
        strands = {name: Strand(name, act) for name, act in acts.items()}
        self.time_passed = False
        threads = [threading.Thread(target=self._begun, args=(one,), daemon=True) for one in strands.values()]
        for thread in threads:
            thread.start()
        order = Order(list(wanted))
        while self._settle(list(strands.values())):
            chosen = order.choose(self._ready(strands))
            if chosen == TIME:
                self.time_passed = True
                tick()
            elif chosen.endswith(LATER):
                strands[chosen.removesuffix(LATER)].looks_later = True
            else:
                strands[chosen].let_go()
        for thread in threads:
            thread.join(PATIENCE)
        return order

    def _begun(self, strand: Strand) -> None:
        self.strands[threading.get_ident()] = strand
        try:
            strand.run()
        finally:
            del self.strands[threading.get_ident()]

    def _ready(self, strands: dict[str, Strand]) -> list[str]:
        """Return who can be let on; nobody asks for SQLite's write lock while another holds it.

        A look at the clock concerns nobody but time: it is decided upon before anybody else goes on.
        """
        looking = [name for name, one in strands.items() if one.at == LOOK and not one.looks_later]
        if looking and not self.time_passed:
            return [looking[0], looking[0] + LATER]
        held = self.on_sqlite and any(
            BEGIN in one.seen and one.at != BEGIN and not one.done for one in strands.values()
        )
        ready = [
            name
            for name, one in strands.items()
            if one.at is not None
            and not (held and one.at == BEGIN)
            and (self.time_passed or not one.looks_later)
        ]
        return ready if self.time_passed else [*ready, TIME]

    def _settle(self, strands: list[Strand]) -> bool:
        """Wait until every act stands before a step, waits for a lock, or is done; tell if any is left."""
        last = time.monotonic() + PATIENCE
        waited = 0
        while moving := [one for one in strands if not one.stands]:
            if time.monotonic() > last:
                raise TimeoutError(f"{[one.name for one in moving]} neither stand nor wait")
            moving[0].came.wait(GLANCE)
            waited = waited + 1 if self._all_wait([one for one in strands if not one.stands]) else 0
            # Seen twice: from one lock an act may pass to the next.
            if waited > 1 and any(one.at is not None for one in strands):
                return True
        return not all(one.done for one in strands)

    def _all_wait(self, strands: list[Strand]) -> bool:
        if not strands or self.on_sqlite or self.monitor is None:
            return False
        pids = [one.pid for one in strands]
        found = set(self.monitor.scalars(_WAITING, {"pids": pids}))
        return found >= set(pids) and not any(one.stands for one in strands)


@dataclass
class Order:
    """The order of one run: who was let on each time, and among whom."""

    wanted: list[str]
    taken: list[tuple[str, list[str]]] = field(default_factory=list)

    def choose(self, ready: list[str]) -> str:
        """Return who is let on next: the one wanted, else the first."""
        place = len(self.taken)
        chosen = self.wanted[place] if place < len(self.wanted) else ready[0]
        if chosen not in ready:
            raise AssertionError(f"{chosen} cannot go on after {self.names}: only {ready}")
        self.taken.append((chosen, ready))
        return chosen

    @property
    def names(self) -> list[str]:
        """Return who was let on, in order."""
        return [name for name, _ in self.taken]

    def following(self) -> list[str] | None:
        """Return how the next order begins, or None after the last."""
        for place in range(len(self.taken) - 1, -1, -1):
            chosen, ready = self.taken[place]
            if (index := ready.index(chosen) + 1) < len(ready):
                return [*self.names[:place], ready[index]]
        return None
