"""One crash and what follows: a process dies at a point, another does everything again, and all is right.

What is right is what one life gives that nobody disturbs. The installation is in crash_worlds.py.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.faults.crash_child import Died, Job, live, lodged, run
from tests.faults.crash_worlds import Installation, Moment
from tests.notices.servers import Script
from tests.settable_clock import SettableClock
from workflow.audit.entries import Entry
from workflow.audit.receipts import receipts
from workflow.db import Database
from workflow.models.audit import AuditEntry
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.document import Version
from workflow.models.notice import Notice, ServiceEvidence
from workflow.models.response import Response
from workflow.notices import queue

KEY = "crash-0000-0001"
#: A point, and at which of its passings the process dies.
Kill = tuple[str, int]
#: Keys of an entry that do not tell when or where in the log it was written.
_LASTING = ("type", "on_behalf_of", "item", "kind", "to", "outcome", "cause", "results", "states", "idem")


@dataclass
class Outcome:
    """All that must be the same however often processes died: entries, rows and letters, without instants."""

    entries: Counter[str]
    tables: Counter[tuple[str, ...]]
    mail: Counter[str]


@dataclass
class Hunt:
    """Crashes in the life of one circulation, each on a copy of the same installation."""

    moment: Moment
    script: Script
    folder: Path
    planted: Callable[[], None] | None = None

    @cached_property
    def undisturbed(self) -> tuple[Outcome, Counter[str]]:
        """Return what a life gives in which nobody dies, and how often it passes each point."""
        with self._copied() as installation:
            died = run(self._job(installation))
            assert not died.killed
            database = Database(installation.url)
            outcome = _outcome(database, self.script)
            database.close()
            assert outcome.mail.total() == len(outcome.mail)
            return outcome, died.passed

    def breaches(self, *kills: Kill) -> list[str]:
        """Kill one process after another in one life, do everything again, and return what is wrong."""
        expected, _ = self.undisturbed
        found: list[str] = []
        died = Died()
        with self._copied() as installation:
            for point, hit in kills:
                one = run(replace(self._job(installation), point=point, hit=hit, planted=self.planted))
                died.replies += one.replies
                found += [] if one.killed else [f"{point}, {hit}: never reached"]
            outcome = self._afterwards(installation, died, found)
        found += _differences(expected, outcome, len(kills))
        return [f"{kills}: {one}" for one in found]

    @contextmanager
    def _copied(self) -> Iterator[Installation]:
        self.script.received.clear()
        with self.moment.copied(self.folder) as installation:
            yield installation

    def _job(self, installation: Installation) -> Job:
        return Job(installation, self.moment.place, KEY)

    def _afterwards(self, installation: Installation, died: Died, found: list[str]) -> Outcome:
        clock, place = SettableClock(), self.moment.place
        app = installation.app(clock)
        database: Database = app.extensions["adref"]
        try:
            if died.replies and not _lodged(database):
                found.append("what was acknowledged is lost")
            again = [*died.replies, live(app, clock, place, KEY), lodged(app, place, KEY)]
            if len(set(again)) > 1 or not again[0]:
                found.append(f"{len(set(again))} different receipts")
            found += _unsound(app, database, place.body)
            return _outcome(database, self.script)
        finally:
            database.close()


def _lodged(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Response.id).where(Response.lodging == KEY)))


def _unsound(app: Flask, database: Database, body: int) -> Iterator[str]:
    """Give what `flask audit verify` finds, entries of which no receipt can be had, letters that wait."""
    verified = app.test_cli_runner().invoke(args=["audit", "verify"])
    if verified.exit_code:
        yield f"audit verify: {verified.output}"
    with database.reading() as session:
        entries = session.execute(select(AuditEntry.seq, AuditEntry.type).order_by(AuditEntry.seq)).all()
        lodgings = [one.seq for one in entries if one.type == Entry.LODGED]
        if [one.seq for one in entries] != list(range(len(entries))):
            yield "the log has a gap"
        if set(receipts(session, body, lodgings)) != set(lodgings):
            yield "a receipt is missing"
    if queue.is_anything_due(database):
        yield "letters still wait"


def _outcome(database: Database, script: Script) -> Outcome:
    with database.reading() as session:
        entries = [json.loads(one) for one in session.scalars(select(AuditEntry.entry))]
        tables: list[Any] = [
            *session.execute(select(Version.id, Version.status)),
            *session.execute(select(CirculationItem.version_id, CirculationItem.result)),
            *session.execute(select(Circulation.status, Circulation.outcome, Circulation.closed_at)),
            *session.execute(select(Notice.letter, Notice.address, Notice.status)),
            *session.execute(select(ServiceEvidence.kind, ServiceEvidence.state_id)),
            *session.execute(select(Response.version_id, Response.state_id, Response.kind)),
        ]
    lasting = [{key: entry[key] for key in _LASTING if key in entry} for entry in entries]
    return Outcome(
        Counter(json.dumps(one, sort_keys=True) for one in lasting),
        Counter(tuple(map(str, row)) for row in tables),
        Counter(str(message["Message-ID"]) for message in script.received),
    )


def _differences(expected: Outcome, found: Outcome, crashes: int) -> Iterator[str]:
    """Give what differs; a letter may come twice for each process that died."""
    for one in ("entries", "tables"):
        wanted, given = getattr(expected, one), getattr(found, one)
        for thing, count in ((wanted - given) + (given - wanted)).items():
            yield f"{count} {'too many' if given[thing] > wanted[thing] else 'missing'} of {thing}"
    if len(found.mail) != len(expected.mail):
        yield f"{len(found.mail)} letters arrived instead of {len(expected.mail)}"
    twice = found.mail.total() - len(found.mail)
    if twice > crashes:
        yield f"{twice} letters came twice"
