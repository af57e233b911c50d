"""Tests of a second language: pages and refusals speak it where its catalogue is there."""

from datetime import UTC, date, datetime, time, timedelta
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
from workflow.domain import spelled
from workflow.domain.errors import Sentence, says
from workflow.domain.zones import named
from workflow.web.sentences import translated

TRANSLATIONS = Path(__file__).resolve().parents[2] / "templates" / "translations"
#: A language that nobody will translate into.
NEW = "eo"
WORDS = {
    "Password": "Pasvorto",
    "The address or the password is not right.": "La adreso aŭ la pasvorto ne ĝustas.",
    "“{name}” has {count:,} bytes; {largest:,} are possible.": "{count:,} en “{name}”; eblas {largest:,}.",
    "“{name}” is empty.": "“{nomo}” malplenas.",
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


def test_sentences_with_values_are_found_by_their_pattern(app: Flask) -> None:
    large = says(
        "“{name}” has {count:,} bytes; {largest:,} are possible.", name="a{b}.pdf", count=2000, largest=9
    )
    assert large == "“a{b}.pdf” has 2,000 bytes; 9 are possible."
    with app.test_request_context(headers={"Accept-Language": NEW}):
        assert translated(large) == "2\N{NO-BREAK SPACE}000 en “a{b}.pdf”; eblas 9."
        assert translated(says("“{name}” is empty.", name="c.pdf")) == "“c.pdf” is empty."
        assert translated(says("Line {line}: {message}", line=3, message=large)) == (
            "Line 3: 2\N{NO-BREAK SPACE}000 en “a{b}.pdf”; eblas 9."
        )


def test_catalogues_are_looked_for_beside_the_templates(database: Database) -> None:
    app = create_app(settings.load({"ADREF_CONFIG": "testing"}), database=database)
    assert app.config["BABEL_TRANSLATION_DIRECTORIES"] == str(TRANSLATIONS)


AT = datetime(2020, 10, 9, 10, 0, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "english", "indonesian"),
    [
        (
            says("The earliest lawful deadline is {deadline}.", deadline=named(AT, "Asia/Jakarta")),
            "The earliest lawful deadline is 9 October 2020, 17:00 Asia/Jakarta (9 October 2020, 10:00 UTC).",
            "Batas waktu paling awal yang sah adalah "
            "9 Oktober 2020, 17.00 Asia/Jakarta (9 Oktober 2020, 10.00 UTC).",
        ),
        (
            says("The earliest lawful deadline is {deadline}.", deadline=named(AT, "UTC")),
            "The earliest lawful deadline is 9 October 2020, 10:00 UTC.",
            "Batas waktu paling awal yang sah adalah 9 Oktober 2020, 10.00 UTC.",
        ),
        (
            says(
                "The clock says {now}, but the log already holds an entry of {newest}.",
                now=spelled.to_the_second(AT),
                newest=spelled.to_the_second(AT + timedelta(days=90)),
            ),
            "The clock says 9 October 2020, 10:00:04 UTC, "
            "but the log already holds an entry of 7 January 2021, 10:00:04 UTC.",
            "Jam menunjukkan 9 Oktober 2020, 10.00.04 UTC, "
            "tetapi log sudah memuat entri tertanggal 7 Januari 2021, 10.00.04 UTC.",
        ),
        (
            says("{day} has not come yet.", day=spelled.day(date(2020, 8, 1))),
            "1 August 2020 has not come yet.",
            "1 Agustus 2020 belum tiba.",
        ),
        (
            says(
                "{time} comes twice in {zone}: the clocks go back over it.",
                time=spelled.clock(datetime.combine(date(2020, 12, 25), time(2, 30))),
                zone="Europe/Berlin",
            ),
            "25 December 2020, 02:30 comes twice in Europe/Berlin: the clocks go back over it.",
            "25 Desember 2020, 02.30 terjadi dua kali di Europe/Berlin: jam dimundurkan melewatinya.",
        ),
    ],
)
def test_instants_in_refusals_are_spelled_in_the_readers_language(
    database: Database, said: Sentence, english: str, indonesian: str
) -> None:
    assert said == english
    app = create_app(
        settings.load({"ADREF_CONFIG": "testing", "ADREF_LANGUAGES": "en,id"}), database=database
    )
    for language, expected in (("en", english), ("id", indonesian)):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert translated(said) == expected
