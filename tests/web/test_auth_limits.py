"""Limits and headers at the doors: tries at sign-in, forged forms, secure cookies, large bodies."""

import re
from typing import Any

import pytest
from flask import Flask

from tests.factories import PASSWORD, World
from tests.web.conftest import Visit
from workflow import settings
from workflow.app import create_app
from workflow.db import Database

EMAIL = "my.contact_point@example.org"


@pytest.fixture
def app_settings() -> dict[str, Any]:
    """Give the settings of the tests with limits and CSRF switched on."""
    limited = {"TESTING": True, "RATELIMIT_ENABLED": True, "WTF_CSRF_ENABLED": False}
    return settings.load({"ADREF_CONFIG": "testing"}) | limited


def attempt(app: Flask, password: str, *, email: str = EMAIL, address: str = "192.0.2.1") -> int:
    client = app.test_client()
    form = {"email": email, "password": password}
    return client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": address}).status_code


def test_attempts_from_one_address_are_limited(app: Flask, world: World) -> None:
    statuses = [attempt(app, "wrong", email=f"{number}@example.org") for number in range(11)]
    assert statuses == [422] * 10 + [429]
    assert attempt(app, PASSWORD, address="192.0.2.2") == 302


def test_failures_of_one_account_never_lock_it_out_from_elsewhere(app: Flask, world: World) -> None:
    statuses = [attempt(app, "wrong", address="192.0.2.1") for _ in range(11)]
    assert statuses[-1] == 429
    assert attempt(app, PASSWORD, address="192.0.2.1") == 429
    assert attempt(app, PASSWORD, address="192.0.2.99") == 302


def test_successes_of_one_account_are_not_limited(app: Flask, world: World) -> None:
    assert [attempt(app, PASSWORD, address=f"192.0.2.{number}") for number in range(12)] == [302] * 12


def test_limit_is_explained_and_loses_nothing(app: Flask, world: World) -> None:
    client = app.test_client()
    for _ in range(3):
        client.post("/forgotten", data={"email": EMAIL})
    refused = client.post("/forgotten", data={"email": EMAIL})
    assert refused.status_code == 429
    assert "There were too many attempts in a short time." in refused.text
    assert EMAIL in refused.text


@pytest.fixture
def guarded(database: Database, app_settings: dict[str, Any]) -> Flask:
    """Give the application as production has it: every form carries a token."""
    return create_app(app_settings | {"WTF_CSRF_ENABLED": True}, database=database)


def token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_form_without_token_is_refused_and_keeps_what_was_typed(guarded: Flask, world: World) -> None:
    answer = guarded.test_client().post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 400
    assert "Your form is safe" in answer.text
    assert EMAIL in answer.text
    assert PASSWORD not in answer.text


def test_token_of_the_session_before_sign_in_dies_with_it(guarded: Flask, world: World) -> None:
    client = guarded.test_client()
    before = token(client.get("/sign-in").text)
    form = {"email": EMAIL, "password": PASSWORD, "csrf_token": before}
    assert client.post("/sign-in", data=form).status_code == 302
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400
    fresh = token(client.get("/password").text)
    assert client.post("/sign-out", data={"csrf_token": fresh}).status_code == 302


def test_every_form_of_these_pages_carries_the_token(guarded: Flask, world: World) -> None:
    client = guarded.test_client()
    for path in ("/sign-in", "/forgotten"):
        page = client.get(path).text
        assert page.count('method="post"') == page.count('name="csrf_token"') == 1


def test_cookie_is_secure_and_transport_strict_in_production(
    database: Database, app_settings: dict[str, Any], world: World
) -> None:
    app = create_app(app_settings | {"SESSION_COOKIE_SECURE": True}, database=database)
    form = {"email": EMAIL, "password": PASSWORD}
    answer = app.test_client().post("/sign-in", data=form, base_url="https://adref.example")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_large_request_is_refused_with_the_reason(app: Flask, visit: Visit) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = visit("MY contact_point").post("/password", data={"old": "x" * 2000})
    assert answer.status_code == 413
    assert "This is too large" in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/c/2020-99999999999999999999999", "/c/2020-1", "/account/"])
def test_unknown_address_is_not_found(visit: Visit, path: str) -> None:
    answer = visit("MY contact_point").get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
