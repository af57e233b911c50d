"""Tests of the page on participation: the drawing, the same as a table, the file, and who may read it."""

import csv
import io
from datetime import timedelta

import pytest

from tests.actions.rounds import DEADLINE, Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.domain.terms import ResponseKind
from workflow.queries.participation import Part
from workflow.web.secretariat.participation import after, places, told

pytestmark = pytest.mark.both


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a circulation that closed after one answer and one objection."""

    def speak(round_: Round) -> None:
        round_.lodge("KH contact_point", ResponseKind.NO_OBJECTION, 1, reasons="")
        round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)

    story = Story(database, world, clock, served).does(speak)
    clock.now = DEADLINE
    return story.does(lambda round_: round_.locked())


def test_page_draws_and_tells_the_same(visit: Visit, story: Story) -> None:
    page = visit("secretariat").get("/participation")
    assert page.text.count('class="share"') == 2
    assert page.text.count('class="share-none"') == 8
    assert page.text.count('class="share-stopped"') == 1
    assert 'role="img" aria-labelledby="taking-part-title taking-part-text"' in page.text
    assert "1 of 6, 1 objection" in words(page)
    assert words(page).replace("silent throughout", "").count("silent") == 8


def test_file_has_a_row_for_each_state(visit: Visit, story: Story) -> None:
    answer = visit("lead_shepherd").get("/participation.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 10
    mine = next(row for row in rows if row["state"] == "MY")
    assert (mine["items"], mine["answered"], mine["objections"]) == ("6", "1", "1")


def test_only_the_offices_read_it(visit: Visit, story: Story) -> None:
    for name in ("MY contact_point", "TH drafter", "programme"):
        assert visit(name).get("/participation").status_code == 403
        assert visit(name).get("/participation.csv").status_code == 403
        assert "/participation" not in visit(name).get("/history").text
    assert "/participation" in visit("secretariat").get("/history").text


def test_bad_period_names_the_field(visit: Visit, story: Story) -> None:
    client = visit("secretariat")
    answer = client.get("/participation?since=2020-12-01&until=2020-11-01")
    assert answer.status_code == 422
    assert "The last day lies before the first." in answer.text
    assert client.get("/participation?before=x").status_code == 422
    assert "No circulation closed in this period." in words(client.get("/participation?until=2019-01-01"))


def test_words_say_what_a_state_did() -> None:
    assert told(None) == "not asked"
    assert told(Part(6)) == "silent"
    assert told(Part(6, 2, inputs=2, late=1)) == "2 of 6, 2 inputs, 1 late"
    assert (after(None), after(timedelta(hours=1)), after(timedelta(days=3))) == ("—", "1 hour", "3 days")


def test_few_circulations_are_not_spread_over_the_page() -> None:
    assert places(1) == [22.67]
    assert len(places(12)) == 12
    assert places(12)[-1] < 96.0
