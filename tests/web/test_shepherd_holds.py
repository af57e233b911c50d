"""Tests of service, holds and what leaves a round in the pages; and of the office passing in its middle."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.actions.rounds import DEADLINE
from tests.factories import World, new_appointment, office_passed
from tests.settable_clock import SettableClock
from tests.web.conftest import Visit
from tests.web.preparations import words
from tests.web.rounds_seen import Story
from workflow.db import Database
from workflow.domain.terms import CirculationStatus, ResponseKind, Role, Status
from workflow.models.circulation import Override
from workflow.models.document import Version
from workflow.models.notice import Notice
from workflow.models.people import Appointment
from workflow.web.shepherd.missing import PATIENCE

#: Too early a deadline out of a hold.
EARLY = {"deadline": "2020-10-13", "hour": "17:00", "reason": "More time was asked for."}


@pytest.fixture
def client(visit: Visit) -> FlaskClient:
    """Sign the Lead Shepherd in."""
    return visit("lead_shepherd")


@pytest.fixture
def story(database: Database, world: World, clock: SettableClock) -> Story:
    """Give a circulation of six items that every State has been served."""
    told = Story(database, world, clock)
    told.does(lambda round_: (round_.dispatch(), round_.serve()))
    return told


def test_state_is_served_again_once(
    client: FlaskClient, database: Database, world: World, clock: SettableClock
) -> None:
    story = Story(database, world, clock)
    story.does(lambda round_: (round_.dispatch(), round_.serve_all_but("BN")))
    clock.now += PATIENCE
    panel = words(client.get(story.page))
    assert "Not served BN Brunei Darussalam" in panel
    assert "2 letters wait to be sent." in panel
    before = letters_of(database, world, "BN")
    waiting = client.post(f"{story.page}/serve/BN", follow_redirects=True)
    assert "A letter to Brunei Darussalam is waiting to be sent already." in words(waiting)
    assert letters_of(database, world, "BN") == before
    served = client.post(f"{story.page}/serve/TH", follow_redirects=True)
    assert "2 letters to Thailand are on their way." in words(served)
    assert client.post(f"{story.page}/serve/XX").status_code == 404


def letters_of(database: Database, world: World, code: str) -> int:
    """Count the letters to a State."""
    with database.reading() as session:
        return len(session.scalars(select(Notice.id).where(Notice.state_id == world.states[code].id)).all())


def test_held_circulation_is_overridden_by_two_offices(
    client: FlaskClient, visit: Visit, database: Database, world: World, clock: SettableClock
) -> None:
    story = Story(database, world, clock)
    story.does(lambda round_: (round_.dispatch(), round_.serve_all_but("BN")))
    clock.now = DEADLINE + timedelta(hours=1)
    story.does(lambda round_: round_.locked())
    assert "Held . Brunei Darussalam was not served in time" in words(client.get(story.page))
    address = f"{story.page}/override/BN"
    data = {"served_from": "2020-09-25", "hour": "10:00", "evidence": "A signed receipt."}
    early = client.post(address, data={**data, "served_from": "2020-09-24"})
    assert early.status_code == 422
    assert "The instant must lie between the dispatch and now." in words(early)
    assert client.post(address, data={**data, "evidence": ""}).status_code == 422
    first = client.post(address, data=data, follow_redirects=True)
    assert "It takes effect when the other office records the same." in words(first)
    assert "One office records that Brunei Darussalam had the paper since" in words(first)
    assert client.post(address, data=data).status_code == 403
    second = visit("secretariat")
    form = second.get(address)
    assert "The other office recorded that Brunei Darussalam had the paper since" in words(form)
    assert 'value="2020-09-25"' in form.text
    assert 'value="10:00"' in form.text
    done = second.post(address, data={**data, "evidence": "We saw it."}, follow_redirects=True)
    assert "Recorded by both offices: it has taken effect." in words(done)
    assert "in Jakarta (03:00:00 UTC): “A signed receipt.” and “We saw it.”" in words(done)
    assert story.read().status is CirculationStatus.CLOSED
    with database.reading() as session:
        assert session.scalars(select(Override.second_role)).all() == ["secretariat"]


def test_held_circulation_is_extended_by_a_full_period_or_referred(
    client: FlaskClient, database: Database, world: World, clock: SettableClock
) -> None:
    story = Story(database, world, clock)
    story.does(lambda round_: (round_.dispatch(), round_.serve_all_but("BN")))
    clock.now = DEADLINE + timedelta(hours=1)
    story.does(lambda round_: round_.locked())
    assert "Out of a hold, a full period follows the extension." in words(client.get(f"{story.page}/extend"))
    early = client.post(f"{story.page}/extend", data=EARLY)
    assert early.status_code == 422
    assert "is too early" in words(early)
    answer = client.post(f"{story.page}/refer", data={"reason": "The meeting is near."})
    assert answer.location == story.page
    assert story.read().status is CirculationStatus.CLOSED
    assert "Sent to the next meeting: items 1, 2, 3, 4, 5 and 6." in words(client.get(story.page))


def test_stopped_item_is_deferred_after_the_close(
    client: FlaskClient, story: Story, world: World, clock: SettableClock, database: Database
) -> None:
    story.does(lambda round_: round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4))
    address = f"{story.page}/items/{world.versions[3].id}/defer"
    running = client.post(address, data={"reason": "For the meeting."})
    assert running.status_code == 409
    clock.now = DEADLINE
    story.does(lambda round_: round_.locked())
    panel = words(client.get(story.page))
    assert "Considered endorsed ad referendum: items 1, 2, 3, 5 and 6. Not endorsed: item 4." in panel
    assert "Defer it to the next meeting" in panel
    assert client.post(address, data={"reason": "For the meeting."}).location == story.page
    with database.reading() as session:
        assert session.get_one(Version, world.versions[3].id).status is Status.DEFERRED


def test_package_offers_no_withdrawal_of_one_item(
    client: FlaskClient, database: Database, world: World, clock: SettableClock
) -> None:
    story = Story(database, world, clock)
    story.does(lambda round_: (round_.dispatch(package=True), round_.serve()))
    panel = words(client.get(story.page))
    assert "Withdraw the circulation" in panel
    assert "Withdraw an item" not in panel
    answer = client.post(f"{story.page}/items/{world.versions[0].id}/withdraw", data={"reason": "Why."})
    assert answer.status_code == 409
    assert "one inseparable package" in words(answer)


def test_new_holder_of_the_office_continues_the_same_round(
    client: FlaskClient, visit: Visit, story: Story, world: World, database: Database, clock: SettableClock
) -> None:
    assert client.get(story.page).status_code == 200
    with database.writing() as session:
        office_passed(session, world.body, world.states["VN"], clock.advance(timedelta(hours=1)))
        session.add(
            new_appointment(world.people["VN drafter"], Role.LEAD_SHEPHERD, world.states["VN"], clock.now)
        )
    assert client.get(story.page).status_code == 403
    assert client.post(f"{story.page}/suspend", data={"reason": "Mine."}).status_code == 403
    successor = visit("VN drafter")
    with database.reading() as session:
        query = select(Appointment.id).where(Appointment.role == Role.LEAD_SHEPHERD)
        chosen = session.scalars(query.order_by(Appointment.id.desc())).first()
    successor.post("/capacity", data={"appointment": chosen})
    assert "Extend the deadline" in words(successor.get(story.page))
    form = {"reason": "Handover.", "capacity": chosen}
    assert successor.post(f"{story.page}/suspend", data=form).status_code == 302
    assert story.read().status is CirculationStatus.SUSPENDED
