"""Tests of the time line of a circulation: its drawing, and the table whose rows the drawing numbers."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.actions.rounds import DEADLINE, Round
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.rounds_seen import Story
from workflow.actions import course
from workflow.db import Database
from workflow.domain.terms import ResponseKind


@pytest.fixture
def client(visit: Visit) -> FlaskClient:
    """Sign the Lead Shepherd in."""
    return visit("lead_shepherd")


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a circulation served to everybody, with an objection on its third day."""

    def speak(round_: Round) -> None:
        clock.now += timedelta(days=3)
        round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4, reasons="Who decides?")

    return Story(database, world, clock, served).does(speak)


def course_of(page: str) -> str:
    """Return the part of a page that shows the course."""
    return page[page.index('id="course"') : page.index("</section>", page.index('id="course"'))]


def stretches(page: str) -> list[str]:
    """Return the kinds of the stretches of the line, without the samples of the key."""
    figure = page[page.index("<figure") : page.index("</figure>")]
    return re.findall(r'class="stretch stretch-(\w+)"', figure)


def labels(page: str) -> list[str]:
    """Return the numbers in the drawing."""
    return re.findall(r'<text y="4.5">([^<]+)</text>', page)


def test_drawing_says_what_it_is_to_those_who_do_not_see_it(client: FlaskClient, story: Story) -> None:
    page = course_of(client.get(story.page).text)
    assert 'role="img" aria-labelledby="time-line-title time-line-text"' in page
    assert re.search(r'<title id="time-line-title">The course of \S+/2020/1</title>', page)
    assert '<desc id="time-line-text">A line from the dispatch to the deadline.' in page


def test_every_number_of_the_drawing_is_a_row_of_the_table(client: FlaskClient, story: Story) -> None:
    page = course_of(client.get(story.page).text)
    rows = [int(number) for number in re.findall(r'<th scope="row">(\d+)</th>', page)]
    drawn = [int(number) for label in labels(page) for number in _numbers(label)]
    assert rows == list(range(1, len(rows) + 1))
    assert sorted(drawn) == rows


def _numbers(label: str) -> list[int]:
    ends = [int(one) for one in label.split("–")]
    return list(range(ends[0], ends[-1] + 1))


def test_silence_that_runs_is_followed_by_what_is_to_come(client: FlaskClient, story: Story) -> None:
    page = course_of(client.get(story.page).text)
    assert stretches(page) == ["running", "ahead"]
    assert ">now</text>" in page
    assert page.count("is-planned") == len(re.findall("Planned:", page)) - 1


def test_a_suspended_circulation_shows_since_when(
    client: FlaskClient, story: Story, clock: SettableClock
) -> None:
    story.does(lambda round_: round_.act(course.suspend, by="lead_shepherd", reason="A translation."))
    clock.now += timedelta(days=1)
    page = course_of(client.get(story.page).text)
    assert stretches(page) == ["running", "suspended"]


def test_a_hold_is_drawn_from_the_deadline_on(
    visit: Visit, database: Database, world: World, clock: SettableClock
) -> None:
    story = Story(database, world, clock).does(lambda round_: (round_.dispatch(), round_.serve_all_but("BN")))
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    clock.now += timedelta(days=2)
    page = course_of(visit("lead_shepherd").get(story.page).text)
    assert stretches(page) == ["waiting", "held"]
    assert 'fill="url(#time-line-held)"' in page


def test_a_deadline_that_moved_is_marked(client: FlaskClient, story: Story) -> None:
    later = DEADLINE + timedelta(days=3)
    story.does(
        lambda round_: round_.act(course.extend, by="lead_shepherd", deadline=later, reason="A holiday.")
    )
    page = course_of(client.get(story.page).text)
    assert page.count('class="drawing-former"') == 1
    assert "Deadline moved to" in page


def test_what_comes_long_after_the_close_does_not_squeeze_the_line(
    client: FlaskClient, story: Story, clock: SettableClock
) -> None:
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    clock.now += timedelta(days=200)
    story.does(
        lambda round_: round_.lodge("TH contact_point", ResponseKind.OBJECTION, 1, reasons="Too late.")
    )
    page = course_of(client.get(story.page).text)
    assert stretches(page) == ["running"]
    assert 'x="79.0%"' in page
    assert 'x="93.0%"' in page
    assert ">now</text>" not in page


def test_no_style_or_script_is_written_into_the_drawing(client: FlaskClient, story: Story) -> None:
    page = course_of(client.get(story.page).text)
    assert "style=" not in page
    assert "<script" not in page
