"""Tests of the list of circulations: what it says of each, narrowed, page by key, in a constant cost."""

import re

import pytest

from tests.actions.rounds import DEADLINE, Round
from tests.databases import RolledBack
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from tests.web.test_shepherd_panel import statements
from workflow.actions import preparing
from workflow.actions.preparing import Plan
from workflow.db import Database
from workflow.domain.terms import ResponseKind

pytestmark = pytest.mark.both


def titles(page: str) -> list[str]:
    """Return the titles that a page of the list shows."""
    return re.findall(r"</a><br>([^<]*)<", page)


def prepare(round_: Round, *names: str) -> None:
    """Begin one empty preparation for each title."""
    by, body = round_.world.actor("lead_shepherd"), round_.world.body
    for title in names:
        plan = Plan(title=title, version_ids=())
        round_.circulation = preparing.prepare(
            round_.session, by=by, now=round_.clock(), body=body, plan=plan
        )
    round_.session.flush()


def test_list_says_where_each_circulation_stands(
    visit: Visit, world: World, database: Database, clock: SettableClock
) -> None:
    story = Story(database, world, clock)
    story.does(lambda round_: (round_.dispatch(), round_.serve()))
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4))
    Story(database, world, clock).does(lambda round_: prepare(round_, "To come"))
    page = words(visit("lead_shepherd").get("/circulations"))
    assert (
        "not dispatched To come 0 items In preparation Missing: items, the authority, the deadline." in page
    )
    assert "SOMTC/2020/1 Work Plan 2020-2023 6 items Open 5 items would be endorsed" in page
    assert "Item 4 is stopped by Malaysia." in page
    assert "Friday 9 October 2020, 18:00 in Manila (10:00 UTC)" in page


def test_list_says_that_a_package_is_stopped_as_one(
    visit: Visit, world: World, database: Database, clock: SettableClock
) -> None:
    story = Story(database, world, clock)
    story.does(lambda round_: (round_.dispatch(package=True), round_.serve()))
    told = "The items are one package: nothing of it is endorsed while this stands."
    assert told not in words(visit("lead_shepherd").get("/circulations"))
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4))
    assert f"Item 4 is stopped by Malaysia. {told}" in words(visit("lead_shepherd").get("/circulations"))


def test_list_tells_held_closed_and_withdrawn_apart(
    visit: Visit, world: World, database: Database, clock: SettableClock
) -> None:
    story = Story(database, world, clock)
    story.does(lambda round_: (round_.dispatch(), round_.serve_all_but("BN")))
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    client = visit("lead_shepherd")
    assert "Held Brunei Darussalam was not served in time" in words(client.get("/circulations"))
    client.post(f"{story.page}/withdraw", data={"reason": "The meeting decides."})
    assert "Withdrawn Nothing is before the States any more." in words(client.get("/circulations"))


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("all", ["To come", "Work Plan 2020-2023"]),
        ("preparation", ["To come"]),
        ("running", ["Work Plan 2020-2023"]),
        ("over", []),
    ],
)
def test_list_is_narrowed(
    visit: Visit,
    world: World,
    database: Database,
    clock: SettableClock,
    group: str,
    expected: list[str],
) -> None:
    Story(database, world, clock).does(lambda round_: (round_.dispatch(), round_.serve()))
    Story(database, world, clock).does(lambda round_: prepare(round_, "To come"))
    assert titles(visit("lead_shepherd").get(f"/circulations?group={group}").text) == expected


def test_list_goes_on_by_key(visit: Visit, world: World, database: Database, clock: SettableClock) -> None:
    names = [f"Number {number}" for number in range(45)]
    Story(database, world, clock).does(lambda round_: prepare(round_, *names))
    client = visit("lead_shepherd")
    address, seen = "/circulations", []
    while address:
        page = client.get(address).text
        seen.append(titles(page))
        older = re.search(r'href="([^"]+)" rel="next"', page)
        address = older.group(1).replace("&amp;", "&") if older else ""
    assert [len(part) for part in seen] == [20, 20, 5]
    assert [title for part in seen for title in part] == names[::-1]


@pytest.mark.parametrize("before", ["x", "-1", "0", "99999999999999999999999"])
def test_list_refuses_a_key_that_is_none(visit: Visit, world: World, before: str) -> None:
    refused = visit("lead_shepherd").get(f"/circulations?before={before}")
    assert refused.status_code == 422
    assert "What the address asks for after “before=” cannot be read." in refused.text


def test_list_refuses_a_group_that_is_none(visit: Visit, world: World) -> None:
    assert visit("lead_shepherd").get("/circulations?group=sleeping").status_code == 422


def test_states_see_no_preparation(
    visit: Visit, world: World, database: Database, clock: SettableClock
) -> None:
    Story(database, world, clock).does(lambda round_: (round_.dispatch(), round_.serve()))
    Story(database, world, clock).does(lambda round_: prepare(round_, "To come"))
    client = visit("MY drafter")
    assert titles(client.get("/circulations").text) == ["Work Plan 2020-2023"]
    assert titles(client.get("/circulations?group=preparation").text) == []
    assert "Prepare a circulation" not in words(client.get("/circulations"))


def test_list_costs_the_same_however_many_run(
    visit: Visit, world: World, database: RolledBack, clock: SettableClock
) -> None:
    client = visit("lead_shepherd")
    counts = []
    for number in range(3):
        Story(database, world, clock).does(
            lambda round_, number=number: round_.dispatch(versions=[world.versions[number]])
        )
        with statements(database) as sent:
            assert client.get("/circulations").status_code == 200
        counts.append(len(sent))
    assert counts == [8, 8, 8]
