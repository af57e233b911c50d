"""Tests of a second language: pages and refusals speak it where its catalogue is there."""

from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask

from tests.factories import World
from workflow import settings
from workflow.app import create_app
from workflow.db import Database

TRANSLATIONS = Path(__file__).resolve().parents[2] / "templates" / "translations"
#: A language that nobody will translate into.
NEW = "eo"
WORDS = {
    "Password": "Pasvorto",
    "The address or the password is not right.": "La adreso aŭ la pasvorto ne ĝustas.",
}


@pytest.fixture
def app_settings(app_settings: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """Offer a second language with a catalogue of two sentences, kept outside the project."""
    place = tmp_path / NEW / "LC_MESSAGES"
    place.mkdir(parents=True)
    catalogue = Catalog(locale=NEW)
    for english, other in WORDS.items():
        catalogue.add(english, other)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    return app_settings | {"LANGUAGES": ("en", NEW), "BABEL_TRANSLATION_DIRECTORIES": str(tmp_path)}


def test_pages_and_refusals_of_the_domain_speak_the_readers_language(app: Flask, world: World) -> None:
    client, reader = app.test_client(), {"Accept-Language": NEW}
    assert "Pasvorto" in client.get("/sign-in", headers=reader).text
    wrong = {"email": "nobody@example.org", "password": "seven dry umbrellas"}
    refused = client.post("/sign-in", data=wrong, headers=reader)
    assert "La adreso aŭ la pasvorto ne ĝustas." in refused.text
    assert "Pasvorto" not in client.get("/sign-in", headers={"Accept-Language": "en"}).text


def test_catalogues_are_looked_for_beside_the_templates(database: Database) -> None:
    app = create_app(settings.load({"ADREF_CONFIG": "testing"}), database=database)
    assert app.config["BABEL_TRANSLATION_DIRECTORIES"] == str(TRANSLATIONS)
