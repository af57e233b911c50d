"""Tests of the capacity: one is taken, several are chosen from, and a page tells in which one acts."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.factories import World, new_appointment, office_passed
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.test_doors import door_to
from workflow.actions import people
from workflow.db import Database
from workflow.domain.terms import Role
from workflow.models.people import Appointment


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """Give an application that nobody else uses: views are hung into it."""
    return own_app


@pytest.fixture
def second(database: Database, world: World) -> Appointment:
    """Make the Lead Shepherd's person an alternate of the same State too."""
    with database.writing() as session:
        appointment = new_appointment(world.people["lead_shepherd"], Role.ALTERNATE, world.states["PH"])
        session.add(appointment)
    return appointment


def test_only_capacity_is_taken_and_shown(visit: Visit) -> None:
    page = visit("MY drafter").get("/password").text
    assert "Malaysia" in page
    assert "drafter" in page
    assert "Change capacity" not in page


def test_two_capacities_are_chosen_from_before_anything_else(
    visit: Visit, world: World, second: Appointment
) -> None:
    client = visit("lead_shepherd")
    wanted = client.get("/c/2020-1")
    assert (wanted.status_code, wanted.location) == (302, "/capacity?next=/c/2020-1")
    page = client.get(wanted.location).text
    assert "Lead Shepherd (Philippines)" in page
    assert "Alternate of Philippines" in page
    chosen = client.post("/capacity", data={"appointment": second.id, "next": "/c/2020-1"})
    assert (chosen.status_code, chosen.location) == (302, "/c/2020-1")
    assert "You are acting as alternate of Philippines." in client.get("/password").text
    assert client.get("/c/2020-1").status_code == 404


def test_capacity_can_be_changed_on_every_page(visit: Visit, world: World, second: Appointment) -> None:
    client = visit("lead_shepherd")
    client.post("/capacity", data={"appointment": second.id})
    assert "Change capacity" in client.get("/password").text
    client.post("/capacity", data={"appointment": world.appointments["lead_shepherd"].id})
    assert "Lead Shepherd" in client.get("/password").text


@pytest.mark.parametrize("appointment", ["", "x", "0", "99999999999999999999", "another's"])
def test_capacity_of_somebody_else_is_refused(
    visit: Visit, world: World, second: Appointment, appointment: str
) -> None:
    client = visit("lead_shepherd")
    other = str(world.appointments["secretariat"].id)
    given = other if appointment == "another's" else appointment
    answer = client.post("/capacity", data={"appointment": given})
    assert answer.status_code == 422
    assert client.get("/c/2020-1").status_code == 302


def test_capacity_ends_with_its_appointment(
    visit: Visit, world: World, second: Appointment, database: Database, clock: SettableClock
) -> None:
    client = visit("lead_shepherd")
    client.post("/capacity", data={"appointment": second.id})
    with database.writing() as session:
        ended = session.get_one(Appointment, second.id)
        people.end_appointment(session, ended, by=world.actor("secretariat"), now=clock())
    client.get("/password")
    page = client.get("/password").text
    assert "Lead Shepherd" in page
    assert "alternate" not in page


def test_staff_of_the_former_office_hold_no_capacity(
    visit: Visit, world: World, database: Database, clock: SettableClock
) -> None:
    client = visit("lead_shepherd")
    with database.writing() as session:
        office_passed(session, world.body, world.states["MY"], clock.advance(timedelta(minutes=1)))
    refused = client.get("/c/2020-1")
    assert refused.status_code == 403
    assert "You hold no appointment at present." in refused.text
    assert "You hold no appointment" in client.get("/capacity").text


def test_form_of_another_capacity_records_nothing(
    app: Flask, visit: Visit, world: World, second: Appointment
) -> None:
    door_to(app)
    client = visit("lead_shepherd")
    client.post("/capacity", data={"appointment": second.id})
    form = {"capacity": world.appointments["lead_shepherd"].id, "name": "Written in the other capacity"}
    answer = client.post("/test/write", data=form)
    assert answer.status_code == 409
    assert "You opened this form in another capacity" in answer.text
    assert "Written in the other capacity" in answer.text


def test_form_says_its_capacity_where_its_sender_holds_several(
    app: Flask, visit: Visit, world: World, second: Appointment
) -> None:
    door_to(app)
    client = visit("lead_shepherd")
    client.post("/capacity", data={"appointment": second.id})
    answer = client.post("/test/write", data={"name": "A capacity unsaid"})
    assert answer.status_code == 422
    assert "The form does not say in which of your capacities it was opened." in answer.text
    assert "A capacity unsaid" in answer.text
    said = {"name": "A capacity said", "capacity": second.id}
    assert client.post("/test/write", data=said).status_code == 302
    only = {"name": "The only one", "key": "another-key-of-a-form"}
    assert visit("MY drafter").post("/test/write", data=only).status_code == 302


def test_first_page_follows_the_capacity(app: Flask, visit: Visit) -> None:
    expected = {
        "MY contact_point": "focal_point.desk",
        "lead_shepherd": "shepherd.circulations",
        "secretariat": "secretariat.attention",
        "programme": "documents.index",
    }
    for name, endpoint in expected.items():
        (path,) = [str(rule) for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
        assert visit(name).get("/").location == path
