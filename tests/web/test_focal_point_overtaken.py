"""Tests of answers that are sent twice, overtaken by a colleague or an act, or late."""

import pytest
from flask import Flask

from tests.actions.rounds import DAY, DEADLINE, Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.forms_filled import filled
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from tests.web.states_desk import Desk, desk_of
from workflow.actions import course, withdrawing
from workflow.db import Database
from workflow.domain.terms import Status

pytestmark = pytest.mark.both


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock, unserved: Stage) -> Story:
    """Give a circulation of six items, dispatched; its letters are not sent yet."""
    return Story(database, world, clock, unserved)


@pytest.fixture
def desk(story: Story, visit: Visit) -> Desk:
    """Give the contact point of Malaysia before it."""
    return desk_of(story, visit)


def kinds(desk: Desk) -> list[tuple[int, str]]:
    """Return the responses as (item, kind)."""
    items = {version.id: number for number, version in enumerate(desk.story.world.versions, 1)}
    return [(items[one.version_id], str(one.kind)) for one in desk.responses()]


def test_recording_twice_leads_to_the_same_receipts(desk: Desk) -> None:
    confirmed = desk.check(desk.written({2: "reservation"}))
    first, second = desk.record(confirmed), desk.record(confirmed)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    assert kinds(desk) == [(2, "reservation")]


def test_form_recorded_once_does_not_carry_other_answers(desk: Desk) -> None:
    page = desk.open()
    desk.record(desk.check(desk.written({2: "comment"}, page)))
    again = desk.check(desk.written({2: "objection", 3: "input"}, page))
    assert again.status_code == 200
    assert "It replaces the comment of" in words(again)
    assert desk.record(again).status_code == 302
    assert kinds(desk) == [(2, "comment"), (2, "objection"), (3, "input")]


def test_form_with_a_recorded_key_and_other_answers_is_refused(desk: Desk) -> None:
    confirmed = desk.check(desk.written({2: "comment"}))
    desk.record(confirmed)
    sent = filled(confirmed, f"{desk.path}/answers") | {f"kind-{desk.version(2)}": "abstention"}
    refused = desk.client.post(f"{desk.path}/answers", data=sent)
    assert refused.status_code == 409
    assert kinds(desk) == [(2, "comment")]


def test_colleague_who_answered_meanwhile_is_shown(desk: Desk, story: Story, visit: Visit) -> None:
    page = desk.open()
    desk_of(story, visit, "MY alternate").says({2: "comment"})
    sent = desk.written({2: "no_objection", 3: "comment"}, page)
    overtaken = desk.check(sent)
    assert overtaken.status_code == 409
    assert "MY alternate answered it for Malaysia meanwhile: Comment." in words(overtaken)
    assert "Reasons on item 2." in words(overtaken)
    assert filled(overtaken, desk.path)[f"reasons-{desk.version(3)}"] == "Reasons on item 3."
    confirmed = desk.check(filled(overtaken, desk.path))
    assert confirmed.status_code == 200
    assert desk.record(confirmed).status_code == 302
    assert kinds(desk) == [(2, "comment"), (2, "no_objection"), (3, "comment")]


def test_colleague_who_answered_between_words_and_record_stops_all_of_it(
    desk: Desk, story: Story, visit: Visit
) -> None:
    confirmed = desk.check(desk.written({1: "abstention", 2: "no_objection"}))
    desk_of(story, visit, "MY alternate").says({2: "input"})
    overtaken = desk.record(confirmed)
    assert overtaken.status_code == 409
    assert "MY alternate answered it for Malaysia meanwhile: Input." in words(overtaken)
    assert kinds(desk) == [(2, "input")]


def test_objection_is_taken_though_a_colleague_answered_meanwhile(
    desk: Desk, story: Story, visit: Visit
) -> None:
    page = desk.open()
    desk_of(story, visit, "MY alternate").says({2: "no_objection"})
    assert desk.record(desk.check(desk.written({2: "objection"}, page))).status_code == 302
    assert kinds(desk) == [(2, "no_objection"), (2, "objection")]


