"""Tests of appointments whose end is known when they are made."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import World
from tests.settable_clock import MORNING
from workflow.actions import people
from workflow.domain.errors import Invalid
from workflow.domain.terms import Role
from workflow.models.audit import AuditEntry
from workflow.models.people import Appointment
from workflow.queries.people import addressees

LATER = MORNING + timedelta(minutes=5)


def test_an_appointment_can_end_by_itself_and_earlier_by_hand(session: Session, world: World) -> None:
    until = LATER + timedelta(days=10)
    keeper = world.actor("secretariat")
    new = {"name": "New", "email": "new@example.org", "role": Role.ALTERNATE, "state_code": "MY"}
    made = people.appoint(session, by=keeper, now=LATER, body=world.body, until=until, **new)
    assert (made.until, last_entry(session)["until"]) == (until, f"{until:%Y-%m-%dT%H:%M:%S.%fZ}")
    assert person_speaks(session, world, made, until - timedelta(seconds=1))
    assert not person_speaks(session, world, made, until)
    people.end_appointment(session, made, by=keeper, now=LATER + timedelta(days=1))
    assert made.until == LATER + timedelta(days=1)


def last_entry(session: Session) -> dict[str, str]:
    """Return the newest entry of the log."""
    session.flush()
    newest = select(AuditEntry.entry).order_by(AuditEntry.seq.desc()).limit(1)
    return dict(json.loads(session.scalars(newest).one()))


def person_speaks(session: Session, world: World, made: Appointment, at: datetime) -> bool:
    """Tell whether who was appointed is written to at an instant."""
    found = addressees(session, world.body.id, at).get(made.state_id or 0, [])
    return made.person_id in {person.id for person in found}


@pytest.mark.parametrize(
    ("role", "state", "days", "words"),
    [
        (Role.ALTERNATE, "MY", 0, "over before it begins"),
        (Role.ALTERNATE, "MY", -1, "over before it begins"),
        (Role.SECRETARIAT, None, 10, "ends by hand"),
    ],
)
def test_an_end_that_cannot_be_is_refused(
    session: Session, world: World, role: Role, state: str | None, days: int, words: str
) -> None:
    new = {"name": "New", "email": "new@example.org", "role": role, "state_code": state}
    until = LATER + timedelta(days=days)
    with pytest.raises(Invalid, match=words) as refused:
        people.appoint(session, by=world.actor("secretariat"), now=LATER, body=world.body, until=until, **new)
    assert refused.value.field == "until"
