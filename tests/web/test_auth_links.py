"""Tests of the links by which a password is set: single use, and nothing happens by opening one."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import PASSWORD, World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from workflow.actions import accounts, people
from workflow.db import Database
from workflow.models.audit import AuditEntry
from workflow.models.notice import Notice
from workflow.models.people import AccountLink, Person

NEW = "four dry umbrellas"
TOO_OLD = "This link does not work"


@pytest.fixture
def link(database: Database, world: World, clock: SettableClock) -> str:
    """Invite the drafter of Malaysia and return the path of the letter's link."""
    with database.writing() as session:
        person = session.get_one(Person, world.people["MY drafter"].id)
        accounts.invite(session, person, by=world.actor("secretariat"), now=clock())
    return path_in_newest_letter(database)


def path_in_newest_letter(database: Database) -> str:
    with database.reading() as session:
        text = session.scalars(select(Notice.text).order_by(Notice.id.desc())).first()
    words = [word for word in text.split() if word.startswith("https://adref.example/account/")]
    assert len(words) == 1
    return words[0].removeprefix("https://adref.example")


@pytest.fixture(autouse=True)
def _installed(app: Flask) -> None:
    """Make the application first: it tells the database's sessions what letters need."""


def set_password(app: Flask, link: str, password: str = NEW, again: str | None = None):
    form = {"password": password, "again": password if again is None else again}
    return app.test_client().post(link, data=form)


def sign_in(app: Flask, email: str, password: str):
    return app.test_client().post("/sign-in", data={"email": email, "password": password})


def test_link_shows_a_form_and_does_nothing_by_being_opened(
    app: Flask, link: str, database: Database
) -> None:
    client = app.test_client()
    for _ in range(3):
        shown = client.get(link)
        assert shown.status_code == 200
        assert "my.drafter@example.org" in shown.text
    with database.reading() as session:
        assert session.scalars(select(AccountLink.used_at)).one() is None
    assert client.get("/password").status_code == 302


def test_link_sets_the_password_once_and_does_not_sign_in(app: Flask, link: str, database: Database) -> None:
    client = app.test_client()
    answer = client.post(link, data={"password": NEW, "again": NEW})
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert client.get("/password").status_code == 302
    assert sign_in(app, "my.drafter@example.org", NEW).status_code == 302
    assert sign_in(app, "my.drafter@example.org", PASSWORD).status_code == 422
    again = set_password(app, link, "five blue umbrellas")
    assert again.status_code == 404
    assert TOO_OLD in again.text
    assert app.test_client().get(link).status_code == 404
    with database.reading() as session:
        kinds = session.scalars(select(AuditEntry.type).order_by(AuditEntry.seq)).all()
    assert [one for one in kinds if not one.startswith("letter")][-2:] == ["person.invited", "password.set"]


def test_link_dies_of_age(app: Flask, link: str, clock: SettableClock) -> None:
    clock.advance(timedelta(days=7) - timedelta(microseconds=1))
    assert app.test_client().get(link).status_code == 200
    clock.advance(timedelta(microseconds=1))
    assert app.test_client().get(link).status_code == 404
    assert set_password(app, link).status_code == 404


def test_link_dies_with_a_newer_one(
    app: Flask, link: str, database: Database, world: World, clock: SettableClock
) -> None:
    with database.writing() as session:
        person = session.get_one(Person, world.people["MY drafter"].id)
        accounts.invite(session, person, by=world.actor("secretariat"), now=clock())
    assert app.test_client().get(link).status_code == 404
    assert app.test_client().get(path_in_newest_letter(database)).status_code == 200


def test_link_of_an_invitation_outlives_a_request_for_a_new_password(
    app: Flask, link: str, database: Database
) -> None:
    client = app.test_client()
    client.post("/forgotten", data={"email": "my.drafter@example.org"})
    first = path_in_newest_letter(database)
    client.post("/forgotten", data={"email": "my.drafter@example.org"})
    second = path_in_newest_letter(database)
    assert [client.get(path).status_code for path in (link, first, second)] == [200, 404, 200]
    # A password that is set ends them all.
    assert set_password(app, link).status_code == 302
    assert [client.get(path).status_code for path in (link, first, second)] == [404, 404, 404]


