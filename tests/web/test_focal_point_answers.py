"""Tests of answering: what a State reads, writes, sees in words and records; what is refused."""

import pytest
from flask import Flask

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
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
from workflow.domain.terms import ResponseKind, Status
from workflow.models.response import Response


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


def test_answer_page_shows_every_item_and_asks(desk: Desk, world: World) -> None:
    page = desk.open()
    assert page.status_code == 200
    assert "Does Malaysia object to any of these six items?" in words(page)
    assert [version.title in words(page) for version in world.versions] == [True] * 6
    assert "A new item: it replaces no version in force." in words(page)
    assert "Friday 9 October 2020, 18:00 Announced time, Jakarta 17:00 UTC 10:00" in words(page)
    assert page.text.count('type="radio"') == 6 * 7 + 2


def test_answer_page_of_a_state_that_has_answered_all_speaks_of_no_rest(desk: Desk) -> None:
    assert "then choose what happens to the rest" in words(desk.open())
    desk.says(dict.fromkeys(range(1, 7), "no_objection"))
    page = words(desk.open())
    assert "Malaysia has answered every item. Change what you want to change" in page
    assert "the rest" not in page


def test_answer_page_shows_the_difference_word_by_word(
    database: Database, world: World, clock: SettableClock, visit: Visit
) -> None:
    def circulate_twice(round_: Round) -> None:
        round_.dispatch()
        round_.serve()
        round_.lodge("MY contact_point", ResponseKind.COMMENT, 1)
        round_.at(DEADLINE + HOUR)
        clock.now = DEADLINE + DAY
        round_.dispatch(versions=round_.redraft(1), deadline=DEADLINE + 21 * DAY)

    page = desk_of(Story(database, world, clock).does(circulate_twice), visit).open()
    assert "<del>Support for ACTIP implementation</del> <ins>Amended 1</ins>" in page.text
    assert "Version 2 · clean text" in words(page)


def test_answers_are_said_in_words_before_they_are_recorded(desk: Desk) -> None:
    sent = desk.written({4: "objection", 6: "comment"}) | {"rest": "no_objection"}
    confirmed = desk.check(sent)
    assert confirmed.status_code == 200
    said = words(confirmed)
    assert (
        "Malaysia objects to item 4, comments on item 6 and has no objection to items 1, 2, 3 and 5." in said
    )
    assert "The objection stops item 4 for all States. All ten States receive the text at once." in said
    assert "Record these six answers for Malaysia" in said
    assert "MY contact_point, contact point since 25 September 2020" in said
    assert desk.responses() == []


def test_recording_leads_to_receipts(desk: Desk) -> None:
    recorded = desk.says({4: "objection", 1: "no_objection"})
    assert recorded.status_code == 302
    assert recorded.location.startswith("/receipts/of/")
    page = words(desk.client.get(recorded.location))
    assert "Malaysia’s two answers are recorded" in page
    assert "They arrived in time: Friday 25 September 2020, 10:00:00 in Kuala Lumpur" in page
    assert kinds(desk) == [(1, "no_objection"), (4, "objection")]
    assert desk.responses()[1].reasons == "Reasons on item 4."


@pytest.mark.parametrize(
    ("package", "told"),
    [
        (
            False,
            "Item 4 is not endorsed while the objection stands. Item 1 is not endorsed until",
        ),
        (True, "The items are one inseparable package: none of them is endorsed while this stands."),
    ],
)
def test_receipts_say_what_is_not_endorsed(
    app: Flask, database: Database, world: World, clock: SettableClock, visit: Visit, package: bool, told: str
) -> None:
    story = Story(database, world, clock)
    story.does(lambda round_: round_.dispatch(package=package))
    desk = desk_of(story, visit)
    page = desk.open()
    assert ("stops all items, which are one package, for all States" in words(page)) is package
    preview = words(desk.check(desk.written({4: "objection", 1: "input"})))
    assert preview.count("All ten States receive the text at once.") == (1 if package else 2)
    assert preview.count("all of them are stopped for all States") == package
    assert told in words(desk.client.get(desk.says({4: "objection", 1: "input"}).location))


def test_form_without_an_answer_is_refused(desk: Desk) -> None:
    refused = desk.check(desk.written({}))
    assert refused.status_code == 422
    assert "No item is answered. Choose an answer for at least one item." in words(refused)


def test_answer_without_the_words_it_needs_is_refused_and_keeps_all(desk: Desk) -> None:
    sent = desk.written({3: "input", 4: "objection"}, **{f"reasons-{desk.version(3)}": "  "})
    refused = desk.check(sent)
    assert refused.status_code == 422
    assert "This cannot be empty." in words(refused)
    again = filled(refused, desk.path)
    assert again[f"kind-{desk.version(3)}"] == "input"
    assert again[f"reasons-{desk.version(4)}"] == "Reasons on item 4."


def test_going_back_from_the_words_loses_nothing(desk: Desk) -> None:
    sent = desk.written({3: "input"}, whole_reasons="Not used yet")
    sent[f"cure-{desk.version(3)}"] = "as agreed\nby all"
    confirmed = desk.check(sent)
    back = desk.client.post(
        f"{desk.path}/answers", data=filled(confirmed, f"{desk.path}/answers") | {"back": "1"}
    )
    assert back.status_code == 200
    assert filled(back, desk.path) == sent


