"""Tests of the months from which a deadline is chosen: which days are links, who loses which day."""

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import prepared, words
from tests.web.rounds_seen import Story
from workflow.db import Database


@pytest.fixture
def client(visit: Visit) -> FlaskClient:
    """Sign the Lead Shepherd in."""
    return visit("lead_shepherd")


def cells(page: str) -> dict[str, list[str]]:
    """Return the cells of each month by the month's name, without the empty ones."""
    found = {}
    for month in re.findall(r'<table class="month">.*?</table>', page, re.DOTALL):
        name = re.search(r"<caption>(.*?)</caption>", month)
        assert name is not None
        found[name[1]] = [
            cell for cell in re.findall(r"<td.*?</td>", month, re.DOTALL) if cell != "<td></td>"
        ]
    return found


def linked(cells_of: list[str]) -> list[int]:
    """Return the days that are links."""
    return [int(day) for cell in cells_of if "<a " in cell for day in re.findall(r"<b>(\d+)</b>", cell)]


def test_lawful_days_are_links_that_show_them(client: FlaskClient, world: World) -> None:
    address = prepared(client, world)
    page = client.get(f"{address}/deadline").text
    months = cells(page)
    assert list(months) == ["September 2020", "October 2020"]
    assert [len(days) for days in months.values()] == [30, 31]
    assert linked(months["September 2020"]) == []
    # The 12th is shown already; nobody works in Jakarta at weekends and on the 29th.
    assert linked(months["October 2020"]) == [9, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27, 28, 30]
    assert months["October 2020"][11].count("month-deadline") == 1
    url = re.search(r'href="(\?deadline=2020-10-13[^"#]*)', page)
    assert url is not None
    shown = words(client.get(f"{address}/deadline{url[1].replace('&amp;', '&')}"))
    assert "Tuesday 13 October 2020, 17:00 in Jakarta (10:00 UTC) is 12 working days" in shown


def test_a_day_names_the_states_that_lose_it(client: FlaskClient, world: World, clock: SettableClock) -> None:
    clock.now = datetime(2020, 10, 19, 2, 0, tzinfo=UTC)
    october = cells(client.get(f"{prepared(client, world)}/deadline").text)["October 2020"]
    lost = {
        day: re.findall(r'class="month-off" title="([^"]*)"', cell) for day, cell in enumerate(october, 1)
    }
    assert [one.partition(":")[0] for one in lost[23]] == ["Thailand"]
    assert "Cambodia" in {one.partition(":")[0] for one in lost[30]}
    assert "1 off" in words_of(october[22])
    assert "9 off" in words_of(october[23])
    assert lost[19] == []


def words_of(cell: str) -> str:
    """Return the words of a cell."""
    return " ".join(re.sub(r"<[^>]+>", " ", cell).split())


def test_an_urgent_round_may_end_on_any_day_after_the_floor(client: FlaskClient, world: World) -> None:
    address = prepared(client, world)
    urgent = {"meeting": str(world.meetings["20"].id), "urgent": "y", "urgent_reasons": "A visit is near."}
    assert client.post(f"{address}/authority", data=urgent).status_code == 302
    september = cells(client.get(f"{address}/deadline").text)["September 2020"]
    assert linked(september) == [28, 29, 30][-len(linked(september)) :]
    assert len(linked(september)) >= 1


def test_a_deadline_beyond_all_calendars_has_no_months(client: FlaskClient, world: World) -> None:
    page = client.get(f"{prepared(client, world)}/deadline?deadline=2099-10-09&hour=17:00&zone=Asia/Jakarta")
    assert cells(page.text) == {}


def test_an_extension_is_chosen_among_the_days_after_the_deadline(
    visit: Visit, database: Database, world: World, clock: SettableClock, served: Stage
) -> None:
    story = Story(database, world, clock, served)
    page = visit("lead_shepherd").get(f"{story.page}/extend").text
    october = cells(page)["October 2020"]
    shown = [day for day, cell in enumerate(october, 1) if "month-deadline" in cell]
    days = linked(october)
    assert min([*days, *shown]) == 12
    assert {10, 11, 17, 18} & set(days) == set()
    assert len(days) > 5
