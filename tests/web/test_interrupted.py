"""Tests of a form whose session ended: each kind of form comes back filled in, to its opener alone."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.databases import RolledBack
from tests.factories import PASSWORD, World
from tests.faults.reaching import Reaching
from tests.settable_clock import MORNING, SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.forms_filled import Form, forms_of
from tests.web.forms_walked import READERS, keeping_forms
from tests.web.preparations import words

TYPED = "Three pages of reasons, ສະບາຍດີ"
ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def app_settings(app_settings: dict[str, Any]) -> dict[str, Any]:
    """Demand the token of each form, as browsers meet it."""
    return app_settings | {"WTF_CSRF_ENABLED": True}


@pytest.fixture
def visit(app: Flask, world: World) -> Visit:
    """Give a function that signs somebody in with the token of the page."""

    def visit(name: str | None = None) -> FlaskClient:
        client = app.test_client()
        if name is not None:
            assert signed_in(client, client.get("/sign-in"), world, name).status_code == 302
        return client

    return visit


@pytest.fixture
def reaching(
    app: Flask, database: RolledBack, visit: Visit, world: World, outspoken: Stage, clock: SettableClock
) -> Reaching:
    """Give the people of a round in which every State spoke."""
    clock.now = MORNING
    assert outspoken.circulation is not None
    return Reaching(app, database, visit, world, outspoken.circulation)


def signed_in(client: FlaskClient, page: TestResponse, world: World, name: str) -> TestResponse:
    """Send the form of signing in of this page."""
    [form] = [one for one in forms_of(page) if one.action == "/sign-in"]
    account = {"email": world.people[name].email, "password": PASSWORD}
    return client.post("/sign-in", data=form.fields | account)


def left(client: FlaskClient) -> None:
    """End the session, as its hours do: the browser has nothing of it any more."""
    client.delete_cookie("adref_session")


def sent(client: FlaskClient, form: Form, **more: Any) -> TestResponse:
    """Send a form, with what stands in it and more."""
    return client.post(form.action, data=form.fields | more)


def typed(form: Form) -> dict[str, str]:
    """Return something for every text of a form."""
    return {name: f"{TYPED} {number}" for number, name in enumerate(form.texts)}


@ONE_DATABASE
@pytest.mark.parametrize("name", READERS)
def test_every_form_comes_back_filled_in_after_signing_in_again(reaching: Reaching, name: str) -> None:
    wrong, texts = [], 0
    for form in keeping_forms(reaching, name):
        client, said = reaching.client(name), typed(form)
        undone = reaching.database.connection.begin_nested()
        before = reaching.kept()
        left(client)
        refused = sent(client, form, **said)
        if refused.status_code != 401 or any(one not in words(refused) for one in said.values()):
            wrong.append(f"{form.action}: {refused.status_code} when signed out")
            continue
        waiting = signed_in(client, refused, reaching.world, name)
        [resumed] = [one for one in forms_of(waiting) if one.action == form.action]
        answer = sent(client, resumed)
        back = [one.fields for one in forms_of(answer)]
        lost = [field for field, value in said.items() if all(one.get(field) != value for one in back)]
        texts += len(said)
        if answer.status_code != 422 or "You are signed in again." not in answer.text or lost:
            wrong.append(f"{form.action}: {answer.status_code}, lost {lost}")
        if reaching.kept() != before:
            wrong.append(f"{form.action}: something changed")
        undone.rollback()
    assert wrong == [], "\n".join(wrong)
    assert texts >= 5


@pytest.fixture
def plain(world: World, visit: Visit) -> tuple[FlaskClient, Form, TestResponse]:
    """Give a browser whose session ended, the form it had open, and what it was answered."""
    client = visit("secretariat")
    [form] = [one for one in forms_of(client.get("/secretariat/meetings")) if "name" in one.texts]
    left(client)
    return client, form, sent(client, form, **typed(form))


def test_text_is_in_no_address_and_no_cookie(plain: tuple[FlaskClient, Form, TestResponse]) -> None:
    _, _, refused = plain
    assert refused.status_code == 401
    assert TYPED not in str(refused.headers)
    assert "Location" not in refused.headers


def test_somebody_else_who_signs_in_does_not_get_the_form(
    plain: tuple[FlaskClient, Form, TestResponse], world: World
) -> None:
    client, _, refused = plain
    entered = signed_in(client, refused, world, "lead_shepherd")
    assert (entered.status_code, entered.location) == (302, "/")
    shown = client.get(client.get("/").location)
    assert "Somebody else opened the form" in shown.text
    assert TYPED not in entered.text + shown.text


def test_wrong_password_loses_nothing(plain: tuple[FlaskClient, Form, TestResponse], world: World) -> None:
    client, form, refused = plain
    [again] = [one for one in forms_of(refused) if one.action == "/sign-in"]
    wrong = client.post("/sign-in", data=again.fields | {"email": "x@example.org", "password": "wrong"})
    assert wrong.status_code == 422
    waiting = signed_in(client, wrong, world, "secretariat")
    assert [one.fields["name"] for one in forms_of(waiting) if one.action == form.action] == [f"{TYPED} 0"]


def test_signing_in_beside_it_keeps_the_form(
    plain: tuple[FlaskClient, Form, TestResponse], world: World
) -> None:
    """Whoever signs in in a second window meets the form again where the first window is sent."""
    client, form, refused = plain
    signed_in(client, client.get("/sign-in"), world, "secretariat")
    for answer in (signed_in(client, refused, world, "secretariat"), sent(client, form, **typed(form))):
        [resumed] = [one for one in forms_of(answer) if one.action == form.action]
        shown = sent(client, resumed)
        assert (shown.status_code, TYPED in shown.text) == (422, True)


def test_form_that_names_no_opener_or_another_is_not_kept(
    plain: tuple[FlaskClient, Form, TestResponse],
) -> None:
    """No other site lays words into a form that somebody then finds after signing in."""
    client, form, _ = plain
    for opener in ("", "1", "MQ.forged"):
        answer = sent(client, form, **typed(form) | {"opener": opener})
        assert answer.status_code == 400
        assert 'name="kept"' not in answer.text


def test_file_has_to_be_chosen_again_and_is_said_so(visit: Visit, world: World) -> None:
    client = visit("lead_shepherd")
    [form] = [one for one in forms_of(client.get("/documents/import")) if one.action == "/documents/import"]
    left(client)
    refused = sent(client, form, file=(BytesIO(b"A paper"), "paper.txt"))
    waiting = signed_in(client, refused, world, "lead_shepherd")
    assert "Choose the file again: a file cannot be kept." in words(waiting)
    [resumed] = [one for one in forms_of(waiting) if one.action == form.action]
    answer = sent(client, resumed)
    assert answer.status_code == 422
    assert "Choose the file again: a file cannot be kept." in words(answer)


def test_program_is_told_in_json(plain: tuple[FlaskClient, Form, TestResponse]) -> None:
    client, form, _ = plain
    answer = client.post(form.action, data=form.fields, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (401, "signed_out")
