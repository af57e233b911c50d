"""Tests of the office passing from State to State, and of lists of people."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.actions.test_people import LATER, appoint, entries
from tests.factories import World
from tests.settable_clock import SettableClock
from workflow.actions import offices, people
from workflow.actions.authority import actor_for
from workflow.actions.people import ContactRow
from workflow.domain.errors import Invalid, NotAllowed, WrongStatus
from workflow.domain.terms import Role
from workflow.models.people import Person
from workflow.queries.people import capacities, office_holder, officers


def test_office_passes_and_its_former_staff_no_longer_act(
    session: Session, world: World, round_: Round, clock: SettableClock
) -> None:
    round_.dispatch()
    former, by = world.people["lead_shepherd"], world.actor("secretariat")
    now = clock.advance(timedelta(hours=1))
    offices.pass_office(session, by=by, now=now, body=world.body, state_code="MY")
    session.flush()
    assert office_holder(session, world.body.id).code == "MY"
    assert capacities(session, former.id, now) == []
    assert officers(session, world.body.id, now, Role.LEAD_SHEPHERD) == []
    with pytest.raises(NotAllowed):
        actor_for(session, former, world.appointments["lead_shepherd"].id, now)
    made = appoint(session, world, now=now, role=Role.LEAD_SHEPHERD, email="kl@example.org")
    new = session.get_one(Person, made.person_id)
    assert actor_for(session, new, made.id, now).state == "MY"
    assert officers(session, world.body.id, now, Role.LEAD_SHEPHERD) == [new]
    assert [one["type"] for one in entries(session)][-2:] == ["office.passed", "appointment.made"]


def test_office_is_handed_over_to_a_person_who_acts_at_once(
    session: Session, world: World, round_: Round, clock: SettableClock
) -> None:
    round_.dispatch()
    contact, now = world.people["MY contact_point"], clock.advance(timedelta(hours=1))
    given = {"by": world.actor("secretariat"), "now": now, "body": world.body, "state_code": "MY"}
    made = offices.hand_over(session, **given, name="Another name", email=contact.email.upper())
    assert (made.person_id, made.role, made.since) == (contact.id, Role.LEAD_SHEPHERD, now)
    assert actor_for(session, contact, made.id, now).state == "MY"
    assert [one.role for one in capacities(session, contact.id, now)] == [
        Role.CONTACT_POINT,
        Role.LEAD_SHEPHERD,
    ]
    assert [one["type"] for one in entries(session)][-2:] == ["office.passed", "appointment.made"]


@pytest.mark.parametrize("email", ["", "no address", "SG contact_point", "programme"])
def test_office_stays_where_nobody_can_act_for_the_new_holder(
    session: Session, world: World, email: str
) -> None:
    known = world.people[email].email if email in world.people else email
    given = {"by": world.actor("secretariat"), "now": LATER, "body": world.body, "state_code": "MY"}
    with pytest.raises(Invalid), session.begin_nested():
        offices.hand_over(session, **given, name="Robin", email=known)
    assert office_holder(session, world.body.id).code == "PH"


@pytest.mark.parametrize("code", ["PH", "TL", "XX", ""])
def test_office_passes_only_to_another_member_of_today(session: Session, world: World, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        offices.pass_office(
            session, by=world.actor("secretariat"), now=LATER, body=world.body, state_code=code
        )
    assert refused.value.field == "state"


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=-1)])
def test_office_does_not_pass_on_at_the_instant_it_was_received(
    session: Session, world: World, late: timedelta
) -> None:
    given = {"by": world.actor("secretariat"), "body": world.body}
    offices.pass_office(session, now=LATER, state_code="MY", **given)
    with pytest.raises(WrongStatus) as refused:
        offices.pass_office(session, now=LATER + late, state_code="VN", **given)
    assert refused.value.message == "The office was passed on at this very moment."
    assert office_holder(session, world.body.id).code == "MY"


def rows(*given: tuple[str, Role, str, str]) -> list[ContactRow]:
    return [ContactRow(line, *row) for line, row in enumerate(given, start=2)]


def test_import_appoints_all_and_passes_over_who_is_appointed(session: Session, world: World) -> None:
    known = world.people["SG contact_point"].email
    listed = rows(
        ("MY", Role.ALTERNATE, "Nurul Aisyah", "nurul@example.org"),
        ("SG", Role.CONTACT_POINT, "Known already", known.upper()),
        ("", Role.SECRETARIAT, "Sari", "sari@example.org"),
    )
    by = world.actor("secretariat")
    made = people.import_contacts(session, listed, by=by, now=LATER, body=world.body)
    assert [(one.role, one.state_id) for one in made] == [
        (Role.ALTERNATE, world.states["MY"].id),
        (Role.SECRETARIAT, None),
    ]
    assert people.import_contacts(session, listed, by=by, now=LATER, body=world.body) == []


def test_import_names_the_line_that_cannot_be(session: Session, world: World) -> None:
    listed = rows(
        ("MY", Role.ALTERNATE, "Nurul Aisyah", "nurul@example.org"),
        ("SG", Role.ALTERNATE, "Nurul Aisyah", "nurul@example.org"),
    )
    with pytest.raises(Invalid) as refused:
        people.import_contacts(session, listed, by=world.actor("secretariat"), now=LATER, body=world.body)
    assert refused.value.field == "file"
    assert refused.value.details == {"line": 3}
    assert refused.value.message.startswith("Line 3: This person holds an appointment for Malaysia")


def test_import_begins_an_appointment_with_its_day_in_the_bodys_zone(session: Session, world: World) -> None:
    listed = [
        ContactRow(2, "MY", Role.ALTERNATE, "Nurul", "nurul@example.org", date(2020, 9, 1)),
        ContactRow(3, "MY", Role.DRAFTER, "Robin", "robin@example.org", date(2020, 9, 25)),
        ContactRow(4, "SG", Role.DRAFTER, "Alex", "alex@example.org"),
    ]
    by = world.actor("secretariat")
    made = people.import_contacts(session, listed, by=by, now=LATER, body=world.body)
    assert [one.since for one in made] == [
        datetime(2020, 8, 31, 17, 0, tzinfo=UTC),
        datetime(2020, 9, 24, 17, 0, tzinfo=UTC),
        LATER,
    ]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2020, 9, 26), "Line 3: An appointment cannot begin later than now."),
        (date.min, "Line 3: "),
    ],
)
def test_import_names_the_line_whose_day_cannot_be(
    session: Session, world: World, day: date, said: str
) -> None:
    listed = [
        ContactRow(2, "SG", Role.DRAFTER, "Alex", "alex@example.org"),
        ContactRow(3, "MY", Role.ALTERNATE, "Nurul", "nurul@example.org", day),
    ]
    with pytest.raises(Invalid) as refused:
        people.import_contacts(session, listed, by=world.actor("secretariat"), now=LATER, body=world.body)
    assert refused.value.message.startswith(said)
