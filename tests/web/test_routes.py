"""Walks every route as everybody: who has no mandate is stopped, who has one meets no wall and no crash."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.actions.rounds import Round
from tests.factories import World
from tests.faults import reach
from tests.mail_messages import written
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from workflow.actions import incoming
from workflow.db import Database
from workflow.domain.mandates import MANDATES, Act
from workflow.domain.terms import ResponseKind
from workflow.models.document import Attachment
from workflow.models.incoming import IncomingMessage
from workflow.models.notice import Notice
from workflow.models.reporting import ReportingPeriod
from workflow.notices.inbox import Message
from workflow.papers.incoming_mail import read
from workflow.web.doors import PUBLIC, SIGNED_IN

EVERYBODY = (
    "MY contact_point",
    "MY alternate",
    "MY drafter",
    "lead_shepherd",
    "secretariat",
    "programme",
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def values(app: Flask, database: Database, world: World, clock: SettableClock) -> dict[str, Any]:
    """Run a round in which Malaysia spoke, and give a value for every name that stands in an address."""
    with database.writing() as session:
        round_ = Round(session, world, clock)
        circulation = round_.dispatch()
        round_.serve()
        (response,) = round_.lodge("MY contact_point", ResponseKind.INPUT, 1)
        attachment = Attachment(
            body_id=world.body.id,
            version_id=world.versions[0].id,
            filename="map.pdf",
            media_type="application/pdf",
            size=4,
            sha256="0" * 64,
            content=b"%PDF",
        )
        period = ReportingPeriod(
            body_id=world.body.id,
            document_id=world.document.id,
            first_day=clock().date(),
            last_day=clock().date(),
            due_on=clock().date(),
            created_at=clock(),
            created_by="test",
        )
        session.add_all([attachment, period])
        session.flush()
        message = Message(read(written()), "0" * 64, clock(), False)
        incoming.keep(session, message, world.body.id)
        received = session.scalars(select(IncomingMessage.id)).one()
        notice = session.scalars(select(Notice.id).order_by(Notice.id)).first()
    return {
        "circulation_id": circulation.id,
        "document_id": world.document.id,
        "item_id": world.items[0].id,
        "code": world.document.code,
        "key": world.items[0].key,
        "version_id": world.versions[0].id,
        "attachment_id": attachment.id,
        "period_id": period.id,
        "relation": "predecessor",
        "entry_id": 1,
        "job_id": 1,
        "response_id": response.id,
        "notice_id": notice,
        "message_id": received,
        "meeting_id": world.meetings["20"].id,
        "person_id": world.people["SG drafter"].id,
        "appointment_id": world.appointments["SG drafter"].id,
        "state_code": "MY",
        "year": circulation.year,
        "number": circulation.number,
        "secret": "nobody-was-sent-this",
        "lodging": "nobody-lodged-this",
        "dispute_id": 1,
        "seq": 1,
        "name": "drafter",
    }


def walked(app: Flask, values: dict[str, Any]) -> Iterator[tuple[Rule, str, str]]:
    """Give every route but the static files with one of its methods and an address."""
    adapter = app.url_map.bind("adref.example")
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        path = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for method in METHODS:
            if method in rule.methods:
                yield rule, method, path


def refused_acts(database: Database) -> int:
    """Count the acts that were refused, as the log tells of them."""
    with database.reading() as session:
        return reach.refused_acts(session)


def permission(app: Flask, rule: Rule) -> Act | str:
    return app.view_functions[rule.endpoint].permission


def test_every_route_names_its_permission(app: Flask) -> None:
    nameless = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and permission(app, rule) not in {*Act, PUBLIC, SIGNED_IN}
    ]
    assert nameless == []


def test_only_signing_in_help_checking_the_log_and_health_are_public(app: Flask) -> None:
    public = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint != "static"} & {
        endpoint for endpoint, view in app.view_functions.items() if getattr(view, "permission", "") == PUBLIC
    }
    assert {endpoint for endpoint in public if not endpoint.startswith("mailbox.")} == {
        "auth.sign_in",
        "auth.enter",
        "auth.link",
        "auth.redeem",
        "auth.forgotten",
        "auth.ask",
        "auth.speak",
        "help.guide",
        "help.guide_of",
        "help.words",
        "log.key",
        "log.verifier",
        "log.protection",
        "health.live",
        "health.ready",
        "health.metrics",
    }


def test_nobody_enters_without_signing_in(app: Flask, database: Database, values: dict[str, Any]) -> None:
    wrong = []
    for rule, method, path in walked(app, values):
        answer = app.test_client().open(path, method=method)
        is_stopped = answer.status_code == 401 or (
            answer.status_code == 302 and answer.location.startswith("/sign-in?next=")
        )
        if is_stopped != (permission(app, rule) != PUBLIC) or answer.status_code >= 500:
            wrong.append(f"{method} {path} answers {answer.status_code}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("name", EVERYBODY)
def test_mandate_decides_who_is_stopped(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    visit: Visit,
    database: Database,
    world: World,
    values: dict[str, Any],
    name: str,
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    role = world.appointments[name].role
    wrong = []

    def is_open(rule: Rule) -> bool:
        named = permission(app, rule)
        return named in (PUBLIC, SIGNED_IN) or role in MANDATES[named]

    # What is not theirs goes first: an act that is signed and then undone here would stop the log.
    for rule, method, path in sorted(walked(app, values), key=lambda one: is_open(one[0])):
        named, is_allowed = permission(app, rule), is_open(rule)
        # Whatever the request does is undone, so that no route meets what another left.
        undone = database.connection.begin_nested()
        status = visit(name).open(path, method=method).status_code
        told = refused_acts(database)
        undone.rollback()
        if status >= 500 or (status == 403) == is_allowed:
            wrong.append(f"{method} {path} ({named}) answers {status}")
        # An act that is not somebody's leaves its entry; a page that is not leaves none.
        if told != (method == "POST" and not is_allowed) and status != 404:
            wrong.append(f"{method} {path} ({named}) answers {status}, and the log tells of {told}")
    assert wrong == [], "\n".join(wrong)
