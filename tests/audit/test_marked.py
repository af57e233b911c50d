"""Tests of the live log against the file that remembers what was signed: lost, or another story told."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.audit.test_signer import grow, session, signer, spoil
from tests.audit.test_signer import notes as kept_notes
from tests.factories import World
from tests.tampering import unguarded
from tests.test_cli import app, founded, port, script, typed
from workflow.audit import checking, marked, restarting
from workflow.audit.merkle import Edge, leaf_hash
from workflow.audit.signer import Signer
from workflow.db import Database
from workflow.domain.errors import Invalid, LogBroken
from workflow.models.audit import AuditEntry, LogHead

__all__ = ["app", "founded", "port", "script", "session", "signer"]


def rewritten(session: Session, seq: int) -> None:
    """Change one entry and make tree and head fit it, as one who knows the program would."""
    unguarded(session)
    session.execute(
        text(
            'UPDATE audit_entry SET entry = replace(entry, \'"office":"\', \'"office":"X\') WHERE seq = :seq'
        ),
        {"seq": seq},
    )
    edge = Edge()
    for line in session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq)):
        for level, place, node in edge.append(leaf_hash(line.encode()))[1:]:
            session.execute(
                text("UPDATE log_node SET hash = :node WHERE level = :level AND place = :place"),
                {"node": node, "level": level, "place": place},
            )
    session.execute(text("UPDATE log_head SET edge = :edge"), {"edge": edge.encode()})
    session.commit()


def test_log_rewritten_below_what_was_signed_is_named_though_it_is_consistent(
    database: Database, session: Session, world: World, signer: Signer
) -> None:
    size = grow(session, world, 5)
    signer.sign(database, world.body.id, [size])
    grow(session, world, 3)
    assert marked.fault(session, world.body.id, signer) == ""
    rewritten(session, size - 2)
    spoil(session, "DELETE FROM log_checkpoint")
    assert list(checking.differences(session, world.body.id)) == []
    assert list(marked.differences(session, world.body.id, signer)) == [
        f"The log's first {size} entries are not those that were signed.",
        f"The checkpoint of {size} entries, the highest that was signed, is kept no more.",
    ]


def test_file_that_remembers_is_not_begun_anew(
    database: Database, session: Session, world: World, signer: Signer
) -> None:
    size = grow(session, world, 2)
    [note] = signer.sign(database, world.body.id, [size])
    water = signer.high_water(world.body.id)
    remembered = water.path.read_text()
    water.path.unlink()
    for write in (lambda: grow(session, world), lambda: signer.sign(database, world.body.id, [size])):
        with pytest.raises(LogBroken, match=f"{water.path.name}, which remembers how far, is gone"):
            write()
        session.rollback()
    assert not water.path.exists()
    assert "is gone" in next(marked.differences(session, world.body.id, signer))
    water.path.write_text(remembered)
    assert grow(session, world) == size + 1
    assert kept_notes(session) == {size: note}


def test_log_whose_file_is_lost_for_good_goes_on_under_a_new_name(
    database: Database, session: Session, world: World, signer: Signer
) -> None:
    size = grow(session, world, 2)
    signer.sign(database, world.body.id, [size])
    signer.high_water(world.body.id).path.unlink()
    with pytest.raises(Invalid, match=f"The highest size signed is {size}, not 99"):
        list(restarting.restart(signer, database, world.body.id, 99))
    assert len(list(restarting.restart(signer, database, world.body.id, size))) == 3
    session.rollback()
    assert session.scalars(select(LogHead)).one().origin.endswith("/2")
    assert marked.fault(session, world.body.id, signer) == ""
    assert grow(session, world) == size + 2


def test_entry_without_its_checkpoint_is_named(founded: Flask) -> None:
    assert typed(founded, "audit verify").exit_code == 0
    database: Database = founded.extensions["adref"]
    with database.writing() as session:
        unguarded(session)
        session.execute(text("UPDATE audit_entry SET type = 'circulation.closed'"))
    found = typed(founded, "audit verify")
    assert "No checkpoint of 1 entries is kept, though entry 0 calls for one" in found.output
    assert found.exit_code == 1
    with database.reading() as session:
        signer: Signer = founded.extensions["log_signer"]
        assert len(list(marked.differences(session, 1, signer))) == 1
        assert list(marked.differences(session, 1, signer, since=1)) == []


def test_verify_reads_the_file_that_remembers(founded: Flask) -> None:
    database: Database = founded.extensions["adref"]
    signer: Signer = founded.extensions["log_signer"]
    signer.sign(database, 1, [1])
    assert typed(founded, "audit verify").exit_code == 0
    path = signer.high_water(1).path
    whole = path.read_text()
    for spoilt, said in (
        (whole[:-20], "cannot be read"),
        (whole.replace('"size": 1', '"size": 7'), "but 7 were"),
    ):
        path.write_text(spoilt)
        refused = typed(founded, "audit verify")
        assert (refused.exit_code, said in refused.output) == (1, True)
    path.unlink()
    refused = typed(founded, "audit verify")
    assert (refused.exit_code, "which remembers how far, is gone" in refused.output) == (1, True)


@pytest.mark.parametrize("spoilt", ["none", "AAAA"])
def test_status_says_that_the_key_signs_nothing(founded: Flask, spoilt: str) -> None:
    signer: Signer = founded.extensions["log_signer"]
    signer.sign(founded.extensions["adref"], 1, [1])
    assert typed(founded, "audit status").exit_code == 0
    signer.given = spoilt
    signer.__dict__.pop("private")
    stopped = typed(founded, "audit status")
    assert (stopped.exit_code, "holds no signing key" in stopped.output) == (1, True)


def test_log_without_a_head_or_with_bytes_is_named_and_no_traceback(founded: Flask) -> None:
    database: Database = founded.extensions["adref"]
    with database.writing() as session:
        unguarded(session)
        session.execute(text("UPDATE person SET epoch = 'x'" if _is_sqlite(session) else "SELECT 1"))
        session.execute(text("DELETE FROM log_head"))
    found = typed(founded, "audit verify")
    assert (found.exit_code, "The log has no head: its row is gone." in found.output) == (1, True)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
