"""Tests of what machines read: alive, ready, figures for those allowed, and lines without personal data."""

import json
import logging
import re
import sys
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.factories import World
from tests.web.conftest import Visit
from workflow.db import Database
from workflow.journal import Lines, watch_slow, without_personal_data

TOKEN = "only-the-watcher-knows-this"


@pytest.fixture
def app_settings(app_settings: dict[str, Any]) -> dict[str, Any]:
    """Let one token read the figures."""
    return {**app_settings, "METRICS_TOKEN": TOKEN}


def test_process_is_alive_and_ready(app: Flask, world: World) -> None:
    visitor = app.test_client()
    assert visitor.get("/health/live").text == "alive\n"
    ready = visitor.get("/health/ready")
    assert (ready.status_code, ready.text) == (200, "ready\n")


def test_database_of_another_version_is_not_ready_and_only_the_watcher_reads_why(
    app: Flask, database: Database, world: World
) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0013'"))
    visitor = app.test_client()
    refused = visitor.get("/health/ready")
    assert (refused.status_code, refused.text) == (503, "not ready\n")
    told = visitor.get("/health/ready", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert "The database is at migration 0013, this program needs" in told
    assert visitor.get("/health/live").status_code == 200


def test_figures_are_for_those_allowed_alone(app: Flask, world: World, visit: Visit) -> None:
    assert app.test_client().get("/metrics").status_code == 404
    assert visit("secretariat").get("/metrics").status_code == 404
    wrong = {"Authorization": "Bearer somebody-else"}
    assert app.test_client().get("/metrics", headers=wrong).status_code == 404
    app.config["METRICS_ADDRESSES"] = ("10.0.0.0/8", "127.0.0.1")
    try:
        assert app.test_client().get("/metrics").status_code == 200
    finally:
        app.config["METRICS_ADDRESSES"] = ()


def test_figures_are_those_of_the_database(app: Flask, database: Database, world: World) -> None:
    with database.reading() as session:
        size = session.execute(text("SELECT size FROM log_head")).scalar_one()
    page = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert page.mimetype == "text/plain"
    figures = dict(re.findall(r"^(adref_\S+) (\S+)$", page.text, flags=re.MULTILINE))
    assert figures['adref_circulations{status="open"}'] == "0"
    assert figures['adref_letters{state="queued"}'] == "0"
    assert figures["adref_log_entries"] == str(size)
    assert figures["adref_signer_lag"] == "0.0"


def test_every_answer_names_its_request_and_the_line_tells_nothing_of_who_or_what(
    app: Flask, world: World, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "workflow.requests"):
        answer = visit("MY contact_point").get(
            "/documents?q=secret", headers={"X-Request-ID": "chosen-by-me"}
        )
    [record] = [one for one in caplog.records if one.name == "workflow.requests"][-1:]
    line = json.loads(Lines().format(record))
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert line.pop("milliseconds") >= 0
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "workflow.requests",
        "message": "GET documents.index",
        "request": answer.headers["X-Request-ID"],
        "method": "GET",
        "view": "documents.index",
        "status": 200,
    }


def test_errors_are_told_by_kind_and_place_without_what_they_quote() -> None:
    try:
        raise ValueError("ana@my.example said: we object")
    except ValueError:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 1, "Letter to %s failed", ("a@b.example",), sys.exc_info()
        )
    line = json.loads(Lines().format(record))
    assert (line["message"], line["error"]) == ("Letter to <address> failed", "builtins.ValueError")
    assert "we object" not in json.dumps(line)
    assert line["trace"][0].endswith("test_errors_are_told_by_kind_and_place_without_what_they_quote")


def test_secrets_of_links_and_addresses_are_cut_out() -> None:
    said = without_personal_data("GET /account/Xy-9?x and redis://user:word@host/0")
    assert said == "GET /account/<secret>?x and redis://<secret>@host/0"


def test_slow_statements_are_written_down_without_their_values(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    alone = Database("sqlite://")
    watch_slow(alone.reader, -1)
    with caplog.at_level(logging.WARNING, "workflow.journal"), alone.reading() as session:
        session.execute(text("SELECT  :word"), {"word": "we object"})
    alone.close()
    told = [one.facts["statement"] for one in caplog.records]
    assert told[-1] == "SELECT ?"
