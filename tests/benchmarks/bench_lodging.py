"""Row 5: one lodging with its entry, receipt and letters, on the disk, beside bare inserts and Django.

With eight writers of eight bodies, the same act is measured without the log besides.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import pytest

from tests.benchmarks import measured, programs
from tests.benchmarks.measured import at_least, at_most
from tests.benchmarks.peers.bare_sql import Bare
from tests.benchmarks.worlds import circulated, present
from tests.databases import Backend, PostgreSQL

STATES, ITEMS, AT_ONCE = 10, 10, 10
WRITERS, EACH = 8, 5

pytestmark = pytest.mark.timeout(900)


@contextmanager
def ready(backend: Backend, bodies: int) -> Iterator[str]:
    """Give the address of a database of so many bodies, each with a plan before its States."""
    with backend.fresh(None) as database:
        for number in range(bodies):
            circulated(database, STATES, ITEMS, present(), code=f"BODY{number}")
        database.close()
        yield database.url


def test_one_lodging(durable: Backend, disk: Path) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(ready(durable, 1))
        ours = stack.enter_context(programs.running("lodging", url, "1", str(disk / f"log-{durable.name}")))
        empty = stack.enter_context(durable.bare())
        theirs = stack.enter_context(programs.peer("django_acts", empty))
        bare = Bare(empty)
        bare.make_two_tables()
        circulation, states = theirs.does("make", ITEMS), iter(range(100))
        found = measured.in_turns(
            {
                "ours": lambda: sum(ours.does("lodge", AT_ONCE)) / AT_ONCE,
                "bare": lambda: sum(bare.begun(bare.insert_two) for _ in range(AT_ONCE)) / AT_ONCE,
                "django": lambda: theirs.does("lodge", circulation, next(states), AT_ONCE) / AT_ONCE,
            }
        )
        bare.close()
    beside = ", ".join(f"{one} {measured.milliseconds(costs)}" for one, costs in found.items())
    over_bare = measured.quotient(found["bare"], found["ours"])
    measured.tell(
        5, f"{durable.name}, lodgings over bare two-insert commits", over_bare, at_least(0.6), beside
    )
    lacks = "Django writes no tree, no receipt, no rendered letter, and asks for no service"
    over_django = measured.quotient(found["ours"], found["django"])
    measured.tell(5, f"{durable.name}, time over Django with fsm", over_django, at_most(0.65), lacks)


def test_eight_writers_of_eight_bodies(durable_postgresql: PostgreSQL, disk: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(ready(durable_postgresql, WRITERS))
        # The one is a copy of the other: both begin with the same rows.
        second = durable_postgresql.copy_of(first)
        stack.callback(durable_postgresql.drop, second)
        sides = {
            side: stack.enter_context(programs.running("lodging", url, str(WRITERS), str(disk / side), side))
            for side, url in (("logged", first), ("unlogged", second))
        }
        found = measured.in_turns(
            {
                side: lambda writers=writers: writers.does("lodge", EACH) / (WRITERS * EACH)
                for side, writers in sides.items()
            }
        )
    each = ", ".join(f"{side} {1 / median(costs):.0f} a second" for side, costs in found.items())
    quotient = measured.quotient(found["unlogged"], found["logged"])
    measured.tell(5, "postgresql, eight writers over the same without a log", quotient, at_least(0.85), each)
