"""Checks the live log against itself and against what was signed, naming every difference.

The same is done without this program, on an export, by `verify.py`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Integer, Row, func, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from workflow.audit import checkpoints, comparing, tree
from workflow.audit.checkpoints import LogKey, NotVerified
from workflow.audit.merkle import Edge, leaf_hash
from workflow.domain.canonical import canonical
from workflow.domain.errors import Invalid, says
from workflow.models.audit import AuditEntry, LogCheckpoint, LogHead, LogNode

_AT_ONCE = 2_000


def differences(
    session: Session, body: int, since: Edge | None = None, read: Callable[[int], object] = int
) -> Iterator[str]:
    """Give one sentence for each thing in a body's log that is not as it must be; memory stays flat.

    Entries in order without a gap and in canonical form, their copied columns, the stored subtrees, the
    head, and each checkpoint's signature and root. `since` is the right edge of a part that is trusted
    (see `trusted`): nothing of that part is read, and nothing in it is found. `read` is told how many
    entries were just read.
    """
    head = session.scalars(select(LogHead).where(LogHead.body_id == body)).one_or_none()
    if head is None:
        yield "The log has no head: its row is gone."
        return
    edge, newest = since or Edge(), list[datetime]()
    # An edge of nothing trusts nothing, and the edge itself grows while the log is read.
    in_part = edge.size > 0
    for rows in _pieces(session, body, edge.size):
        completed: dict[tuple[int, int], bytes] = {}
        upto = LogCheckpoint.size <= max(rows[-1].seq + 1, edge.size + len(rows))
        notes = _notes(session, body, LogCheckpoint.size > edge.size, upto)
        for row in rows:
            yield from _entry_faults(row, edge.size)
            for level, place, node in edge.append(leaf_hash(_bytes(row.entry)))[1:]:
                completed[level, place] = node
            for origin, note in notes.pop(edge.size, {}).items():
                yield from _note_faults(note, origin, edge, head)
        yield from _node_faults(session, body, completed, edge.size - len(rows), edge.size)
        newest = [max([*newest, *(row.at for row in rows)])]
        read(len(rows))
    yield from _head_faults(head, edge)
    if newest and (
        head.newest_at is None or head.newest_at < newest[0] or not (in_part or head.newest_at == newest[0])
    ):
        yield f"The log's head says its newest entry is of {head.newest_at}, but that is of {newest[0]}."
    yield from _nodes_beyond(session, body, edge.size)
    for size in _notes(session, body, LogCheckpoint.size > edge.size):
        yield f"A checkpoint of {size} entries was signed, but the log holds {edge.size}."


def size_of(session: Session, body: int) -> int:
    """Return how many entries the head of the log tells of, or 0 where it is gone."""
    return session.scalar(select(LogHead.size).where(LogHead.body_id == body)) or 0


def unsigned(session: Session, body: int) -> int:
    """Return how many of the newest entries stand in no checkpoint that is kept."""
    highest = select(func.max(LogCheckpoint.size)).where(LogCheckpoint.body_id == body)
    return max(0, size_of(session, body) - (session.scalar(highest) or 0))


def trusted(session: Session, body: int, note: str) -> Edge:
    """Return the right edge of the log as it was when a trusted checkpoint was signed: its part to skip.

    It is made of stored subtrees, some twenty reads, and counts only where they give the signed root.
    Raises Invalid naming `text` where the note is none of this log's, or where the log does not fit it.
    """
    kept = comparing.checkpoint_in(session, body, note)
    if comparing.is_consistent(session, body, kept) is not True:
        raise Invalid(
            says("The log does not begin with the {size} entries of this checkpoint.", size=kept.size),
            remedy="Run flask audit verify without it, and keep a copy before you change anything.",
            field="text",
        )
    return tree.edge_at(session, body, kept.size)


def _pieces(session: Session, body: int, since: int) -> Iterator[Sequence[Row[int, str, datetime, str]]]:
    query = select(AuditEntry.seq, AuditEntry.type, AuditEntry.at, AuditEntry.entry)
    query = query.where(AuditEntry.body_id == body).order_by(AuditEntry.seq).limit(_AT_ONCE)
    while rows := session.execute(query.where(AuditEntry.seq >= since)).all():
        yield rows
        since = rows[-1].seq + 1


def _notes(session: Session, body: int, *sizes: ColumnElement[bool]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    query = select(LogCheckpoint.size, LogCheckpoint.origin, LogCheckpoint.note)
    query = query.where(LogCheckpoint.body_id == body, *sizes).order_by(LogCheckpoint.size)
    for size, origin, note in session.execute(query):
        found.setdefault(size, {})[origin] = note
    return found


def _entry_faults(row: Row[int, str, datetime, str], expected: int) -> Iterator[str]:
    if not isinstance(row.entry, str):
        yield f"Entry {row.seq} is no text."
        return
    if row.seq != expected:
        yield f"Entry {expected} is missing: entry {row.seq} stands in its place."
    try:
        told = json.loads(row.entry)
        is_canonical = isinstance(told, dict) and canonical(told).decode() == row.entry
    except ValueError:
        is_canonical, told = False, {}
    if not is_canonical:
        yield f"Entry {row.seq} is not written in the canonical form."
        return
    copies = {"seq": row.seq, "type": row.type, "at": _written(row.at)}
    for name, copy in copies.items():
        if told.get(name) != copy:
            yield f"Entry {row.seq} says {name} {told.get(name)}, but its row says {copy}."


def _bytes(entry: str | bytes) -> bytes:
    return entry.encode("utf-8") if isinstance(entry, str) else entry


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _node_faults(
    session: Session, body: int, completed: Mapping[tuple[int, int], bytes], start: int, end: int
) -> Iterator[str]:
    """Compare the subtrees that the entries from `start` to before `end` complete with those stored."""
    ranges = [(level, start >> level, end >> level) for level in range(1, end.bit_length() + 1)]
    # By the key of the table, level by level: a condition on where a subtree ends would read them all.
    parts = [
        select(LogNode.level, LogNode.place, LogNode.hash).where(
            LogNode.body_id == body, LogNode.level == level, LogNode.place >= first, LogNode.place < beyond
        )
        for level, first, beyond in ranges
        if first < beyond
    ]
    kept = {(row[0], row[1]): row[2] for row in session.execute(union_all(*parts))} if parts else {}
    for (level, place), node in completed.items():
        if kept.pop((level, place), None) != node:
            yield f"The hash of subtree {place} of level {level} is not that of its entries."
    for level, place in kept:
        yield f"There is a hash of subtree {place} of level {level}, which the log does not have."


def _nodes_beyond(session: Session, body: int, size: int) -> Iterator[str]:
    end = (LogNode.place + 1).op("<<")(type_coerce(LogNode.level, Integer))
    beyond = or_(LogNode.level > size.bit_length(), end > size)
    query = select(LogNode.level, LogNode.place).where(LogNode.body_id == body, beyond)
    for level, place in session.execute(query.limit(_AT_ONCE)):
        yield f"There is a hash of subtree {place} of level {level}, which the log does not have."


def _note_faults(note: str, origin: str, edge: Edge, head: LogHead) -> Iterator[str]:
    try:
        keys = [LogKey(origin, one.public) for one in checkpoints.read_keys(head.keys)] if head.keys else []
        signed = checkpoints.verify(note, keys)
    except NotVerified as error:
        yield f"The checkpoint of {edge.size} entries: {error}"
        return
    if (signed.size, signed.root) != (edge.size, edge.root()):
        yield f"The checkpoint of {edge.size} entries was signed over others."


def _head_faults(head: LogHead, edge: Edge) -> Iterator[str]:
    if head.size != edge.size:
        yield f"The log's head says {head.size} entries, but there are {edge.size}."
    elif head.edge != edge.encode():
        yield "The log's head does not belong to its entries."
