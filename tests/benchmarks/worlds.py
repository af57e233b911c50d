"""Worlds of any size to measure in: a body of so many States, a plan of so many items, dispatched and served.

The people, States and texts are made as tests/factories.py makes them; the acts are the product's own.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tests import factories
from tests.actions.rounds import Round
from tests.factories import World
from tests.settable_clock import SettableClock
from workflow.actions.founding import found_body
from workflow.db import Database
from workflow.domain.body import StateEntry
from workflow.domain.terms import Role
from workflow.models.body import Meeting, State
from workflow.models.people import Appointment, Person

#: What the application tells every session of its installation.
INSTALLATION = {
    "base_url": "https://adref.example.org",
    "reply_to": "secretariat@example.org",
    "mail_domain": "adref.example.org",
}
_SATURDAY_SUNDAY = frozenset({5, 6})


def body_of(session: Session, states: int, items: int, now: datetime, code: str = "BODY") -> World:
    """Write a body of so many States, one contact point each, both offices, and a plan of so many drafts."""
    entries = tuple(
        StateEntry(two, f"State {two}", f"Capital of {two}", "Asia/Jakarta", _SATURDAY_SUNDAY, "ID", _SINCE)
        for two in codes(states)
    )
    file = factories.body_file()
    office = replace(file.office, state=entries[0].code)
    made = found_body(session, replace(file, code=code, short=code, states=entries, office=office), now)
    by_code = {row.code: row for row in session.query(State).filter_by(body_id=made.id)}
    meetings = {row.code: row for row in session.query(Meeting).filter_by(body_id=made.id)}
    wanted: list[tuple[str, Role, State | None]] = [
        ("lead_shepherd", Role.LEAD_SHEPHERD, by_code[entries[0].code]),
        ("secretariat", Role.SECRETARIAT, None),
        *((f"{two} contact_point", Role.CONTACT_POINT, state) for two, state in by_code.items()),
    ]
    people = {name: factories.new_person(made, name, now) for name, _, _ in wanted}
    for person in people.values():
        person.email = f"{code.lower()}.{person.email}"
    session.add_all(people.values())
    session.flush()
    appointments = {
        name: factories.new_appointment(people[name], role, state, now) for name, role, state in wanted
    }
    session.add_all(appointments.values())
    session.flush()
    document, rows, versions = factories.plan(session, made, count=items, now=now, meeting=meetings["20"])
    return World(made, by_code, meetings, people, appointments, document, rows, versions)


_SINCE = date(1997, 1, 1)


def codes(count: int) -> list[str]:
    """Return so many codes of two letters."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [first + second for first in letters for second in letters][:count]


def deadline_after(now: datetime, days: int = 30) -> datetime:
    """Return a working afternoon so many days from now."""
    day = now.date() + timedelta(days=days)
    # The calendars know holidays; the middle of a week is one rarely, and the circulation says so.
    day += timedelta(days=(2 - day.weekday()) % 7)
    return datetime.combine(day, time(9, 0), tzinfo=UTC)


def circulated(
    database: Database, states: int, items: int, now: datetime, code: str = "BODY"
) -> tuple[World, int]:
    """Commit a body whose plan is dispatched and served, silence running; returns the circulation's key."""
    clock = SettableClock(now)
    kept, database.clock = database.clock, clock
    database.info.update({name: value for name, value in INSTALLATION.items() if name not in database.info})
    try:
        with database.writing() as session:
            world = body_of(session, states, items, now, code)
            round_ = Round(session, world, clock)
            round_.dispatch(deadline=deadline_after(now))
            round_.serve()
            return world, round_.circulation.id
    finally:
        database.clock = kept


def present() -> datetime:
    """Return an instant just past, at which a world can begin that real processes go on with."""
    return datetime.now(UTC) - timedelta(hours=1)


def contact_points(world: World) -> list[tuple[Person, Appointment]]:
    """Return the contact points in the order of their States' codes, each with the appointment."""
    names = sorted(name for name in world.people if name.endswith(" contact_point"))
    return [(world.people[name], world.appointments[name]) for name in names]
