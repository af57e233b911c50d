"""Tests of the history as a page and as a file: in the address, page by key, for every capacity."""

import csv
import io
from datetime import date, timedelta

import pytest

from tests.actions.rounds import DEADLINE, Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.actions import meetings
from workflow.db import Database
from workflow.models.body import Meeting

pytestmark = pytest.mark.both


@pytest.fixture
def closed(database: Database, world: World, clock: SettableClock, settled: Stage) -> Story:
    """Give a closed circulation in which Malaysia objected to item 4."""
    return Story(database, world, clock, settled)


def test_history_leads_from_every_row_to_its_record(visit: Visit, closed: Story) -> None:
    answer = visit("SG drafter").get("/history")
    page = words(answer)
    assert "9 October 2020, 10:00 objection: MY; silent: BN, KH, ID, LA, MM, PH, SG, TH, VN" in page
    assert "served: 10 of 10" in page
    assert f'href="{closed.page}/record#item-4"' in answer.text


def test_history_shows_the_programme_outcomes_only(visit: Visit, closed: Story) -> None:
    page = words(visit("programme").get("/history"))
    assert "Not endorsed" in page
    assert "objection: MY" not in page
    assert "not shown" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("outcome=not_endorsed", 1),
        ("outcome=endorsed&state=MY", 5),
        ("since=2020-10-09&until=2020-10-09", 6),
        ("until=2020-10-08", 0),
        ("state=TL", 0),
        ("outcome=paper", 0),
        ("meeting=20", 6),
        ("meeting=21", 0),
        ("person=MY contact_point", 1),
        ("person=TH contact_point", 0),
        ("person=lead_shepherd", 6),
    ],
)
def test_history_is_narrowed_by_its_address_alike_in_the_file(
    visit: Visit, closed: Story, world: World, query: str, count: int
) -> None:
    client = visit("secretariat")
    name = query.partition("person=")[2]
    query = query.replace(name, world.people[name].public_id) if name else query
    page = client.get(f"/history?{query}")
    assert page.text.count('<th scope="row">') == count
    file = client.get(f"/history.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert len(rows) == count
    assert ("No result matches." in page.text) is (count == 0)
    assert ("Every row leads to its proof." in page.text) is (count > 0)


def test_history_offers_the_items_of_the_chosen_document(visit: Visit, closed: Story) -> None:
    client = visit("secretariat")
    code, key = closed.world.document.code, closed.world.items[3].key
    assert "Choose a document to choose among its items." in client.get("/history").text
    assert f'value="{key}"' in client.get(f"/history?document={code}").text
    page = client.get(f"/history?document={code}&item={key}")
    assert page.text.count('<th scope="row">') == 1


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("since=yesterday", 422, "This is no date."),
        ("since=2020-10-09&until=2020-10-01", 422, "The last day lies before the first."),
        ("outcome=approved", 422, "This is not on the list."),
        ("before=nothing", 422, "This page of the list does not exist."),
        ("document=none-such", 404, "There is no such document."),
    ],
)
def test_history_says_what_cannot_be_read(
    visit: Visit, closed: Story, query: str, status: int, said: str
) -> None:
    answer = visit("secretariat").get(f"/history?{query}")
    assert answer.status_code == status
    assert said in words(answer)


def test_a_file_of_history_says_which_field_cannot_be_read(visit: Visit) -> None:
    answer = visit("secretariat").get("/history.csv?outcome=approved")
    assert answer.status_code == 422
    assert "Outcome: This is not on the list." in words(answer)


def test_who_acted_is_asked_by_the_secretariat_alone(visit: Visit, closed: Story, world: World) -> None:
    nobody = world.people["TH contact_point"].public_id
    assert "No result matches." in visit("secretariat").get(f"/history?person={nobody}").text
    page = visit("SG drafter").get(f"/history?person={nobody}").text
    assert page.count('<th scope="row">') == 6
    assert 'name="person"' not in page


def test_a_meeting_finds_what_it_noted(
    visit: Visit, closed: Story, world: World, clock: SettableClock
) -> None:
    clock.now = DEADLINE + timedelta(days=20)

    def note(round_: Round) -> None:
        meeting = round_.session.get_one(Meeting, world.meetings["21"].id)
        meeting.held_on = date(2020, 10, 20)
        noted = {"meeting_id": meeting.id, "noted_on": date(2020, 10, 20), "reference": "Paragraph 9"}
        round_.act(meetings.note, by="secretariat", **noted)

    closed.does(note)
    page = visit("MY contact_point").get("/history?meeting=21").text
    assert page.count('<th scope="row">') == 6
