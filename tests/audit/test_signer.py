"""Tests of signing: after the commit, once a size, and never beside a log that is not what was signed."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.audit.test_record import pass_office
from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from tests.tampering import unguarded
from workflow.audit import checkpoints, marked, signing_key, tree
from workflow.audit.checkpoints import read_keys
from workflow.audit.high_water import HighWater
from workflow.audit.signer import KEY_FILE, Signer
from workflow.db import Database
from workflow.domain.errors import LogBroken
from workflow.domain.terms import ResponseKind
from workflow.models.audit import LogCheckpoint, LogHead


@pytest.fixture
def signer(database: Database, tmp_path: Path) -> Signer:
    """Give a signer that watches the database of the test."""
    signer = Signer(tmp_path / "log")
    database.info.update(log_guard=signer.guard, after_commit=signer.after_commit)
    return signer


@pytest.fixture
def session(database: Database, signer: Signer) -> Session:
    """Give a session of the installation that signs."""
    return database.session(writing=True)


def grow(session: Session, world: World, by: int = 1) -> int:
    """Add entries that owe no signature, and return the log's size."""
    for _ in range(by):
        seq = pass_office(session, world, MORNING)
    session.commit()
    return seq + 1


def notes(session: Session) -> dict[int, str]:
    """Return the notes that are kept, by size."""
    return {one.size: one.note for one in session.scalars(select(LogCheckpoint))}


def test_a_lodging_is_signed_after_its_commit_and_by_the_published_key(
    database: Database, session: Session, world: World, clock: SettableClock
) -> None:
    round_ = Round(session, world, clock)
    round_.dispatch()
    lodged = round_.lodge("MY contact_point", ResponseKind.OBJECTION, 1, 2)
    assert notes(session) == {}
    session.commit()
    database.committed(session)
    head = session.scalars(select(LogHead).execution_options(populate_existing=True)).one()
    keys = read_keys(head.keys)
    kept = notes(session)
    assert [one.entry_seq + 1 in kept for one in lodged] == [True, True]
    for size, note in kept.items():
        signed = checkpoints.verify(note, keys)
        assert (signed.origin, signed.size, signed.root) == (
            "adref.example.org/somtc",
            size,
            tree.root_at(session, world.body.id, size),
        )


def test_the_key_is_made_and_published_before_anything_is_signed(
    database: Database, session: Session, world: World, signer: Signer
) -> None:
    size = grow(session, world)
    assert signer.sign_owed(database) == 0
    [key] = read_keys(session.scalars(select(LogHead.keys)).one())
    assert key == checkpoints.LogKey.of("adref.example.org/somtc", signer.private)
    assert grow(session, world) == size + 1
    (signer.folder / KEY_FILE).unlink()
    with pytest.raises(signing_key.KeyUnusable, match="is gone, but logs were signed with it"):
        Signer(signer.folder).sign(database, world.body.id, [size])
    assert not (signer.folder / KEY_FILE).exists()


def test_a_lodging_that_is_rolled_back_is_not_signed(
    database: Database, session: Session, world: World, clock: SettableClock
) -> None:
    round_ = Round(session, world, clock)
    round_.dispatch()
    session.commit()
    database.committed(session)
    before = notes(session)
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 1)
    session.rollback()
    database.committed(session)
    assert notes(session) == before


def test_a_size_signed_again_gives_the_same_bytes(
    database: Database, session: Session, world: World, signer: Signer
) -> None:
    size = grow(session, world, 9)
    first = signer.sign(database, world.body.id, range(1, size + 5))
    assert len(first) == size
    assert signer.sign(database, world.body.id, [3, size]) == [first[2], first[-1]]
    assert Signer(signer.folder).sign(database, world.body.id, [2]) == [first[1]]
    assert notes(session) == dict(enumerate(first, 1))


def test_the_key_is_made_once_and_for_its_owner_alone(signer: Signer) -> None:
    made = signer.private.private_bytes_raw()
    path = signer.folder / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert Signer(signer.folder).private.private_bytes_raw() == made
    path.chmod(0o640)
    with pytest.raises(signing_key.KeyUnusable, match="chmod 600"):
        _ = Signer(signer.folder).private


@pytest.mark.parametrize("given", ["short", "AAAA", "é" * 44, "A" * 44])
def test_a_key_that_is_none_is_refused(signer: Signer, given: str) -> None:
    with pytest.raises(signing_key.KeyUnusable, match="ADREF_LOG_KEY holds no signing key"):
        _ = Signer(signer.folder, given).private


def test_a_key_from_the_environment_counts_before_the_file(signer: Signer) -> None:
    other = Ed25519PrivateKey.generate()
    given = Signer(signer.folder, signing_key.written(other))
    assert given.private.private_bytes_raw() == other.private_bytes_raw()
    assert not (signer.folder / KEY_FILE).exists()


def spoil(session: Session, change: str) -> None:
    """Change the log behind the program's back, its triggers switched off."""
    unguarded(session)
    session.execute(text(change))
    session.commit()


