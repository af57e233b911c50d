"""Tests of the doors: one transaction a request, one permission a view, and what a refusal leaves behind."""

from typing import Any

import pytest
from flask import Flask, g, redirect, render_template_string
from sqlalchemy import event, select
from wtforms import StringField

from tests import factories
from tests.databases import Backend
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from workflow.app import create_app
from workflow.db import Database
from workflow.domain.errors import ClockBehind, Invalid, NotAllowed, NotFound, StaleVersion, WrongStatus
from workflow.domain.mandates import Act
from workflow.models.body import Meeting
from workflow.models.people import Person
from workflow.web.doors import permits, require_permissions, signed_in
from workflow.web.forms import DoorForm, refusals

ERRORS = {
    "allowed": NotAllowed("Not yours."),
    "found": NotFound("Not there."),
    "status": WrongStatus("Not now."),
    "stale": StaleVersion("Too late.", details={"meanwhile": ["Malaysia answered."]}),
    "field": Invalid("Too short.", remedy="Write more.", field="name"),
    "form": Invalid("Impossible.", field="elsewhere"),
    "clock": ClockBehind("Behind."),
}


class NameForm(DoorForm):
    name = StringField("Name")
    error = StringField("Error")


def door_to(app: Flask) -> None:
    """Hang three views of the test into the application."""

    def write():
        g.session.add(Meeting(body_id=g.body.id, code=f"by {g.actor.idem}", name="written"))
        return redirect("/")

    def refuse():
        form = NameForm()
        g.session.add(Meeting(body_id=g.body.id, code="before", name="owed by the clock"))
        with refusals(form) as attempt:
            g.session.add(Meeting(body_id=g.body.id, code="within", name="refused"))
            g.session.flush()
            if form.error.data in ERRORS:
                raise ERRORS[form.error.data]
        codes = g.session.scalars(select(Meeting.code).order_by(Meeting.code)).all()
        page = "{{ form.errors }} {{ form.name.data }} {{ codes }}"
        return render_template_string(page, form=form, codes=codes), 200 if attempt else form.status

    def twice():
        for _ in range(2):
            g.session.add(Meeting(body_id=g.body.id, code="same", name="the same"))
        g.session.flush()
        return redirect("/")

    def broken():
        raise RuntimeError("internals at 10.0.0.7")

    app.add_url_rule("/test/write", view_func=permits(Act.READ_RECORD)(write), methods=["POST"])
    app.add_url_rule("/test/refuse", view_func=permits(Act.READ_RECORD)(refuse), methods=["POST"])
    app.add_url_rule("/test/twice", view_func=signed_in(twice), methods=["POST"])
    app.add_url_rule("/test/broken", view_func=signed_in(broken), methods=["GET", "POST"])


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """Give an application that nobody else uses: views are hung into it."""
    return own_app


@pytest.fixture
def doors(app: Flask) -> None:
    """Hang the views of `door_to`."""
    door_to(app)


def written(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(Meeting.code).where(Meeting.code.not_in(["20", "21"]))))


@pytest.mark.usefixtures("doors")
def test_post_commits_once_and_carries_the_key(visit: Visit, database: Database) -> None:
    client = visit("MY contact_point")
    assert client.post("/test/write", data={"key": "0b0e7a52-9d0e-4a8e-8d4f-5f3f0f0f0f0f"}).status_code == 302
    assert written(database) == ["by 0b0e7a52-9d0e-4a8e-8d4f-5f3f0f0f0f0f"]


@pytest.mark.usefixtures("doors")
def test_post_ignores_a_key_that_is_none(visit: Visit, database: Database) -> None:
    visit("MY contact_point").post("/test/write", data={"key": "'; drop\x00"})
    assert written(database) == ["by None"]


