"""Tests of copies: a furnished body goes into a file under load and comes back, whole or not at all."""

import threading
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from config.demo.main_job import installation
from config.demo.setting_up import set_up
from tests.browser.installed import Installed
from tests.browser.situations import furnish
from tests.databases import Backend, SQLite
from tests.settable_clock import SettableClock
from tests.test_cli import app, founded, port, script, typed
from workflow.audit import checking, tying
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.backup import BackupUnusable, backup, restore, tables
from workflow.db import Base, Database
from workflow.domain.mandates import OPERATOR
from workflow.models.people import Person

__all__ = ["app", "founded", "port", "script"]


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables."""
    with database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.timeout(180)
def test_a_copy_comes_back_whole_on_both_databases(
    backend: Backend, fresh_database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    with installation(clock, fresh_database) as (app, _):
        set_up(app)
        furnish(Installed(app, clock, ""))
    copy = tmp_path / "copy.adref"
    assert backup(fresh_database, copy) == sum(map(len, everything(fresh_database).values()))
    assert copy.stat().st_mode & 0o777 == 0o600
    with backend.fresh(clock) as other:
        restore(other, copy)
        assert everything(other) == everything(fresh_database)
        with other.reading() as session:
            assert [*checking.differences(session, 1), *tying.differences(session, 1)] == []
        with pytest.raises(BackupUnusable, match="The database is not empty: it has rows in body"):
            restore(other, copy)
        with other.writing() as session:
            known = session.scalars(select(Person.id).order_by(Person.id.desc())).first() or 0
            person = Person(body_id=1, public_id="u_new", name="New", email="new@example.org")
            person.created_at = clock()
            session.add(person)
            session.flush()
            assert person.id > known


def test_a_copy_of_one_database_comes_back_in_the_other(
    backend: Backend, sqlite: SQLite, founded: Flask, clock: SettableClock, tmp_path: Path
) -> None:
    database: Database = founded.extensions["adref"]
    there, back = tmp_path / "there", tmp_path / "back"
    backup(database, there)
    with sqlite.fresh(clock) as other, backend.fresh(clock) as again:
        restore(other, there)
        backup(other, back)
        restore(again, back)
        assert everything(again) == everything(other) == everything(database)


@pytest.mark.timeout(120)
def test_a_copy_made_under_load_is_of_one_instant(
    backend: Backend, founded: Flask, clock: SettableClock, tmp_path: Path
) -> None:
    database: Database = founded.extensions["adref"]
    over, written = threading.Event(), []

    def write() -> None:
        while not over.is_set():
            with database.writing() as session:
                told = {"meeting": str(len(written)), "called": "A meeting", "held_on": None}
                written.append(record(session, Entry.MEETING_ADDED, by=OPERATOR, at=clock(), body=1, **told))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = [_copied_size(backend, database, clock, tmp_path / str(place)) for place in range(4)]
    finally:
        over.set()
        writer.join(timeout=30)
    assert sizes == sorted(sizes)
    assert sizes[0] < len(written)


def _copied_size(backend: Backend, database: Database, clock: SettableClock, path: Path) -> int:
    """Return how many entries a copy made now holds; it is restored and its log is checked."""
    backup(database, path)
    with backend.fresh(clock) as other:
        restore(other, path)
        with other.reading() as session:
            assert list(checking.differences(session, 1)) == []
            return checking.size_of(session, 1)


def changed(copy: Path, member: str, before: bytes, after: bytes) -> None:
    """Change one member of a copy."""
    with zipfile.ZipFile(copy) as kept:
        members = {name: kept.read(name) for name in kept.namelist()}
    assert before in members[member]
    members[member] = members[member].replace(before, after)
    with zipfile.ZipFile(copy, "w") as kept:
        for name, content in members.items():
            kept.writestr(name, content)


def test_what_is_no_whole_copy_is_refused_and_nothing_is_restored(
    backend: Backend, founded: Flask, clock: SettableClock, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    backup(founded.extensions["adref"], copy)
    whole = copy.read_bytes()
    spoilt = {
        "cut": lambda: copy.write_bytes(whole[: len(whole) // 2]),
        "text": lambda: copy.write_text("A letter."),
        "empty": lambda: copy.write_bytes(b""),
        "altered": lambda: changed(copy, "state.jsonl", b"PH", b"XX"),
        "a table less": lambda: changed(copy, "contents.json", b'"state"', b'"stat"'),
        "no rows": lambda: changed(copy, "meeting.jsonl", b"\n", b""),
    }
    with backend.fresh(clock) as other:
        for name, spoil in spoilt.items():
            copy.write_bytes(whole)
            spoil()
            with pytest.raises(BackupUnusable, match="is no backup, or not the whole of one"):
                restore(other, copy)
            assert not any(everything(other).values()), name
        copy.write_bytes(whole)
        changed(copy, "contents.json", b'"revision": "', b'"revision": "x')
        with pytest.raises(BackupUnusable, match="The backup is of migration x"):
            restore(other, copy)


def test_commands_copy_and_say_what_cannot_be(founded: Flask, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    made = typed(founded, "backup", str(copy))
    assert (made.exit_code, f"rows are in {copy}. It holds personal data" in made.output) == (0, True)
    refused = typed(founded, "restore", str(copy))
    assert (refused.exit_code, "The database is not empty" in refused.output) == (1, True)
    for command in ("backup", "restore"):
        nowhere = typed(founded, command, str(tmp_path / "none" / "copy"))
        assert (nowhere.exit_code, "No such file or directory" in nowhere.output) == (1, True)


def test_copying_and_bringing_back_tell_how_far_they_have_come(
    backend: Backend, fresh_database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    told: list[int] = []
    backup(fresh_database, tmp_path / "copy.adref", wrote=told.append)
    with backend.fresh(clock) as other:
        restore(other, tmp_path / "copy.adref", read=told.append)
    assert told == [1] * (2 * tables())
