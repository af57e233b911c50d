"""Beside the rows: what a look of the clock costs, whether time owes anything, as circulations grow."""

from contextlib import ExitStack

import pytest

from tests.benchmarks import measured
from tests.benchmarks.worlds import circulated, present
from tests.databases import Backend
from workflow import clock

FEW, MANY, STATES, ITEMS = 2, 40, 10, 10

pytestmark = pytest.mark.timeout(600)


def test_look_of_the_clock(backend: Backend) -> None:
    with ExitStack() as stack:
        few, many = (stack.enter_context(backend.fresh(None)) for _ in range(2))
        for database, bodies in ((few, FEW), (many, MANY)):
            for number in range(bodies):
                circulated(database, STATES, ITEMS, present(), code=f"BODY{number}")

        found = measured.in_turns(
            {
                "few": lambda: measured.timed(lambda: clock.due(few)) / FEW,
                "many": lambda: measured.timed(lambda: clock.due(many)) / MANY,
            }
        )
    each = f"{measured.milliseconds(found['many'])} each"
    growth = measured.quotient(found["many"], found["few"])
    measured.tell(
        0, f"{backend.name}, a look at one of {MANY} open circulations over {FEW}", growth, None, each
    )
