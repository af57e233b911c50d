"""Tests of the life of an item as a drawing, as a table under the same numbers, and as a matrix."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.actions.rounds import DEADLINE, Round
from tests.factories import MORNING, World
from tests.settable_clock import SettableClock
from tests.stages import Stage as Built
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from tests.web.test_shepherd_panel import cells
from workflow.actions import deferring, lifting, meetings
from workflow.db import Database
from workflow.domain.terms import ResponseKind, Source, Status
from workflow.models.body import Meeting
from workflow.models.document import Version
from workflow.queries.items import Life, Stage
from workflow.web.documents.lifeline import drawn
from workflow.web.documents.steps import Step


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, served: Built) -> Story:
    """Give a circulation of the plan, served to everybody."""
    return Story(database, world, clock, served)


def part(page: str, name: str) -> str:
    """Return one section of a page."""
    return page[page.index(f'id="{name}"') : page.index("</section>", page.index(f'id="{name}"'))]


def rows(page: str) -> list[list[str]]:
    """Return the rows of the table beneath the drawing: number, day, what, version, evidence."""
    found = re.findall(r"<tr>(.*?)</tr>", part(page, "life"), re.DOTALL)[1:]
    cells_of = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in found]
    return [[" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in row] for row in cells_of]


def path_of(world: World, item: int) -> str:
    """Return the address of an item by its number."""
    return f"/documents/items/{world.items[item - 1].key}"


def lifted(story: Story, clock: SettableClock) -> None:
    """Let Malaysia object to item 4 and lift it two days later; it closes, a meeting notes it."""
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who?"))
    clock.now += timedelta(days=2)

    def lift(round_: Round) -> None:
        mine = [one.id for one in round_.loaded.responses]
        round_.act(lifting.lift, mine[0], by="MY contact_point", text="Settled.")

    story.does(lift)
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    clock.now += timedelta(days=1)

    def note(round_: Round) -> None:
        meeting = Meeting(body_id=round_.world.body.id, name="The next one", code="next")
        meeting.held_on = date(2020, 10, 10)
        round_.session.add(meeting)
        round_.session.flush()
        noted = {"meeting_id": meeting.id, "noted_on": date(2020, 10, 10), "reference": "Paragraph 9"}
        round_.act(meetings.note, by="secretariat", **noted)

    story.does(note)


def test_every_step_is_numbered_in_the_drawing_and_in_the_table(
    visit: Visit, world: World, story: Story, clock: SettableClock
) -> None:
    lifted(story, clock)
    page = visit("secretariat").get(path_of(world, 4)).text
    told = rows(page)
    assert [row[0] for row in told] == [str(number) for number in range(1, 7 + 1)][: len(told)]
    assert [row[2] for row in told] == [
        "Drafted",
        "Circulated to the States",
        "Malaysia objects",
        "Malaysia lifts what stopped it",
        "Endorsed ad referendum",
        "Outcome noted by a meeting: The next one",
    ]
    assert re.findall(r'<text y="4.5">([^<]+)</text>', part(page, "life")) == ["1", "2", "3", "4", "5", "6"]
    assert told[5][4] == "Paragraph 9"
    assert re.fullmatch(r"its position, log \d+", told[2][4])
    assert re.fullmatch(r"\S+/2020/1, log \d+", told[4][4])


def test_line_is_drawn_as_the_text_stood(
    visit: Visit, world: World, story: Story, clock: SettableClock
) -> None:
    lifted(story, clock)
    figure = part(visit("secretariat").get(path_of(world, 4)).text, "life").partition("</figure>")[0]
    kinds = re.findall(r'class="stretch stretch-(\w+)"', figure)
    assert kinds == ["draft", "before", "stopped", "before", "force"]
    assert 'fill="url(#life-line-stopped)"' in figure
    assert "The life of this item, 1 version in 6 steps" in figure


def test_deferral_is_told_with_who_and_when_until_a_meeting_endorses(
    visit: Visit, world: World, story: Story, clock: SettableClock
) -> None:
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who?"))
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    clock.now = DEADLINE + timedelta(days=3)
    fourth = world.versions[3].id
    story.does(lambda round_: round_.act(deferring.defer, fourth, by="lead_shepherd", reason="Rome, 2021."))
    clock.now += timedelta(days=1)

    def endorse(round_: Round) -> None:
        meeting = Meeting(body_id=round_.world.body.id, name="The next one", code="next")
        meeting.held_on = date(2020, 10, 13)
        round_.session.add(meeting)
        round_.session.flush()
        decided = {"meeting_id": meeting.id, "decision_date": date(2020, 10, 13), "reference": "Paragraph 9"}
        round_.act(meetings.endorse_at_meeting, fourth, by="secretariat", **decided)

    story.does(endorse)
    shepherd = world.people["lead_shepherd"].name
    page = visit("MY contact_point").get(path_of(world, 4)).text
    told = rows(page)
    assert [row[2] for row in told][3:] == [
        "Not endorsed",
        f"Deferred to the next meeting by {shepherd}",
        "Endorsed at a meeting: The next one",
    ]
    assert told[4][1] == "12 October 2020"
    assert re.fullmatch(r"\S+/2020/1, log \d+", told[4][4])
    figure = part(page, "life").partition("</figure>")[0]
    kinds = re.findall(r'class="stretch stretch-(\w+)"', figure)
    assert kinds == ["draft", "before", "stopped", "deferred", "force"]


def test_referral_is_one_step_with_who(
    visit: Visit, database: Database, world: World, clock: SettableClock
) -> None:
    story = Story(database, world, clock)

    def refer(round_: Round) -> None:
        round_.dispatch()
        round_.serve_all_but("MY")
        round_.at(DEADLINE + timedelta(hours=2))
        round_.act(deferring.refer, by="lead_shepherd", reason="Malaysia was not served.")

    story.does(refer)
    told = [row[2] for row in rows(visit("programme").get(path_of(world, 4)).text)]
    shepherd = world.people["lead_shepherd"].name
    assert told == ["Drafted", "Circulated to the States", f"Deferred to the next meeting by {shepherd}"]


def test_late_objection_is_told_and_changes_no_line(
    visit: Visit, world: World, story: Story, clock: SettableClock
) -> None:
    clock.now = DEADLINE
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Late."))
    page = visit("secretariat").get(path_of(world, 4)).text
    assert "Malaysia objects, too late to count" in page
    assert "stretch-stopped" not in page


def test_programme_reads_outcomes(visit: Visit, world: World, story: Story, clock: SettableClock) -> None:
    lifted(story, clock)
    page = visit("programme").get(path_of(world, 4)).text
    assert "Malaysia" not in page
    assert "stretch-stopped" not in page
    assert "Endorsed ad referendum" in page


def test_matrix_leads_to_positions(visit: Visit, world: World, story: Story, clock: SettableClock) -> None:
    lifted(story, clock)
    page = visit("secretariat").get(path_of(world, 4)).text
    assert cells(page) == [[*["Silent"] * 4, "Lifted", *["Silent"] * 5]]
    assert re.search(r'<a class="position[^>]*href="/circulations/\d+/positions/\d+/MY"', page)


def test_drawing_of_several_versions_joins_a_text_to_its_successor() -> None:
    first, second = _stage(1, 11, replaced_by=12), _stage(2, 12)
    steps = [
        Step(MORNING, "Imported", 1, leads_to="force"),
        Step(MORNING, "Drafted", 2, leads_to="draft"),
        Step(MORNING, "Replaced", 1, leads_to=""),
        Step(MORNING, "Endorsed", 2, leads_to="force"),
    ]
    line = drawn(_life(first, second), steps)
    assert line is not None
    assert [[(bar.kind, bar.left, bar.right) for bar in lane.bars] for lane in line.lanes] == [
        [("force", 15.0, 66.33)],
        [("draft", 40.67, 92.0), ("force", 92.0, 98.0)],
    ]
    assert line.joins == [(66.33, 0, 1)]
    assert [[place.label for place in lane.places] for lane in line.lanes] == [["1", "3"], ["2", "4"]]


def test_one_step_is_not_drawn() -> None:
    assert drawn(_life(_stage(1, 11)), [Step(MORNING, "Drafted", 1, leads_to="draft")]) is None


def test_long_life_keeps_its_places_apart() -> None:
    steps = [Step(MORNING, "Something", 1, leads_to="draft") for _ in range(40)]
    line = drawn(_life(_stage(1, 11)), steps)
    assert line is not None
    where = [place.at for place in line.lanes[0].places]
    assert min(later - earlier for earlier, later in pairwise(where)) >= 7.6
    assert line.lanes[0].places[0].label == "1–4"


def _stage(number: int, key: int, replaced_by: int | None = None) -> Stage:
    version = Version(id=key, number=number, status=Status.DRAFT, source=Source.PROCEDURE)
    version.superseded_by_id = replaced_by
    return Stage(version, "")


def _life(*stages: Stage) -> Life:
    return Life(item=None, document=None, meeting=None, stages=list(stages), reports=[])  # type: ignore[arg-type]
