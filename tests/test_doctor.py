"""Tests that `flask doctor` finds each thing that can be wrong, and says what to do in one sentence."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.databases import Backend
from tests.notices.conftest import port, script
from tests.notices.servers import free_port
from tests.test_cli import application, typed
from workflow.db import Database

__all__ = ["port", "script"]

Install = Callable[..., Flask]


@pytest.fixture
def install(backend: Backend, port: int, request: pytest.FixtureRequest) -> Install:
    """Give what makes a founded installation whose clock is that of the machine, with settings of its own."""

    def make(**settings: Any) -> Flask:
        database = request.getfixturevalue("fresh_database")
        database.clock = None
        app = application(database, MAIL_PORT=port, **settings)
        assert typed(app, "body found").exit_code == 0
        return app

    return make


def test_all_is_well(install: Install) -> None:
    found = typed(install(), "doctor")
    assert (found.exit_code, found.output.count("ok   ")) == (0, 9), found.output


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"MAIL_PORT_AWAY": True}, "WRONG  mail: The server cannot be used; run flask mail test"),
        (
            {"RATELIMIT_ENABLED": True, "RATELIMIT_STORAGE_URI": "redis://127.0.0.1:1/0"},
            "WRONG  limits: Their store cannot be reached; correct ADREF_RATELIMIT_STORAGE_URI or start it.",
        ),
        (
            {"BROKER_URL": "redis://127.0.0.1:1/0"},
            "WRONG  broker: It cannot be reached; correct ADREF_BROKER_URL or start it.",
        ),
        ({"BACKUP_FOLDER": "/nowhere"}, "WRONG  backup: ADREF_BACKUP_FOLDER cannot be read: No such file"),
    ],
)
def test_what_is_away_is_named(install: Install, settings: dict[str, Any], told: str) -> None:
    if settings.pop("MAIL_PORT_AWAY", False):
        settings["MAIL_SERVER"] = "127.0.0.1"
        app = install()
        app.extensions["mail_settings"] = _elsewhere(app, free_port())
    else:
        app = install(**settings)
    found = typed(app, "doctor")
    assert found.exit_code == 1
    assert told in found.output


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_old_backup_open_key_and_clock_behind_the_log_are_named(install: Install, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / "adref.zip").touch()
    yesterday = time.time() - 48 * 3600
    os.utime(backups / "adref.zip", (yesterday, yesterday))
    app = install(BACKUP_FOLDER=str(backups), LOG_KEY="")
    key = Path(app.config["LOG_FOLDER"]) / "signing-key"
    key.write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    key.chmod(0o644)
    database: Database = app.extensions["adref"]
    with database.writing() as session:
        session.execute(text("UPDATE log_head SET newest_at = '2190-01-01 00:00:00'"))
    said = typed(app, "doctor").output
    assert "WRONG  backup: The newest is 48 hours old, 26 are allowed; see to the timer" in said
    assert f"WRONG  log: Others can read signing-key. Run: chmod 600 {key} Run: flask audit status" in said
    assert "WRONG  clock: The database's clock stands behind the log; set it right" in said
    assert "Error: 3 of 9 things are wrong." in said


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_machine_s_clock_is_held_against_the_database_s(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = install()
    real = time.time
    monkeypatch.setattr("workflow.cli.doctor.time.time", lambda: real() + 3 * 24 * 3600)
    said = typed(app, "doctor").output
    assert "WRONG  clock: This machine's clock is 259,200 s ahead of the database's" in said


def test_database_without_tables_is_named_and_nothing_else_is_asked_of_it(backend: Backend) -> None:
    with backend.bare() as url:
        database = Database(url)
        said = typed(application(database), "doctor").output
        database.close()
    told = "WRONG  database: The database has no tables of this program yet. Run: flask --app workflow.app"
    assert told in said
    assert "WRONG  deadlines: not looked at: see the database." in said


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_database_of_another_version_is_named(install: Install) -> None:
    app = install()
    database: Database = app.extensions["adref"]
    for version, told in (
        ("0013", "WRONG  database: The database is at migration 0013, this program needs"),
        ("9999", "WRONG  database: A newer program has migrated it to 9999; install that program"),
    ):
        with database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :one"), {"one": version})
        assert told in typed(app, "doctor").output


def test_wrong_address_of_the_database_is_named() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    found = typed(application(database), "doctor")
    told = "WRONG  database: It cannot be reached; correct ADREF_DATABASE_URL or start it. It says: "
    assert (found.exit_code, told in found.output) == (1, True)


def _elsewhere(app: Flask, nobody: int) -> Any:
    return replace(app.extensions["mail_settings"], port=nobody)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_host_without_the_key_says_so_and_exchanges_none(install: Install) -> None:
    app = install(LOG_SIGNS=False, LOG_KEY="")
    assert "is known to the host that signs; ask there, too." in typed(app, "audit status").output
    for command in ("rotate-key", "restart --old-size 1"):
        refused = typed(app, f"audit {command}")
        assert refused.exit_code == 1
        assert "ADREF_LOG_SIGNS is off: run this where the log's key is." in refused.output
    assert typed(app, "doctor").exit_code == 0
    assert "The log is whole" in typed(app, "audit verify").output
