"""Rows 4 and 8: lodging while another circulation of many items closes, and while its own deadline passes.

The writers are processes of their own, with an application and a signer each, on a database that waits for
the disk.
"""

import os
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

import pytest
from sqlalchemy import func, select, update

from tests.benchmarks import measured, programs
from tests.benchmarks.bench_closing import Prepared, closing_elsewhere
from tests.benchmarks.many_items import fill_circulation
from tests.benchmarks.measured import at_most
from tests.benchmarks.worlds import circulated, deadline_after, present
from tests.databases import Backend
from workflow.db import Database
from workflow.models.circulation import Circulation
from workflow.models.response import Response

BIG = bool(os.environ.get("BENCH_BIG"))
CLOSING = 1_000_000 if BIG else 1_000
LODGINGS, AT_ONCE = 60, 3
RUSH_STATES, RUSH_ITEMS, WRITERS = 200 if BIG else 20, 50, 2
#: How long before the deadline the rush begins, in seconds.
BEFORE = 60 if BIG else 8
WHILE_CLOSING = {"sqlite": 5, "postgresql": 3}

pytestmark = pytest.mark.timeout(36_000 if BIG else 900)


def p99(costs: list[float]) -> float:
    """Return what ninety-nine of a hundred stay under."""
    return quantiles(costs, n=100, method="inclusive")[-1]


def test_lodging_while_many_items_close(durable: Backend, disk: Path) -> None:
    begun = present()
    with ExitStack() as stack:
        database = stack.enter_context(durable.fresh(None))
        circulated(database, 10, 2 * LODGINGS // 10 + 10, begun, code="BODY0")
        _, warm = circulated(database, 10, 10, begun, code="WARM")
        world, key = circulated(database, 10, 10, begun)
        fill_circulation(database, world, key, CLOSING, begun)
        database.close()
        ready = Prepared(database.url, warm, key, deadline_after(begun))
        lodger = stack.enter_context(programs.running("lodging", database.url, "1", str(disk / durable.name)))
        lodger.does("lodge", AT_ONCE)
        idle = lodger.does("lodge", LODGINGS)
        meanwhile: list[float] = []
        with closing_elsewhere(database.url, ready) as is_closing:
            while is_closing() and len(meanwhile) < LODGINGS:
                meanwhile += lodger.does("lodge", AT_ONCE)
    sized = "" if BIG else "sized down from 1,000,000; BENCH_BIG=1 measures that"
    told = (
        f"{len(meanwhile)} lodgings, idle {p99(idle) * 1000:.0f} ms, at worst {max(meanwhile):.1f} s; {sized}"
    )
    what = f"{durable.name}, p99 of a lodging while {CLOSING:,} items close over idle"
    measured.tell(4, what, p99(meanwhile) / p99(idle), at_most(WHILE_CLOSING[durable.name]), told)


def test_last_minute(durable: Backend, disk: Path) -> None:
    with ExitStack() as stack:
        database = stack.enter_context(durable.fresh(None))
        # Long ago, so that the period has run in full when the deadline comes.
        _, key = circulated(database, RUSH_STATES, RUSH_ITEMS, present() - timedelta(days=60))
        writers = [
            stack.enter_context(
                programs.running(
                    "rushing", database.url, "BODY", str(disk / f"rush-{durable.name}"), part, "2"
                )
            )
            for part in map(str, range(WRITERS))
        ]
        idle = [ended - started for started, ended, _ in writers[0].does("answer", 10)]
        deadline = due_in(database, key, BEFORE)
        for one in writers:
            one.tell("answer", 10_000)
        answered = [tuple(line) for one in writers for line in one.answer()]
        with database.reading() as session:
            received = select(Response.received_at, func.count()).where(Response.circulation_id == key)
            counted = session.execute(received.group_by(Response.received_at)).all()
    assert sum(count for _, count in counted) == sum(items for *_, items in answered) + 10 * 10
    # Whoever had an answer before the deadline is in time.
    done = sum(items for _, ended, items in answered if ended < deadline.timestamp())
    in_time = sum(count for instant, count in counted if instant < deadline) - 10 * 10
    assert in_time >= done
    waited = sum(started < deadline.timestamp() <= ended for started, ended, _ in answered)
    costs = [ended - started for started, ended, _ in answered]
    sized = "" if BIG else "sized down from 200 States and a minute; BENCH_BIG=1 measures that"
    told = (
        f"{len(answered)} answers of ten items, none lost, none of those answered before the deadline late, "
        f"{waited} were under way as it passed; {sized}"
    )
    what = f"{durable.name}, p99 of an answer in the last {BEFORE} s over idle"
    measured.tell(8, what, p99(costs) / p99(idle), at_most(20), told)


def due_in(database: Database, circulation: int, seconds: int) -> datetime:
    """Let a deadline be so many seconds away, as the weeks before it had passed; returns it."""
    deadline = datetime.fromtimestamp(time.time() + seconds, UTC)
    with database.writing() as session:
        changed = update(Circulation).where(Circulation.id == circulation)
        session.execute(changed.values(deadline=deadline, first_deadline=deadline))
    return deadline
