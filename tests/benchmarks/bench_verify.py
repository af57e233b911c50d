"""Row 6: checking a body's whole log, beside a bare scan of the same rows, and how that grows.

What any check of these entries costs at least is measured besides: to hash them, to read them, to write them
again in the canonical form.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from statistics import median

import psycopg
import pytest

from tests.benchmarks import measured
from tests.benchmarks.bench_log import grown
from tests.benchmarks.many_items import gather_statistics
from tests.benchmarks.measured import at_least
from tests.databases import Backend
from tests.settable_clock import SettableClock
from workflow.audit import checking
from workflow.db import Database
from workflow.domain.canonical import canonical
from workflow.models.body import Body

BIG = bool(os.environ.get("BENCH_BIG"))
SMALL, LARGE = (100_000, 10_000_000) if BIG else (10_000, 100_000)
QUERY = "SELECT seq, type, at, entry FROM audit_entry ORDER BY body_id, seq"
Seen = Callable[[str], object]

pytestmark = pytest.mark.timeout(36_000 if BIG else 900)


def checked(database: Database, made: Body, size: int) -> float:
    """Check the whole log, which must be right, and return the seconds a row."""

    def check() -> None:
        with database.snapshot() as session:
            assert list(checking.differences(session, made.id)) == []

    return measured.timed(check) / size


def scanned(database: Database, size: int, *looks: Seen) -> float:
    """Read all rows by the driver alone, look at each entry so, and return the seconds a row."""

    def scan() -> None:
        rows = 0
        for row in opened(stack, database.url):
            rows += 1
            for look in looks:
                look(row[3])
        assert rows == size

    with ExitStack() as stack:
        return measured.timed(scan) / size


def opened(stack: ExitStack, url: str) -> Iterable[tuple[object, str, object, str]]:
    """Return the rows as the driver gives them, without holding them all."""
    if url.startswith("sqlite:///"):
        files = stack.enter_context(closing(sqlite3.connect(url.removeprefix("sqlite:///"))))
        return files.execute(QUERY)
    connection = stack.enter_context(psycopg.connect(url))
    cursor = stack.enter_context(connection.cursor(name="scan"))
    cursor.itersize = 2_000
    return cursor.execute(QUERY)


def leaf(entry: str) -> bytes:
    """Hash an entry as the tree does."""
    return hashlib.sha256(b"\x00" + entry.encode()).digest()


def again(entry: str) -> bool:
    """Write an entry anew in the canonical form."""
    return canonical(json.loads(entry)).decode() == entry


def test_checking_the_log(backend: Backend, clock: SettableClock) -> None:
    with ExitStack() as stack:
        logs: dict[int, tuple[Database, Body]] = {}
        for size in (SMALL, LARGE):
            database = stack.enter_context(backend.fresh(clock))
            logs[size] = database, grown(database, size)
            gather_statistics(database)
        small, made = logs[SMALL]
        found = measured.in_turns(
            {
                "check": lambda: checked(small, made, SMALL),
                "scan": lambda: scanned(small, SMALL),
                "hash": lambda: scanned(small, SMALL, leaf),
                "read": lambda: scanned(small, SMALL, leaf, json.loads),
                "write": lambda: scanned(small, SMALL, leaf, again),
            }
        )
        growth = measured.in_turns(
            {str(size): lambda one=one, size=size: checked(*one, size) for size, one in logs.items()},
            5 if BIG else 3,
        )
    each = ", ".join(f"{one} {1 / median(costs):,.0f}" for one, costs in found.items())
    over = measured.quotient(found["scan"], found["check"])
    measured.tell(
        6, f"{backend.name}, checking over a bare scan", over, at_least(0.6), f"rows a second: {each}"
    )
    floor = measured.quotient(found["write"], found["check"])
    told = "a row hashed, read, and written again in canonical form by the driver and json alone"
    measured.tell(6, f"{backend.name}, checking over its floor", floor, None, told)
    steady = measured.quotient(growth[str(SMALL)], growth[str(LARGE)])
    sized = "" if BIG else "sized down from 10,000,000 over 100,000; BENCH_BIG=1 measures that"
    measured.tell(
        6, f"{backend.name}, rows a second at {LARGE:,} over {SMALL:,}", steady, at_least(0.9), sized
    )
