"""Moves versions and circulations: asks the lifecycle once per status, then updates the whole set.

Which facts hold is for the callers to know; nothing else in the actions changes a status.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.errors import StaleVersion
from workflow.domain.lifecycle import Change, Subject, advance
from workflow.domain.mandates import Actor
from workflow.domain.outcome import blocked_versions
from workflow.domain.terms import CirculationTrigger, Status, Trigger
from workflow.models.circulation import Circulation
from workflow.models.document import Item, Version
from workflow.models.search import follow
from workflow.queries.cases import Loaded


class Moved(Protocol):
    """What moves: a version, and the item it is a text of."""

    @property
    def version(self) -> Version:
        """Return the version."""

    @property
    def item(self) -> Item:
        """Return its item."""


def move(
    session: Session,
    circulation: Circulation | None,
    rows: Sequence[Moved],
    trigger: Trigger,
    *,
    by: Actor,
    now: datetime,
    facts: dict[str, bool],
    effective_at: datetime | None = None,
    values: dict[str, Any] | None = None,
    clock_may_lag: bool = False,
) -> list[Change]:
    """Move the versions of `rows` by `trigger`: one UPDATE and one entry per status they are in.

    `values` are further columns to set. Raises WrongStatus by the lifecycle, StaleVersion where a row
    was moved by somebody else meanwhile.
    """
    by_status: dict[Status, list[Moved]] = defaultdict(list)
    for row in rows:
        by_status[row.version.status].append(row)
    changes = []
    for source, group in by_status.items():
        change = advance(Subject(source), trigger, **facts)
        _update(session, [row.version.id for row in group], change, values or {})
        record(
            session,
            Entry.VERSIONS_MOVED,
            by=by,
            at=now,
            body=group[0].version.body_id,
            circulation=circulation,
            clock_may_lag=clock_may_lag,
            **{
                "trigger": trigger,
                "from": change.source,
                "to": change.target,
                "versions": [named(row) for row in group],
                "effective_at": effective_at or now,
                "text": (values or {}).get("reason"),
            },
        )
        changes.append(change)
    return changes


def named(row: Moved) -> dict[str, object]:
    """Return how entries name a version: item, number and hash."""
    return {"item": row.item.key, "version": row.version.number, "version_sha256": row.version.sha256}


def move_circulation(circulation: Circulation, trigger: CirculationTrigger, **facts: bool) -> Change:
    """Move a circulation by `trigger`; raises WrongStatus by the lifecycle."""
    return advance(circulation, trigger, **facts)


def resettle(
    session: Session, loaded: Loaded, *, by: Actor, now: datetime, clock_may_lag: bool = False
) -> list[Change]:
    """Break or restore the silence of every open item as its blockers now stand (rules 13, 18, 27, 29)."""
    blocked = blocked_versions(loaded.case())
    silent = (Status.CIRCULATED, Status.NO_OBJECTION_DEADLINE)
    broken = [row for row in loaded.open_items if row.version.id in blocked and row.version.status in silent]
    free = [
        row
        for row in loaded.open_items
        if row.version.id not in blocked and row.version.status is Status.SILENCE_BROKEN
    ]
    changes = move(
        session,
        loaded.circulation,
        broken,
        Trigger.BREAK_SILENCE,
        by=by,
        now=now,
        facts={"blocker_in_time": True},
        clock_may_lag=clock_may_lag,
    )
    started = loaded.circulation.silence_started_at is not None
    return changes + move(
        session,
        loaded.circulation,
        free,
        Trigger.RESTORE_SILENCE,
        by=by,
        now=now,
        facts={"last_blocker_gone_in_time": True, "silence_started": started},
        clock_may_lag=clock_may_lag,
    )


def _update(session: Session, ids: list[int], change: Change, values: dict[str, Any]) -> None:
    moved = session.execute(
        update(Version)
        .where(Version.id.in_(ids), Version.status == change.source)
        .values(status=change.target, **values)
        .execution_options(synchronize_session="fetch")
    )
    if moved.rowcount != len(ids):  # type: ignore[attr-defined]
        raise StaleVersion(
            "Somebody moved one of these texts meanwhile.",
            remedy="Open the page again and see what happened.",
        )
    if values.keys() & set(Version.searched):
        query = select(Version).where(Version.id.in_(ids)).order_by(Version.id)
        follow(session, session.scalars(query.execution_options(populate_existing=True)))
