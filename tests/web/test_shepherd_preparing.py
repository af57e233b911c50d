"""Tests of preparing a circulation in the pages: its steps, what is refused, a dispatch that happens once."""

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import World, new_version
from tests.web.conftest import Visit
from tests.web.preparations import EARLIEST, only, prepared, ready, words
from workflow.db import Database
from workflow.domain.terms import CirculationStatus, Letter, Status
from workflow.models.circulation import CirculationItem
from workflow.models.notice import Notice


@pytest.fixture
def client(visit: Visit) -> FlaskClient:
    """Sign the Lead Shepherd in."""
    return visit("lead_shepherd")


def test_preparation_leads_through_its_steps_to_a_dispatch(
    client: FlaskClient, world: World, database: Database
) -> None:
    address = ready(client, world)
    assert "Does Brunei Darussalam object to any of these 6 items?" in words(client.get(f"{address}/letters"))
    page = words(client.get(address))
    assert "Dispatch 6 items to 10 States now" in page
    assert "Friday 9 October 2020, 17:00 in Jakarta (10:00 UTC)" in page
    answer = client.post(f"{address}/dispatch")
    circulation = only(database)
    assert answer.location == f"/circulations/{circulation.id}"
    assert circulation.symbol == "SOMTC/2020/1"
    assert circulation.deadline == datetime(2020, 10, 9, 10, 0, tzinfo=UTC)
    assert "Dispatched as SOMTC/2020/1." in words(client.get(answer.location))


def test_second_click_dispatches_nothing_twice(client: FlaskClient, world: World, database: Database) -> None:
    address = ready(client, world)
    client.post(f"{address}/dispatch")
    letters = count_letters(database)
    again = client.post(f"{address}/dispatch")
    assert again.status_code == 302
    assert again.location == f"/circulations/{only(database).id}"
    assert "It was dispatched already as SOMTC/2020/1." in words(client.get(again.location))
    assert count_letters(database) == letters == 20


def count_letters(database: Database) -> int:
    """Count the circulation letters there are."""
    with database.reading() as session:
        query = select(func.count()).where(Notice.letter == Letter.CIRCULATION)
        return session.scalar(query) or 0


@pytest.mark.parametrize("step", ["", "/items", "/authority", "/deadline", "/letters", "/discard"])
def test_dispatched_preparation_leads_to_its_circulation(
    client: FlaskClient, world: World, database: Database, step: str
) -> None:
    address = ready(client, world)
    client.post(f"{address}/dispatch")
    answer = client.get(f"{address}{step}")
    assert (answer.status_code, answer.location) == (302, f"/circulations/{only(database).id}")


@pytest.mark.parametrize("step", ["/items", "/authority", "/deadline", "/discard", "/test-letter"])
def test_dispatched_preparation_cannot_be_changed(client: FlaskClient, world: World, step: str) -> None:
    address = ready(client, world)
    client.post(f"{address}/dispatch")
    data = {"items": [world.versions[0].id], "title": "Another", **EARLIEST}
    answer = client.post(f"{address}{step}", data=data)
    assert answer.status_code == 409
    assert "This was dispatched as SOMTC/2020/1 meanwhile." in words(answer)


def test_new_items_are_read_whole_before_they_are_chosen(client: FlaskClient, world: World) -> None:
    page = words(client.get("/circulations/new"))
    assert page.count("Ongoing, number 1") == 6


def test_items_show_what_they_change(client: FlaskClient, world: World, database: Database) -> None:
    with database.writing() as session:
        first = session.merge(world.versions[0])
        first.status, first.decided_at = Status.ENDORSED, first.created_at
        session.flush()
        session.add(new_version(world.items[0], "Support for ACTIP, amended", number=2))
    page = client.get("/circulations/new")
    assert "Changes version 1, which is in force." in words(page)
    assert "<ins>" in page.text
    assert "New: no text of it is in force." in words(page)


def test_draft_named_in_the_address_is_chosen_beforehand(client: FlaskClient, world: World) -> None:
    wanted = world.versions[3].id
    page = client.get(f"/circulations/new?draft={wanted}").text
    assert re.findall(r'name="items" value="(\d+)" checked', page) == [str(wanted)]
    assert re.findall(r'name="title"[^>]*value="([^"]*)"', page) == [
        "ASEAN and ASEAN-ACT Work Plan 2020-2023"
    ]


def test_item_that_is_no_draft_any_more_is_refused_and_nothing_is_lost(
    client: FlaskClient, world: World, database: Database
) -> None:
    with database.writing() as session:
        gone = session.merge(world.versions[1])
        gone.status, gone.decided_at = Status.WITHDRAWN, gone.created_at
    chosen = [world.versions[0].id, world.versions[1].id]
    answer = client.post(
        "/circulations/new", data={"items": chosen, "title": "Two", "message": "Please read"}
    )
    assert answer.status_code == 422
    assert "Some of the chosen texts are no drafts any more." in words(answer)
    assert "Please read" in answer.text
    assert f'value="{world.versions[0].id}" checked' in answer.text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"title": ""}, "This cannot be empty."),
        ({"title": "Fine", "items": "9" * 30}, "One of these choices is none of the list."),
        ({"title": "Fine", "items": ""}, "One of these choices is none of the list."),
        ({"title": "Fine", "items": []}, "Choose at least one item."),
        ({"title": "Fine", "items": "first"}, "One of these choices is none of the list."),
        ({"title": "x" * 501}, "This is 501 characters long; 500 are possible."),
        ({"title": "with\x00zero"}, "This holds a character that is no text"),
        (
            {"title": "Fine", "message": "m" * 100_001},
            "This is 100,001 characters long; 100,000 are possible.",
        ),
    ],
)
def test_words_that_cannot_be_kept_are_refused(
    client: FlaskClient, world: World, data: dict[str, object], told: str
) -> None:
    answer = client.post("/circulations/new", data={"items": world.versions[0].id, **data})
    assert answer.status_code == 422
    assert told in words(answer)


