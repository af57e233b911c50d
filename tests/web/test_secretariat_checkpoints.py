"""Tests of comparing a State's checkpoint with the log, and of handing the whole log out."""

import io
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from tests import factories
from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.tampering import unguarded
from tests.web.conftest import Visit, begin
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.app import create_app
from workflow.audit.checkpoints import Checkpoint, parse, sign
from workflow.db import Database
from workflow.models.audit import LogCheckpoint

PATH = "/secretariat/log/checkpoint"


@pytest.fixture
def note(app: Flask, database: Database, world: World, clock: SettableClock) -> str:
    """Give the newest checkpoint after a dispatch."""
    assert app.extensions["log_signer"] is not None
    Story(database, world, clock).does(Round.dispatch)
    with database.reading() as session:
        found = session.scalars(select(LogCheckpoint.note).order_by(LogCheckpoint.size.desc())).first()
    assert found is not None
    return found


@pytest.fixture
def client(note: str, visit: Visit) -> FlaskClient:
    """Sign the secretariat in."""
    assert note
    return visit("secretariat")


def test_checkpoint_fits_with_or_without_its_letter(client: FlaskClient, note: str) -> None:
    size = parse(note).checkpoint.size
    letter = f"Ministry of Justice, Hanoi\n10110\na+b\n1\n\0\n2\n\nDear colleague,\n12\n{note}\nSent to you."
    for pasted in (note, letter, letter.replace("\n", "\r\n")):
        answer = client.post(PATH, data={"text": pasted})
        assert f"It fits. The first {size} entries of the log are those that were signed." in words(answer)


def broken(note: str, width: int) -> str:
    """Return a note whose signatures a mail program broke: at a space, and within what is too long."""
    signed, _, below = note.partition("\n\n")
    lines = [
        part for line in below.splitlines() for part in textwrap.wrap(line, width, break_on_hyphens=False)
    ]
    assert len(lines) > 1
    return "\n".join([signed, "", *lines, "Regards", "12", ""])


@pytest.mark.parametrize("width", [30, 64, 76, 91, 92])
def test_checkpoint_broken_by_a_mail_program_is_read(client: FlaskClient, note: str, width: int) -> None:
    pasted = broken(note, width)
    for text_ in (pasted, f"On Friday they wrote:\n{textwrap.indent(pasted, '> ', lambda _line: True)}"):
        assert "It fits." in words(client.post(PATH, data={"text": text_}))


def test_checkpoint_that_lacks_a_piece_of_its_signature_is_refused(client: FlaskClient, note: str) -> None:
    pieces = broken(note, 64).splitlines()
    for place in (4, 5):
        answer = client.post(PATH, data={"text": "\n".join(pieces[:place] + pieces[place + 1 :])})
        assert answer.status_code == 422


def test_checkpoint_of_a_rewritten_log_does_not_fit(
    client: FlaskClient, note: str, database: Database
) -> None:
    with database.writing() as session:
        unguarded(session)
        session.execute(text("UPDATE audit_entry SET entry = replace(entry, 'a', 'b')"))
        node = "SELECT hash FROM log_node WHERE level = 1 AND place = 1"
        session.execute(text(f"UPDATE log_node SET hash = ({node})"))
    assert "It does not fit: the log was rewritten." in words(client.post(PATH, data={"text": note}))


def test_checkpoint_of_a_longer_log_is_told(client: FlaskClient, note: str, app: Flask) -> None:
    kept = parse(note).checkpoint
    longer = sign(Checkpoint(kept.origin, 999, kept.root), app.extensions["log_signer"].private)
    said = words(client.post(PATH, data={"text": longer}))
    assert "The log is shorter than this checkpoint. 999 entries were signed." in said


@pytest.mark.parametrize(
    "pasted", ["", "no checkpoint", "x\n5\n", "x\n5\n\n\n— x y\n", "a+b\n5\nAAAA\n\n— a b\n"]
)
def test_text_without_a_checkpoint_is_refused_and_kept(client: FlaskClient, pasted: str) -> None:
    answer = client.post(PATH, data={"text": pasted})
    assert answer.status_code == 422
    assert "Checkpoint" in words(answer)


def test_checkpoint_of_a_strange_key_is_refused(client: FlaskClient, note: str) -> None:
    forged = sign(parse(note).checkpoint, Ed25519PrivateKey.generate())
    answer = client.post(PATH, data={"text": forged})
    assert (answer.status_code, "No known key signed this checkpoint." in words(answer)) == (422, True)


def test_checkpoint_of_another_log_is_refused_though_our_key_signed_it(
    client: FlaskClient, note: str, app: Flask
) -> None:
    """Two installations may hold one key; what the other signed accuses this log of nothing."""
    kept = parse(note).checkpoint
    foreign = sign(
        Checkpoint("other.example/log", kept.size, bytes(32)), app.extensions["log_signer"].private
    )
    answer = client.post(PATH, data={"text": foreign})
    said = words(answer)
    assert (answer.status_code, "The checkpoint is of another log than the key." in said) == (422, True)


def test_checkpoint_that_does_not_fit_is_told_whatever_else_was_pasted(
    client: FlaskClient, note: str, app: Flask
) -> None:
    """A letter quotes another one: every checkpoint in it counts."""
    kept = parse(note).checkpoint
    unfit = sign(Checkpoint(kept.origin, kept.size, bytes(32)), app.extensions["log_signer"].private)
    for pasted in (note + unfit, unfit + note):
        assert "It does not fit: the log was rewritten." in words(client.post(PATH, data={"text": pasted}))


@pytest.mark.timeout(60)
def test_huge_text_full_of_numbers_is_answered_soon(client: FlaskClient, note: str) -> None:
    """As long as a form may be: where each line were read to the end again, this would take an hour."""
    for filled in ("a\n1\n" * 250_000, "\N{EM DASH} a\n" + "1\n" * 500_000, "\N{EM DASH} a\n1\n" * 160_000):
        assert "It fits." in words(client.post(PATH, data={"text": filled + note}))


def test_comparing_waits_for_nobody(
    fresh_database: Database, app_settings: dict[str, Any], clock: SettableClock
) -> None:
    """It records nothing: one who acts at that moment is neither waited for nor kept waiting."""
    with fresh_database.writing() as session:
        world = factories.world(session)
    app = create_app(app_settings, database=fresh_database)
    Story(fresh_database, world, clock).does(Round.dispatch)
    with fresh_database.reading() as session:
        pasted = session.scalars(select(LogCheckpoint.note)).first()
    client, seen = app.test_client(), list[str]()
    begin(app, client, world.people["secretariat"])
    event.listen(
        fresh_database.reader,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_rest: seen.append(statement),
    )
    assert "It fits." in words(client.post(PATH, data={"text": pasted}))
    assert [one for one in seen if one == "BEGIN IMMEDIATE" or " FOR " in one] == []


def test_whole_log_can_be_had_and_verifies(client: FlaskClient, tmp_path: Path) -> None:
    packed = client.get("/secretariat/log/export.zip")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "log"
    notes = [path.name for path in folder.glob("checkpoint-*.txt")]
    command = [sys.executable, "-I", "verify.py", "log", "log-key.txt", "entries.jsonl", *notes]
    checked = subprocess.run(command, cwd=folder, capture_output=True, timeout=30, check=False)
    assert (len(notes), checked.returncode) == (1, 0), checked.stdout + checked.stderr
