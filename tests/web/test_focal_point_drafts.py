"""Tests of drafts inside a State: who sees them, who sends them, and what a colleague changed meanwhile."""

import pytest
from flask import Flask

from tests.actions.rounds import HOUR
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.forms_filled import filled
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from tests.web.states_desk import Desk, desk_of
from workflow.actions import withdrawing
from workflow.db import Database


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock, unserved: Stage) -> Story:
    """Give a circulation of six items, dispatched; its letters are not sent yet."""
    return Story(database, world, clock, unserved)


@pytest.fixture
def drafter(story: Story, visit: Visit) -> Desk:
    """Give the drafter of Malaysia before it."""
    return desk_of(story, visit, "MY drafter")


def test_draft_is_kept_inside_the_state(drafter: Desk, story: Story, visit: Visit) -> None:
    saved = drafter.check(drafter.written({4: "objection", 6: "comment"}), save="1")
    assert saved.location == drafter.path
    assert "The draft is saved. Only Malaysia sees it; nothing is sent." in words(drafter.open())
    assert [str(draft.kind) for draft in drafter.drafts()] == ["objection", "comment"]
    colleague = desk_of(story, visit)
    assert "Two of six items. Only Malaysia sees it; nothing is sent." in words(colleague.client.get("/desk"))
    page = colleague.open()
    assert "Draft by MY drafter, Friday 25 September 2020, 10:00. Only Malaysia sees it." in words(page)
    assert filled(page, colleague.path)[f"reasons-{drafter.version(4)}"] == "Reasons on item 4."
    assert "Reasons on item 4." not in desk_of(story, visit, "SG contact_point").open().text
    assert drafter.responses() == []


def test_draft_says_on_confirming_what_was_changed(drafter: Desk, story: Story, visit: Visit) -> None:
    drafter.check(drafter.written({4: "objection"}), save="1")
    colleague = desk_of(story, visit)
    sent = filled(colleague.open(), colleague.path) | {"rest": "no_answer"}
    sent[f"reasons-{drafter.version(4)}"] = "Grave reasons on item 4."
    confirmed = colleague.check(sent)
    assert "by MY drafter. The words changed: Reasons Grave reasons on item 4." in words(confirmed)
    assert "<del>Reasons</del> <ins>Grave reasons</ins>" in confirmed.text
    colleague.record(confirmed)
    assert [(str(one.kind), one.reasons) for one in colleague.responses()] == [
        ("objection", "Grave reasons on item 4.")
    ]
    assert colleague.drafts() == []


def test_drafter_prepares_a_word_on_all_the_rest(drafter: Desk) -> None:
    drafter.check(drafter.written({4: "objection"}) | {"rest": "no_objection"}, save="1")
    assert [str(draft.kind) for draft in drafter.drafts()] == ["no_objection"] * 3 + ["objection"] + [
        "no_objection"
    ] * 2


def test_draft_that_is_emptied_is_gone(drafter: Desk) -> None:
    drafter.check(drafter.written({4: "objection"}), save="1")
    sent = filled(drafter.open(), drafter.path)
    sent |= {f"kind-{drafter.version(4)}": "no_answer", f"reasons-{drafter.version(4)}": ""}
    drafter.check(sent, save="1")
    assert drafter.drafts() == []


def test_draft_of_a_colleague_is_never_overwritten_unseen(
    drafter: Desk, story: Story, visit: Visit, clock: SettableClock
) -> None:
    alternate = desk_of(story, visit, "MY alternate")
    page = alternate.open()
    drafter.check(drafter.written({3: "comment", 4: "objection"}), save="1")
    sent = alternate.written({3: "input", 5: "comment"}, page)
    overtaken = alternate.check(sent, save="1")
    assert overtaken.status_code == 409
    assert "MY drafter saved a draft on this item meanwhile." in words(overtaken)
    assert filled(overtaken, alternate.path)[f"reasons-{drafter.version(5)}"] == "Reasons on item 5."
    again = filled(overtaken, alternate.path)
    assert alternate.check(again | {f"kind-{drafter.version(4)}": "objection"}, save="1").status_code == 302
    assert [str(draft.kind) for draft in drafter.drafts()] == ["input", "objection", "comment"]


