"""Tests of a host that holds no key: it writes, asks for signatures, and stops when the signer says so."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.actions.rounds import Round
from tests.audit.test_record import pass_office
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import INSTALLATION
from workflow.audit.signer import Signer
from workflow.audit.signer_elsewhere import SignerElsewhere
from workflow.audit.signing_key import KeyUnusable
from workflow.db import Database
from workflow.domain.errors import LogBroken
from workflow.domain.terms import ResponseKind
from workflow.models.audit import LogCheckpoint


@pytest.fixture
def asked(database: Database) -> list[int]:
    """Let the database of the test be that of a host without key; give the bodies it asks to be signed."""
    asked: list[int] = []
    elsewhere = SignerElsewhere(asked.append)
    database.info.update(INSTALLATION)
    database.info.update(log_guard=elsewhere.guard, after_commit=elsewhere.after_commit)
    return asked


def test_lodging_goes_on_without_key_and_the_signer_signs_later(
    database: Database, asked: list[int], world: World, clock: SettableClock, tmp_path: Path
) -> None:
    with database.writing() as session:
        round_ = Round(session, world, clock)
        round_.dispatch()
        [lodged] = round_.lodge("MY contact_point", ResponseKind.OBJECTION, 1)
    kept = select(LogCheckpoint.size)
    with database.reading() as session:
        assert session.scalars(kept).all() == []
    assert asked == [world.body.id]
    assert Signer(tmp_path).sign_owed(database) == 2
    with database.reading() as session:
        assert lodged.entry_seq + 1 in session.scalars(kept).all()


def test_what_the_signer_finds_wrong_stops_the_hosts_without_key(
    database: Database, asked: list[int], world: World, clock: SettableClock, tmp_path: Path
) -> None:
    with database.writing() as session:
        Round(session, world, clock).dispatch()
    signer = Signer(tmp_path)
    signer.sign_owed(database)
    with database.writing() as session:
        size = session.execute(text("SELECT size FROM log_head")).scalar_one()
        session.execute(text("UPDATE log_head SET size = 1"))
    signer.sign_owed(database)
    mark = signer.high_water(world.body.id).read()
    assert mark is not None
    told = f"The log holds 1 entries, but {mark.size} were signed: a restored backup?"
    with pytest.raises(LogBroken, match="a restored backup"), database.writing() as session:
        pass_office(session, world, clock.now)
    with database.writing() as session:
        assert session.execute(text("SELECT fault FROM log_head")).scalar_one() == told
        session.execute(text("UPDATE log_head SET size = :size"), {"size": size})
    signer.sign_owed(database)
    with database.reading() as session:
        assert session.execute(text("SELECT fault FROM log_head")).scalar_one() == ""


def test_key_is_nowhere_on_such_a_host(database: Database, asked: list[int]) -> None:
    elsewhere = SignerElsewhere(asked.append)
    assert not elsewhere.catch_up(database, 7, [1])
    assert asked == [7]
    assert elsewhere.sign_owed(database) == 0
    with pytest.raises(KeyUnusable, match="ADREF_LOG_SIGNS is off"):
        elsewhere.sign(database, 7, [1])
