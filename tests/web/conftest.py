"""The application in a test, with the world committed, and clients that are signed in.

The world itself is in tests/factories.py.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from tests.factories import PASSWORD, World
from tests.stages import Stage, brought
from workflow import settings
from workflow.app import create_app
from workflow.db import Database

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
    return settings.load({"ADREF_CONFIG": "testing"}) | {"TESTING": True, "WTF_CSRF_ENABLED": False}


@pytest.fixture
def world(database: Database, peopled: Stage) -> World:
    """Give a body with its people and one plan, committed as far as the database of the test commits."""
    with database.reading() as session:
        return brought(session, peopled.world)


@pytest.fixture
def app(database: Database, app_settings: dict[str, Any]) -> Flask:
    """Give the application on the database of the test; its templates are compiled once for all tests."""
    app = create_app(app_settings, database=database)
    app.jinja_env.bytecode_cache = COMPILED
    return app


@pytest.fixture
def visit(app: Flask, world: World) -> Visit:
    """Give a function that signs in the person of a name ("MY contact_point") and returns the client."""

    def visit(name: str | None = None) -> FlaskClient:
        client = app.test_client()
        if name is not None:
            email = world.people[name].email
            answer = client.post("/sign-in", data={"email": email, "password": PASSWORD})
            assert answer.status_code == 302, answer.text
        return client

    return visit
