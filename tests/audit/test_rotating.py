"""Tests of exchanging the log's key: what was signed before, between and after verifies without the product.

A crash is a command that goes no further than one of its steps.
"""

import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.audit.test_signer import notes
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.test_cli import application, typed
from workflow.audit import checking, restarting, rotating, signing_key
from workflow.audit.checkpoints import parse
from workflow.audit.receipts import keys, receipts
from workflow.audit.signer import KEY_FILE, NEXT_KEY_FILE, Signer
from workflow.db import Database
from workflow.domain.errors import Invalid, LogBroken
from workflow.domain.terms import ResponseKind
from workflow.models.audit import AuditEntry, LogHead

COMMENT = ResponseKind.COMMENT
Checked = Callable[..., tuple[int, str]]


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """Give the application whose key is a file of its folder."""
    return application(database, LOG_KEY="", LOG_FOLDER=str(tmp_path / "log"))


@pytest.fixture
def session(app: Flask, database: Database) -> Session:
    """Give a session of the installation that signs."""
    return database.session(writing=True)


@pytest.fixture
def signer(app: Flask) -> Signer:
    """Give the signer of the application."""
    found: Signer = app.extensions["log_signer"]
    return found


@pytest.fixture
def running(database: Database, session: Session, world: World, clock: SettableClock) -> Round:
    """Give a dispatched round whose dispatch is signed."""
    round_ = Round(session, world, clock)
    round_.dispatch()
    session.commit()
    database.committed(session)
    return round_


@pytest.fixture
def checked(app: Flask, tmp_path: Path) -> Checked:
    """Give a function that hands the log out and runs the verifier that comes with it."""
    folder = tmp_path / "handed-out"

    def checked(*arguments: str) -> tuple[int, str]:
        assert typed(app, "audit export", str(folder)).exit_code == 0
        first = (folder / "log-key.txt").read_text().splitlines()[0]
        (folder / "first-key.txt").write_text(first + "\n")
        found = [path.name for path in sorted(folder.glob("checkpoint-*.txt"))]
        given = arguments or ("log", "first-key.txt", "entries.jsonl", *found)
        command = [sys.executable, "-I", "verify.py", *given]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=False)
        return done.returncode, done.stdout + done.stderr

    return checked


def commented(database: Database, running: Round, item: int) -> int:
    """Let Malaysia comment on an item, committed and signed if it can be; return the entry's number."""
    [one] = running.lodge("MY contact_point", COMMENT, item)
    running.session.commit()
    database.committed(running.session)
    return one.entry_seq


def rotations(session: Session) -> list[int]:
    """Return the numbers of the entries that tell a new key."""
    query = select(AuditEntry.seq).where(AuditEntry.type == "key.rotated")
    return list(session.scalars(query.order_by(AuditEntry.seq)))


def test_five_rotations_leave_everything_verifiable(
    app: Flask, database: Database, running: Round, world: World, checked: Checked, tmp_path: Path
) -> None:
    handed_out = {}
    for item in range(1, 7):
        seq = commented(database, running, item)
        handed_out |= receipts(running.session, world.body.id, [seq])
        if item < 6:
            rotated = typed(app, "audit rotate-key")
            assert (rotated.exit_code, len(rotated.output.splitlines())) == (0, 4)
    announced = rotations(running.session)
    known = keys(running.session, world.body.id).splitlines()
    assert (len(announced), len(set(known)), len(handed_out)) == (5, 6, 6)
    status, said = checked()
    # The last tells of the letters that bring the last receipt.
    assert (status, said.split(",")[1]) == (0, " 12 checkpoints; the last 1 entries stand in none.\n"), said
    assert list(checking.differences(running.session, world.body.id)) == []
    published = app.test_client().get("/.well-known/adref-log-key").text
    assert published.splitlines() == known
    for seq, one in handed_out.items():
        (tmp_path / "handed-out" / "entry").write_bytes(one.entry)
        (tmp_path / "handed-out" / "proof").write_text(one.proof.encode())
        assert checked("receipt", "log-key.txt", "entry", "proof")[0] == 0
        assert receipts(running.session, world.body.id, [seq]) == {seq: one}
    signed_by = {size: len(parse(note).signatures) for size, note in notes(running.session).items()}
    assert [size - 1 for size, signatures in signed_by.items() if signatures == 2] == announced


def test_a_lost_key_is_told_and_no_command_makes_another(
    app: Flask, running: Round, signer: Signer, tmp_path: Path
) -> None:
    """A new one would stand where the copy belongs, and could sign nothing."""
    assert running.circulation.dispatched_at is not None
    (signer.folder / KEY_FILE).rename(tmp_path / "copy")
    vars(signer).pop("private", None)
    rotated = typed(app, "audit rotate-key")
    assert (rotated.exit_code, "put its copy back" in rotated.output) == (1, True)
    assert "put its copy back" in typed(app, "audit status").output
    assert not list(signer.folder.glob(f"{KEY_FILE}*"))
    (tmp_path / "copy").rename(signer.folder / KEY_FILE)
    assert typed(app, "audit rotate-key").exit_code == 0


