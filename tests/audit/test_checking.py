"""Tests of checking the live log: what was changed behind the program's back is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.audit.test_record import pass_office
from tests.factories import World
from tests.settable_clock import MORNING
from tests.tampering import unguarded
from workflow.audit import checking
from workflow.audit.export import export
from workflow.audit.signer import Signer
from workflow.db import Database

SIZE = 12


@pytest.fixture
def signed(database: Database, session: Session, world: World, tmp_path: Path) -> Callable[[], list[str]]:
    """Give a log of twelve entries, signed at 5 and 12, and what checking it finds."""
    while pass_office(session, world, MORNING) < SIZE - 1:
        pass
    session.commit()
    Signer(tmp_path).sign(database, world.body.id, [5, SIZE])

    def found() -> list[str]:
        session.expire_all()
        return list(checking.differences(session, world.body.id))

    return found


def test_log_as_it_was_written_shows_no_difference(signed: Callable[[], list[str]]) -> None:
    assert signed() == []


CHANGES = {
    "UPDATE audit_entry SET entry = replace(entry, 'office', 'öffice') WHERE seq = 7": [
        "Entry 7 is not written in the canonical form.",
        "The checkpoint of 12 entries was signed over others.",
        "The hash of subtree 3 of level 1 is not that of its entries.",
        "The hash of subtree 1 of level 2 is not that of its entries.",
        "The hash of subtree 0 of level 3 is not that of its entries.",
        "The log's head does not belong to its entries.",
    ],
    "UPDATE audit_entry SET type = 'office.lost' WHERE seq = 7": [
        "Entry 7 says type office.passed, but its row says office.lost."
    ],
    "UPDATE log_node SET hash = (SELECT hash FROM log_node WHERE level = 1 AND place = 1) "
    "WHERE level = 1 AND place = 4": ["The hash of subtree 4 of level 1 is not that of its entries."],
    "DELETE FROM log_node WHERE level = 3": ["The hash of subtree 0 of level 3 is not that of its entries."],
    "UPDATE log_node SET place = 7 WHERE level = 1 AND place = 5": [
        "The hash of subtree 5 of level 1 is not that of its entries.",
        "There is a hash of subtree 7 of level 1, which the log does not have.",
    ],
    "UPDATE log_node SET level = 2, place = 9 WHERE level = 1 AND place = 5": None,
    "UPDATE log_head SET newest_at = '2030-01-01 00:00:00'": None,
    "UPDATE log_head SET size = 11": ["The log's head says 11 entries, but there are 12."],
    "UPDATE log_checkpoint SET note = replace(note, '5', '6') WHERE size = 5": None,
    "DELETE FROM audit_entry WHERE seq = 11": None,
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_behind_the_back_is_named(
    session: Session, signed: Callable[[], list[str]], change: str
) -> None:
    unguarded(session)
    assert session.execute(text(change)).rowcount == 1  # type: ignore[attr-defined]
    found = signed()
    assert found == CHANGES[change] if CHANGES[change] is not None else found != []


def test_export_holds_all_that_is_needed_to_check(
    session: Session, world: World, signed: Callable[[], list[str]], tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "log"
    for _ in range(2):
        written = export(session, world.body.id, folder)
        (folder / "checkpoint-999.txt").write_text("of an earlier export")
    assert (written.entries, written.checkpoints) == (SIZE, 2)
    (folder / "checkpoint-999.txt").unlink()
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt",
        "checkpoint-12.txt",
        "checkpoint-5.txt",
        "entries.jsonl",
        "log-key.txt",
        "verify.py",
    ]
    assert len((folder / "entries.jsonl").read_text().splitlines()) == SIZE
