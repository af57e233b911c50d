"""Tests of the acts on a running circulation in the pages: their forms, their reasons, their refusals."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.actions.rounds import DEADLINE
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import Stage
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.actions import course
from workflow.db import Database
from workflow.domain.terms import CirculationStatus, RemarkKind, ResponseKind, Result
from workflow.models.circulation import CirculationItem, DeadlineMove, Suspension
from workflow.models.response import Response, ResponseRemark

#: The Tuesday after the deadline, as a form writes it.
LATER = {"deadline": "2020-10-13", "hour": "17:00", "reason": "More time was asked for."}


@pytest.fixture
def client(visit: Visit) -> FlaskClient:
    """Sign the Lead Shepherd in."""
    return visit("lead_shepherd")


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock, served: Stage) -> Story:
    """Give a circulation of six items that every State has been served."""
    return Story(database, world, clock, served)


def opened(client: FlaskClient, address: str) -> dict[str, str]:
    """Return the hidden fields that the form at this address was opened with."""
    page = client.get(address).text
    return dict(re.findall(r'name="(opened|shown)" type="hidden" value="([^"]*)"', page))


def test_extension_shows_the_new_deadline_before_it_moves(
    client: FlaskClient, story: Story, database: Database
) -> None:
    page = words(client.get(f"{story.page}/extend"))
    assert "Monday 12 October 2020, 17:00 in Jakarta (10:00 UTC) is 11 working days" in page
    shown = words(client.get(f"{story.page}/extend?deadline=2020-10-13&hour=17:00"))
    assert "Extend to Tuesday 13 October 2020, 17:00 and tell every State" in shown
    assert "TH Bangkok Tuesday 13 October 2020, 17:00 11 13 October" in shown
    answer = client.post(f"{story.page}/extend", data={**LATER, **opened(client, f"{story.page}/extend")})
    assert answer.location == story.page
    assert story.read().deadline == datetime(2020, 10, 13, 10, 0, tzinfo=UTC)
    with database.reading() as session:
        assert session.scalars(select(DeadlineMove.reason)).all() == ["More time was asked for."]
    assert "“More time was asked for.”" in words(client.get(story.page))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reason": ""}, "Reason: This cannot be empty."),
        (
            {"deadline": "2020-10-08"},
            "The deadline is 9 October 2020, 17:00 Asia/Jakarta (9 October 2020, 10:00 UTC); "
            "a running period is never shortened",
        ),
        ({"deadline": "2020-10-10"}, "does not fall on a working day"),
        ({"deadline": "soon"}, "This is no date."),
        ({"reason": "x" * 100_001}, "This is 100,001 characters long"),
    ],
)
def test_extension_that_cannot_be_is_refused_and_nothing_is_lost(
    client: FlaskClient, story: Story, change: dict[str, str], told: str
) -> None:
    answer = client.post(f"{story.page}/extend", data={**LATER, **change})
    assert answer.status_code == 422
    assert told in words(answer)
    assert {**LATER, **change}["reason"] in answer.text
    assert story.read().deadline == DEADLINE


def test_stale_extension_says_what_happened_meanwhile(client: FlaskClient, story: Story) -> None:
    fields = opened(client, f"{story.page}/extend")
    later = DEADLINE + timedelta(days=3)
    story.does(lambda round_: round_.act(course.extend, deadline=later, reason="Asked."))
    answer = client.post(f"{story.page}/extend", data={**LATER, **fields})
    assert answer.status_code == 409
    assert "its deadline is Monday 12 October 2020, 17:00 in Jakarta" in words(answer)
    assert "More time was asked for." in answer.text
    assert story.read().deadline == later
    again = client.post(f"{story.page}/extend", data={**LATER, **opened(client, f"{story.page}/extend")})
    assert again.status_code == 302


def test_act_after_the_deadline_finds_it_closed(
    client: FlaskClient, story: Story, clock: SettableClock
) -> None:
    fields = opened(client, f"{story.page}/suspend")
    clock.now = DEADLINE
    answer = client.post(f"{story.page}/suspend", data={"reason": "Wait.", **fields})
    assert answer.status_code == 409
    assert "It is now “Closed”" in words(answer)
    assert "Wait." in answer.text


def test_suspension_and_resumption_show_the_new_deadline_before(
    client: FlaskClient, story: Story, clock: SettableClock, database: Database
) -> None:
    answer = client.post(f"{story.page}/suspend", data={"reason": "A translation is missing."})
    assert answer.location == story.page
    assert story.read().status is CirculationStatus.SUSPENDED
    panel = words(client.get(story.page))
    assert "Suspended . Time stands still since 25 September 2020." in panel
    assert "The deadline stands still" in panel
    assert panel.index("Let time run again") < panel.index("What is missing")
    clock.advance(timedelta(days=7))
    form = words(client.get(f"{story.page}/resume"))
    assert "Friday 16 October 2020, 17:00 in Jakarta (10:00 UTC)" in form
    fields = opened(client, f"{story.page}/resume")
    clock.advance(timedelta(days=3))
    late = client.post(f"{story.page}/resume", data=fields)
    assert late.status_code == 409
    assert "The new deadline would by now be Monday 19 October 2020, 17:00" in words(late)
    assert story.read().status is CirculationStatus.SUSPENDED
    assert client.post(f"{story.page}/resume", data=opened(client, f"{story.page}/resume")).status_code == 302
    assert story.read().deadline == datetime(2020, 10, 19, 10, 0, tzinfo=UTC)
    with database.reading() as session:
        assert session.scalars(select(Suspension.reason)).all() == ["A translation is missing."]


def test_item_is_withdrawn_with_its_reason(client: FlaskClient, story: Story, world: World) -> None:
    assert "Withdraw item 6" in words(client.get(f"{story.page}/withdrawals"))
    address = f"{story.page}/items/{world.versions[5].id}/withdraw"
    assert "Withdraw item 6?" in words(client.get(address))
    assert client.post(address, data={"reason": ""}).status_code == 422
    assert client.post(address, data={"reason": "It belongs to another plan."}).location == story.page
    panel = words(client.get(story.page))
    assert "Withdrawn It belongs to another plan." in panel
    again = client.post(address, data={"reason": "Once more."})
    assert again.status_code == 409


def test_item_of_another_circulation_is_not_found(client: FlaskClient, story: Story) -> None:
    assert client.get(f"{story.page}/items/999999/withdraw").status_code == 404
    assert client.post(f"{story.page}/items/999999/withdraw", data={"reason": "Why."}).status_code == 404
    assert client.get("/circulations/999999").status_code == 404
    assert client.post("/circulations/999999/suspend", data={"reason": "Why."}).status_code == 404


def test_circulation_is_withdrawn_whole(client: FlaskClient, story: Story, database: Database) -> None:
    assert "6 items that are not decided are withdrawn." in words(client.get(f"{story.page}/withdraw"))
    answer = client.post(f"{story.page}/withdraw", data={"reason": "The meeting decides itself."})
    assert answer.location == story.page
    assert story.read().status is CirculationStatus.WITHDRAWN
    with database.reading() as session:
        results = set(session.scalars(select(CirculationItem.result)))
    assert results == {Result.WITHDRAWN}
    assert "The meeting decides itself." in words(client.get(story.page))


def test_input_is_answered_once(client: FlaskClient, story: Story, world: World, database: Database) -> None:
    story.does(lambda round_: round_.lodge("VN contact_point", ResponseKind.INPUT, 3, reasons="Consult."))
    page = f"{story.page}/positions/{world.versions[2].id}/VN"
    with database.reading() as session:
        key = session.scalars(select(Response.id)).one()
    fields = opened(client, page)
    answer = client.post(
        f"{story.page}/responses/{key}/answer", data={"text": "Paragraph 3 provides for it.", **fields}
    )
    assert answer.location == page
    told = words(client.get(page))
    assert "Answered by the Lead Shepherd" in told
    assert "Paragraph 3 provides for it." in told
    panel = words(client.get(story.page))
    assert "Only Viet Nam can accept the answer." in panel
    assert "Waits for Viet Nam to accept" in panel
    stale = client.post(f"{story.page}/responses/{key}/answer", data={"text": "Another.", **fields})
    assert stale.status_code == 409
    assert "Another." in stale.text
    with database.reading() as session:
        kinds = session.scalars(select(ResponseRemark.kind)).all()
    assert kinds == [RemarkKind.ANSWERED]


def test_another_kind_is_proposed_with_why(
    client: FlaskClient, story: Story, world: World, database: Database
) -> None:
    story.does(lambda round_: round_.lodge("VN contact_point", ResponseKind.INPUT, 3))
    with database.reading() as session:
        key = session.scalars(select(Response.id)).one()
    address = f"{story.page}/responses/{key}/kind"
    nothing = client.post(address, data={"text": "It asks for nothing."})
    assert nothing.status_code == 422
    assert "It asks for nothing." in nothing.text
    same = client.post(address, data={"kind": "input", "text": "Why."})
    assert "It is of this kind already." in words(same)
    assert client.post(address, data={"kind": "comment", "text": "It asks for nothing."}).status_code == 302
    page = words(client.get(f"{story.page}/positions/{world.versions[2].id}/VN"))
    assert "Another kind proposed" in page


def test_answer_to_what_nobody_said_is_not_found(client: FlaskClient, story: Story) -> None:
    answer = client.post(f"{story.page}/responses/999999/answer", data={"text": "To whom?"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("deadline=2020-10-08&hour=17:00", 200, "is too early"),
        ("deadline=2020-02-30&hour=17:00", 422, "This is no date. Write it as year-month-day"),
        ("deadline=2020-10-13&hour=25:00", 422, "This is no hour. Write it as hour:minutes"),
        ("deadline=2099-10-09&hour=17:00", 200, "The calendar of ID covers"),
    ],
)
def test_a_later_deadline_that_cannot_be_is_refused_where_it_is_shown(
    client: FlaskClient, story: Story, asked: str, status: int, told: str
) -> None:
    shown = client.get(f"{story.page}/extend?{asked}")
    assert shown.status_code == status
    assert told in words(shown)
