"""The application in a test, with the world committed, and clients that are signed in.

The world itself is in tests/factories.py.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import flask
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from tests.factories import World
from tests.stages import Stage, brought
from workflow import settings
from workflow.app import connect, create_app
from workflow.db import Database
from workflow.extensions import limiter
from workflow.models.people import Person
from workflow.web.auth.sign_in import begin_session

Visit = Callable[..., FlaskClient]


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates of this process: compiling them took most of the time of the pages' tests."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what was compiled before, if it was."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


@cache
def compiled_builder(rule: str, is_open: bool) -> Callable[..., tuple[str, str]]:
    """Return what builds the addresses of a rule, compiled once for all applications of this process."""
    return _compile_builder(_RULES[rule], is_open)


def _kept_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    # No rule of ours has defaults or a host, so its text says all that the compiled function depends on.
    assert not rule.defaults
    _RULES.setdefault(rule.rule, rule)
    return compiled_builder(rule.rule, append_unknown)


_RULES: dict[str, Rule] = {}
_compile_builder = Rule._compile_builder
Rule._compile_builder = _kept_builder  # type: ignore[method-assign]


@pytest.fixture
def app_settings() -> dict[str, Any]:
    """Give the settings of the tests; a test module changes them by overriding this."""
    return _usual_settings()


@pytest.fixture
def world(database: Database, peopled: Stage) -> World:
    """Give a body with its people and one plan, committed as far as the database of the test commits."""
    with database.reading() as session:
        return brought(session, peopled.world)


@pytest.fixture
def own_app(database: Database, app_settings: dict[str, Any]) -> Flask:
    """Give an application of the test's own, for tests that change it; templates are compiled once."""
    app = create_app(app_settings, database=database)
    app.jinja_env.bytecode_cache = COMPILED
    return app


@pytest.fixture
def app(request: pytest.FixtureRequest, database: Database, app_settings: dict[str, Any]) -> Iterator[Flask]:
    """Give the application on the database of the test; with the usual settings it is shared.

    A test that gives it other settings gets one of its own.
    """
    if not _usual(app_settings):
        yield request.getfixturevalue("own_app")
        return
    app = _shared_app()
    app.config["LOG_FOLDER"] = app_settings["LOG_FOLDER"]
    connect(app, database)
    # Whether requests are counted is one switch for all applications of a process.
    limiter.enabled = app.config["RATELIMIT_ENABLED"]
    before = (dict(app.config), len(app.view_functions))
    yield app
    assert (dict(app.config), len(app.view_functions)) == before, "whoever changes it takes own_app"


@cache
def _shared_app() -> Flask:
    """Make the application that tests share: making one takes as long as the rest of a usual test."""
    return create_app(_usual_settings(), database=Database("sqlite:///:memory:"))


def _usual_settings() -> dict[str, Any]:
    return settings.load({"ADREF_CONFIG": "testing"}) | {"TESTING": True, "WTF_CSRF_ENABLED": False}


def _usual(given: dict[str, Any]) -> bool:
    """Tell whether these settings are the usual ones, but for the log's folder that every test has alone."""
    return given | {"LOG_FOLDER": ""} == _shared_settings()


@cache
def _shared_settings() -> dict[str, Any]:
    return _usual_settings() | {"LOG_FOLDER": ""}


@pytest.fixture
def visit(app: Flask, database: Database, world: World) -> Visit:
    """Give a function that signs in the person of a name ("MY contact_point") and returns the client.

    The session begins as the product begins it once a password is found right; the form and the password
    are the subject of test_auth_sign_in.py.
    """

    def visit(name: str | None = None) -> FlaskClient:
        client = app.test_client()
        if name is not None:
            with database.reading() as session:
                person = session.get_one(Person, world.people[name].id)
                begin(app, client, person)
        return client

    return visit


def begin(app: Flask, client: FlaskClient, person: Person) -> None:
    """Give a client the cookie of a session of this person."""
    assert person.active, f"{person.name} could not sign in"
    with app.test_request_context(environ_base=client.environ_base):
        with app.extensions["adref"].reading() as flask.g.session:
            begin_session(person)
        begun = dict(flask.session)
    with client.session_transaction() as kept:
        kept.update(begun)
