"""How the log grows: an append, and a check, of a thousand entries against a million, side by side.

Absolute times belong to the machine; what is asserted are ratios within one run.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import insert, update

from tests.databases import Backend
from tests.factories import founded
from tests.settable_clock import MORNING, SettableClock
from workflow.audit.entries import Entry
from workflow.audit.merkle import Edge, leaf_hash
from workflow.audit.record import record, written
from workflow.audit.signer import Signer
from workflow.db import Database
from workflow.domain.canonical import canonical
from workflow.domain.mandates import OPERATOR
from workflow.models.audit import AuditEntry, LogHead, LogNode
from workflow.models.body import Body

SMALL, LARGE = 1_000, 1_000_000
PAIRS = 400
AT_ONCE = 10_000

pytestmark = pytest.mark.timeout(3000)


def grown(database: Database, size: int) -> Body:
    """Found a body and fill its log up to `size` entries, with their subtrees, as `record` would."""
    with database.writing() as session:
        made, _ = founded(session)
        head = session.get_one(LogHead, made.id)
        edge = Edge.decode(head.edge)
        while edge.size < size:
            entries, nodes = [], []
            for seq in range(edge.size, min(size, edge.size + AT_ONCE)):
                line = canonical(told(made, seq))
                nodes += edge.append(leaf_hash(line))[1:]
                entries.append({"seq": seq, "entry": line.decode()})
            common = {"body_id": made.id, "type": "circulation.informed", "at": MORNING}
            session.execute(insert(AuditEntry), [common | one for one in entries])
            rows = [dict(zip(("level", "place", "hash"), one, strict=True)) for one in nodes]
            session.execute(insert(LogNode), [{"body_id": made.id} | one for one in rows])
        session.execute(update(LogHead).values(size=edge.size, edge=edge.encode(), newest_at=MORNING))
    return made


def told(made: Body, seq: int) -> dict[str, object]:
    """Return what one small entry tells, of a type that leaves no row in the tables."""
    acting = {"actor": OPERATOR.public_id, "auth": str(OPERATOR.auth), "body": made.code}
    return {
        "v": 1,
        "seq": seq,
        "at": written(MORNING),
        "type": "circulation.informed",
        "circulation": None,
        "state": "MY",
        **acting,
    }


@pytest.fixture
def logs(backend: Backend, clock: SettableClock) -> Iterator[dict[int, tuple[Database, Body]]]:
    """Give two databases: one whose log holds a thousand entries, one with a million."""
    with ExitStack() as stack:
        made = {}
        for size in (SMALL, LARGE):
            database = stack.enter_context(backend.fresh(clock))
            made[size] = (database, grown(database, size))
            if backend.name == "postgresql":
                with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("VACUUM ANALYZE")
        yield made


def test_log_costs_no_more_as_it_grows(
    logs: dict[int, tuple[Database, Body]], backend: Backend, tmp_path: Path
) -> None:
    appends: dict[int, list[float]] = {SMALL: [], LARGE: []}
    for _ in range(PAIRS):
        for size, (database, made) in logs.items():
            with database.writing() as session:
                started = time.perf_counter()
                record(session, Entry.INFORMED, by=OPERATOR, at=MORNING, body=made.id, state="MY")
                appends[size].append(time.perf_counter() - started)
    ratio = median(appends[LARGE]) / median(appends[SMALL])
    print(f"\n{backend.name}: an append at {LARGE:,} entries costs {ratio:.2f} times one at {SMALL:,}")
    assert ratio <= 1.5

    folders = {size: tmp_path / str(size) for size in logs}
    whole = {size: verified(database, folders[size]) for size, (database, _) in logs.items()}
    growth = whole[LARGE].memory / whole[SMALL].memory
    print(f"{backend.name}: verifying {LARGE:,} entries takes {growth:.2f} times the memory of {SMALL:,}")
    assert growth <= 1.5

    database, made = logs[LARGE]
    kept = tmp_path / "checkpoint"
    kept.write_text(Signer(folders[LARGE]).sign(database, made.id, [LARGE + PAIRS - 1000])[0])
    part = verified(database, folders[LARGE], "--from", str(kept))
    share = part.seconds / whole[SMALL].seconds
    print(f"{backend.name}: the last 1,000 of {LARGE:,} take {share:.2f} times a whole log of {SMALL:,}")
    assert share <= 1.5


@dataclass(frozen=True)
class Verified:
    """What one run of the command took: seconds from start to end, and the most memory it held, in KiB."""

    seconds: float
    memory: int


def verified(database: Database, folder: Path, *options: str) -> Verified:
    """Run `flask audit verify` as an operator does, with this log folder; it must find nothing wrong."""
    settings = {
        # The tests' own settings give each process a log folder of its own; this one is written here.
        "ADREF_CONFIG": "default",
        "ADREF_SECRET_KEY": "a key for the minutes this benchmark takes",
        "ADREF_DATABASE_URL": database.url,
        "ADREF_LOG_FOLDER": str(folder),
    }
    # Its own process: tracing memory within this one would slow what is timed.
    command = [sys.executable, "-m", "flask", "--app", "workflow.app", "audit", "verify", *options]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Verified(time.perf_counter() - started, used.ru_maxrss)