def test_objection_is_taken_though_another_answer_beside_it_is_refused(
    desk: Desk, story: Story, visit: Visit
) -> None:
    confirmed = desk.check(desk.written({1: "objection", 2: "comment", 3: "input", 4: "comment"}))
    desk_of(story, visit, "MY alternate").says({2: "input"})
    story.does(lambda round_: round_.act(withdrawing.withdraw_item, desk.version(4), reason="Doubled."))
    partly = desk.record(confirmed)
    assert partly.status_code == 409
    assert kinds(desk) == [(2, "input"), (1, "objection"), (3, "input")]
    said = words(partly)
    assert "Only a part is recorded: what stops an item. Please look at the rest:" in said
    assert "MY alternate answered it for Malaysia meanwhile: Input." in said
    assert "Nothing was recorded" not in said
    left = filled(partly, desk.path)
    assert left[f"reasons-{desk.version(2)}"] == "Reasons on item 2."
    assert left[f"kind-{desk.version(1)}"] == "no_answer"
    left[f"kind-{desk.version(4)}"], left[f"reasons-{desk.version(4)}"] = "no_answer", ""
    assert desk.record(desk.check(left)).status_code == 302
    assert kinds(desk)[3:] == [(2, "comment")]


def test_input_that_is_overtaken_itself_does_not_hold_back_an_objection(
    desk: Desk, story: Story, visit: Visit
) -> None:
    confirmed = desk.check(desk.written({1: "input", 2: "objection"}) | {"rest": "no_objection"})
    desk_of(story, visit, "MY alternate").says({1: "objection", 3: "comment"})
    partly = desk.record(confirmed)
    assert partly.status_code == 409
    assert kinds(desk) == [(1, "objection"), (3, "comment"), (2, "objection")]
    assert words(partly).count("MY alternate answered it for Malaysia meanwhile") == 4
    again = desk.record(confirmed)
    assert again.status_code == 409
    assert len(kinds(desk)) == 3


def test_item_withdrawn_meanwhile_is_refused_and_named(desk: Desk, story: Story) -> None:
    confirmed = desk.check(desk.written({2: "comment", 3: "comment"}))
    story.does(lambda round_: round_.act(withdrawing.withdraw_item, desk.version(2), reason="Doubled."))
    overtaken = desk.record(confirmed)
    assert overtaken.status_code == 409
    assert "Nothing is recorded on this text any more." in words(overtaken)
    assert "Doubled." in words(overtaken)
    assert filled(overtaken, desk.path)[f"reasons-{desk.version(2)}"] == "Reasons on item 2."
    assert desk.responses() == []


def test_text_that_was_replaced_names_its_successor(desk: Desk, story: Story, clock: SettableClock) -> None:
    confirmed = desk.check(desk.written({2: "comment"}))
    first = story.id
    with story.going_on() as round_:
        round_.dispatch(versions=round_.redraft(2), deadline=DEADLINE)
    overtaken = desk.client.post(f"/desk/{first}/answers", data=filled(confirmed, f"/desk/{first}/answers"))
    assert overtaken.status_code == 409
    assert "Version 2 replaced it. Open the circulation of version 2" in words(overtaken)
    assert f'href="/desk/{story.id}"' in overtaken.text


def test_circulation_closed_while_the_form_was_open_takes_a_late_statement(
    desk: Desk, clock: SettableClock
) -> None:
    desk.story.does(Round.serve)
    confirmed = desk.check(desk.written({4: "objection"}))
    clock.now = DEADLINE
    recorded = desk.record(confirmed)
    page = words(desk.client.get(recorded.location))
    assert "It came at or after the deadline in force." in page
    assert "It is stored, shown to all States, and changes no outcome." in page
    with desk.story.going_on() as round_:
        assert round_.statuses()[3] is Status.ENDORSED


def test_rest_confirmed_before_the_close_is_recorded_late_after_it(desk: Desk, clock: SettableClock) -> None:
    confirmed = desk.check(desk.written({4: "comment"}) | {"rest": "no_objection"})
    clock.now = DEADLINE
    assert desk.record(confirmed).status_code == 302
    assert len(desk.responses()) == 6


def test_late_statement_is_announced_as_late(desk: Desk, clock: SettableClock) -> None:
    desk.story.does(Round.serve)
    clock.now = DEADLINE
    page = desk.open()
    assert "Malaysia can still make a late statement" in words(page)
    confirmed = desk.check(desk.written({4: "objection"}, page))
    said = words(confirmed)
    assert "The deadline has passed: this is a late statement." in said
    assert "A late statement is stored, shown to all States, and changes no outcome." in said
    assert "stops item 4" not in said
    assert "Record this late statement for Malaysia" in said


def test_suspended_circulation_takes_answers_in_time(desk: Desk, story: Story, clock: SettableClock) -> None:
    story.does(lambda round_: round_.act(course.suspend, reason="A cyclone."))
    clock.now = DEADLINE + DAY
    recorded = desk.says({1: "comment"})
    assert "It is in time: the circulation is suspended." in words(desk.client.get(recorded.location))
