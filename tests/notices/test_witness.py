"""Tests of what letters carry of the log: the newest checkpoint, and receipts that verify as they arrive."""

import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from flask_mail import Mail
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.factories import World
from tests.factories import world as written
from tests.settable_clock import SettableClock
from tests.stages import INSTALLATION
from workflow.audit import checkpoints
from workflow.audit.checkpoints import read_keys
from workflow.audit.entries import Entry
from workflow.audit.proofs import Proof, Receipt
from workflow.audit.signer import Signer
from workflow.db import Database
from workflow.domain.terms import Letter, ResponseKind
from workflow.models.audit import LogHead
from workflow.models.notice import Notice
from workflow.notices import queue, witness
from workflow.notices.connection import MailSettings
from workflow.notices.envelope import Outgoing

APP = Flask("letters")
APP.config["MAIL_DEFAULT_SENDER"] = "adref@adref.test"
Mail(APP)
SETTINGS = MailSettings(APP, "127.0.0.1", 25, "adref@adref.test", "office@adref.test")


@pytest.fixture
def signer(database: Database, tmp_path: Path) -> Signer:
    """Give a signer that watches the database of the test."""
    signer = Signer(tmp_path / "log")
    database.info.update(INSTALLATION, log_guard=signer.guard, after_commit=signer.after_commit)
    return signer


@pytest.fixture
def session(database: Database, signer: Signer) -> Session:
    """Give a session of the installation that signs."""
    return database.session(writing=True)


@pytest.fixture
def world(session: Session) -> World:
    """Give a body with its people and a plan of six drafts."""
    return written(session)


def claimed(database: Database, session: Session) -> dict[Letter, Outgoing]:
    """Commit, sign what is owed, and return a letter of each kind as it is sent."""
    session.commit()
    database.committed(session)
    return {one.letter: one for one in queue.claim(database, seconds=60, limit=500)}


def test_circulation_letter_carries_the_newest_checkpoint(
    database: Database, session: Session, world: World, clock: SettableClock
) -> None:
    round_ = Round(session, world, clock)
    round_.dispatch()
    letter = claimed(database, session)[Letter.CIRCULATION]
    head = session.scalars(select(LogHead).execution_options(populate_existing=True)).one()
    note = letter.text[letter.text.index(head.origin + "\n") :]
    # What is signed is the dispatch; after it the log tells of the letters themselves.
    [dispatched] = round_.entries(Entry.DISPATCHED)
    assert checkpoints.verify(note, read_keys(head.keys)).size == dispatched["seq"] + 1
    kept = session.execute(select(Notice.text, Notice.below).where(Notice.id == letter.id)).one()
    assert "".join(kept) == letter.text


def test_receipt_letter_brings_receipts_that_verify_as_they_arrive(
    database: Database, session: Session, world: World, clock: SettableClock
) -> None:
    round_ = Round(session, world, clock)
    round_.dispatch()
    lodged = round_.lodge("MY contact_point", ResponseKind.OBJECTION, 1, 2)
    letter = claimed(database, session)[Letter.RECEIPT]
    with SETTINGS.app.app_context():
        sent = letter.message(SETTINGS).as_bytes()
    arrived = message_from_bytes(sent, policy=policy.default)
    files = {part.get_filename(): part.get_payload(decode=True) for part in arrived.walk()}
    keys = read_keys(session.scalars(select(LogHead.keys)).one())
    for response in lodged:
        entry, proof = files[f"entry-{response.entry_seq}.json"], files[f"proof-{response.entry_seq}.txt"]
        assert isinstance(entry, bytes)
        assert isinstance(proof, bytes)
        told = Receipt(entry, Proof.parse(proof.decode())).verify(keys)
        assert told.size == response.entry_seq + 1
        assert json.loads(entry)["on_behalf_of"] == "MY"


def test_letter_sent_before_anything_was_signed_carries_nothing(
    database: Database, session: Session, world: World, clock: SettableClock
) -> None:
    del database.info["after_commit"]
    round_ = Round(session, world, clock)
    round_.dispatch()
    letter = claimed(database, session)[Letter.CIRCULATION]
    assert (letter.files, "Keep this letter" in letter.text) == ((), False)


def test_receipt_signed_on_another_host_is_waited_for_a_minute(
    database: Database, session: Session, world: World, clock: SettableClock
) -> None:
    database.info.update(signed_elsewhere=True)
    round_ = Round(session, world, clock)
    round_.dispatch()
    round_.lodge("MY contact_point", ResponseKind.COMMENT, 1)
    session.commit()
    assert Letter.RECEIPT not in {one.letter for one in queue.claim(database, seconds=60, limit=500)}
    database.committed(session)
    letter = {one.letter: one for one in queue.claim(database, seconds=60, limit=500)}[Letter.RECEIPT]
    assert [name.partition("-")[0] for name, _ in letter.files] == ["entry", "proof"]


def test_receipt_that_nobody_signs_keeps_no_letter_for_longer(
    database: Database, session: Session, world: World, clock: SettableClock
) -> None:
    database.info.update(signed_elsewhere=True)
    round_ = Round(session, world, clock)
    round_.dispatch()
    round_.lodge("MY contact_point", ResponseKind.COMMENT, 1)
    session.commit()
    clock.now += witness.PATIENCE
    letter = {one.letter: one for one in queue.claim(database, seconds=60, limit=500)}[Letter.RECEIPT]
    assert letter.files == ()
