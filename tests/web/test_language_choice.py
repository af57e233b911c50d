"""Tests of choosing a language: on pages before and after signing in, in letters, in days and numbers."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.actions.rounds import Round
from tests.factories import PASSWORD, World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.domain.terms import Letter
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.notices import typeset


@pytest.fixture
def app_settings(app_settings: dict[str, Any]) -> dict[str, Any]:
    """Offer the second language that comes with the product."""
    return app_settings | {"LANGUAGES": ("en", "id")}


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock, unserved: Stage) -> Story:
    """Give a circulation of six items, dispatched; its letters are not sent yet."""
    return Story(database, world, clock, unserved)


def language_of(page: str) -> str:
    """Return what a page says its language is."""
    found = re.search(r'<html lang="([^"]*)"', page)
    assert found
    return found[1]


def test_a_language_is_chosen_before_signing_in_and_outlives_it(app: Flask, world: World) -> None:
    client = app.test_client()
    page = client.get("/sign-in").text
    assert 'name="language" value="id" lang="id">Bahasa Indonesia</button>' in page
    assert 'value="en" lang="en" aria-current="true">English</button>' in page
    answer = client.post("/language", data={"language": "id", "next": "/sign-in"})
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    page = client.get("/sign-in").text
    assert language_of(page) == "id"
    assert "Kata sandi" in page
    email = world.people["MY contact_point"].email
    client.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert "Menunggu Anda" in client.get("/desk").text
    client.post("/sign-out")
    assert language_of(client.get("/sign-in").text) == "id"


def test_whoever_is_signed_in_keeps_the_choice(world: World, database: Database, visit: Visit) -> None:
    client = visit("MY contact_point")
    assert language_of(client.get("/desk", headers={"Accept-Language": "id"}).text) == "en"
    said = words(client.post("/language", data={"language": "id", "next": "/desk"}, follow_redirects=True))
    assert "Mulai sekarang halaman dan surat kepada Anda menggunakan bahasa Indonesia." in said
    assert language_of(visit("MY contact_point").get("/desk").text) == "id"
    with database.reading() as session:
        query = select(Person.locale).where(Person.id == world.people["MY contact_point"].id)
        assert session.scalar(query) == "id"


def test_a_language_that_is_not_offered_is_refused(app: Flask, world: World) -> None:
    client = app.test_client()
    for language in ("de", "", "../en"):
        answer = client.post("/language", data={"language": language})
        assert answer.status_code == 422
        assert "This language is not offered." in answer.text
    assert client.post("/language", data={"language": "id", "next": "//evil.example"}).location == "/"


def test_desk_and_answer_page_speak_indonesian(story: Story, visit: Visit) -> None:
    client = visit("MY contact_point")
    client.post("/language", data={"language": "id"})
    said = words(client.get("/desk"))
    assert "Satu jawaban menunggu Malaysia" in said
    assert "Mohon jawab sebelum Jumat, 9 Oktober 2020, 18.00 di Kuala Lumpur." in said
    assert "Sisa waktu 14 hari 8 jam (10 hari kerja)" in said
    assert "Jika Malaysia tidak menyampaikan apa pun, Malaysia dicatat diam." in said
    page = words(client.get(f"/desk/{story.id}"))
    assert "Apakah ada keberatan Malaysia terhadap enam butir berikut?" in page


def test_refusals_fill_their_values_in_the_readers_language(world: World, visit: Visit) -> None:
    client = visit("MY contact_point")
    client.post("/language", data={"language": "id"})
    form = {"old": PASSWORD, "new": "x" * 1201, "again": "x" * 1201}
    refused = words(client.post("/password", data=form))
    assert "Kata sandi terdiri atas 12 sampai 200 karakter; yang ini 1201 karakter." in refused


def test_letters_follow_the_persons_language(
    app: Flask, database: Database, world: World, clock: SettableClock
) -> None:
    reader = world.people["MY contact_point"].id
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == reader).values(locale="id"))
        Round(session, world, clock).dispatch()
        letter = session.scalars(
            select(Notice).where(Notice.letter == Letter.CIRCULATION, Notice.person_id == reader)
        ).one()
        subject, text = letter.subject, " ".join(letter.text.split())
        times = [block.lines for block in typeset.blocks(letter.text, "") if block.kind == "times"]
    assert "Jawab paling lambat 9 Okt 2020: " in subject
    assert "Apakah ada keberatan Malaysia terhadap" in text
    assert "Jumat, 9 Oktober 2020, 18.00 di Kuala Lumpur" in text
    assert "deadline" not in text
    assert times[0][-1] == ("UTC", "Jumat, 9 Oktober 2020, 10.00")
