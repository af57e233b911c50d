"""Tests of erasing a person's data: it is in no file of the database any more, and the log still verifies."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import MetaData, create_engine, select, text
from sqlalchemy.engine import make_url

from config.demo.main_job import installation
from config.demo.setting_up import acting, set_up
from tests.browser.installed import MALAYSIA, Installed
from tests.browser.scene import Scene
from tests.browser.situations import LONG, furnish
from tests.databases import Backend
from tests.mail_messages import report, said_of, written
from tests.settable_clock import SettableClock
from workflow import db, scrubbing
from workflow.actions import incoming, people, responses
from workflow.actions.admitting import Answer
from workflow.audit import checking, tying
from workflow.audit.export import export
from workflow.db import Database
from workflow.domain.folding import folded
from workflow.domain.terms import ResponseKind, Role
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.people import Person
from workflow.models.response import Response
from workflow.notices.inbox import Message
from workflow.papers.incoming_mail import read


def erase(app: Flask, *options: str) -> tuple[int, str]:
    """Type the command; returns its exit status and what it says."""
    done = app.test_cli_runner().invoke(args=["people", "erase", MALAYSIA, *options])
    return done.exit_code, done.output


def stored(url: str) -> bytes:
    """Return all bytes that the files of this database hold, and what its server dumps."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        assert path.stat().st_size > 0
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    return b"".join([*_tables(url), *_dump(url), *_files(url)])


def sample(url: str) -> None:
    """Let the planner take samples of every column, as a server does by itself after a while."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _tables(url: str) -> list[bytes]:
    engine, found = create_engine(url), MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        rows = [
            str(row).encode()
            for table in found.sorted_tables
            for row in connection.execute(text(f'SELECT "{table.name}"::text FROM "{table.name}"'))
        ]
    engine.dispose()
    return rows


def _dump(url: str) -> list[bytes]:
    program = shutil.which("pg_dump")
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    if program is None:
        return []
    return [subprocess.run([program, plain], check=True, capture_output=True, timeout=60).stdout]


def _files(url: str) -> list[bytes]:
    """Return the bytes of the server's own files, where they lie on this machine and may be read."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        oid = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        folder = Path(connection.scalar(text("SHOW data_directory")) or "") / "base" / str(oid)
    engine.dispose()
    return [one.read_bytes() for one in folder.glob("*")] if folder.is_dir() else []


def _say_the_same(scene: Scene) -> None:
    """Let Singapore comment in the very words in which Malaysia objected."""
    with scene.database.reading() as session:
        query = select(Circulation.id, CirculationItem.version_id).join(CirculationItem)
        key, version = session.execute(query.where(Circulation.number == 3)).first()
    same = [Answer(version, ResponseKind.COMMENT, LONG)]
    scene.act(responses.lodge, key, same, by=(Role.CONTACT_POINT, "SG"))


def _writes_by_mail(database: Database) -> None:
    """Let messages of theirs, and of the return of a letter to them, be read out of the mailbox."""
    texts = (written(f"As said: active, as agreed. {LONG}", sender=MALAYSIA), report(said_of(MALAYSIA)))
    with database.writing() as session:
        for raw in texts:
            message = Message(read(raw), raw.hex()[-64:], db.now(session), False)
            assert incoming.keep(session, message, 1)


@pytest.mark.timeout(120)
def test_erased_text_is_nowhere_and_the_log_still_verifies(
    fresh_database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    with installation(clock, fresh_database) as (app, _):
        set_up(app)
        product = Installed(app, clock, "")
        furnish(product)
        _say_the_same(Scene(product))
        _writes_by_mail(fresh_database)
        with fresh_database.reading() as session:
            person = session.scalars(select(Person).where(Person.email == MALAYSIA)).one()
            kinds = select(Response.kind, Response.received_at).order_by(Response.id)
            said = session.execute(kinds).all()
        secrets = [one.encode() for one in (person.name, MALAYSIA, LONG.strip(), "active, as agreed")]
        secrets.append(folded(LONG.strip()).encode())
        assert [one in stored(fresh_database.url) for one in secrets] == [True] * 5

        sample(fresh_database.url)

        assert erase(app) == (2, erase(app)[1])
        assert "Say --for-good if you mean it" in erase(app)[1]
        assert "Deactivate it first" in erase(app, "--for-good")[1]
        with fresh_database.writing() as session:
            keeper = acting(session, Role.SECRETARIAT)
            people.deactivate(session, session.get_one(Person, person.id), by=keeper, now=db.now(session))
        code, output = erase(app, "--for-good")
        assert (code, output.startswith(f"{person.public_id}: ")) == (0, True), output

        assert [one in stored(fresh_database.url) for one in secrets] == [False] * 5
        with fresh_database.reading() as session:
            assert session.execute(kinds).all() == said
            assert list(checking.differences(session, 1)) == []
            assert list(tying.differences(session, 1)) == []
            export(session, 1, tmp_path)
        checkpoints = sorted(tmp_path.glob("checkpoint-*.txt"))
        for arguments in (
            ["log", tmp_path / "log-key.txt", tmp_path / "entries.jsonl", *checkpoints],
            ["decisions", tmp_path / "entries.jsonl"],
        ):
            command = [sys.executable, tmp_path / "verify.py", *arguments]
            checked = subprocess.run(command, capture_output=True, timeout=60)
            assert (checked.returncode, checked.stderr) == (0, b"")
        assert "Nobody has the address" in erase(app, "--for-good")[1]


@pytest.mark.timeout(120)
def test_scrubbing_waits_for_who_still_reads_and_says_so(
    fresh_database: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installation(clock, fresh_database) as (app, _):
        runner = app.test_cli_runner()
        with fresh_database.snapshot() as session, monkeypatch.context() as hasty:
            hasty.setattr(scrubbing, "PATIENCE_SECONDS", 0.2)
            session.execute(select(Person.id)).all()
            held = runner.invoke(args=["database", "scrub"])
        # Other tests write on the same server meanwhile: this one waits as long as an operator would.
        free = runner.invoke(args=["database", "scrub"])
    assert held.exit_code == 1
    assert "then type: flask database scrub" in held.output
    assert (free.exit_code, free.output) == (0, "The database is written anew.\n")


@pytest.mark.timeout(120)
def test_scrubbing_waits_for_writers_in_other_databases_of_the_server(
    backend: Backend, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their open transactions keep deleted rows alive in every database of a PostgreSQL server."""
    with backend.fresh(clock) as ours, backend.fresh(clock) as theirs, installation(clock, ours) as (app, _):
        runner = app.test_cli_runner()
        with theirs.writing() as session, monkeypatch.context() as hasty:
            hasty.setattr(scrubbing, "PATIENCE_SECONDS", 0.2)
            session.execute(text("CREATE TABLE held (id integer)"))
            held = runner.invoke(args=["database", "scrub"])
        free = runner.invoke(args=["database", "scrub"])
    assert held.exit_code == (1 if backend.name == "postgresql" else 0)
    assert (free.exit_code, free.output) == (0, "The database is written anew.\n")