def test_words_that_a_kind_does_not_carry_are_left_out_and_named(desk: Desk) -> None:
    sent = desk.written({3: "no_objection"})
    sent[f"reasons-{desk.version(3)}"] = "Typed for an objection first."
    confirmed = desk.check(sent)
    assert "Words you wrote on item 3 are not sent" in words(confirmed)
    desk.record(confirmed)
    assert [one.reasons for one in desk.responses()] == [""]


def test_objection_to_the_whole_becomes_one_on_each_item_still_open(desk: Desk, story: Story) -> None:
    story.does(lambda round_: round_.act(withdrawing.withdraw_item, desk.version(5), reason="Not agreed."))
    sent = desk.written({1: "no_objection"}, whole_reasons="The plan lacks a budget.")
    confirmed = desk.check(sent, whole="1")
    assert "Malaysia objects to items 1, 2, 3, 4 and 6." in words(confirmed)
    assert desk.record(confirmed).status_code == 302
    assert kinds(desk) == [(item, "objection") for item in (1, 2, 3, 4, 6)]
    assert {one.reasons for one in desk.responses()} == {"The plan lacks a budget."}
    assert len({one.entry_seq for one in desk.responses()}) == 5


def test_replacing_an_objection_is_said_to_be_a_lifting(desk: Desk, story: Story) -> None:
    desk.says({4: "objection"})
    confirmed = desk.check(desk.written({4: "reservation"}))
    said = words(confirmed)
    assert "This is a lifting: what Malaysia lodged against item 4 ends." in said
    assert "It replaces the objection of Friday 25 September 2020, 10:00 in Kuala Lumpur" in said
    assert "(02:00 UTC), and lifts it." in said
    desk.record(confirmed)
    with story.going_on() as round_:
        assert round_.statuses()[3] is Status.CIRCULATED


def test_comment_leaves_an_objection_standing_and_says_so(desk: Desk, story: Story) -> None:
    desk.says({4: "objection"})
    confirmed = desk.check(desk.written({4: "comment"}))
    assert "keeps standing until it is lifted." in words(confirmed)
    desk.record(confirmed)
    with story.going_on() as round_:
        assert round_.statuses()[3] is Status.SILENCE_BROKEN


def test_answer_names_only_responses_of_its_own_state(desk: Desk, story: Story) -> None:
    foreign: list[Response] = []
    story.does(lambda round_: foreign.extend(round_.lodge("SG contact_point", ResponseKind.OBJECTION, 4)))
    for part in ("replaces", "names"):
        for kind in ("objection", "no_objection"):
            sent = desk.written({4: kind}) | {f"{part}-{desk.version(4)}": str(foreign[0].id)}
            assert desk.check(sent).status_code == 404
            assert desk.client.post(f"{desk.path}/answers", data=sent).status_code == 404
    assert len(desk.responses()) == 1


def test_form_that_cannot_be_right_is_refused(desk: Desk) -> None:
    wrong = [
        ("kind-{0}", "approval", 422),
        ("kind-{0}", "", 422),
        ("rest", "objection", 422),
        ("replaces-{0}", "many", 422),
        ("names-{0}", "1,,2", 422),
        ("names-{0}", "1," * 2_000 + "1", 422),
        ("replaces-{0}", "9" * 18, 404),
        ("kind-999999", "objection", 404),
        ("reasons-x", "words", 404),
    ]
    page = desk.open()
    for field, value, status in wrong:
        sent = desk.written({1: "comment"}, page) | {field.format(desk.version(1)): value}
        checked = desk.check(sent)
        recorded = desk.client.post(f"{desk.path}/answers", data=sent)
        assert (field, checked.status_code, recorded.status_code) == (field, status, status)
    assert desk.responses() == []


def test_drafter_cannot_submit(story: Story, visit: Visit) -> None:
    desk = desk_of(story, visit, "MY drafter")
    page = desk.open()
    assert "A drafter cannot submit" in words(page)
    assert "Check the answers in words" not in words(page)
    sent = desk.written({1: "objection"})
    checked = desk.check(sent)
    assert checked.status_code == 422
    assert "the contact point or an alternate speaks for the State" in words(checked)
    refused = desk.client.post(f"{desk.path}/answers", data=sent)
    assert refused.status_code == 403
    assert "Reasons on item 1." in words(refused)
    assert desk.responses() == []


def test_state_off_the_roster_has_it_for_information(story: Story, visit: Visit) -> None:
    desk = desk_of(story, visit, "TL contact_point")
    page = desk.open()
    assert "Timor-Leste has this for information" in words(page)
    assert 'type="radio"' not in page.text
    sent = {f"kind-{desk.version(1)}": "objection", "key": "off-the-roster"}
    assert desk.check(sent).status_code == 422
    assert desk.client.post(f"{desk.path}/answers", data=sent).status_code == 403
    assert desk.responses() == []


def test_unknown_circulations_are_not_found(visit: Visit, world: World) -> None:
    client = visit("MY contact_point")
    for path in ("", "/pack", "/more-time", "/items/1", "/responses/1/lift", "/responses/1/accept"):
        assert client.get(f"/desk/987654{path}").status_code == 404


def test_preparation_is_no_circulation_yet(
    database: Database, world: World, clock: SettableClock, visit: Visit
) -> None:
    def prepare(round_: Round) -> None:
        round_.circulation = round_.prepare()

    desk = desk_of(Story(database, world, clock).does(prepare), visit)
    assert desk.open().status_code == 404
    sent = {f"kind-{desk.version(1)}": "objection", "key": "too-early-for-it"}
    assert desk.client.post(f"{desk.path}/answers", data=sent).status_code == 404
