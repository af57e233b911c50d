"""Tests of one circulation on the secretariat's desk: what waits, entries on behalf, disputes."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.actions.rounds import DEADLINE
from tests.databases import RolledBack
from tests.factories import World, plan
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from tests.web.test_shepherd_panel import statements
from workflow.db import Database
from workflow.domain.terms import ResponseKind
from workflow.models.circulation import Dispute
from workflow.models.response import Response


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, unserved: Stage) -> Story:
    """Give a circulation that runs and is served to all but Brunei."""
    return Story(database, world, clock, unserved).does(lambda round_: round_.serve_all_but("BN"))


def entered(story: Story, **changes: str) -> dict[str, str]:
    """Return the form of an objection of Cambodia, received on paper in the morning of 25 September."""
    return {
        "key": str(uuid4()),
        "state": "KH",
        "item": str(story.world.versions[0].id),
        "kind": "objection",
        "reasons": "By letter.",
        "claimed_at": "2020-09-25",
        "hour": "09:00",
        "zone": "Asia/Jakarta",
        "evidence": "Note verbale 44",
    } | changes


def responses(database: Database) -> list[Response]:
    with database.reading() as session:
        return list(session.scalars(select(Response).order_by(Response.id)))


def test_attention_says_that_nothing_waits(visit: Visit, world: World) -> None:
    page = words(visit("secretariat").get("/secretariat/attention"))
    assert "Nothing waits, and no circulation runs." in page


def test_attention_names_what_waits(visit: Visit, story: Story, clock: SettableClock) -> None:
    story.does(lambda round_: round_.lodge("VN contact_point", ResponseKind.INPUT, 2, reasons="Add."))
    page = words(visit("secretariat").get("/secretariat/attention"))
    assert "Two things wait." in page
    assert "Not served BN Brunei Darussalam" in page
    assert "Input VN Viet Nam on item 2 of SOMTC/2020/1" in page
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    held = words(visit("secretariat").get("/secretariat/attention"))
    assert "Held Brunei Darussalam was not served in time" in held


def test_every_page_of_the_secretariat_leads_to_all_circulations(visit: Visit, story: Story) -> None:
    client = visit("secretariat")
    assert 'href="/circulations"' in client.get("/secretariat/attention").text
    listed = client.get("/circulations")
    assert "SOMTC/2020/1" in words(listed)
    assert f'href="{story.page}"' in listed.text


def test_circulation_shows_who_is_served_and_what_helps(visit: Visit, story: Story) -> None:
    answer = visit("secretariat").get(f"/secretariat{story.page}")
    page = words(answer)
    assert "BN Brunei Darussalam Not served" in page
    assert "Record evidence that Brunei Darussalam was served" in page
    assert f'href="{story.page}/override/BN"' in answer.text
    assert visit("lead_shepherd").get(f"/secretariat{story.page}").status_code == 403


def test_entry_on_behalf_breaks_silence_and_tells(visit: Visit, story: Story, database: Database) -> None:
    client = visit("secretariat")
    form = words(client.get(f"/secretariat{story.page}/entry"))
    assert "An objection or input counts from the hour at which it was received" in form
    sent = entered(story)
    answer = client.post(f"/secretariat{story.page}/entry", data=sent)
    assert (answer.status_code, answer.location) == (302, f"/secretariat{story.page}")
    again = client.post(f"/secretariat{story.page}/entry", data=sent)
    assert again.status_code == 302
    assert [(one.on_behalf, one.reasons) for one in responses(database)] == [(True, "By letter.")]
    assert "Item 1 is stopped by Cambodia." in words(client.get(f"/secretariat{story.page}"))


def test_entry_of_the_whole_paper_answers_every_item(visit: Visit, story: Story, database: Database) -> None:
    client, sent = visit("secretariat"), entered(story, item="whole")
    for _ in range(2):
        assert client.post(f"/secretariat{story.page}/entry", data=sent).status_code == 302
    made = responses(database)
    assert [one.version_id for one in made] == [version.id for version in story.world.versions]
    places = [str(one.entry_seq) for one in made]
    page = words(client.get(f"/secretariat{story.page}"))
    assert f"log positions {', '.join(places[:-1])} and {places[-1]}. The State is sent a copy." in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"evidence": ""}, "Evidence: This cannot be empty."),
        ({"kind": ""}, "It says: Choose one."),
        (
            {"kind": "comment", "reasons": ""},
            "Its words: reasons, comment or reservation: This cannot be empty.",
        ),
        ({"claimed_at": "2020-09-24"}, "The claimed receipt must lie between the dispatch and now."),
        ({"claimed_at": "24.9.2020"}, "This is no date."),
        ({"zone": "Asia/Nowhere"}, "“Asia/Nowhere” is not a time zone."),
        (
            {"zone": "Europe/Berlin", "claimed_at": "2020-03-29", "hour": "02:30"},
            "the clocks go forward over it",
        ),
        ({"state": "TL"}, "TL is not on the roster"),
        ({"item": "x"}, "Choose the item."),
        ({"item": "whole", "passage": "Words"}, "A passage belongs to one text"),
    ],
)
def test_entry_on_behalf_names_what_is_wrong_and_keeps_what_was_typed(
    visit: Visit, story: Story, database: Database, changes: dict[str, str], said: str
) -> None:
    sent: dict[str, Any] = entered(story, **changes)
    answer = visit("secretariat").post(f"/secretariat{story.page}/entry", data=sent)
    assert answer.status_code in (404, 422)
    assert said in words(answer)
    assert "Note verbale 44" in answer.text or changes.get("evidence") == ""
    assert responses(database) == []


def test_entry_after_the_close_opens_a_dispute_that_is_settled(
    visit: Visit, story: Story, database: Database, clock: SettableClock
) -> None:
    story.does(lambda round_: round_.serve())
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    client = visit("secretariat")
    assert "Your entry opens a dispute." in words(client.get(f"/secretariat{story.page}/entry"))
    answer = client.post(f"/secretariat{story.page}/entry", data=entered(story))
    assert "this opened a dispute" in words(client.get(answer.location))
    assert "One thing waits." in words(client.get("/secretariat/attention"))
    with database.reading() as session:
        key = session.scalars(select(Dispute.id)).one()
    page = f"/secretariat/disputes/{key}"
    assert "By letter. Evidence: Note verbale 44" in words(client.get(page))
    refused = client.post(page, data={"text": "", "symbol": "SOMTC/2020/9"})
    assert refused.status_code == 422
    assert "is no circulation that was dispatched after the close" in words(refused)
    settled = client.post(page, data={"text": "Cambodia withdrew its letter on 12 October."})
    assert settled.location == f"{story.page}/record"
    record = words(visit("MY drafter").get(settled.location))
    assert "Objection on item 1 By letter." in record
    assert "Settled on 9 October 2020, 10:00 UTC: Cambodia withdrew its letter" in record
    assert "No objection having been received by 9 October 2020, 10:00 UTC, considered endorsed" in record
    assert client.post(page, data={"text": "Again."}).status_code == 409
    assert client.get("/secretariat/disputes/999").status_code == 404


def test_correction_is_printed_with_the_record(visit: Visit, story: Story, clock: SettableClock) -> None:
    client = visit("secretariat")
    early = client.post(f"/secretariat{story.page}/correction", data={"text": "Wrong."})
    assert early.status_code == 409
    assert "Only the record of a closed circulation is corrected" in words(early)
    story.does(lambda round_: round_.serve())
    clock.now = DEADLINE
    answer = client.post(f"/secretariat{story.page}/correction", data={"text": "The place was Manila."})
    assert answer.location == f"{story.page}/record"
    assert "The place was Manila." in words(visit("TH contact_point").get(answer.location))


@pytest.mark.parametrize("items", [1, 3, 30])
def test_pages_of_a_circulation_take_as_many_statements_for_any_number_of_items(
    visit: Visit, database: RolledBack, world: World, clock: SettableClock, items: int
) -> None:
    with database.writing() as session:
        _, _, world.versions = plan(session, world.body, count=items)
    story = Story(database, world, clock)
    story.does(lambda round_: round_.dispatch()).does(lambda round_: round_.serve())
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 1))
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    client = visit("secretariat")
    costs = []
    for path in (f"/secretariat{story.page}", f"{story.page}/record", "/history", "/secretariat/meetings"):
        with statements(database) as sent:
            assert client.get(path).status_code == 200
        costs.append(len(sent))
    assert costs == [8, 17, 17, 10]
