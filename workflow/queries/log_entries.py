"""The audit entries as rows to look through: page by key, by circulation and type, one with its texts.

How entries are written is in `workflow/audit/record.py`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.domain.errors import NotFound
from workflow.models.audit import AuditEntry, LogHead, PrivateText
from workflow.models.circulation import Circulation
from workflow.models.people import Person

#: How many entries one page shows.
PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One entry in the list, with the circulation it belongs to, if any."""

    entry: AuditEntry
    symbol: str
    circulation_id: int | None


@dataclass(frozen=True)
class Page:
    """One page of entries, newest first; `older` is the key of the next page, `size` counts the whole log."""

    rows: tuple[Listed, ...]
    older: int | None
    size: int


@dataclass(frozen=True)
class One:
    """One entry with the texts behind its fingerprints, and who acted by name."""

    listed: Listed
    texts: tuple[tuple[str, str], ...]
    actor: str
    has_next: bool


def entries(
    session: Session,
    body_id: int,
    *,
    circulation_id: int | None = None,
    kind: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> Page:
    """Read one page of a body's log, newest first: two statements."""
    query = (
        select(AuditEntry, Circulation.symbol)
        .outerjoin(Circulation, Circulation.id == AuditEntry.circulation_id)
        .where(AuditEntry.body_id == body_id)
    )
    if circulation_id is not None:
        query = query.where(AuditEntry.circulation_id == circulation_id)
    if kind:
        query = query.where(AuditEntry.type == kind)
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    rows = session.execute(query.order_by(AuditEntry.seq.desc()).limit(limit + 1)).all()
    shown = tuple(Listed(row[0], row[1] or "", row[0].circulation_id) for row in rows[:limit])
    return Page(shown, shown[-1].entry.seq if len(rows) > limit else None, _size(session, body_id))


def names_of(session: Session, body_id: int, rows: Sequence[Listed]) -> dict[str, str]:
    """Return the names of those who acted, by their pseudonyms: one statement."""
    acted = {actor_of(row.entry) for row in rows}
    query = select(Person.public_id, Person.name)
    found = session.execute(query.where(Person.body_id == body_id, Person.public_id.in_(acted)))
    return {row.public_id: row.name for row in found}


def entry(session: Session, body_id: int, seq: int) -> One:
    """Read one entry of a body's log: four statements. Raises NotFound."""
    row = session.execute(
        select(AuditEntry, Circulation.symbol)
        .outerjoin(Circulation, Circulation.id == AuditEntry.circulation_id)
        .where(AuditEntry.body_id == body_id, AuditEntry.seq == seq)
    ).one_or_none()
    if row is None:
        raise NotFound("The log has no entry at this position.", remedy="Choose one from the list.")
    found: AuditEntry = row[0]
    texts = session.execute(
        select(PrivateText.field, PrivateText.text)
        .where(PrivateText.body_id == body_id, PrivateText.seq == seq)
        .order_by(PrivateText.id)
    )
    actor = session.scalar(
        select(Person.name).where(Person.body_id == body_id, Person.public_id == actor_of(found))
    )
    return One(
        Listed(found, row[1] or "", found.circulation_id),
        tuple((field, text) for field, text in texts),
        actor or "",
        seq + 1 < _size(session, body_id),
    )


def symbols(session: Session, body_id: int) -> Sequence[tuple[int, str]]:
    """Return the dispatched circulations to filter by, newest first, as (id, symbol)."""
    rows = session.execute(
        select(Circulation.id, Circulation.symbol)
        .where(Circulation.body_id == body_id, Circulation.symbol.is_not(None))
        .order_by(Circulation.id.desc())
        .limit(200)
    )
    return [(key, symbol or "") for key, symbol in rows]


def actor_of(entry: AuditEntry) -> str:
    """Return the pseudonym of who acted, as the entry has it."""
    return str(fields_of(entry)["actor"])


def fields_of(entry: AuditEntry) -> dict[str, object]:
    """Return an entry's fields."""
    fields: dict[str, object] = json.loads(entry.entry)
    return fields


def _size(session: Session, body_id: int) -> int:
    return session.scalar(select(LogHead.size).where(LogHead.body_id == body_id)) or 0