@pytest.mark.usefixtures("doors")
@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("allowed", 403),
        ("found", 404),
        ("status", 409),
        ("stale", 409),
        ("field", 422),
        ("form", 422),
        ("clock", 503),
    ],
)
def test_refused_post_leaves_nothing_and_loses_nothing_typed(
    visit: Visit, database: Database, error: str, status: int
) -> None:
    form = {"name": "A long name <b>", "error": error}
    answer = visit("MY contact_point").post("/test/refuse", data=form)
    assert answer.status_code == status
    assert "A long name &lt;b&gt;" in answer.text
    assert written(database) == []


@pytest.mark.usefixtures("doors")
def test_refusal_stands_beside_its_field(visit: Visit) -> None:
    client = visit("MY contact_point")
    page = client.post("/test/refuse", data={"error": "field"}).text
    assert "{&#39;name&#39;: [&#39;Too short. Write more.&#39;]}" in page
    page = client.post("/test/refuse", data={"error": "stale"}).text
    assert "{&#39;&#39;: [&#39;Too late. Malaysia answered.&#39;]}" in page


@pytest.mark.usefixtures("doors")
def test_refusal_keeps_what_the_clock_owed_until_the_end_of_the_request(visit: Visit) -> None:
    page = visit("MY contact_point").post("/test/refuse", data={"error": "field"}).text
    assert "before" in page
    assert "within" not in page


@pytest.mark.usefixtures("doors")
def test_second_of_two_equal_rows_is_a_conflict(visit: Visit, database: Database) -> None:
    answer = visit("MY contact_point").post("/test/twice", data={"name": "typed"})
    assert answer.status_code == 409
    assert "Somebody wrote the same thing" in answer.text
    assert "typed" in answer.text
    assert written(database) == []


@pytest.mark.usefixtures("doors")
def test_unexpected_error_shows_no_internals(app: Flask, visit: Visit) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = visit("MY contact_point")
    answer = client.post("/test/broken", data={"name": "typed for an hour"})
    assert answer.status_code == 500
    assert "This is an error of ours" in answer.text
    assert "typed for an hour" in answer.text
    assert "10.0.0.7" not in answer.text


@pytest.mark.usefixtures("doors")
def test_authority_is_read_again_for_an_act(
    visit: Visit, world: World, database: Database, clock: SettableClock
) -> None:
    client = visit("MY contact_point")
    with database.writing() as session:
        session.get_one(Person, world.people["MY contact_point"].id).active = False
    assert client.post("/test/write").status_code == 401
    assert written(database) == []


def test_view_without_permission_stops_the_application(app: Flask) -> None:
    app.add_url_rule("/test/open", "open_door", lambda: "open to all")
    with pytest.raises(RuntimeError, match="open_door"):
        require_permissions(app)


@pytest.mark.parametrize(("method", "statements"), [("get", 1), ("post", 4)])
def test_door_costs_few_statements(
    app: Flask, visit: Visit, database: Database, method: str, statements: int
) -> None:
    """A page costs one statement before its view; an act three, and here the row it writes."""
    door_to(app)
    client = visit("MY contact_point")
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(database.connection, "before_cursor_execute", note)
    client.get("/password") if method == "get" else client.post("/test/write")
    event.remove(database.connection, "before_cursor_execute", note)
    assert len(seen) == statements


def test_post_takes_the_lock_with_its_first_statement_and_a_page_never(
    fresh_database: Database, app_settings: dict[str, Any], backend: Backend
) -> None:
    """The visitor is read under the lock; where rows are locked one by one, nothing is taken in advance."""
    with fresh_database.writing() as session:
        email = factories.world(session).people["MY contact_point"].email
    app = create_app(app_settings, database=fresh_database)
    door_to(app)
    client = app.test_client()
    seen: list[str] = []
    event.listen(
        fresh_database.reader,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_rest: seen.append(statement),
    )
    begins = {"sqlite": ["BEGIN", "BEGIN", "BEGIN IMMEDIATE"], "postgresql": []}[backend.name]
    client.post("/sign-in", data={"email": email, "password": factories.PASSWORD})
    client.get("/password")
    client.post("/test/write", data={"key": "key-of-the-form"})
    assert [statement for statement in seen if statement.startswith("BEGIN")] == begins
    assert written(fresh_database) == ["by key-of-the-form"]
