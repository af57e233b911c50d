"""Row 3: closing a circulation of many items, beside the same bare SQL and django-fsm-2 object by object.

Each closing begins on a copy of its own, in a process of its own, after a small one that warms it up.
"""

import multiprocessing
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from statistics import median

import pytest

from tests.benchmarks import measured, programs
from tests.benchmarks.many_items import fill_circulation
from tests.benchmarks.measured import at_least, at_most
from tests.benchmarks.peers import bare_closing
from tests.benchmarks.worlds import circulated, deadline_after, present
from tests.databases import Backend
from tests.settable_clock import SettableClock
from workflow.actions import closing
from workflow.db import Database
from workflow.domain.terms import CirculationStatus
from workflow.models.circulation import Circulation

BIG = bool(os.environ.get("BENCH_BIG"))
STATES, ONE_BY_ONE = 10, 200
SMALL, LARGE = (3_000, 1_000_000) if BIG else (1_000, 5_000)
LARGE_ROUNDS = 1
FASTER = {"sqlite": 100, "postgresql": 70}

pytestmark = pytest.mark.timeout(36_000 if BIG else 1200)


@dataclass(frozen=True)
class Prepared:
    """A database with a small circulation and one of many items, both just before their deadline."""

    url: str
    warm: int
    key: int
    deadline: datetime


@contextmanager
def prepared(backend: Backend, items: int) -> Iterator[Prepared]:
    """Give such a database, to be copied."""
    begun = present()
    with backend.fresh(None) as database:
        _, warm = circulated(database, STATES, STATES, begun, code="WARM")
        world, key = circulated(database, STATES, STATES, begun)
        fill_circulation(database, world, key, items, begun)
        database.close()
        yield Prepared(database.url, warm, key, deadline_after(begun))


def closed(backend: Backend, ready: Prepared) -> tuple[float, float]:
    """Close the large circulation of a copy; return the seconds and by how many megabytes memory grew."""
    url = backend.copy_of(ready.url)
    here, child = _closer(url, ready)
    try:
        found: tuple[float, float] = here.recv()
    finally:
        child.join()
        backend.drop(url)
    return found


@contextmanager
def closing_elsewhere(url: str, ready: Prepared) -> Iterator[Callable[[], bool]]:
    """Close a large circulation in another process; gives a function that tells whether it still does."""
    here, child = _closer(url, ready)
    try:
        yield child.is_alive
        assert here.recv()[0] > 0
    finally:
        child.join()


def _closer(url: str, ready: Prepared) -> tuple[Connection, BaseProcess]:
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_close, args=(there, url, ready))
    child.start()
    there.close()
    return here, child


def _close(end: Connection, url: str, ready: Prepared) -> None:
    database = Database(url, clock=SettableClock(ready.deadline + timedelta(seconds=1)))
    database.info.update(
        base_url="https://adref.example.org", reply_to="a@b.example", mail_domain="b.example"
    )
    _settle(database, ready.warm)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = measured.timed(lambda: _settle(database, ready.key))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    with database.reading() as session:
        assert session.get_one(Circulation, ready.key).status is CirculationStatus.CLOSED
    database.close()
    end.send((seconds, grown / 1024))


def _settle(database: Database, key: int) -> None:
    with database.writing() as session:
        closing.settled(session, key)


def test_closing(durable: Backend) -> None:
    memory: dict[int, list[float]] = {SMALL: [], LARGE: []}

    def ours(ready: Prepared, items: int) -> float:
        seconds, grown = closed(durable, ready)
        memory[items].append(grown)
        return seconds / items

    def bare(ready: Prepared) -> float:
        url = durable.copy_of(ready.url)
        try:
            return bare_closing.close(url, ready.key, ready.deadline) / SMALL
        finally:
            durable.drop(url)

    with ExitStack() as stack:
        small = stack.enter_context(prepared(durable, SMALL))
        theirs = stack.enter_context(programs.peer("django_acts", stack.enter_context(durable.bare())))
        found = measured.in_turns(
            {
                "ours": lambda: ours(small, SMALL),
                "bare": lambda: bare(small),
                "django": lambda: theirs.does("close", theirs.does("make", ONE_BY_ONE)) / ONE_BY_ONE,
            }
        )
        large = stack.enter_context(prepared(durable, LARGE))
        costs = [(ours(small, SMALL), ours(large, LARGE)) for _ in range(LARGE_ROUNDS + 1)]
    tell(durable.name, found, costs, memory)


def tell(
    name: str,
    found: dict[str, list[float]],
    costs: list[tuple[float, float]],
    memory: dict[int, list[float]],
) -> None:
    """Tell the quotients of one kind of database."""
    each = ", ".join(f"{one} {median(costs) * 1e6:.0f} µs an item" for one, costs in found.items())
    over_bare = measured.quotient(found["ours"], found["bare"])
    measured.tell(3, f"{name}, closing {SMALL:,} items over bare SQL", over_bare, at_most(2), each)
    over_django = measured.quotient(found["django"], found["ours"])
    lacks = f"Django closes {ONE_BY_ONE} and writes no tree, no fingerprints, no rendered letters"
    measured.tell(3, f"{name}, times faster than Django with fsm", over_django, at_least(FASTER[name]), lacks)
    growth = measured.quotient([large for _, large in costs], [small for small, _ in costs])
    sized = "" if BIG else "sized down from 1,000,000 over 3,000; BENCH_BIG=1 measures that"
    measured.tell(3, f"{name}, an item of {LARGE:,} over one of {SMALL:,}", growth, at_most(1.5), sized)
    small, large = median(memory[SMALL]), median(memory[LARGE])
    told = f"grows by {small:.0f} MB at {SMALL:,} and {large:.0f} MB at {LARGE:,}"
    measured.tell(3, f"{name}, memory of {LARGE:,} over {SMALL:,}", large / max(small, 1), at_most(1.5), told)
