"""The application in a test, with the world committed, and clients that are signed in.

The world itself is in tests/factories.py.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from tests.factories import PASSWORD, World
from tests.factories import world as written
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


@pytest.fixture
def app_settings() -> dict[str, Any]:
    """Give the settings of the tests; a test module changes them by overriding this."""
    return settings.load({"ADREF_CONFIG": "testing"}) | {"TESTING": True, "WTF_CSRF_ENABLED": False}


@pytest.fixture
def world(database: Database) -> World:
    """Give a body with its people and one plan, committed as far as the database of the test commits."""
    with database.writing() as session:
        return written(session)


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
