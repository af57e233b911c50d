"""Acts on people beside acts on circulations: the second waits, nobody waits in a circle (rule 14)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import Round
from tests.factories import World, world
from tests.settable_clock import MORNING, SettableClock
from tests.stages import INSTALLATION
from workflow.actions import accounts, closing, people
from workflow.actions.authority import actor_for
from workflow.actions.people import ContactRow
from workflow.actions.renaming import change_person
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.db import Database
from workflow.domain.terms import Role
from workflow.models.people import Person
from workflow.notices import letters

#: How long the second is given to come to its lock, and anything may wait for anything, in seconds.
HEAD_START, PATIENCE = 0.4, 30
NEW_PASSWORD = "four dry umbrellas"

Act = Callable[[Session, World, Person], object]


def dispatched(database: Database, clock: SettableClock) -> tuple[World, int]:
    """Write a world and dispatch its plan; return it with the circulation's id."""
    database.info.update(INSTALLATION)
    with database.writing() as session:
        given = world(session)
        return given, Round(session, given, clock).dispatch().id


def beside(database: Database, small: World, act: Act, first: Act, then: Act) -> None:
    """Let the Lead Shepherd's officer begin; somebody acts on that person meanwhile; both must end well."""

    def second() -> None:
        with database.writing() as session:
            act(session, small, session.get_one(Person, small.people["lead_shepherd"].id))

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            officer = session.get_one(Person, small.people["lead_shepherd"].id)
            first(session, small, officer)
            waiting = pool.submit(second)
            Event().wait(HEAD_START)
            then(session, small, officer)
        waiting.result(PATIENCE)


def appoint(session: Session, small: World, officer: Person) -> None:
    """Appoint the officer an alternate too, which locks the running circulation."""
    by = small.actor("secretariat")
    given = {"name": officer.name, "email": officer.email, "role": Role.ALTERNATE, "state_code": "PH"}
    people.appoint(session, by=by, now=MORNING, body=small.body, **given)


def appoint_all(session: Session, small: World, officer: Person) -> None:
    """Appoint somebody new, then the officer, from one list."""
    rows = [
        ContactRow(2, "SG", Role.ALTERNATE, "Somebody New", "new@example.org"),
        ContactRow(3, "PH", Role.ALTERNATE, officer.name, officer.email),
    ]
    people.import_contacts(session, rows, by=small.actor("secretariat"), now=MORNING, body=small.body)


def change(session: Session, small: World, officer: Person) -> None:
    """Give the officer, who speaks for a State as well, another address."""
    by = small.actor("secretariat")
    change_person(session, officer, by=by, now=MORNING, name=officer.name, email="other@example.org")


def close(session: Session, small: World, officer: Person) -> None:
    """Close the officer's account."""
    people.deactivate(session, officer, by=small.actor("secretariat"), now=MORNING)


def set_password(session: Session, _small: World, officer: Person) -> None:
    """Let the officer set a new password."""
    accounts.change_password(session, officer, "seven wet umbrellas", NEW_PASSWORD, now=MORNING)


def hold_authority(session: Session, small: World, officer: Person) -> None:
    """Read the officer's authority, as a door does first of all."""
    actor_for(session, officer, small.appointments["lead_shepherd"].id, MORNING)


def write_entry(session: Session, small: World, officer: Person) -> None:
    """Write an entry, which holds the log."""
    by, person = small.actor("secretariat"), officer.public_id
    record(session, Entry.PERSON_REACTIVATED, by=by, at=MORNING, body=small.body.id, person=person)


def write_letter(session: Session, _small: World, officer: Person) -> None:
    """Write the officer a letter, whose row refers to the person."""
    letters.invitation(session, officer, "a-secret", now=MORNING)


@pytest.mark.parametrize("act", [appoint, appoint_all, change])
def test_an_act_on_a_person_waits_for_what_that_person_does_to_a_circulation(
    fresh_database: Database, clock: SettableClock, act: Act
) -> None:
    small, key = dispatched(fresh_database, clock)
    if act is change:
        with fresh_database.writing() as session:
            appoint(session, small, small.people["lead_shepherd"])

    def settle(session: Session, _small: World, _officer: Person) -> None:
        closing.settled(session, key)

    beside(fresh_database, small, act, hold_authority, settle)


@pytest.mark.parametrize("act", [close, set_password])
def test_an_act_on_a_person_lets_letters_be_written_to_that_person(
    fresh_database: Database, clock: SettableClock, act: Act
) -> None:
    small, _ = dispatched(fresh_database, clock)
    beside(fresh_database, small, act, write_entry, write_letter)
