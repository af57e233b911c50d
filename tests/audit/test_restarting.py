"""Tests of a log that lost what was signed: it goes on under a new name, and what is left stays provable."""

import json
import subprocess
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.audit.test_record import lines, pass_office
from tests.audit.test_rotating import app, running, session, signer
from tests.audit.test_signer import spoil
from tests.factories import PASSWORD, World
from tests.settable_clock import MORNING
from tests.tampering import unguarded
from tests.test_cli import typed
from tests.web.preparations import words
from workflow.audit import checking, checkpoints, comparing, restarting
from workflow.audit.checkpoints import read_keys
from workflow.audit.proofs import Receipt
from workflow.audit.receipts import keys, newest_note, receipts
from workflow.audit.signer import Signer
from workflow.db import Database
from workflow.domain.errors import Invalid, LogBroken, WrongStatus
from workflow.domain.terms import ResponseKind
from workflow.models.audit import LogHead

__all__ = ["app", "running", "session", "signer"]

NAME = "adref.example.org/somtc"


@dataclass
class Lost:
    """A log that was put back to `left` entries though `signed` were signed, and what people still hold."""

    held: int
    left: int
    signed: int
    kept: dict[int, str]
    before: Receipt
    gone: Receipt


def lodged(database: Database, session: Session, running: Round, item: int) -> int:
    """Let Malaysia comment on an item, committed and signed; return the entry's number."""
    [one] = running.lodge("MY contact_point", ResponseKind.COMMENT, item)
    session.commit()
    database.committed(session)
    return one.entry_seq


@pytest.fixture
def lost(database: Database, session: Session, running: Round, world: World) -> Lost:
    """Give a log after a restore: a comment is left, another one is gone, and both were signed."""
    first = lodged(database, session, running, 1)
    left, edge = session.execute(select(LogHead.size, LogHead.edge)).one()
    second = lodged(database, session, running, 2)
    found = receipts(session, world.body.id, [first, second])
    held = {first + 1: found[first].proof.note, second + 1: found[second].proof.note}
    put_back(session, left, edge)
    return Lost(first + 1, left, second + 1, held, found[first], found[second])


def put_back(session: Session, left: int, edge: bytes) -> None:
    """Bring the log's tables back to how they were when it held so many entries."""
    unguarded(session)
    session.execute(text("DELETE FROM response WHERE entry_seq >= :left"), {"left": left})
    session.execute(
        text(
            "DELETE FROM searchable WHERE source = 'response' AND source_id NOT IN (SELECT id FROM response)"
        )
    )
    for table in ("audit_entry", "private_text"):
        session.execute(text(f"DELETE FROM {table} WHERE seq >= :left"), {"left": left})
    session.execute(text("DELETE FROM log_checkpoint WHERE size > :left"), {"left": left})
    for level in range(1, left.bit_length() + 1):
        values = {"level": level, "places": left >> level}
        session.execute(text("DELETE FROM log_node WHERE level = :level AND place >= :places"), values)
    session.execute(text("UPDATE log_head SET size = :left, edge = :edge"), {"left": left, "edge": edge})
    session.commit()


