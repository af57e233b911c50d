"""Tests of receipts as proofs: they come with the answer, can be had again, verify without the product."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from tests.web.states_desk import Desk, desk_of
from workflow.audit.checkpoints import read_keys
from workflow.audit.proofs import Receipt
from workflow.audit.receipts import VERIFIER
from workflow.audit.signer import KEY_FILE
from workflow.db import Database

pytestmark = pytest.mark.both


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock) -> Story:
    """Give a circulation of six items, dispatched; its letters are not sent yet."""
    return Story(database, world, clock).does(Round.dispatch)


@pytest.fixture
def desk(story: Story, visit: Visit) -> Desk:
    """Give the contact point of Malaysia before it."""
    return desk_of(story, visit)


def receipts(answer: bytes) -> list[Receipt]:
    """Return the receipts an answer carries: each is an entry's line, a proof, and signatures."""
    pieces = answer.split(b'\n{"')
    return [Receipt.parse(one if one.startswith(b"{") else b'{"' + one) for one in pieces]


def test_recording_is_answered_with_the_receipts_themselves(desk: Desk) -> None:
    recorded = desk.says({2: "objection", 4: "comment"})
    keys = read_keys(desk.client.get("/.well-known/adref-log-key").text)
    found = receipts(recorded.data)
    assert (recorded.status_code, recorded.mimetype) == (302, "text/plain")
    told = [json.loads(one.entry) for one in found]
    assert [(one["kind"], one["on_behalf_of"]) for one in told] == [("objection", "MY"), ("comment", "MY")]
    for one, entry in zip(found, told, strict=True):
        assert one.proof.index == entry["seq"]
        assert one.verify(keys).size == entry["seq"] + 1


def test_recording_twice_gives_the_same_bytes(desk: Desk) -> None:
    confirmed = desk.check(desk.written({2: "objection"}))
    first, second = desk.record(confirmed), desk.record(confirmed)
    assert (first.data, first.location) == (second.data, second.location)
    assert len(receipts(first.data)) == len(desk.responses()) == 1


def test_downloaded_receipt_verifies_by_the_program_that_comes_with_it(desk: Desk, tmp_path: Path) -> None:
    page = desk.client.get(desk.says({2: "objection", 4: "comment"}).location)
    assert "Download the receipts" in words(page)
    lodging = desk.responses()[0].lodging
    packed = desk.client.get(f"/receipts/of/{lodging}/receipts.zip")
    assert packed.data == desk.client.get(f"/receipts/of/{lodging}/receipts.zip").data
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        archive.extractall(tmp_path)
    for response in desk.responses():
        files = ["log-key.txt", f"entry-{response.entry_seq}.json", f"proof-{response.entry_seq}.txt"]
        assert " ".join(files) in (tmp_path / "README.txt").read_text()
        command = [sys.executable, "-I", "verify.py", "receipt", *files]
        checked = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=30, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_another_state_gets_no_receipt_of_ours(desk: Desk, visit: Visit) -> None:
    desk.says({2: "objection"})
    [response] = desk.responses()
    for path in (f"/receipts/{response.id}/receipt.zip", f"/receipts/of/{response.lodging}/receipts.zip"):
        assert desk.client.get(path).status_code == 200
        assert visit("SG contact_point").get(path).status_code == 404


def test_receipt_follows_where_it_could_not_be_signed(desk: Desk, app: Flask) -> None:
    signer = app.extensions["log_signer"]
    assert not (signer.folder / KEY_FILE).exists()
    signer.given, given = "no key", signer.given
    signer.__dict__.pop("private", None)
    recorded = desk.says({2: "objection"})
    [response] = desk.responses()
    assert recorded.status_code == 302
    assert "The signature of this receipt follows" in words(desk.client.get(recorded.location))
    early = desk.client.get(f"/receipts/{response.id}/receipt.zip")
    assert (early.status_code, "its receipt is not signed yet" in words(early)) == (409, True)
    signer.given = given
    assert desk.client.get(f"/receipts/{response.id}/receipt.zip").status_code == 200
    assert "Download the receipt" in words(desk.client.get(recorded.location))


def test_log_that_is_not_what_was_signed_is_read_but_not_written(
    desk: Desk, story: Story, database: Database
) -> None:
    confirmed = desk.check(desk.written({2: "objection"}))
    with database.writing() as session:
        session.execute(text("UPDATE log_head SET size = 1"))
    page = desk.open()
    assert page.status_code == 200
    said = words(page)
    assert "The log of this system is not what was signed, so nothing can be recorded." in said
    assert "were signed: a restored backup?" in said
    refused = desk.record(confirmed)
    assert refused.status_code == 503
    assert "flask audit status" in words(refused)
    assert "Reasons on item 2." in refused.text
    assert desk.responses() == []


def test_protection_page_is_for_everybody(desk: Desk, app: Flask) -> None:
    desk.says({2: "objection"})
    stranger = app.test_client()
    said = words(stranger.get("/log/protection"))
    [key] = stranger.get("/.well-known/adref-log-key").text.splitlines()
    assert key in said
    assert stranger.get("/log/verify.py").text == VERIFIER.read_text()
