"""Row 2: how pages grow: the matrix from 10 to 200 States, the list of documents with the items of a body.

Asked within the process: what a web server adds to both is the same.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from tests.benchmarks import measured
from tests.benchmarks.many_items import fill_documents
from tests.benchmarks.measured import at_most
from tests.benchmarks.worlds import circulated, contact_points, present
from tests.databases import Backend
from tests.factories import World
from tests.web.conftest import begin
from workflow import settings
from workflow.app import create_app
from workflow.db import Database

BIG = bool(os.environ.get("BENCH_BIG"))
FEW_STATES, MANY_STATES, ITEMS = 10, 200, 10
FEW_ITEMS, MANY_ITEMS = 1_000, 1_000_000 if BIG else 50_000

pytestmark = pytest.mark.timeout(7200 if BIG else 900)


def reader(database: Database, world: World) -> Callable[[str], float]:
    """Return a function that opens a page as a contact point and gives the seconds."""
    app = create_app(settings.load({"ADREF_CONFIG": "testing"}), database=database)
    client = app.test_client()
    begin(app, client, contact_points(world)[1][0])

    def opened(path: str) -> float:
        def open_page() -> None:
            assert client.get(path).status_code == 200

        return measured.timed(open_page)

    return opened


def test_pages_grow(backend: Backend) -> None:
    begun = present()
    with ExitStack() as stack:
        few, many = (stack.enter_context(backend.fresh(None)) for _ in range(2))
        world, small = circulated(few, FEW_STATES, ITEMS, begun)
        wide, large = circulated(many, MANY_STATES, ITEMS, begun)
        for database, one, items in ((few, world, FEW_ITEMS), (many, wide, MANY_ITEMS)):
            fill_documents(database, one, items, begun)
        ours, theirs = reader(few, world), reader(many, wide)
        found = measured.in_turns(
            {
                "10 States": lambda: ours(f"/circulations/{small}"),
                "200 States": lambda: theirs(f"/circulations/{large}"),
                "few items": lambda: ours("/documents"),
                "many items": lambda: theirs("/documents"),
            }
        )
    each = ", ".join(f"{one} {measured.milliseconds(costs)}" for one, costs in found.items())
    wider = measured.quotient(found["200 States"], found["10 States"])
    measured.tell(2, f"{backend.name}, the matrix of 200 States over that of 10", wider, at_most(5), each)
    longer = measured.quotient(found["many items"], found["few items"])
    sized = "" if BIG else "sized down from 1,000,000; BENCH_BIG=1 measures that"
    what = f"{backend.name}, the list of documents at {MANY_ITEMS:,} items over {FEW_ITEMS:,}"
    measured.tell(2, what, longer, at_most(1.2), sized)
