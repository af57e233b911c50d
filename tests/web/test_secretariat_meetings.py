"""Tests of the meetings as pages: added and dated, outcomes noted, items endorsed, the next one's list."""

import csv
import io

import pytest
from sqlalchemy import func, select

from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.domain.terms import Status
from workflow.models.body import Meeting


@pytest.fixture
def closed(database: Database, world: World, clock: SettableClock, settled: Stage) -> Story:
    """Give a closed circulation in which Malaysia objected to item 4."""
    return Story(database, world, clock, settled)


def test_meeting_is_added_and_a_name_taken_is_refused(visit: Visit, world: World) -> None:
    client = visit("secretariat")
    assert "Nothing awaits the next meeting." in words(client.get("/secretariat/meetings"))
    answer = client.post("/secretariat/meetings", data={"name": "Special session", "held_on": "2020-10-09"})
    assert answer.location == "/secretariat/meetings"
    assert "Special session 9 October 2020" in words(client.get("/secretariat/meetings"))
    again = client.post("/secretariat/meetings", data={"name": "Special session"})
    assert again.status_code == 422
    assert "There is a meeting called Special session already." in words(again)
    wrong = client.post("/secretariat/meetings", data={"name": "", "held_on": "soon"})
    assert "Name: This cannot be empty." in words(wrong)
    assert 'value="soon"' in wrong.text


def test_meeting_gets_its_day_once(visit: Visit, world: World) -> None:
    client, key = visit("secretariat"), world.meetings["21"].id
    path = f"/secretariat/meetings/{key}/day"
    assert "When did 21st SOMTC begin?" in words(client.get(path))
    assert client.post(path, data={"held_on": ""}).status_code == 422
    assert client.post(path, data={"held_on": "2021-11-24"}).status_code == 302
    assert client.post(path, data={"held_on": "2021-11-25"}).status_code == 409
    assert "It has that day already: 24 November 2021." in words(client.get(path))
    assert client.get("/secretariat/meetings/999/day").status_code == 404


def test_next_meeting_finds_the_broken_item_and_the_outcome(visit: Visit, closed: Story) -> None:
    client = visit("secretariat")
    page = words(client.get("/secretariat/meetings"))
    assert "One item awaits the next meeting." in page
    assert "Silence broken Item 4 is not endorsed: objection of Malaysia." in page
    assert "SOMTC/2020/1 Work Plan 2020-2023 Partly endorsed ad referendum" in page
    file = client.get("/secretariat/agenda.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [(row["item"], row["status"]) for row in rows] == [("4", "silence_broken")]
    meetings = client.get("/secretariat/meetings.csv").data.decode("utf-8-sig")
    assert [row["code"] for row in csv.DictReader(io.StringIO(meetings))] == ["21", "20"]


def special(visit: Visit, database: Database) -> str:
    """Add the special session of 9 October and return its key."""
    client = visit("secretariat")
    client.post("/secretariat/meetings", data={"name": "Special session", "held_on": "2020-10-09"})
    with database.reading() as session:
        return str(session.scalar(select(func.max(Meeting.id))))


def test_outcome_is_noted_by_a_later_meeting(visit: Visit, closed: Story, database: Database) -> None:
    client, key = visit("secretariat"), special(visit, database)
    path = f"/secretariat{closed.page}/note"
    assert "Special session, 9 October 2020" in client.get(path).text
    early = client.post(path, data={"meeting": key, "noted_on": "2020-10-08", "reference": "Para 4"})
    assert early.status_code == 422
    assert "Noted on: A meeting acts after the circulation: on 9 October 2020 at the earliest." in words(
        early
    )
    assert 'value="Para 4"' in early.text
    answer = client.post(path, data={"meeting": key, "noted_on": "2020-10-09", "reference": "Para 4"})
    assert answer.location == f"{closed.page}/record"
    record = words(visit("MY drafter").get(answer.location))
    assert "Noted by Special session on 9 October 2020: Para 4" in record
    again = client.post(path, data={"meeting": key, "noted_on": "2020-10-09", "reference": "Para 4"})
    assert again.status_code == 409
    nowhere = client.post(path, data={"meeting": "x", "noted_on": "2020-10-09", "reference": "Para 4"})
    assert nowhere.status_code == 404


def test_item_is_endorsed_at_a_meeting_and_the_result_stays(
    visit: Visit, closed: Story, world: World, database: Database
) -> None:
    client, key = visit("secretariat"), special(visit, database)
    path = f"/secretariat{closed.page}/items/{world.versions[3].id}/decision"
    assert "the result of the circulation stays as it was" in words(client.get(path))
    sent = {"meeting": key, "decision_date": "2020-10-09", "reference": "Para 12"}
    assert client.post(path, data=sent | {"reference": ""}).status_code == 422
    answer = client.post(path, data=sent)
    assert answer.location == f"{closed.page}/record"
    record = words(visit("MY drafter").get(answer.location))
    assert "Item 4 is not endorsed: objection of Malaysia." in record
    assert "Special session endorsed this text on 9 October 2020: Para 12" in record
    assert "Endorsed at a meeting" in words(visit("programme").get("/history"))
    with closed.going_on() as round_:
        assert round_.statuses() == [Status.ENDORSED] * 6
    assert client.post(path, data=sent).status_code == 409
    assert client.get(f"/secretariat{closed.page}/items/999/decision").status_code == 404