def test_a_log_shorter_than_what_was_signed_takes_no_entry(
    database: Database, session: Session, world: World, signer: Signer
) -> None:
    grow(session, world, 4)
    head = session.scalars(select(LogHead)).one()
    size, edge = head.size, head.edge
    longer = grow(session, world, 3)
    signer.sign(database, world.body.id, [longer])
    # What a restored backup looks like: the head and the rows of an earlier day.
    session.execute(text("UPDATE log_head SET size = :size, edge = :edge"), {"size": size, "edge": edge})
    session.commit()
    with pytest.raises(LogBroken, match=f"holds {size} entries, but {longer} were signed: a restored backup"):
        grow(session, world)
    session.rollback()
    with pytest.raises(LogBroken):
        signer.sign(database, world.body.id, [size])
    assert session.scalars(select(LogHead)).one().size == size


def test_an_altered_entry_is_noticed_before_the_next_is_signed(
    database: Database, session: Session, world: World, signer: Signer
) -> None:
    size = grow(session, world, 5)
    # The last leaf of an odd size stands alone: no stored subtree covers for it.
    size = size if size % 2 else grow(session, world)
    signer.sign(database, world.body.id, [size])
    spoil(session, f"UPDATE audit_entry SET entry = '{{}}' WHERE seq = {size - 1}")
    longer = grow(session, world, 2)
    with pytest.raises(LogBroken, match=f"The log's first {size} entries are not those that were signed"):
        signer.sign(database, world.body.id, [longer])
    # From now on nothing is written, whatever becomes of the database.
    with pytest.raises(LogBroken, match="not those that were signed"):
        grow(session, world)
    session.rollback()
    kept = json.loads((signer.folder / f"signed-{world.body.id}.json").read_text())
    assert (kept["size"], bool(kept["fault"])) == (size, True)
    assert list(notes(session)) == [size]


def test_two_roots_for_one_size_are_never_signed(
    database: Database, session: Session, world: World, signer: Signer
) -> None:
    size = grow(session, world, 6)
    [note] = signer.sign(database, world.body.id, [size])
    head = session.scalars(select(LogHead)).one()
    other = tree.edge_of(["{}"] * size).encode()
    session.execute(text("UPDATE log_head SET edge = :edge"), {"edge": other})
    session.commit()
    with pytest.raises(LogBroken, match=f"The log's {size} entries are not those that were signed"):
        grow(session, world)
    session.rollback()
    with pytest.raises(LogBroken):
        signer.sign(database, world.body.id, [size - 1])
    assert (head.size, notes(session)) == (size, {size: note})


@pytest.mark.parametrize("more", [0, 2], ids=["all signed", "more than was signed"])
@pytest.mark.parametrize("edge", [b"", b"1", b"no edge at all", bytes(8)])
def test_a_head_that_is_none_stops_the_log_and_says_so(
    database: Database, session: Session, world: World, signer: Signer, edge: bytes, more: int
) -> None:
    size = grow(session, world, 6)
    signer.sign(database, world.body.id, [size])
    size = grow(session, world, more) if more else size
    session.execute(text("UPDATE log_head SET edge = :edge"), {"edge": edge})
    session.commit()
    with pytest.raises(LogBroken, match="The log's head does not belong to its entries"):
        grow(session, world)
    session.rollback()
    assert "does not belong" in marked.fault(session, world.body.id, signer)


def test_another_key_signs_nothing_but_stops_nothing(
    database: Database, session: Session, world: World, signer: Signer
) -> None:
    size = grow(session, world)
    signer.sign(database, world.body.id, [size])
    other = Signer(signer.folder, signing_key.written(Ed25519PrivateKey.generate()))
    with pytest.raises(LogBroken, match="The signing key is not the log's"):
        other.sign(database, world.body.id, [size])
    assert grow(session, world) == size + 1


def test_a_high_water_file_cut_short_stops_the_log(
    database: Database, session: Session, world: World, signer: Signer
) -> None:
    signer.sign(database, world.body.id, [grow(session, world)])
    water: HighWater = signer.high_water(world.body.id)
    water.path.write_text(water.path.read_text()[:-20])
    with pytest.raises(LogBroken, match="cannot be read"):
        grow(session, world)


def test_a_signature_that_fails_undoes_no_lodging(
    database: Database,
    session: Session,
    world: World,
    clock: SettableClock,
    signer: Signer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    signer.sign(database, world.body.id, [grow(session, world)])
    (signer.folder / KEY_FILE).write_text("none")
    del signer.private
    round_ = Round(session, world, clock)
    round_.dispatch()
    [lodged] = round_.lodge("MY contact_point", ResponseKind.OBJECTION, 1)
    session.commit()
    database.committed(session)
    assert "A checkpoint was not signed: signing-key holds no signing key" in caplog.text
    assert lodged.entry_seq + 1 not in notes(session)