def test_link_dies_with_the_account(
    app: Flask, link: str, database: Database, world: World, clock: SettableClock
) -> None:
    with database.writing() as session:
        person = session.get_one(Person, world.people["MY drafter"].id)
        people.deactivate(session, person, by=world.actor("secretariat"), now=clock())
    assert app.test_client().get(link).status_code == 404


@pytest.mark.parametrize("secret", ["x", "%00", "a" * 2000, "%F0%9F%98%80", "..", "'--"])
def test_link_nobody_was_sent_leads_nowhere(app: Flask, world: World, secret: str) -> None:
    assert app.test_client().get(f"/account/{secret}").status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "message"),
    [
        ("short", None, "A password has 12 to 200 characters; this one has 5."),
        ("x" * 201, None, "A password has 12 to 200 characters; this one has 201."),
        (NEW, "something else", "The two are not the same."),
        ("", None, "This cannot be empty."),
        ("aaaaaaaaaaaaaaaa", None, "This repeats too few characters."),
        ("my.drafter@example.org", None, "Your name or address is no password."),
    ],
)
def test_link_refuses_a_poor_password_and_stays_good(
    app: Flask, link: str, password: str, again: str | None, message: str
) -> None:
    answer = set_password(app, link, password, again)
    assert answer.status_code == 422
    assert message in answer.text
    assert set_password(app, link).status_code == 302


def test_link_ends_the_sessions_of_its_owner(app: Flask, link: str, visit: Visit) -> None:
    client = visit("MY drafter")
    assert client.get("/password").status_code == 200
    assert set_password(app, link).status_code == 302
    assert client.get("/password").status_code == 302


def test_link_is_kept_only_as_its_hash(app: Flask, link: str, database: Database) -> None:
    with database.reading() as session:
        kept = session.scalars(select(AccountLink.secret_sha256)).one()
    secret = link.removeprefix("/account/")
    assert len(secret) == 43
    assert len(kept) == 64
    assert secret not in kept


def test_forgotten_password_answers_the_same_for_everybody(
    app: Flask, world: World, database: Database
) -> None:
    client = app.test_client()
    known = client.post("/forgotten", data={"email": " MY.Alternate@example.org"})
    unknown = client.post("/forgotten", data={"email": "nobody@example.org"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location) == (302, "/sign-in")
    with database.reading() as session:
        letters = session.execute(select(Notice.letter, Notice.address)).all()
    assert [(str(letter), address) for letter, address in letters] == [
        ("password_reset", "my.alternate@example.org")
    ]
    assert set_password(app, path_in_newest_letter(database)).status_code == 302
    assert sign_in(app, "my.alternate@example.org", NEW).status_code == 302


def test_forgotten_password_of_a_closed_account_sends_nothing(
    app: Flask, world: World, database: Database, clock: SettableClock
) -> None:
    with database.writing() as session:
        person = session.get_one(Person, world.people["MY alternate"].id)
        people.deactivate(session, person, by=world.actor("secretariat"), now=clock())
    app.test_client().post("/forgotten", data={"email": "my.alternate@example.org"})
    with database.reading() as session:
        assert session.scalars(select(Notice.id)).all() == []


def test_password_change_keeps_this_session_and_ends_the_others(app: Flask, visit: Visit) -> None:
    here, elsewhere = visit("MY contact_point"), visit("MY contact_point")
    form = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert here.post("/password", data=form).status_code == 302
    assert here.get("/password").status_code == 200
    assert elsewhere.get("/password").status_code == 302
    assert sign_in(app, "my.contact_point@example.org", NEW).status_code == 302


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"old": "wrong", "new": NEW, "again": NEW}, "This is not your present password."),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "A password has 12 to 200 characters"),
        ({"old": PASSWORD, "new": NEW, "again": "other"}, "The two are not the same."),
    ],
)
def test_password_change_names_the_field_that_is_wrong(
    app: Flask, visit: Visit, form: dict[str, str], message: str
) -> None:
    client = visit("MY contact_point")
    answer = client.post("/password", data=form)
    assert answer.status_code == 422
    assert message in answer.text
    assert sign_in(app, "my.contact_point@example.org", PASSWORD).status_code == 302