def test_draft_left_empty_keeps_what_a_colleague_saved_meanwhile(
    drafter: Desk, story: Story, visit: Visit
) -> None:
    alternate = desk_of(story, visit, "MY alternate")
    page = alternate.open()
    drafter.check(drafter.written({4: "objection"}), save="1")
    assert alternate.check(alternate.written({1: "comment"}, page), save="1").status_code == 302
    assert [str(draft.kind) for draft in drafter.drafts()] == ["comment", "objection"]


def test_draft_on_a_text_that_is_gone_is_refused(drafter: Desk, story: Story) -> None:
    sent = drafter.written({2: "comment"})
    story.does(lambda round_: round_.act(withdrawing.withdraw_item, drafter.version(2), reason="Doubled."))
    refused = drafter.check(sent, save="1")
    assert refused.status_code == 409
    assert "This text is not before the States any more" in words(refused)
    assert filled(refused, drafter.path)[f"reasons-{drafter.version(2)}"] == "Reasons on item 2."


def test_draft_of_a_text_that_cannot_be_kept_is_refused(drafter: Desk) -> None:
    sent = drafter.written({2: "comment"}) | {f"reasons-{drafter.version(2)}": "half\0text"}
    refused = drafter.check(sent, save="1")
    assert refused.status_code == 422
    assert "This holds a character that is no text" in words(refused)
    assert drafter.drafts() == []


def test_draft_off_the_roster_is_refused(story: Story, visit: Visit) -> None:
    desk = desk_of(story, visit, "TL drafter")
    sent = {f"kind-{desk.version(1)}": "comment", "key": "off-the-roster", "save": "1"}
    assert desk.check(sent).status_code == 403
    assert desk.drafts() == []


def test_draft_is_thrown_away_by_any_focal_point_of_its_state(
    drafter: Desk, story: Story, visit: Visit
) -> None:
    path = f"{drafter.path}/draft/discard"
    assert path not in drafter.open().text
    drafter.check(drafter.written({4: "objection", 6: "comment"}), save="1")
    desk_of(story, visit, "SG drafter").check(
        desk_of(story, visit, "SG drafter").written({1: "comment"}), save="1"
    )
    colleague = desk_of(story, visit)
    assert path in colleague.open().text
    asked = colleague.client.get(path)
    assert "Throw the draft of Malaysia away?" in words(asked)
    assert "Reasons on item 4." in asked.text
    for said in ("The draft of Malaysia is thrown away.", "There is no draft of Malaysia here."):
        answer = colleague.client.post(path, data=filled(asked, path))
        assert answer.location == drafter.path
        assert said in words(colleague.open())
    assert [draft.version_id for draft in drafter.drafts()] == [drafter.version(1)]


def test_draft_a_colleague_changed_meanwhile_is_not_thrown_away(
    drafter: Desk, story: Story, visit: Visit, clock: SettableClock
) -> None:
    path = f"{drafter.path}/draft/discard"
    drafter.check(drafter.written({4: "objection"}), save="1")
    asked = drafter.client.get(path)
    clock.advance(HOUR)
    desk_of(story, visit).check(desk_of(story, visit).written({5: "comment"}), save="1")
    answer = drafter.client.post(path, data=filled(asked, path))
    assert answer.status_code == 409
    assert "A colleague changed the draft meanwhile." in words(answer)
    assert len(drafter.drafts()) == 2
    assert drafter.client.post(path, data=filled(answer, path)).location == drafter.path
    assert drafter.drafts() == []


@pytest.mark.parametrize("name", ["lead_shepherd", "secretariat", "programme"])
def test_draft_is_thrown_away_by_nobody_else(story: Story, visit: Visit, name: str) -> None:
    assert visit(name).post(f"/desk/{story.id}/draft/discard").status_code == 403