def test_urgency_needs_its_reasons(client: FlaskClient, world: World) -> None:
    address = prepared(client, world)
    data = {"meeting": world.meetings["20"].id, "urgent": "y", "authority_note": "Paragraph 12"}
    answer = client.post(f"{address}/authority", data=data)
    assert answer.status_code == 422
    assert "Reasons for the urgency" in words(answer)
    assert "Paragraph 12" in answer.text
    allowed = client.post(f"{address}/authority", data={**data, "urgent_reasons": "A flood."})
    assert allowed.location == f"{address}/deadline"


def test_meeting_of_nobody_is_refused(client: FlaskClient, world: World) -> None:
    answer = client.post(f"{prepared(client, world)}/authority", data={"meeting": "999999"})
    assert answer.status_code == 422
    assert "There is no such meeting." in words(answer)


def test_letter_is_read_as_each_state_receives_it(client: FlaskClient, world: World) -> None:
    address = ready(client, world)
    told = words(client.get(f"{address}/letters?state=MM"))
    assert "Does Myanmar object to any of these 6 items?" in told
    assert "Friday 9 October 2020, 16:30" in told
    mine = [world.people[f"MM {role}"] for role in ("contact_point", "alternate")]
    assert "To " + " ".join(f"{one.name}, {one.email}" for one in mine) in told
    assert "20 letters go out, one to each contact point and alternate" in told
    assert told.count("Letter to Malaysia") == told.count("Letter to Philippines") == 1


def test_letters_of_a_bare_preparation_say_what_they_need(client: FlaskClient, world: World) -> None:
    address = prepared(client, world)
    assert "There is no deadline yet." in words(client.get(f"{address}/letters"))
    answer = client.post(f"{address}/test-letter")
    assert answer.status_code == 422
    assert "The letter needs a deadline." in words(answer)


def test_test_letter_goes_to_oneself_alone(client: FlaskClient, world: World, database: Database) -> None:
    address = ready(client, world)
    answer = client.post(f"{address}/test-letter")
    assert answer.location == f"{address}/letters"
    with database.reading() as session:
        notice = session.scalars(select(Notice)).one()
    assert (notice.letter, notice.person_id) == (Letter.TEST, world.people["lead_shepherd"].id)
    assert notice.proves_service is False


def test_discarded_preparation_leaves_its_drafts(
    client: FlaskClient, world: World, database: Database
) -> None:
    address = prepared(client, world)
    assert "Throw this preparation away?" in words(client.get(f"{address}/discard"))
    assert client.post(f"{address}/discard").location == "/circulations"
    assert client.get(address).status_code == 404
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CirculationItem)) == 0


def test_recirculated_item_replaces_its_stopped_version(
    client: FlaskClient, world: World, database: Database
) -> None:
    client.post(f"{ready(client, world)}/dispatch")
    with database.writing() as session:
        draft = new_version(world.items[3], "Amended", number=2)
        session.add(draft)
    first = only(database)
    answer = client.post("/circulations/new", data={"items": [draft.id], "title": "Item 4 again"})
    address = str(answer.location).removesuffix("/authority")
    client.post(f"{address}/authority", data={"meeting": world.meetings["20"].id})
    client.post(f"{address}/deadline", data=EARLIEST)
    client.post(f"{address}/dispatch")
    assert "Superseded" in words(client.get(f"/circulations/{first.id}"))


def test_secretariat_reads_a_preparation_and_cannot_change_it(
    client: FlaskClient, visit: Visit, world: World
) -> None:
    address = ready(client, world)
    secretariat = visit("secretariat")
    assert "Dispatch it?" in words(secretariat.get(address))
    assert "Dispatch 6 items" not in words(secretariat.get(address))
    assert secretariat.post(f"{address}/dispatch").status_code == 403
    assert secretariat.get(f"{address}/items").status_code == 403


@pytest.mark.parametrize("name", ["MY contact_point", "MY drafter", "programme"])
def test_preparation_is_hidden_from_states_and_programme(
    client: FlaskClient, visit: Visit, world: World, name: str
) -> None:
    address = ready(client, world)
    assert visit(name).get(address).status_code == 403


def test_status_of_a_preparation_is_none_until_dispatch(
    client: FlaskClient, world: World, database: Database
) -> None:
    address = ready(client, world)
    assert only(database).status is None
    client.post(f"{address}/dispatch")
    assert only(database).status is CirculationStatus.OPEN
