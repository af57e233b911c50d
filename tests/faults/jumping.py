"""One circulation under a clock that jumps: random acts and ticks, and what must hold after each of them.

The walks are in test_clock_jumps.py.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import World
from tests.settable_clock import SettableClock
from workflow.actions import closing, course, responses, serving
from workflow.actions.admitting import Answer
from workflow.audit.entries import Entry
from workflow.audit.verify import decisions
from workflow.clock import tick
from workflow.db import Database
from workflow.domain.errors import Refused
from workflow.domain.terms import CirculationStatus, ResponseKind, Service
from workflow.models.audit import AuditEntry, LogHead
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice

JUMP, INSTANT = timedelta(days=3), timedelta(microseconds=1)
#: All that may be written while the clock stands behind the newest entry (rule 12).
_STILL_TAKEN = {
    Entry.LODGED,
    Entry.VERSIONS_MOVED,
    Entry.REASONS_REQUESTED,
    Entry.DISPUTE_OPENED,
    Entry.LETTERS_WRITTEN,
}
_BLOCKERS = (ResponseKind.OBJECTION, ResponseKind.INPUT)


class Torn(AssertionError):
    """What must hold does not."""


class Jumping:
    """Takes one random step after another, and asks after each whether all still holds."""

    def __init__(
        self, database: Database, world: World, clock: SettableClock, key: int, random: Random
    ) -> None:
        self.database, self.world, self.clock, self.key, self.random = database, world, clock, key, random
        self._acts: list[tuple[int, Callable[[], None]]] = [
            (6, self._tick),
            (5, lambda: self._pass(timedelta(hours=self.random.randint(1, 60)))),
            (2, lambda: self._pass(JUMP)),
            (2, lambda: self._pass(-JUMP)),
            (2, self._to_the_deadline),
            (3, lambda: self._lodge(self.random.choice(list(ResponseKind)))),
            (1, lambda: self._lodge(ResponseKind.OBJECTION)),
            (1, self._bounce),
            (1, self._extend),
        ]

    @property
    def status(self) -> CirculationStatus | None:
        """Return how the circulation stands."""
        return self._circulation().status

    def step(self) -> None:
        """Do one thing at random; raises Torn where something does not hold afterwards."""
        weights, acts = zip(*self._acts, strict=True)
        size, was_behind, deadline = self._size(), self._is_behind(), self._circulation().deadline
        self.random.choices(acts, weights)[0]()
        new = self._entries()[size:]
        if was_behind and {Entry(one["type"]) for one in new} - _STILL_TAKEN:
            raise Torn(f"{[one['type'] for one in new]} while the clock stood behind")
        for one in new:
            if one["type"] in (Entry.CLOSED, Entry.HELD):
                self._was_not_early(one, deadline)

    def is_told_by(self, path: Path) -> None:
        """Let the offline program replay every decision of the log."""
        lines = [
            json.dumps(one, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            for one in self._entries()
        ]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        decisions(str(path))

    def _was_not_early(self, entry: dict[str, Any], deadline: datetime | None) -> None:
        effective = datetime.fromisoformat(entry["effective_at"])
        if effective != deadline or datetime.fromisoformat(entry["at"]) < effective:
            raise Torn(f"{entry['type']} before the deadline {deadline}: {entry}")
        if entry["type"] == Entry.HELD:
            return
        lodged = [one for one in self._entries()[: entry["seq"]] if one["type"] == Entry.LODGED]
        objected = {
            one["version_sha256"]
            for one in lodged
            if one["kind"] in _BLOCKERS and datetime.fromisoformat(one["counts_at"]) < effective
        }
        for result in entry["results"]:
            if result["result"] == "endorsed" and result["version_sha256"] in objected:
                raise Torn(f"endorsed against an objection: {result}")

    def _pass(self, time: timedelta) -> None:
        self.clock.advance(time)

    def _to_the_deadline(self) -> None:
        deadline = self._circulation().deadline
        if deadline is not None:
            self.clock.now = deadline + self.random.choice((-INSTANT, timedelta(0), INSTANT))

    def _tick(self) -> None:
        tick(self.database, self._send)

    def _send(self, database: Database) -> int:
        """Let the mail server accept a few of the letters that wait."""
        query = select(Notice).where(Notice.proves_service, Notice.status == Service.QUEUED)

        def accept(session: Session, circulation: Circulation, now: datetime) -> None:
            for notice in session.scalars(query.order_by(Notice.id).limit(self.random.randint(0, 30))).all():
                serving.accepted(session, circulation, notice, now=now, reply="250 ok")
                notice.status, notice.due_at, notice.settled_at = Service.SENT, None, now

        self._try(accept)
        return 0

    def _lodge(self, kind: ResponseKind) -> None:
        code = self.random.choice(("MY", "SG", "TH", "VN"))
        version = self.random.choice(self.world.versions).id

        def lodge(session: Session, circulation: Circulation, now: datetime) -> None:
            by = self.world.actor(f"{code} contact_point", idem=str(uuid4()))
            responses.lodge(session, circulation, [Answer(version, kind, "Because.")], by=by, now=now)

        self._try(lodge)

    def _bounce(self) -> None:
        def bounce(session: Session, circulation: Circulation, now: datetime) -> None:
            sent = select(Notice.id).where(Notice.proves_service, Notice.status == Service.SENT)
            keys = session.scalars(sent.order_by(Notice.id)).all()
            if keys:
                by = self.world.actor("secretariat")
                serving.record_bounce(
                    session, circulation, self.random.choice(keys), by=by, now=now, detail="550 gone"
                )

        self._try(bounce)

    def _extend(self) -> None:
        def extend(session: Session, circulation: Circulation, now: datetime) -> None:
            by = self.world.actor("lead_shepherd")
            later = (circulation.deadline or now) + timedelta(days=14)
            course.extend(session, circulation, by=by, now=now, deadline=later, reason="More time.")

        self._try(extend)

    def _try(self, act: Callable[[Session, Circulation, datetime], None]) -> None:
        """Act as a door does; what is refused is undone."""
        try:
            with self.database.writing() as session:
                circulation, now = closing.settled(session, self.key)
                act(session, circulation, now)
        except Refused:
            return

    def _circulation(self) -> Circulation:
        with self.database.reading() as session:
            return session.get_one(Circulation, self.key)

    def _size(self) -> int:
        with self.database.reading() as session:
            return session.scalars(select(LogHead.size)).one()

    def _is_behind(self) -> bool:
        with self.database.reading() as session:
            newest = session.scalars(select(LogHead.newest_at)).one()
        return newest is not None and self.clock.now < newest

    def _entries(self) -> list[dict[str, Any]]:
        with self.database.reading() as session:
            lines = session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq))
            return [json.loads(line) for line in lines]
