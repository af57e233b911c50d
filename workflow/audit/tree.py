"""The log's tree in the database: appending a leaf, and looking up the subtrees that proofs are made of.

The mathematics is in `merkle`; entries are written by `record`, which holds the lock of the log's head.
"""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.orm import Session

from workflow.audit.merkle import (
    Edge,
    Subtree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from workflow.db import Key
from workflow.domain.errors import LogBroken, says
from workflow.models.audit import AuditEntry, LogNode

Found = TypeVar("Found", str, bytes)

_GROW = insert(LogNode)
# Every signature looks up some: the statements are built once.
_LINE = select(AuditEntry.entry).where(
    AuditEntry.body_id == bindparam("body"), AuditEntry.seq == bindparam("place", type_=Key)
)
_NODE = select(LogNode.hash).where(
    LogNode.body_id == bindparam("body"),
    LogNode.level == bindparam("level"),
    LogNode.place == bindparam("place", type_=Key),
)


def append(connection: Connection, body: int, edge: bytes, entry: bytes) -> bytes:
    """Add the bytes of one entry to the tree whose right edge is given; return the new edge.

    One statement at most, whatever the size of the tree (AUDIT: O(log n) an append).
    """
    grown = Edge.decode(edge)
    completed = grown.append(leaf_hash(entry))[1:]
    if completed:
        connection.execute(
            _GROW,
            [
                {"body_id": body, "level": level, "place": place, "hash": node}
                for level, place, node in completed
            ],
        )
    return grown.encode()


def root_at(session: Session, body: int, size: int) -> bytes:
    """Return the root of the first `size` entries; raises LogBroken where the log does not hold them."""
    return root_of(size, subtrees(session, body))


def inclusion(session: Session, body: int, seq: int, size: int) -> list[bytes]:
    """Return the hashes that prove entry `seq` in the tree of `size`, upwards; raises LogBroken."""
    return inclusion_proof(seq, size, subtrees(session, body))


def consistency(session: Session, body: int, first: int, second: int) -> list[bytes]:
    """Return the hashes that prove that the log of `first` entries begins that of `second`; or LogBroken."""
    return consistency_proof(first, second, subtrees(session, body))


def subtrees(session: Session, body: int) -> Subtree:
    """Return the look-up of complete subtrees of this body's log, one short statement each."""

    def subtree(level: int, place: int) -> bytes:
        asked = {"body": body, "place": place}
        if level == 0:
            line: str | None = session.scalar(_LINE, asked)
            return leaf_hash(_present(line, level, place).encode("utf-8"))
        node: bytes | None = session.scalar(_NODE, asked | {"level": level})
        return _present(node, level, place)

    return subtree


def edge_at(session: Session, body: int, size: int) -> Edge:
    """Return the right edge of the first `size` entries from the stored subtrees; raises LogBroken."""
    look, start, roots = subtrees(session, body), 0, []
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            roots.append(look(level, start >> level))
            start += 1 << level
    return Edge(size, roots)


def edge_of(entries: Iterable[str]) -> Edge:
    """Return the right edge of the tree of these entries, in order; it holds at most 64 hashes."""
    edge = Edge()
    for line in entries:
        edge.append(leaf_hash(line.encode("utf-8")))
    return edge


def _present(found: Found | None, level: int, place: int) -> Found:
    if found is None:
        what = f"entry {place}" if level == 0 else f"the hash of subtree {place} of level {level}"
        raise LogBroken(
            says("The log lacks {what}.", what=what),
            remedy="Run flask audit verify; it says what is missing and what to do.",
        )
    return found