def verified(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the verifier that was handed out; return its exit status and what it said."""
    command = [sys.executable, "-I", "verify.py", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout + done.stderr


def test_log_goes_on_under_a_new_name_whose_first_entry_holds_the_last_checkpoint(
    app: Flask, database: Database, session: Session, world: World, lost: Lost
) -> None:
    with pytest.raises(LogBroken, match=f"holds {lost.left} entries, but {lost.signed} were signed"):
        pass_office(session, world, MORNING)
    session.rollback()
    done = typed(app, f"audit restart --old-size {lost.signed}")
    assert (done.exit_code, len(done.output.splitlines())) == (0, 4), done.output
    first = json.loads(lines(session)[lost.left])
    assert (first["type"], first["origin"], first["seq"]) == ("log.restarted", f"{NAME}/2", lost.left)
    embedded = checkpoints.parse(first["checkpoint"]).checkpoint
    assert first["checkpoint"] == lost.kept[lost.signed]
    assert (embedded.origin, embedded.size) == (NAME, lost.signed)
    note = checkpoints.parse(newest_note(session, world.body.id) or "").checkpoint
    assert (note.origin, note.size) == (f"{NAME}/2", lost.left + 1)
    assert typed(app, "audit status").exit_code == 0
    assert list(checking.differences(session, world.body.id)) == []
    assert pass_office(session, world, MORNING) == lost.left + 1


def test_what_was_signed_before_verifies_and_what_was_lost_is_provable(
    app: Flask, database: Database, session: Session, running: Round, world: World, lost: Lost, tmp_path: Path
) -> None:
    assert typed(app, f"audit restart --old-size {lost.signed}").exit_code == 0
    after = lodged(database, session, running, 3)
    folder = tmp_path / "handed-out"
    assert typed(app, "audit export", str(folder)).exit_code == 0
    notes = sorted(path.name for path in folder.glob("checkpoint-*.txt"))
    status, said = verified(folder, "log", "log-key.txt", "entries.jsonl", *notes)
    assert (status, f"{len(notes)} checkpoints;" in said) == (0, True)
    assert said.endswith(f"After a loss, entry {lost.left} begins the log anew as '{NAME}/2'.\n")
    assert f"checkpoint-{lost.left + 1}-2.txt" in notes
    assert verified(folder, "decisions", "entries.jsonl")[0] == 0
    new = receipts(session, world.body.id, [after])[after]
    for one in (lost.before, lost.gone, new):
        (folder / "entry").write_bytes(one.entry)
        (folder / "proof").write_text(one.proof.encode())
        assert verified(folder, "receipt", "log-key.txt", "entry", "proof")[0] == 0
    (folder / "held").write_text(lost.kept[lost.signed])
    status, said = verified(folder, "log", "log-key.txt", "entries.jsonl", "held")
    loss = f"After a loss, entry {lost.left} begins the log anew as '{NAME}/2'."
    assert (status, said) == (1, f"held tells of entries that were lost. {loss}\n")
    (folder / "held").write_text(lost.kept[lost.held])
    assert verified(folder, "log", "log-key.txt", "entries.jsonl", "held")[0] == 0
    # Without the line of the new name, nothing under that name is believed.
    (folder / "old-key.txt").write_text((folder / "log-key.txt").read_text().splitlines()[0] + "\n")
    assert verified(folder, "log", "old-key.txt", "entries.jsonl", "held")[0] == 0
    status, said = verified(
        folder, "log", "old-key.txt", "entries.jsonl", f"checkpoint-{lost.left + 1}-2.txt"
    )
    assert (status, "is of another log than the key" in said) == (1, True)


def test_receipt_from_before_has_the_same_bytes_afterwards(
    app: Flask, database: Database, session: Session, world: World, lost: Lost
) -> None:
    assert typed(app, f"audit restart --old-size {lost.signed}").exit_code == 0
    seq = lost.before.proof.index
    assert receipts(session, world.body.id, [seq]) == {seq: lost.before}
    assert lost.before.verify(read_keys(keys(session, world.body.id))).origin == NAME


@pytest.mark.parametrize("steps", [1, 2])
def test_restart_that_crashed_is_finished_by_running_it_again(
    database: Database, session: Session, world: World, signer: Signer, lost: Lost, steps: int
) -> None:
    begun = restarting.restart(signer, database, world.body.id, lost.signed)
    assert len(list(islice(begun, steps))) == steps
    begun.close()
    if steps == 1:
        with pytest.raises(LogBroken, match="calls itself"):
            pass_office(session, world, MORNING)
        session.rollback()
        # The clock or a receipt may try to sign meanwhile: that is remembered as a fault, and overcome.
        assert not signer.catch_up(database, world.body.id, [lost.left + 1])
        list(restarting.restart(signer, database, world.body.id, lost.signed))
    else:
        assert signer.catch_up(database, world.body.id, [lost.left + 1])
    assert [json.loads(one)["type"] for one in lines(session)].count("log.restarted") == 1
    assert newest_note(session, world.body.id) is not None
    assert keys(session, world.body.id).count("\n") == 2
    with pytest.raises(WrongStatus, match="holds all that was signed"):
        list(restarting.restart(signer, database, world.body.id, lost.left + 1))


def test_a_second_loss_gets_a_third_name(
    app: Flask, database: Database, session: Session, world: World, lost: Lost
) -> None:
    edge, known = session.execute(select(LogHead.edge, LogHead.keys)).one()
    assert typed(app, f"audit restart --old-size {lost.signed}").exit_code == 0
    # The same backup is put back once more: it knows nothing of the second name.
    older = {"name": NAME, "keys": known}
    session.execute(text("UPDATE log_head SET origin = :name, keys = :keys"), older)
    put_back(session, lost.left, edge)
    assert typed(app, "audit status").exit_code == 1
    assert typed(app, f"audit restart --old-size {lost.left + 1}").exit_code == 0
    assert json.loads(lines(session)[lost.left])["origin"] == f"{NAME}/3"
    names = [key.name for key in read_keys(keys(session, world.body.id))]
    assert names == [NAME, f"{NAME}/2", f"{NAME}/3"]


def test_restart_is_refused_without_a_loss(
    app: Flask, running: Round, world: World, session: Session
) -> None:
    known = lines(session)
    refused = typed(app, f"audit restart --old-size {len(known)}")
    assert (refused.exit_code, refused.output.startswith("Error: The log holds all that was signed")) == (
        1,
        True,
    )
    assert (typed(app, "audit restart").exit_code, lines(session)) == (2, known)


def test_restart_is_refused_where_it_is_not_known_how_much_is_lost(
    database: Database, session: Session, world: World, signer: Signer, lost: Lost
) -> None:
    with pytest.raises(Invalid, match=f"The highest size signed is {lost.signed}, not {lost.left}"):
        list(restarting.restart(signer, database, world.body.id, lost.left))
    assert len(lines(session)) == lost.left


def test_restart_is_refused_where_what_is_left_was_altered(
    database: Database, session: Session, world: World, signer: Signer, lost: Lost
) -> None:
    spoil(session, "UPDATE audit_entry SET entry = replace(entry, 'at', 'bt') WHERE seq = 1")
    with pytest.raises(LogBroken, match="What is left is not sound either"):
        list(restarting.restart(signer, database, world.body.id, lost.signed))
    assert len(lines(session)) == lost.left


def test_checkpoint_that_counts_lost_entries_is_told_from_a_rewritten_log(
    app: Flask, database: Database, session: Session, world: World, lost: Lost
) -> None:
    assert typed(app, f"audit restart --old-size {lost.signed}").exit_code == 0
    told = {}
    for size, note in lost.kept.items():
        kept = comparing.checkpoint_in(session, world.body.id, note)
        told[size] = comparing.restarted_at(session, world.body.id, kept)
    assert told == {lost.held: None, lost.signed: lost.left}
    newest = comparing.checkpoint_in(session, world.body.id, newest_note(session, world.body.id) or "")
    assert comparing.restarted_at(session, world.body.id, newest) is None
    client = app.test_client()
    signed_in = {"email": world.people["secretariat"].email, "password": PASSWORD}
    assert client.post("/sign-in", data=signed_in).status_code == 302
    said = words(client.post("/secretariat/log/checkpoint", data={"text": lost.kept[lost.signed]}))
    assert (
        f"It counts entries that were lost. {lost.signed} entries were signed under the name {NAME}." in said
    )
    assert f"Entry {lost.left} says so." in said
