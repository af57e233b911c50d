"""Tests that every act that is signed brings its receipt in the same answer: ended, answered, entered.

The receipts of a lodging, and their files, are in test_receipts_signed.py.
"""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from tests.web.states_desk import desk_of
from tests.web.test_receipts_signed import receipts
from tests.web.test_secretariat_circulation import entered
from workflow.actions import answering
from workflow.audit.checkpoints import read_keys
from workflow.audit.receipts import keys
from workflow.db import Database
from workflow.domain.terms import ResponseKind

pytestmark = pytest.mark.both


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock) -> Story:
    """Give a circulation of six items, dispatched; its letters are not sent yet."""
    assert app.extensions["log_signer"] is not None
    return Story(database, world, clock).does(Round.dispatch)


@pytest.fixture
def objection(story: Story) -> int:
    """Let Malaysia object to item 4; return the response's id."""
    with story.going_on() as round_:
        [one] = round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    return one.id


def told(story: Story, answer: TestResponse) -> list[dict[str, Any]]:
    """Return the entries whose verified receipts an answer carries."""
    assert (answer.status_code, answer.mimetype) == (302, "text/plain")
    with story.database.reading() as session:
        known = read_keys(keys(session))
    found = receipts(answer.data)
    entries = [json.loads(one.entry) for one in found]
    assert [one.verify(known).size for one in found] == [entry["seq"] + 1 for entry in entries]
    return entries


@pytest.mark.parametrize(("act", "kind"), [("lift", "response.lifted"), ("accept", "answer.accepted")])
def test_ending_a_blocker_brings_its_receipt_each_time(
    story: Story, visit: Visit, objection: int, act: str, kind: str
) -> None:
    story.does(lambda round_: round_.act(answering.answer, objection, text="It is meant so already."))
    client, path = visit("MY contact_point"), f"/desk/{story.id}/responses/{objection}/{act}"
    first = client.post(path, data={"text": ""})
    [entry] = told(story, first)
    assert (entry["type"], entry["on_behalf_of"], first.location) == (kind, "MY", f"/receipts/{objection}")
    again = client.post(path, data={"text": ""})
    assert (again.data, again.location) == (first.data, first.location)


def test_replacing_a_blocker_brings_the_receipt_of_its_end_too(
    story: Story, visit: Visit, objection: int
) -> None:
    desk = desk_of(story, visit)
    confirmed = desk.check(desk.written({4: "no_objection", 5: "comment"}))
    first, again = desk.record(confirmed), desk.record(confirmed)
    lifted = desk.responses()[0].entry_seq
    entries = told(story, first)
    assert [entry["type"] for entry in entries] == ["response.lodged", "response.lifted", "response.lodged"]
    assert (entries[1]["of"], entries[1]["by_replacement"], objection) == (
        lifted,
        True,
        desk.responses()[0].id,
    )
    assert again.data == first.data


@pytest.mark.parametrize(
    ("act", "sent", "kind"),
    [
        ("answer", {"text": "It is meant so already."}, "response.answered"),
        ("kind", {"kind": "comment", "text": "It asks for nothing."}, "kind.proposed"),
    ],
)
def test_what_the_lead_shepherd_says_of_it_brings_its_receipt(
    story: Story, visit: Visit, objection: int, act: str, sent: dict[str, str], kind: str
) -> None:
    client, path = visit("lead_shepherd"), f"{story.page}/responses/{objection}/{act}"
    form = {**sent, "opened": "0", "key": "0b5d8c1e-6a5f-4b0e-9d43-8a1c2f7e6d10"}
    answer, again = (client.post(path, data=form) for _ in range(2))
    assert [(entry["type"], entry["on_behalf_of"]) for entry in told(story, answer)] == [(kind, "MY")]
    assert (again.data, again.location) == (answer.data, answer.location)


def test_entering_on_behalf_brings_the_receipts_each_time(story: Story, visit: Visit) -> None:
    client, sent = visit("secretariat"), entered(story, item="whole")
    first, again = (client.post(f"/secretariat{story.page}/entry", data=sent) for _ in range(2))
    entries = told(story, first)
    assert [(entry["type"], entry["on_behalf_of"]) for entry in entries] == [("response.lodged", "KH")] * 6
    assert (again.data, again.location) == (first.data, first.location)


def test_act_that_cannot_be_signed_is_recorded_and_says_so_later(
    app: Flask, story: Story, visit: Visit, objection: int
) -> None:
    signer = app.extensions["log_signer"]
    signer.given, given = "no key", signer.given
    signer.__dict__.pop("private", None)
    client, path = visit("MY contact_point"), f"/desk/{story.id}/responses/{objection}/lift"
    lifted = client.post(path, data={"text": ""})
    assert (lifted.status_code, lifted.mimetype) == (302, "text/html")
    with story.database.reading() as session:
        query = text("SELECT count(*) FROM audit_entry WHERE type = 'response.lifted'")
        assert session.scalar(query) == 1
    signer.given = given
    assert [entry["type"] for entry in told(story, client.post(path, data={"text": ""}))] == [
        "response.lifted"
    ]
