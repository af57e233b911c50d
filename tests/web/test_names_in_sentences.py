"""Tests of a State whose name takes an article: "the Philippines" in sentences, "Philippines" in lists."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests.actions.rounds import DEADLINE, Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.domain.terms import Letter, ResponseKind
from workflow.models.body import State
from workflow.models.notice import Notice

#: The bare name before a verb, or after a word that leads to it.
BARE = re.compile(
    r"(?<!he )Philippines (has|is|was|are|were|can|does|object|objects|says|said|holds|accept)\b"
    r"|\b(of|for|from|to|does|until|by|only|and|whether) Philippines(?! \()",
    re.IGNORECASE,
)


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock) -> Story:
    """Give a circulation that is not served to Cambodia and the Philippines, whose name has its article."""
    with database.writing() as session:
        session.get_one(State, world.states["PH"].id).in_text = "the Philippines"
    return Story(database, world, clock).does(
        lambda round_: (round_.dispatch(), round_.serve_all_but("KH", "PH"))
    )


def test_state_is_named_with_its_article_on_its_desk(story: Story, visit: Visit) -> None:
    client = visit("PH contact_point")
    desk = words(client.get("/desk"))
    assert "One answer is waiting for the Philippines" in desk
    assert "The Philippines is asked whether it objects to six items" in desk
    assert "If the Philippines says nothing, the Philippines is recorded as silent." in desk
    answer = words(client.get(f"/desk/{story.id}"))
    assert "Does the Philippines object to any of these six items?" in answer
    for said in (desk, answer, words(client.get(f"/desk/{story.id}/pack")), words(client.get("/responses"))):
        assert BARE.findall(said) == []


def test_states_are_joined_with_the_right_verb(story: Story, visit: Visit, clock: SettableClock) -> None:
    client = visit("secretariat")
    page = words(client.get(f"/secretariat{story.page}"))
    assert "Nothing can be endorsed until Cambodia and the Philippines are served." in page
    assert "PH Philippines Not served" in page
    assert "The Philippines holds the office of the" in words(client.get("/secretariat/people"))
    story.does(lambda round_: round_.serve("KH"))
    page = words(client.get(f"/secretariat{story.page}"))
    assert "Nothing can be endorsed until the Philippines is served." in page
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    assert "The Philippines was not served in time" in words(client.get("/secretariat/attention"))


def test_record_and_letters_name_it_alike(story: Story, visit: Visit, clock: SettableClock) -> None:
    def act(round_: Round) -> None:
        round_.serve("KH", "PH")
        round_.lodge("PH contact_point", ResponseKind.OBJECTION, 4)

    story.does(act)
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    record = words(visit("MY drafter").get(f"{story.page}/record"))
    assert "Item 4 is not endorsed: objection of the Philippines." in record
    with story.database.reading() as session:
        told = select(Notice.subject, Notice.text).where(Notice.letter == Letter.OBJECTION)
        subject, text = session.execute(told).first()
        asked = select(Notice.text).where(
            Notice.letter == Letter.CIRCULATION, Notice.state_id == story.world.states["PH"].id
        )
        letter = " ".join(session.scalars(asked).first().split())
    assert "by the Philippines, item 4" in subject
    assert text.startswith("The Philippines objects to item 4.")
    assert "Does the Philippines object to any of these 6 items?" in letter