def test_a_lost_folder_is_told_and_no_key_made_in_its_place(
    database: Database, running: Round, signer: Signer, world: World, tmp_path: Path
) -> None:
    signer.folder.rename(tmp_path / "copy")
    vars(signer).pop("private", None)
    with pytest.raises(LogBroken, match="which remembers how far, is gone"):
        signer.sign(database, world.body.id, [1])
    size = max(notes(running.session))
    with pytest.raises(signing_key.KeyUnusable, match="put its copy back"):
        next(restarting.restart(signer, database, world.body.id, size))
    assert not (signer.folder / KEY_FILE).exists()


@pytest.mark.parametrize("given", [False, True], ids=["file", "environment"])
@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_rotation_that_crashed_is_finished_by_running_it_again(
    database: Database,
    running: Round,
    world: World,
    signer: Signer,
    checked: Checked,
    steps: int,
    given: bool,
) -> None:
    former, after = signing_key.written(signer.private), signing_key.written(Ed25519PrivateKey.generate())
    other = Signer(signer.folder, after if given else "")
    begun = rotating.rotate(other, database, world.body.id, former)
    assert len(list(islice(begun, steps))) == steps
    begun.close()
    # Whatever the step, what is lodged now is recorded; from the second on its receipt follows.
    seq = commented(database, running, 1)
    assert (seq + 1 in notes(running.session)) is (steps < 2)
    again = Signer(signer.folder, after if given else "")
    assert len(list(rotating.rotate(again, database, world.body.id, former))) == (3 if given else 4)
    if given:
        assert (signer.folder / KEY_FILE).exists()
        signer.given = after
    assert not (signer.folder / NEXT_KEY_FILE).exists()
    assert signer.catch_up(database, world.body.id, [seq + 1])
    assert seq + 1 in notes(running.session)
    [announced] = rotations(running.session)
    assert len(parse(notes(running.session)[announced + 1]).signatures) == 2
    status, said = checked()
    assert (status, keys(running.session, world.body.id).count("\n")) == (0, 2), said


def test_former_key_signs_nothing_more(
    database: Database, running: Round, world: World, signer: Signer
) -> None:
    former, known = signing_key.written(signer.private), notes(running.session)
    list(rotating.rotate(Signer(signer.folder), database, world.body.id))
    with pytest.raises(LogBroken, match="The signing key is not the log's"):
        Signer(signer.folder, former).sign(database, world.body.id, [1])
    # The process that ran meanwhile reads the new key by itself.
    [note] = signer.sign(database, world.body.id, [1])
    assert notes(running.session)[1] == note
    assert signing_key.written(signer.private) == (signer.folder / KEY_FILE).read_text().strip() != former
    assert len(notes(running.session)) == len(known) + 2


def test_rotation_refuses_keys_that_are_not_the_two(
    database: Database, running: Round, world: World, signer: Signer
) -> None:
    first, second = signing_key.written(signer.private), signing_key.written(Ed25519PrivateKey.generate())
    list(rotating.rotate(Signer(signer.folder, second), database, world.body.id, first))
    third, known = signing_key.written(Ed25519PrivateKey.generate()), running.entries()
    for given, former, refusal in (
        (third, "", "an exchange needs two"),
        (third, first, "not the one that signs the log"),
        (second, second, "signed this log before"),
        (first, second, "signed this log before"),
    ):
        with pytest.raises(Invalid, match=refusal):
            list(rotating.rotate(Signer(signer.folder, given), database, world.body.id, former))
    with pytest.raises(signing_key.KeyUnusable, match="ADREF_LOG_KEY_BEFORE holds no signing key"):
        list(rotating.rotate(Signer(signer.folder, third), database, world.body.id, "none"))
    assert running.entries() == known


def test_status_names_the_key_that_signs_where_the_database_is_older(
    app: Flask, running: Round, world: World
) -> None:
    """After a restore from before an exchange the database knows only the former key."""
    session = running.session
    former = keys(session, world.body.id)
    assert "is another" not in typed(app, "audit status").output
    assert typed(app, "audit rotate-key").exit_code == 0
    newest = keys(session, world.body.id).splitlines()[-1]
    session.execute(update(LogHead).values(keys=former))
    session.commit()
    said = typed(app, "audit status").output
    assert f"The key that signs: {newest}\n" in said
    assert f"The newest key that the database knows is another: {former.strip()}. It was restored" in said


def test_rotation_waits_for_a_log_that_is_what_was_signed(
    app: Flask, running: Round, world: World, signer: Signer
) -> None:
    water = signer.high_water(world.body.id)
    water.path.write_text(water.path.read_text().replace('"fault": ""', '"fault": "It was altered."'))
    refused = typed(app, "audit rotate-key")
    said = (
        "Error: It was altered. Nothing is written until the operator has looked. "
        "The operator runs: flask audit status\n"
    )
    assert (refused.exit_code, refused.output) == (1, said)
    assert rotations(running.session) == []
