"""Tests that a tick signs what was committed and not signed, because a process died between the two."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import event, select, text

from tests.clockwork import Clockwork
from tests.notices.conftest import port, script
from tests.settable_clock import SettableClock
from workflow.audit import signing_key
from workflow.audit.receipts import receipts
from workflow.audit.signer import Signer
from workflow.clock import Ticked, tick
from workflow.db import Database
from workflow.domain.terms import ResponseKind
from workflow.models.audit import AuditEntry, LogCheckpoint

__all__ = ["port", "script"]


@pytest.fixture
def signer(fresh_database: Database, tmp_path: Path) -> Signer:
    """Give a signer that watches the log, but is never called after a commit: each process died before."""
    signer = Signer(tmp_path / "log")
    fresh_database.info["log_guard"] = signer.guard
    return signer


@pytest.fixture
def clockwork(fresh_database: Database, signer: Signer, clock: SettableClock, port: int) -> Clockwork:
    """Give a dispatched circulation with two comments, none of it signed."""
    clockwork = Clockwork.wound(fresh_database, clock, port)
    clockwork.lodge("MY contact_point", ResponseKind.COMMENT, 1, 2)
    return clockwork


def quiet(_database: Database) -> int:
    """Send no letter."""
    return 0


def owed(database: Database) -> list[int]:
    """Return the sizes of the log after each entry that owes a checkpoint."""
    types = ("circulation.dispatched", "response.lodged")
    with database.reading() as session:
        query = select(AuditEntry.seq).where(AuditEntry.type.in_(types)).order_by(AuditEntry.seq)
        return [seq + 1 for seq in session.scalars(query)]


def signed(database: Database) -> list[int]:
    """Return the sizes that are signed."""
    with database.reading() as session:
        return list(session.scalars(select(LogCheckpoint.size).order_by(LogCheckpoint.size)))


def test_tick_signs_what_was_left_unsigned(clockwork: Clockwork, signer: Signer) -> None:
    database, expected = clockwork.database, owed(clockwork.database)
    assert (len(expected), signed(database)) == (3, [])
    assert tick(database, quiet, signer.sign_owed) == Ticked(signed=3)
    assert signed(database) == expected
    assert tick(database, quiet, signer.sign_owed) == Ticked()
    with database.reading() as session:
        assert len(receipts(session, clockwork.world.body.id, [size - 1 for size in expected])) == 3


def test_gap_below_what_was_signed_later_is_filled(clockwork: Clockwork, signer: Signer) -> None:
    database, expected = clockwork.database, owed(clockwork.database)
    signer.sign(database, clockwork.world.body.id, expected[-1:])
    assert tick(database, quiet, signer.sign_owed) == Ticked(signed=2)
    [lodged] = clockwork.lodge("TH contact_point", ResponseKind.COMMENT, 3)
    assert tick(database, quiet, signer.sign_owed) == Ticked(signed=1)
    assert signed(database) == [*expected, lodged.entry_seq + 1]


def test_letter_of_the_same_tick_brings_the_receipt(clockwork: Clockwork, signer: Signer) -> None:
    assert tick(clockwork.database, clockwork.send, signer.sign_owed).signed == 3
    with clockwork.database.reading() as session:
        told = session.execute(text("SELECT below FROM notice WHERE letter = 'receipt'")).scalars().all()
        note = session.scalars(select(LogCheckpoint.note).order_by(LogCheckpoint.size.desc())).first()
    assert note is not None
    assert [note.splitlines()[2] in one for one in told] == [True] * len(told)
    assert told != []


def test_tick_that_cannot_sign_does_everything_else(clockwork: Clockwork, signer: Signer) -> None:
    database = clockwork.database
    signer.sign(database, clockwork.world.body.id, owed(database)[:1])
    other = Signer(signer.folder, signing_key.written(Ed25519PrivateKey.generate()))
    ticked = tick(database, clockwork.send, other.sign_owed)
    assert (ticked.signed, ticked.failed, ticked.delivered > 0) == (0, 1, True)
    assert tick(database, quiet, signer.sign_owed).signed == 2


def test_tick_with_nothing_new_asks_once(clockwork: Clockwork, signer: Signer) -> None:
    signer.sign_owed(clockwork.database)
    statements: list[str] = []

    def note_statement(*given: object) -> None:
        if str(given[2]).startswith("SELECT"):
            statements.append(str(given[2]))

    event.listen(clockwork.database.reader, "before_cursor_execute", note_statement)
    assert signer.sign_owed(clockwork.database) == 0
    event.remove(clockwork.database.reader, "before_cursor_execute", note_statement)
    assert ["log_head" in one for one in statements] == [True]
