"""Tests of a State's first page, its pack, its request for more time, and what an opening proves."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from tests.web.states_desk import desk_of
from workflow.actions import answering, course, withdrawing
from workflow.db import Database
from workflow.domain.terms import CirculationStatus, EvidenceKind, ResponseKind
from workflow.models.notice import ServiceEvidence
from workflow.models.response import ExtensionRequest


@pytest.fixture
def story(app: Flask, database: Database, world: World, clock: SettableClock, unserved: Stage) -> Story:
    """Give a circulation of six items, dispatched; its letters are not sent yet."""
    return Story(database, world, clock, unserved)


def openings(story: Story) -> list[int | None]:
    """Return the persons whose opening of the circulation is known."""
    with story.database.reading() as session:
        query = select(ServiceEvidence.person_id).where(
            ServiceEvidence.circulation_id == story.id, ServiceEvidence.kind == EvidenceKind.ACKNOWLEDGED
        )
        return list(session.scalars(query))


def test_desk_says_what_is_asked_by_when_and_what_silence_means(story: Story, visit: Visit) -> None:
    said = words(visit("MY contact_point").get("/desk"))
    assert "One answer is waiting for Malaysia" in said
    assert "Malaysia is asked whether it objects to six items of Work Plan 2020-2023." in said
    assert "Please answer before Friday 9 October 2020, 18:00 in Kuala Lumpur." in said
    assert "Announced time, Jakarta 17:00 UTC 10:00 Time left 14 days 8 hours (10 working days)" in said
    assert "If Malaysia says nothing, Malaysia is recorded as silent." in said
    assert "Silence is never recorded as “no objection”." in said
    assert "Read and answer the six items" in said
    assert "Authority 20th SOMTC, 8 July 2020" in said
    assert "Circulated by Lead Shepherd on Trafficking in Persons, on Friday 25 September 2020" in said


def test_desk_of_nobody_asked_is_empty(app: Flask, world: World, visit: Visit) -> None:
    said = words(visit("MY contact_point").get("/desk"))
    assert "Nothing is waiting for Malaysia" in said
    assert "No circulation asks Malaysia anything at present." in said


def test_desk_shows_a_moved_deadline_with_its_reason(story: Story, visit: Visit) -> None:
    later, reason = DEADLINE + 3 * DAY, "9 October is a weekend day in Brunei Darussalam."
    story.does(lambda round_: round_.act(course.extend, deadline=later, reason=reason))
    said = words(visit("MY contact_point").get("/desk"))
    assert f"From 9 October 2020 to 12 October 2020, for all States: “{reason}”" in said


def test_desk_puts_the_earliest_deadline_first(
    story: Story, database: Database, world: World, clock: SettableClock, visit: Visit
) -> None:
    first = story.id
    with database.writing() as session:
        round_ = Round(session, world, clock)
        drafts = round_.redraft(1, 2)
        later = round_.dispatch(versions=drafts[:1], title="Later", deadline=DEADLINE + 7 * DAY)
        sooner = round_.dispatch(versions=drafts[1:], title="Sooner", deadline=DEADLINE)
        keys = [first, sooner.id, later.id]
    page = visit("MY contact_point").get("/desk")
    assert "Three answers are waiting for Malaysia" in words(page)
    assert words(page).count("What silence means") == 1, "words that lead nowhere are not repeated"
    places = [page.text.index(f'href="/desk/{key}"') for key in keys]
    assert places == sorted(places)


def test_desk_says_what_is_answered_already(story: Story, visit: Visit) -> None:
    desk = desk_of(story, visit)
    desk.says({1: "no_objection", 2: "comment", 3: "comment", 4: "objection"})
    said = words(desk.client.get("/desk"))
    assert "Malaysia has answered four of six items of Work Plan 2020-2023; two are open." in said
    desk.says({5: "no_objection", 6: "no_objection"})
    said = words(desk.client.get("/desk"))
    assert "Nothing is waiting for Malaysia" in said
    assert "Malaysia has answered all six items of Work Plan 2020-2023." in said
    assert "Read the items, or change an answer" in said


def test_desk_names_answers_and_proposals_of_the_lead_shepherd(story: Story, visit: Visit) -> None:
    def answer(round_: Round) -> None:
        (first,) = round_.lodge("MY contact_point", ResponseKind.INPUT, 3)
        (second,) = round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
        round_.lodge("MY contact_point", ResponseKind.OBJECTION, 5, reasons="")
        round_.act(answering.answer, first.id, text="It is meant so already.")
        round_.act(answering.propose_kind, second.id, kind=ResponseKind.COMMENT, text="It asks a question.")

    story.does(answer)
    said = words(visit("MY contact_point").get("/desk"))
    assert "Input on item 3: the Lead Shepherd answered it." in said
    assert "Objection on item 4: the Lead Shepherd proposes another kind." in said
    assert "Objection on item 5: reasons are asked for." in said


def test_desk_that_only_has_questions_says_so(story: Story, visit: Visit) -> None:
    def ask(round_: Round) -> None:
        round_.lodge("MY contact_point", ResponseKind.NO_OBJECTION)
        (first,) = round_.lodge("MY contact_point", ResponseKind.INPUT, 3)
        round_.lodge("MY contact_point", ResponseKind.OBJECTION, 5, reasons="")
        round_.act(answering.propose_kind, first.id, kind=ResponseKind.COMMENT, text="It asks a question.")

    story.does(ask)
    desk = desk_of(story, visit)
    assert "Two questions to Malaysia are open" in words(desk.client.get("/desk"))
    assert "A comment takes the place of nothing" in words(desk.open())
    desk.says({3: "comment", 5: "objection"})
    said = words(desk.client.get("/desk"))
    assert "One question to Malaysia is open" in said
    assert "Input on item 3: it stands beside what was said later." in said
    assert "reasons are asked for" not in said


def test_desk_keeps_what_was_answered_before(story: Story, visit: Visit, clock: SettableClock) -> None:
    desk = desk_of(story, visit)
    desk.says({2: "comment"})
    story.does(Round.serve).does(lambda round_: round_.at(DEADLINE + HOUR))
    page = desk.client.get("/desk")
    said = words(page)
    assert "Answered before" in said
    assert "Outcome: Endorsed ad referendum" in said
    assert "25 September 2020: Comment on item 2 · Receipt" in said
    assert f"/receipts/of/{desk.responses()[0].lodging}" in page.text


def test_desk_shows_circulations_for_information(story: Story, visit: Visit) -> None:
    said = words(visit("TL contact_point").get("/desk"))
    assert "Nothing is waiting for Timor-Leste" in said
    assert "Timor-Leste is not on its roster, and takes no position." in said


def test_desk_says_that_a_passed_deadline_is_late_before_any_close(
    story: Story, visit: Visit, clock: SettableClock
) -> None:
    clock.now = DEADLINE
    said = words(visit("MY contact_point").get("/desk"))
    assert story.read().status is CirculationStatus.OPEN
    assert "The deadline has passed. What it decides is being written down." in said


def test_desk_says_that_a_circulation_is_held(story: Story, visit: Visit) -> None:
    story.does(lambda round_: round_.at(DEADLINE + HOUR))
    desk = desk_of(story, visit)
    assert "the circulation is held" in words(desk.client.get("/desk"))
    assert "If its deadline is extended, what was said meanwhile is in time." in words(desk.open())


def test_withdrawn_circulation_says_so(story: Story, visit: Visit) -> None:
    story.does(lambda round_: round_.act(withdrawing.withdraw_circulation, reason="The plan changes."))
    page = desk_of(story, visit).open()
    assert "Nothing is before the States any more." in words(page)
    assert "The plan changes." in words(page)
    assert 'type="radio"' not in page.text


def test_opening_is_acknowledged_once_by_those_who_speak(story: Story, visit: Visit) -> None:
    for name in ("MY drafter", "TL contact_point", "MY contact_point", "MY contact_point", "MY alternate"):
        assert visit(name).get(f"/desk/{story.id}").status_code == 200
    people = story.world.people
    assert openings(story) == [people["MY contact_point"].id, people["MY alternate"].id]


def test_opening_never_fails_the_page(story: Story, visit: Visit, clock: SettableClock) -> None:
    """A clock behind the log refuses the acknowledgement, and the page is shown all the same."""
    client = visit("MY contact_point")
    clock.advance(DAY)
    story.does(lambda round_: round_.lodge("SG contact_point", ResponseKind.COMMENT, 1))
    clock.advance(-HOUR)
    page = client.get(f"/desk/{story.id}")
    assert page.status_code == 200
    assert "Does Malaysia object" in words(page)
    assert openings(story) == []


def test_pack_prints_all_that_an_office_needs(story: Story, visit: Visit) -> None:
    drafter = desk_of(story, visit, "MY drafter")
    drafter.check(drafter.written({4: "objection"}), save="1")
    page = desk_of(story, visit).client.get(f"/desk/{story.id}/pack")
    said = words(page)
    assert "For clearance in Malaysia: six items" in said
    assert "Reasons on item 4." in said
    assert "Draft by MY drafter" in said
    assert "20th SOMTC, 8 July 2020" in said
    assert [version.title in said for version in story.world.versions] == [True] * 6
    assert "<form" not in page.text.partition("<main")[2]


def test_clean_text_is_without_marks(story: Story, visit: Visit) -> None:
    desk = desk_of(story, visit)
    page = desk.client.get(f"{desk.path}/items/{desk.version(2)}")
    assert "Ongoing, number 1" in words(page)
    assert "<ins" not in page.text.partition("<main")[2]
    assert desk.client.get(f"{desk.path}/items/987654").status_code == 404


def test_more_time_is_asked_without_stopping_the_clock(story: Story, visit: Visit) -> None:
    client = visit("MY contact_point")
    path = f"/desk/{story.id}/more-time"
    assert "It neither objects nor stops the clock" in words(client.get(path))
    sent = {"reasons": "Two ministries read it.", "until": "2020-10-16", "hour": ""}
    for _ in range(2):
        assert client.post(path, data=sent).location == f"/desk/{story.id}"
    with story.database.reading() as session:
        (request,) = session.scalars(select(ExtensionRequest))
    assert (request.reasons, request.until) == ("Two ministries read it.", DEADLINE + 7 * DAY)
    assert story.read().deadline == DEADLINE
    assert "Two ministries read it." in words(client.get(path))


def test_more_time_that_cannot_be_right_is_refused(story: Story, visit: Visit) -> None:
    client = visit("MY contact_point")
    path = f"/desk/{story.id}/more-time"
    wrong = [
        ({"reasons": ""}, "This cannot be empty."),
        ({"reasons": "Why", "until": "2020-10-09", "hour": "17:00"}, "not later than the deadline in force"),
        ({"reasons": "Why", "until": "tomorrow"}, "This is no date."),
        ({"reasons": "Why", "hour": "17:00"}, "An hour needs its day."),
        ({"reasons": "a\0b"}, "This holds a character that is no text"),
    ]
    for sent, message in wrong:
        refused = client.post(path, data=sent)
        assert refused.status_code == 422
        assert message in words(refused)
    assert visit("MY drafter").get(path).status_code == 403
    assert visit("TL contact_point").post(path, data={"reasons": "Why"}).status_code == 403
    with story.database.reading() as session:
        assert session.scalars(select(ExtensionRequest)).all() == []
