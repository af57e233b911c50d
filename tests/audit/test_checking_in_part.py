"""Tests of checking the log from a trusted checkpoint on: what lies before is not read."""

import re
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from tests.audit.test_record import pass_office
from tests.factories import World
from tests.settable_clock import MORNING
from tests.tampering import unguarded
from workflow.audit import checking, tree
from workflow.audit.signer import Signer
from workflow.db import Database
from workflow.domain.errors import Invalid

SIZE, TRUSTED = 40, 27


@pytest.fixture
def notes(database: Database, session: Session, world: World, tmp_path: Path) -> dict[int, str]:
    """Give a log of forty entries and the checkpoints that were signed over it, by size."""
    while pass_office(session, world, MORNING) < SIZE - 1:
        pass
    session.commit()
    sizes = [5, TRUSTED, SIZE]
    return dict(zip(sizes, Signer(tmp_path).sign(database, world.body.id, sizes), strict=True))


def found(session: Session, world: World, note: str) -> list[str]:
    """Return what is found from this checkpoint on."""
    session.expire_all()
    edge = checking.trusted(session, world.body.id, note)
    return list(checking.differences(session, world.body.id, edge))


@pytest.mark.parametrize("size", [5, TRUSTED, SIZE])
def test_an_untouched_log_continues_each_checkpoint(
    session: Session, world: World, notes: dict[int, str], size: int
) -> None:
    assert found(session, world, notes[size]) == []


def test_the_stored_edge_is_that_of_the_entries(
    session: Session, world: World, notes: dict[int, str]
) -> None:
    lines = session.execute(text("SELECT entry FROM audit_entry ORDER BY seq")).scalars().all()
    for size in range(SIZE + 1):
        edge = tree.edge_at(session, world.body.id, size)
        assert edge.encode() == tree.edge_of(lines[:size]).encode()


def test_entries_before_it_are_not_read(session: Session, world: World, notes: dict[int, str]) -> None:
    unguarded(session)
    session.execute(text("UPDATE audit_entry SET entry = 'nothing' WHERE seq < 26"))
    read: list[str] = []

    def note_statement(*given: object) -> None:
        read.append(f"{given[2]} {given[3]}")

    bind = session.connection()
    event.listen(bind, "before_cursor_execute", note_statement)
    assert found(session, world, notes[TRUSTED]) == []
    event.remove(bind, "before_cursor_execute", note_statement)
    # The last trusted entry is a subtree of its own; besides it, entries are asked for from 27 on.
    asked = [one for one in read if re.search(r"FROM audit_entry", one)]
    assert len(asked) == 4
    assert sum("LIMIT" in one for one in asked) == 2


def test_change_after_it_is_named(session: Session, world: World, notes: dict[int, str]) -> None:
    unguarded(session)
    session.execute(text("UPDATE audit_entry SET entry = replace(entry, 'office', 'öffice') WHERE seq = 31"))
    assert "Entry 31 is not written in the canonical form." in found(session, world, notes[TRUSTED])


def test_log_that_does_not_begin_with_it_is_refused(
    session: Session, world: World, notes: dict[int, str]
) -> None:
    unguarded(session)
    other = "(SELECT hash FROM log_node WHERE level = 4 AND place = 1)"
    session.execute(text(f"UPDATE log_node SET hash = {other} WHERE level = 4 AND place = 0"))
    with pytest.raises(Invalid, match="The log does not begin with the 27 entries of this checkpoint"):
        found(session, world, notes[TRUSTED])
    with pytest.raises(Invalid, match="no checkpoint in this text"):
        checking.trusted(session, world.body.id, "nothing")
