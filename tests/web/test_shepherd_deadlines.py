"""Tests of the deadline in a preparation: shown in every capital, offered, refused with the reason, taken."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.factories import World
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.preparations import EARLIEST, only, prepared, ready, words
from workflow.db import Database
from workflow.models.people import Appointment


@pytest.fixture
def client(visit: Visit) -> FlaskClient:
    """Sign the Lead Shepherd in."""
    return visit("lead_shepherd")


def test_deadline_offers_one_working_day_more_in_every_capital(client: FlaskClient, world: World) -> None:
    page = client.get(f"{prepared(client, world)}/deadline")
    told = words(page)
    assert "Monday 12 October 2020, 17:00 in Jakarta (10:00 UTC) is 11 working days" in told
    assert "Every State has 10 or more of its own." in told
    assert "Friday 9 October 2020, 17:00 the earliest allowed" in told
    assert "MY Kuala Lumpur Monday 12 October 2020, 18:00" in told
    assert "MM Naypyidaw Monday 12 October 2020, 16:30" in told


def test_deadline_names_the_states_that_lose_days(
    client: FlaskClient, world: World, clock: SettableClock
) -> None:
    clock.now = datetime(2020, 10, 19, 2, 0, tzinfo=UTC)
    address = prepared(client, world)
    told = words(client.get(f"{address}/deadline?deadline=2020-11-03&hour=17:00&zone=Asia/Jakarta"))
    assert "Tuesday 3 November 2020, 17:00 in Jakarta (10:00 UTC) is 10 working days" in told
    assert "Cambodia has fewer than 10 working days of its own." in told
    assert "Cambodia loses 2 days to its own holidays: 29 October" in told
    assert "Wednesday 4 November 2020, 17:00 gives every State its own full period" in told


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        (
            {"deadline": "2020-10-08"},
            200,
            "is too early: the minimum is 10 working days and at least 72 hours.",
        ),
        (
            {"deadline": "2020-10-10"},
            200,
            "does not fall on a working day. The next one is 12 October 2020, 17:00",
        ),
        ({"deadline": "2020-02-30"}, 422, "This is no date. Write it as year-month-day"),
        ({"hour": "25:00"}, 422, "This is no hour. Write it as hour:minutes"),
        ({"zone": "Asia/Atlantis"}, 422, "“Asia/Atlantis” is no time zone."),
        ({"deadline": "2099-10-09"}, 200, "The calendar of ID covers"),
        ({"window_end": "2020-09-24", "window_hour": "17:00"}, 422, "would be over before it begins"),
        ({"window_end": "2020-10-02", "window_hour": "17:00"}, 200, "is too early"),
        (
            {"deadline": "2021-03-28", "hour": "02:30", "zone": "Europe/Berlin"},
            422,
            "does not exist in Europe/Berlin: the clocks go forward over it.",
        ),
        (
            {"deadline": "2020-10-25", "hour": "02:30", "zone": "Europe/Berlin"},
            422,
            "comes twice in Europe/Berlin: the clocks go back over it.",
        ),
    ],
)
def test_deadline_that_cannot_be_is_refused_where_it_is_shown_and_where_it_is_taken(
    client: FlaskClient, world: World, change: dict[str, str], status: int, told: str
) -> None:
    address = prepared(client, world)
    asked = {**EARLIEST, **change}
    shown = client.get(f"{address}/deadline", query_string=asked)
    assert shown.status_code == status
    assert told in words(shown)
    assert "Take this deadline" not in words(shown)
    taken = client.post(f"{address}/deadline", data=asked)
    assert taken.status_code == 422
    assert told in words(taken)
    for value in asked.values():
        assert value in taken.text


def test_consultation_window_moves_the_earliest_deadline(
    client: FlaskClient, world: World, database: Database
) -> None:
    address = prepared(client, world)
    window = {"window_end": "2020-10-02", "window_hour": "17:00"}
    answer = client.post(f"{address}/deadline", data={**EARLIEST, **window, "deadline": "2020-10-16"})
    assert answer.location == f"{address}/letters"
    circulation = only(database)
    assert circulation.window_end == datetime(2020, 10, 2, 10, 0, tzinfo=UTC)
    assert circulation.deadline == datetime(2020, 10, 16, 10, 0, tzinfo=UTC)


def test_urgent_deadline_is_taken_down_to_the_floor(client: FlaskClient, world: World) -> None:
    address = prepared(client, world)
    data = {"meeting": world.meetings["20"].id, "urgent": "y", "urgent_reasons": "A flood."}
    client.post(f"{address}/authority", data=data)
    early = client.post(f"{address}/deadline", data={**EARLIEST, "deadline": "2020-09-28", "hour": "08:59"})
    assert early.status_code == 422
    assert "the minimum is 72 hours" in words(early)
    taken = client.post(f"{address}/deadline", data={**EARLIEST, "deadline": "2020-09-28", "hour": "09:00"})
    assert taken.location == f"{address}/letters"


def test_deadline_kept_too_long_is_refused_at_dispatch(
    client: FlaskClient, world: World, clock: SettableClock, database: Database
) -> None:
    address = ready(client, world)
    clock.advance(timedelta(days=3))
    assert "It cannot be dispatched yet." in words(client.get(address))
    answer = client.post(f"{address}/dispatch")
    assert answer.status_code == 422
    assert "is too early" in words(answer)
    assert only(database).status is None


def test_state_without_contact_point_is_named_before_and_at_dispatch(
    client: FlaskClient, world: World, clock: SettableClock, database: Database
) -> None:
    with database.writing() as session:
        for name in ("TH contact_point", "TH alternate"):
            session.get_one(Appointment, world.appointments[name].id).until = clock.now
    address = ready(client, world)
    assert "No contact point with an e-mail address: Thailand." in words(client.get(f"{address}/deadline"))
    assert "A contact point for: Thailand." in words(client.get(address))
    answer = client.post(f"{address}/dispatch")
    assert answer.status_code == 422
    assert "No contact point with an address: Thailand." in words(answer)
