"""Tests of the tree as the database keeps it: one leaf an entry, proofs from what is stored."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.audit.test_record import pass_office
from tests.factories import World
from tests.settable_clock import MORNING
from workflow.audit import merkle, tree
from workflow.domain.errors import LogBroken
from workflow.models.audit import AuditEntry, LogHead, LogNode


def entries(session: Session, world: World) -> list[str]:
    """Return the body's entries in order."""
    query = select(AuditEntry.entry).where(AuditEntry.body_id == world.body.id).order_by(AuditEntry.seq)
    return list(session.scalars(query))


def grown(session: Session, world: World, size: int) -> bytes:
    """Let the log grow to `size` entries and return its root, computed from the entries alone."""
    head = session.scalars(select(LogHead).where(LogHead.body_id == world.body.id)).one()
    for step in range(size - head.size):
        pass_office(session, world, MORNING + timedelta(seconds=step), office=("MY", "PH")[step % 2])
    session.expire_all()
    hashes = [hashlib.sha256(b"\x00" + line.encode()).digest() for line in entries(session, world)]
    return plain_root(hashes)


def plain_root(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 9162 defines it, by plain recursion."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:left]) + plain_root(leaves[left:])).digest()


def test_every_entry_is_a_leaf_and_every_proof_holds(session: Session, world: World) -> None:
    root = grown(session, world, 23)
    head = session.scalars(select(LogHead).where(LogHead.body_id == world.body.id)).one()
    lines = entries(session, world)
    assert [json.loads(line)["seq"] for line in lines] == list(range(23))
    assert (head.size, merkle.Edge.decode(head.edge).root()) == (23, root)
    assert tree.root_at(session, world.body.id, 23) == root
    for seq, line in enumerate(lines):
        proof = tree.inclusion(session, world.body.id, seq, 23)
        assert merkle.verify_inclusion(merkle.leaf_hash(line.encode()), seq, 23, proof, root)
    for first in range(1, 24):
        proof = tree.consistency(session, world.body.id, first, 23)
        older = tree.root_at(session, world.body.id, first)
        assert merkle.verify_consistency(first, 23, proof, older, root)


def test_a_subtree_is_stored_once_and_only_when_complete(session: Session, world: World) -> None:
    grown(session, world, 13)
    stored = select(LogNode.level, LogNode.place).order_by(LogNode.level, LogNode.place)
    assert [tuple(row) for row in session.execute(stored)] == [
        *((1, place) for place in range(6)),
        *((2, place) for place in range(3)),
        (3, 0),
    ]


def test_a_proof_beyond_the_log_is_refused(session: Session, world: World) -> None:
    grown(session, world, 5)
    with pytest.raises(LogBroken, match="The log lacks the hash of subtree 0 of level 3"):
        tree.root_at(session, world.body.id, 8)
    with pytest.raises(LogBroken, match="The log lacks entry 5"):
        tree.inclusion(session, world.body.id, 4, 6)


CHANGES = (
    "UPDATE audit_entry SET entry = '{}'",
    "UPDATE audit_entry SET type = 'other' WHERE seq = 0",
    "DELETE FROM audit_entry",
    "UPDATE log_node SET hash = hash",
    "DELETE FROM log_node WHERE level = 1",
)
BY_KIND = {
    "sqlite": "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
    "postgresql": "TRUNCATE audit_entry",
}


@pytest.mark.parametrize("change", [*CHANGES, "by kind"])
def test_the_database_refuses_to_alter_the_log(session: Session, world: World, change: str) -> None:
    grown(session, world, 4)
    kind = session.get_bind().dialect.name
    before = entries(session, world)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(BY_KIND[kind] if change == "by kind" else change))
    assert entries(session, world) == before


def test_the_database_takes_new_entries_only_at_new_places(session: Session, world: World) -> None:
    grown(session, world, 4)
    row = {"body_id": world.body.id, "seq": 1, "type": "x", "at": MORNING, "entry": "{}"}
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(insert(AuditEntry).values(**row))
    session.execute(insert(AuditEntry).values(**row | {"seq": 4}))
    assert entries(session, world)[4] == "{}"
