"""The secretariat's page of replies that came by e-mail: what waits, one of them, entering it, marking it."""

import csv
import hashlib
import io
import re

import pytest
from sqlalchemy import select

from tests.actions.rounds import DEADLINE, HOUR
from tests.factories import World
from tests.mail_messages import report, said_of, written
from tests.settable_clock import MORNING, SettableClock
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.actions import incoming
from workflow.db import Database
from workflow.models.incoming import IncomingMessage, MailboxReading
from workflow.models.notice import Notice
from workflow.notices.inbox import Message
from workflow.papers.incoming_mail import read

HOSTILE = '<script>alert(1)</script> \u202e"onmouseover=x'


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock) -> Story:
    """Give a circulation that runs and is served to all, an hour ago."""
    told = Story(database, world, clock)
    told.does(lambda round_: round_.dispatch()).does(lambda round_: round_.serve())
    clock.now = MORNING + HOUR
    return told


def came(story: Story, raw: bytes) -> int:
    """Let a message come by e-mail; returns its number."""
    message = Message(read(raw), hashlib.sha256(raw).hexdigest(), story.clock(), False)
    with story.database.writing() as session:
        assert incoming.keep(session, message, story.world.body.id)
        return session.scalars(select(IncomingMessage.id).order_by(IncomingMessage.id.desc())).first() or 0


def malaysias(story: Story) -> Notice:
    """Return a letter to Malaysia's contact point."""
    with story.database.reading() as session:
        query = select(Notice).where(Notice.address == "my.contact_point@example.org")
        return session.scalars(query.order_by(Notice.id)).all()[0]


def test_reply_waits_under_attention_until_a_person_marks_it(visit: Visit, story: Story) -> None:
    number = came(story, written(subject=HOSTILE, In_Reply_To=malaysias(story).message_id))
    client = visit("secretariat")
    for page in ("/secretariat/attention", "/secretariat/replies"):
        answer = client.get(page)
        assert f'href="/secretariat/replies/{number}"' in answer.text
        assert "<script>alert" not in answer.text
        assert "Written by a person" in words(answer)
    shown = client.get(f"/secretariat/replies/{number}")
    assert "Malaysia objects to item 3." in words(shown)
    assert "The address of MY contact_point, Malaysia. Anybody can write it" in words(shown)
    path = f"/secretariat/replies/{number}"
    assert client.post(path, data={}).status_code == 422
    assert "This cannot be empty." in words(client.post(path, data={"settlement": "nothing", "note": " "}))
    done = client.post(path, data={"settlement": "nothing", "note": "A greeting."}, follow_redirects=True)
    assert "Nothing waits for you." in words(done)
    assert "Replies that came by e-mail" not in words(client.get("/secretariat/attention"))
    assert "A greeting." in words(client.get(path))
    assert client.post(path, data={"settlement": "entered"}).status_code == 409


def test_reply_is_entered_from_its_own_hour(visit: Visit, story: Story, database: Database) -> None:
    story.clock.now = MORNING + HOUR + HOUR / 3599
    number = came(story, written(In_Reply_To=malaysias(story).message_id))
    story.clock.now = MORNING + 2 * HOUR
    client = visit("secretariat")
    [link] = re.findall(
        r'href="(/secretariat/circulations/\d+/entry\?[^"]*)"',
        client.get(f"/secretariat/replies/{number}").text,
    )
    page = client.get(link.replace("&amp;", "&"))
    assert '<option selected value="MY">' in page.text
    # Ten in Jakarta; the fraction of a second is left out, so that nothing becomes late by it.
    assert re.search(r'name="hour"[^>]*value="10:00:01"|value="10:00:01"[^>]*name="hour"', page.text)
    assert f"message {number} of the replies" in words(page)


def test_everything_that_came_is_listed(visit: Visit, story: Story) -> None:
    letter = malaysias(story)
    came(story, written(Auto_Submitted="auto-replied"))
    came(story, report(said_of(letter.address), message_id=letter.message_id))
    client = visit("secretariat")
    assert "Nothing waits for you." in words(client.get("/secretariat/replies"))
    page = words(client.get("/secretariat/replies?all=1"))
    assert "Automatic reply: proves nothing" in page
    assert "Came back" in page
    assert "Returned" in words(client.get(f"/secretariat/notices/{letter.id}"))


def test_file_of_attention_holds_what_waits(visit: Visit, story: Story) -> None:
    came(story, written(subject="=2+3", In_Reply_To=malaysias(story).message_id))
    file = visit("secretariat").get("/secretariat/attention.csv").data.decode("utf-8-sig")
    [row] = [row for row in csv.DictReader(io.StringIO(file)) if row["what"] == "mail_reply"]
    assert (row["state"], row["circulation"]) == ("MY", "SOMTC/2020/1")


def test_mailbox_that_cannot_be_read_is_told(visit: Visit, story: Story, database: Database) -> None:
    client = visit("secretariat")
    assert "No mailbox has been read yet." in words(client.get("/secretariat/replies"))
    problem = "The mailbox cannot be read: <timed out>"
    with database.writing() as session:
        row = MailboxReading(body_id=story.world.body.id, tried_at=story.clock(), problem=problem)
        session.add(row)
    for page in ("/secretariat/attention", "/secretariat/replies"):
        assert problem in words(client.get(page))


def test_replies_are_the_secretariat_s_alone(visit: Visit, story: Story) -> None:
    number = came(story, written())
    for name in ("lead_shepherd", "programme", "MY contact_point"):
        client = visit(name)
        for path in ("/secretariat/replies", f"/secretariat/replies/{number}"):
            assert client.get(path).status_code == 403
        assert client.post(f"/secretariat/replies/{number}", data={}).status_code == 403
    assert visit("secretariat").get("/secretariat/replies/99999").status_code == 404


def test_objection_that_came_by_mail_after_the_close_opens_a_dispute(
    visit: Visit, story: Story, clock: SettableClock
) -> None:
    clock.now = DEADLINE
    number = came(story, written(In_Reply_To=malaysias(story).message_id))
    page = visit("secretariat").get(f"/secretariat/replies/{number}")
    # Its own circulation is offered, closed or not; no other runs.
    assert len(re.findall(r"/entry\?", page.text)) == 1
