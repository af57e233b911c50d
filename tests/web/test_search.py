"""Tests of the page that searches: its filters stand in the address, its results lead to their pages."""

import re

import pytest

from tests.databases import RolledBack
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from tests.web.test_shepherd_panel import MOST, statements
from workflow.db import Database
from workflow.domain.terms import ResponseKind
from workflow.web.secretariat.searching import Piece, excerpt

pytestmark = pytest.mark.both


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a circulation in which Malaysia objected."""

    def speak(round_) -> None:  # type: ignore[no-untyped-def]
        round_.lodge(
            "MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who decides <b>that</b>? Đồng ý."
        )

    return Story(database, world, clock, served).does(speak)


def test_a_result_shows_its_words_and_leads_to_its_page(visit: Visit, story: Story, world: World) -> None:
    page = visit("TH contact_point").get("/search?words=dong+decides")
    assert "<mark>Đồng</mark>" in page.text
    assert "<mark>decides</mark> &lt;b&gt;that&lt;/b&gt;" in page.text
    path = f"/circulations/{story.id}/positions/{world.versions[3].id}/MY"
    assert f'href="{path}"' in page.text
    assert visit("TH contact_point").get(path).status_code == 200
    assert "1 text holds all these words." in words(page)
    assert "Malaysia: What States said, and answers, version 1" in words(page)


def test_filters_stand_in_the_address_and_in_the_form(visit: Visit, story: Story) -> None:
    client = visit("secretariat")
    page = client.get("/search?words=decides&where=reasons&state=MY&since=2020-09-01&until=2020-10-01").text
    assert 'value="decides"' in page
    assert re.search(r'<option selected value="reasons">', page)
    assert 'value="2020-09-01"' in page
    assert "<mark>decides</mark>" in page
    assert "No text matches." in client.get("/search?words=decides&until=2020-01-01").text
    assert "No text matches." in client.get("/search?words=decides&where=texts").text


def test_bad_filters_name_the_field(visit: Visit, story: Story) -> None:
    client = visit("secretariat")
    answer = client.get("/search?words=x&since=2020-10-02&until=2020-10-01")
    assert answer.status_code == 422
    assert "The last day lies before the first." in answer.text
    assert client.get("/search?words=x&since=never").status_code == 422
    assert client.get("/search?words=decides&before=nowhere").status_code == 422
    assert client.get("/search?words=decides&document=no-such").status_code == 200


def test_programme_finds_texts_only(visit: Visit, story: Story) -> None:
    client = visit("programme")
    assert "No text matches." in client.get("/search?words=decides").text
    assert "<mark>investigative</mark>" in client.get("/search?words=investigative").text


def test_page_without_words_says_what_to_write(visit: Visit, story: Story) -> None:
    assert "Write a few words." in words(visit("secretariat").get("/search"))


def test_search_costs_the_same_however_much_is_found(
    visit: Visit, database: RolledBack, story: Story
) -> None:
    client = visit("secretariat")
    costs = []
    for asked in ("decides", "support", "zebra"):
        with statements(database) as sent:
            assert client.get(f"/search?words={asked}").status_code == 200
        costs.append(len(sent))
    assert len(set(costs)) == 1
    assert costs[0] <= MOST


def test_an_excerpt_begins_near_what_was_found() -> None:
    text = "word " * 100 + "zebra " + "word " * 100
    pieces = excerpt(text, ["zebra"])
    assert pieces[0] == Piece("…", is_found=False)
    assert [piece.text for piece in pieces if piece.is_found] == ["zebra"]
    assert pieces[-1].text.endswith("…")
    assert sum(len(piece.text) for piece in pieces) <= 322


def test_an_excerpt_of_a_short_text_is_the_text() -> None:
    assert "".join(piece.text for piece in excerpt("A zebra here", ["zebra"])) == "A zebra here"
