"""Tests of appointments and accounts: who may hold what, and what follows when it changes."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from workflow.actions import offices, people
from workflow.actions.authority import actor_for
from workflow.domain.errors import Invalid, NotAllowed, WrongStatus
from workflow.domain.mandates import OPERATOR
from workflow.domain.terms import CirculationStatus, Letter, ResponseKind, Role
from workflow.models.audit import AuditEntry
from workflow.models.notice import Notice
from workflow.models.people import Appointment, Person
from workflow.queries.people import addressees, capacities, visitor

LATER = MORNING + timedelta(minutes=5)


def appoint(session: Session, world: World, **given: Any) -> Appointment:
    wanted = {
        "by": world.actor("secretariat"),
        "now": LATER,
        "body": world.body,
        "name": "Nurul Aisyah",
        "email": "nurul@example.org",
        "role": Role.ALTERNATE,
        "state_code": "MY",
    }
    return people.appoint(session, **(wanted | given))


def entries(session: Session) -> list[dict[str, Any]]:
    session.flush()
    return [json.loads(line) for line in session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq))]


def letters_to(session: Session, email: str) -> Sequence[Letter]:
    return session.scalars(select(Notice.letter).where(Notice.address == email)).all()


def test_appoint_makes_person_appointment_and_entry(session: Session, world: World) -> None:
    made = appoint(session, world, email=" Nurul@Example.org ")
    person = session.get_one(Person, made.person_id)
    assert (person.name, person.email, person.password_hash, person.active) == (
        "Nurul Aisyah",
        "nurul@example.org",
        None,
        True,
    )
    assert (made.role, made.state_id, made.since, made.until) == (
        Role.ALTERNATE,
        world.states["MY"].id,
        LATER,
        None,
    )
    entry = entries(session)[-1]
    assert entry["type"] == "appointment.made"
    assert entry["actor"] == world.people["secretariat"].public_id
    assert (entry["person"], entry["role"], entry["state"]) == (person.public_id, "alternate", "MY")


@pytest.mark.parametrize(
    ("existing", "role", "state_code", "field"),
    [
        ("MY drafter", Role.CONTACT_POINT, "SG", "state"),
        ("MY drafter", Role.SECRETARIAT, None, "role"),
        ("secretariat", Role.ALTERNATE, "MY", "role"),
        ("programme", Role.LEAD_SHEPHERD, "PH", "role"),
        ("MY drafter", Role.DRAFTER, "MY", "role"),
        ("MY drafter", Role.ALTERNATE, "MY", "role"),
        ("secretariat", Role.SECRETARIAT, None, "role"),
        ("MY drafter", Role.LEAD_SHEPHERD, "MY", "state"),
        ("MY drafter", Role.LEAD_SHEPHERD, "PH", "state"),
    ],
)
def test_appoint_keeps_appointments_of_one_person_apart(
    session: Session, world: World, existing: str, role: Role, state_code: str | None, field: str
) -> None:
    email = world.people[existing].email
    with pytest.raises(Invalid) as refused:
        appoint(session, world, email=email, role=role, state_code=state_code)
    assert refused.value.field == field


def test_appoint_lets_staff_of_the_office_be_focal_points_of_their_state(
    session: Session, world: World
) -> None:
    email = world.people["lead_shepherd"].email
    made = appoint(session, world, email=email, role=Role.ALTERNATE, state_code="PH")
    held = capacities(session, made.person_id, LATER)
    assert [one.role for one in held] == [Role.LEAD_SHEPHERD, Role.ALTERNATE]


def test_appoint_lets_a_person_serve_another_state_after_the_first_ended(
    session: Session, world: World
) -> None:
    people.end_appointment(
        session, world.appointments["MY drafter"], by=world.actor("secretariat"), now=LATER
    )
    made = appoint(session, world, email=world.people["MY drafter"].email, state_code="SG")
    assert made.state_id == world.states["SG"].id


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"state_code": None}, "state"),
        ({"state_code": ""}, "state"),
        ({"state_code": "XX"}, "state"),
        ({"role": Role.SECRETARIAT}, "state"),
        ({"name": ""}, "name"),
        ({"name": "Two\nlines"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "zero\x00byte"}, "name"),
        ({"email": ""}, "email"),
        ({"email": "nurul"}, "email"),
        ({"email": "nurul@example"}, "email"),
        ({"email": "a@b.org, c@d.org"}, "email"),
        ({"email": "Nurul <nurul@example.org>"}, "email"),
        ({"email": "nurul@example.org\nBcc: all@example.org"}, "email"),
        ({"email": "nurul@example..org"}, "email"),
        ({"email": "x" * 250 + "@example.org"}, "email"),
        ({"since": LATER + timedelta(microseconds=1)}, "since"),
    ],
)
def test_appoint_names_the_field_that_cannot_be(
    session: Session, world: World, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        appoint(session, world, **given)
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["lead_shepherd", "programme", "MY contact_point"])
def test_people_are_kept_by_the_secretariat_alone(session: Session, world: World, name: str) -> None:
    by = world.actor(name)
    with pytest.raises(NotAllowed):
        appoint(session, world, by=by)
    with pytest.raises(NotAllowed):
        people.end_appointment(session, world.appointments["SG drafter"], by=by, now=LATER)
    with pytest.raises(NotAllowed):
        people.deactivate(session, world.people["SG drafter"], by=by, now=LATER)
    with pytest.raises(NotAllowed):
        offices.pass_office(session, by=by, now=LATER, body=world.body, state_code="MY")


def test_operator_may_appoint_the_first_people(session: Session, world: World) -> None:
    appoint(session, world, by=OPERATOR)
    assert entries(session)[-1]["actor"] == "operator"


@pytest.mark.parametrize("role", [Role.CONTACT_POINT, Role.ALTERNATE])
def test_successor_is_sent_the_letter_of_the_running_circulation(
    session: Session, world: World, waiting: Round, clock: SettableClock, role: Role
) -> None:
    clock.now = LATER
    appoint(session, world, role=role)
    assert letters_to(session, "nurul@example.org") == [Letter.CIRCULATION]
    notice = session.scalars(select(Notice).where(Notice.address == "nurul@example.org")).one()
    assert notice.proves_service
    assert notice.state_id == world.states["MY"].id


def test_drafter_and_latecomer_are_sent_no_circulation_letter(
    session: Session, world: World, round_: Round, clock: SettableClock
) -> None:
    circulation = round_.dispatch()
    clock.now = LATER
    appoint(session, world, role=Role.DRAFTER)
    appoint(session, world, email="dili@example.org", role=Role.CONTACT_POINT, state_code="TL")
    round_.serve()
    clock.now = circulation.deadline
    appoint(session, world, email="late@example.org", now=circulation.deadline)
    assert letters_to(session, "nurul@example.org") == []
    assert letters_to(session, "dili@example.org") == []
    assert letters_to(session, "late@example.org") == []
    # Whoever takes the lock first does what the clock owes (rule 14).
    assert circulation.status is CirculationStatus.CLOSED


def test_end_of_an_appointment_leaves_what_was_said(
    session: Session, world: World, waiting: Round, clock: SettableClock
) -> None:
    (response,) = waiting.lodge("MY contact_point", ResponseKind.OBJECTION, 1)
    people.end_appointment(
        session, world.appointments["MY contact_point"], by=world.actor("secretariat"), now=clock()
    )
    session.flush()
    person = world.people["MY contact_point"]
    with pytest.raises(NotAllowed):
        actor_for(session, person, world.appointments["MY contact_point"].id, clock())
    session.refresh(response)
    assert response.person_id == person.id
    assert entries(session)[-1]["type"] == "appointment.ended"
    present = addressees(session, world.body.id, clock())[world.states["MY"].id]
    assert [one.name for one in present] == ["MY alternate"]


def test_end_of_an_ended_appointment_is_refused(session: Session, world: World) -> None:
    appointment, by = world.appointments["MY drafter"], world.actor("secretariat")
    people.end_appointment(session, appointment, by=by, now=LATER)
    session.flush()
    with pytest.raises(WrongStatus):
        people.end_appointment(session, appointment, by=by, now=LATER)


def test_last_of_the_secretariat_cannot_go(session: Session, world: World) -> None:
    by = world.actor("secretariat")
    people.end_appointment(session, world.appointments["secretary"], by=by, now=LATER)
    session.flush()
    with pytest.raises(WrongStatus):
        people.end_appointment(session, world.appointments["secretariat"], by=by, now=LATER)
    with pytest.raises(WrongStatus):
        people.deactivate(session, world.people["secretariat"], by=by, now=LATER)


def test_deactivated_person_holds_nothing_until_reactivated(session: Session, world: World) -> None:
    person, by = world.people["MY contact_point"], world.actor("secretariat")
    people.deactivate(session, person, by=by, now=LATER)
    session.flush()
    assert capacities(session, person.id, LATER) == []
    assert visitor(session, person.id).capacities == ()
    assert person.epoch == 1
    with pytest.raises(WrongStatus):
        people.deactivate(session, person, by=by, now=LATER)
    with pytest.raises(Invalid) as refused:
        appoint(session, world, email=person.email)
    assert refused.value.field == "email"
    people.reactivate(session, person, by=by, now=LATER)
    session.flush()
    assert [one.role for one in capacities(session, person.id, LATER)] == [Role.CONTACT_POINT]
    assert person.epoch == 2
    with pytest.raises(WrongStatus):
        people.reactivate(session, person, by=by, now=LATER)
    kinds = [entry["type"] for entry in entries(session)]
    assert kinds[-2:] == ["person.deactivated", "person.reactivated"]


def test_actor_is_read_with_its_state(session: Session, world: World) -> None:
    person, appointment = world.people["MY alternate"], world.appointments["MY alternate"]
    assert actor_for(session, person, appointment.id, LATER, idem="key-of-form") == world.actor(
        "MY alternate", "key-of-form"
    )


@pytest.mark.parametrize("whose", ["SG alternate", None])
def test_actor_needs_an_appointment_of_its_own(session: Session, world: World, whose: str | None) -> None:
    appointment = world.appointments[whose].id if whose else None
    with pytest.raises(NotAllowed):
        actor_for(session, world.people["MY alternate"], appointment, LATER)


def test_appointment_acts_from_its_beginning_to_its_end(session: Session, world: World) -> None:
    appointment, person = world.appointments["MY alternate"], world.people["MY alternate"]
    appointment.until = LATER
    session.flush()
    just_before = LATER - timedelta(microseconds=1)
    assert len(capacities(session, person.id, MORNING)) == 1
    assert len(capacities(session, person.id, just_before)) == 1
    assert capacities(session, person.id, LATER) == []
    assert capacities(session, person.id, MORNING - timedelta(microseconds=1)) == []
