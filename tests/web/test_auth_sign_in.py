"""Tests of signing in and out: who gets in, how sessions end, and what nobody may learn."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import PASSWORD, World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from workflow.app import create_app
from workflow.db import Database
from workflow.models.people import Person


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def test_sign_in_leads_to_where_one_wanted_to_go(app: Flask, world: World) -> None:
    client = app.test_client()
    away = client.get("/password?from=letter")
    assert (away.status_code, away.location) == (302, "/sign-in?next=/password?from%3Dletter")
    assert 'value="/password?from=letter"' in client.get(away.location).text
    entered = sign_in(client, "my.contact_point@example.org", next="/password?from=letter")
    assert (entered.status_code, entered.location) == (302, "/password?from=letter")
    assert client.get("/password").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/%0d/\r\nSet-Cookie: x=1",
        "/\t/elsewhere.example",
        "javascript:alert(1)",
        "elsewhere",
    ],
)
def test_sign_in_never_leads_elsewhere(app: Flask, world: World, target: str) -> None:
    entered = sign_in(app.test_client(), "my.contact_point@example.org", next=target)
    assert (entered.status_code, entered.location) == (302, "/")


def test_sign_in_takes_the_address_in_any_case(app: Flask, world: World) -> None:
    assert sign_in(app.test_client(), "  MY.Contact_Point@Example.ORG ").status_code == 302


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("my.contact_point@example.org", "wrong"),
        ("nobody@example.org", PASSWORD),
        ("nobody\x00@example.org", PASSWORD),
        ("my.contact_point@example.org", "x" * 100_000),
    ],
)
def test_sign_in_answers_the_same_for_unknown_address_and_wrong_password(
    app: Flask, world: World, email: str, password: str
) -> None:
    client = app.test_client()
    answer = sign_in(client, email, password)
    assert answer.status_code == 422
    assert "The address or the password is not right." in answer.text
    assert client.get("/password").status_code == 302


def test_sign_in_refuses_a_closed_account_like_an_unknown_one(
    app: Flask, world: World, database: Database
) -> None:
    with database.writing() as session:
        session.get_one(Person, world.people["MY alternate"].id).active = False
    answer = sign_in(app.test_client(), "my.alternate@example.org")
    assert answer.status_code == 422
    assert "The address or the password is not right." in answer.text


def test_sign_in_names_the_empty_fields(app: Flask, world: World) -> None:
    answer = sign_in(app.test_client(), "", "")
    assert answer.status_code == 422
    assert answer.text.count("This cannot be empty.") == 4


def test_sign_in_drops_what_the_session_held_before(app: Flask, world: World) -> None:
    client = app.test_client()
    with client.session_transaction() as before:
        before["capacity"] = 1
        before["planted"] = "by somebody else"
    sign_in(client, "my.contact_point@example.org")
    with client.session_transaction() as after:
        assert "planted" not in after
        assert "capacity" not in after


def test_sign_out_ends_the_session(visit: Visit) -> None:
    client = visit("MY contact_point")
    assert client.get("/password").status_code == 200
    left = client.post("/sign-out")
    assert (left.status_code, left.location) == (302, "/sign-in")
    assert client.get("/password").status_code == 302
    assert client.get("/sign-out").status_code == 405


@pytest.mark.parametrize("change", ["deactivated", "password set elsewhere"])
def test_session_ends_with_the_epoch(visit: Visit, world: World, database: Database, change: str) -> None:
    client = visit("MY contact_point")
    with database.writing() as session:
        person = session.get_one(Person, world.people["MY contact_point"].id)
        person.epoch += 1
        person.active = change != "deactivated"
    assert client.get("/password").location == "/sign-in?next=/password"


def test_session_of_a_forged_cookie_is_nobody(app: Flask, world: World) -> None:
    client = app.test_client()
    for forged in ("1", "x.0", f"{2**70}.0", "-1.0", "1.0.0", "", f"{world.people['secretariat'].id}.7"):
        with client.session_transaction() as session:
            session["_user_id"] = forged
        assert client.get("/password").status_code == 302


def test_cookie_is_kept_from_scripts_and_other_sites(app: Flask, world: World) -> None:
    cookie = sign_in(app.test_client(), "my.contact_point@example.org").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie


def test_headers_allow_no_script_and_no_keeping(visit: Visit) -> None:
    answer = visit("MY contact_point").get("/password")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "script" not in policy
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in answer.headers
    assert not re.search(r"<script|<style| style=| on\w+=", answer.text)


def test_signed_out_person_sees_all_that_was_typed(app: Flask, world: World) -> None:
    answer = app.test_client().post("/password", data={"reasons": "Three pages of reasons", "old": "secret"})
    assert answer.status_code == 401
    assert "Three pages of reasons" in answer.text
    assert "secret" not in answer.text


def test_problem_is_json_for_who_asks_for_json(app: Flask, world: World) -> None:
    answer = app.test_client().post("/password", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "signed_out"
    missing = app.test_client().get("/nowhere", headers={"Accept": "application/problem+json"})
    assert (missing.status_code, missing.json["status"]) == (404, 404)


def test_session_ends_by_the_one_clock_and_no_host_s_own(
    database: Database, app_settings: dict[str, Any], world: World, clock: SettableClock
) -> None:
    app = create_app({**app_settings, "PERMANENT_SESSION_LIFETIME": timedelta(hours=10)}, database=database)
    client = app.test_client()
    sign_in(client, "my.contact_point@example.org")
    for hours, is_in in ((9, True), (9, True), (11, False), (0, False)):
        clock.now += timedelta(hours=hours)
        assert (client.get("/password").status_code == 200) is is_in


def test_cookie_of_a_host_whose_clock_is_ahead_is_taken(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = time.time() + 3 * 24 * 3600
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: ahead)
    client = visit("MY contact_point")
    monkeypatch.undo()
    assert client.get("/password").status_code == 200
