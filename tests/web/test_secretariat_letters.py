"""Tests of the letters and the log as pages and files: filters, one of each, sealed texts, bounces."""

import csv
import io
import json
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from tests.actions.rounds import DEADLINE
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.actions import accounts
from workflow.db import Database
from workflow.domain.terms import Letter, Service
from workflow.models.audit import AuditEntry
from workflow.models.notice import Attempt, Notice, ServiceEvidence


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a circulation that runs and is served to all; Malaysia's first letter is marked as sent."""
    told = Story(database, world, clock, served)
    with told.going_on() as round_:
        letter = first_letter(round_.notices(), world)
        letter.status, letter.due_at, letter.settled_at = Service.SENT, None, clock()
        attempt = Attempt(
            body_id=world.body.id,
            notice_id=letter.id,
            at=clock(),
            result=Service.SENT,
            reply="250 2.0.0 <queued>",
        )
        round_.session.add(attempt)
    return told


def first_letter(notices: Sequence[Notice], world: World) -> Notice:
    return next(one for one in notices if one.state_id == world.states["MY"].id)


def key_of(story: Story) -> int:
    with story.database.reading() as session:
        letters = session.scalars(select(Notice).order_by(Notice.id)).all()
        return first_letter(letters, story.world).id


def test_letters_are_listed_and_downloaded_alike(visit: Visit, story: Story) -> None:
    client = visit("lead_shepherd")
    query = f"circulation={story.id}&state=MY&letter=circulation&status=sent"
    page = client.get(f"/secretariat/notices?{query}")
    assert page.text.count('<th scope="row">') == 2
    assert "my.contact_point@example.org" in page.text
    file = client.get(f"/secretariat/notices.csv?{query}").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [(row["state"], row["status"]) for row in rows] == [("MY", "sent")] * 2
    assert "No letter matches." in client.get("/secretariat/notices?status=bounced").text
    assert client.get("/secretariat/notices?status=lost").status_code == 422
    assert client.get("/secretariat/notices?before=x").status_code == 422
    assert visit("MY contact_point").get("/secretariat/notices").status_code == 403


def test_letter_shows_its_text_and_every_reply(visit: Visit, story: Story) -> None:
    answer = visit("secretariat").get(f"/secretariat/notices/{key_of(story)}")
    page = words(answer)
    assert "Accepted by the mail server" in page
    assert "250 2.0.0 <queued>" in page
    assert "Does Malaysia object" in page
    assert "Send to Malaysia again" in page
    assert visit("secretariat").get("/secretariat/notices/99999").status_code == 404


def test_bounce_is_recorded_and_takes_service_away(visit: Visit, story: Story, database: Database) -> None:
    client, path = visit("secretariat"), f"/secretariat/notices/{key_of(story)}"
    empty = client.post(f"{path}/bounce", data={"detail": " "})
    assert empty.status_code == 422
    assert "What came back: This cannot be empty." in words(empty)
    answer = client.post(f"{path}/bounce", data={"detail": "550 no such user"})
    assert (answer.status_code, answer.location) == (302, path)
    assert "550 no such user" in client.get(path).text
    again = client.post(f"{path}/bounce", data={"detail": "550 no such user"})
    assert again.status_code == 409
    assert visit("lead_shepherd").post(f"{path}/bounce", data={"detail": "x"}).status_code == 403


def test_bounce_of_a_letter_of_no_circulation_takes_service_away_too(
    visit: Visit, story: Story, database: Database, world: World
) -> None:
    with database.writing() as session:
        person = session.merge(world.people["MY contact_point"])
        accounts.invite(session, person, by=world.actor("secretariat"), now=story.clock())
        letter = session.scalars(select(Notice).where(Notice.letter == Letter.INVITATION)).one()
        letter.status, letter.due_at, letter.settled_at = Service.SENT, None, story.clock()
    client, path = visit("secretariat"), f"/secretariat/notices/{letter.id}"
    assert "Record that this letter came back" in client.get(path).text
    answer = client.post(f"{path}/bounce", data={"detail": "550 no such user"})
    assert (answer.status_code, answer.location) == (302, path)
    with database.reading() as session:
        facts = session.scalars(select(ServiceEvidence.notice_id).where(ServiceEvidence.kind == "bounced"))
        assert list(facts) == [letter.id]


def test_bounce_after_the_close_opens_a_dispute(visit: Visit, story: Story, clock: SettableClock) -> None:
    clock.now = DEADLINE
    client, path = visit("secretariat"), f"/secretariat/notices/{key_of(story)}"
    assert client.post(f"{path}/bounce", data={"detail": "550 gone"}).status_code == 302
    record = words(client.get(f"{story.page}/record"))
    assert "A letter came back after the close: Malaysia" in record
    assert "considered endorsed ad referendum" in record


def test_log_lists_entries_and_gives_one_byte_for_byte(
    visit: Visit, story: Story, database: Database
) -> None:
    client = visit("secretariat")
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.type == "circulation.dispatched")).one()
    listed = client.get(f"/secretariat/log?circulation={story.id}&kind=circulation.dispatched")
    assert listed.text.count('<th scope="row">') == 1
    page = client.get(f"/secretariat/log/{entry.seq}")
    assert f"Entry {entry.seq}: circulation.dispatched" in words(page)
    assert "lead_shepherd did this on 25 September 2020, 02:00:00 UTC." in words(page)
    raw = client.get(f"/secretariat/log/{entry.seq}.json")
    assert raw.data == entry.entry.encode("utf-8")
    assert json.loads(raw.data)["seq"] == entry.seq
    assert client.get("/secretariat/log/99999").status_code == 404
    assert client.get("/secretariat/log?before=x").status_code == 422
    assert "No entry matches." in client.get("/secretariat/log?kind=none").text
    assert visit("lead_shepherd").get("/secretariat/log").status_code == 403


def test_log_file_holds_every_entry(visit: Visit, story: Story, database: Database) -> None:
    file = visit("secretariat").get("/secretariat/log.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [int(row["log_position"]) for row in rows] == list(range(len(rows) - 1, -1, -1))
    assert all(json.loads(row["entry"])["type"] == row["type"] for row in rows)
