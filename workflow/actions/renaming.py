"""Changing how a person is called and reached; service at the former address proves nothing of the new one.

Appointments are in `people`; passwords and links are in `accounts`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions.accounts import end_links
from workflow.actions.authority import permit_keeping
from workflow.actions.fitting import LONGEST_NAME, address
from workflow.actions.succession import running_for, write_to
from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.errors import Invalid, says
from workflow.domain.mandates import Act, Actor
from workflow.domain.texts import one_line
from workflow.models.people import Person
from workflow.queries.people import capacities


def change_person(
    session: Session, person: Person, *, by: Actor, now: datetime, name: str, email: str
) -> int:
    """Change a person's name, address or both; what is the same already changes nothing.

    Effects: one entry; with a new address the links sent to the former one end, and a contact point or
    alternate is sent the letter of each running circulation there (rules 2, 9). Returns how many letters
    that are. Raises NotAllowed, and Invalid naming `name` or `email`.
    """
    permit_keeping(by, Act.MANAGE_PEOPLE, person.body_id)
    shown = one_line(name, "name", required=True, longest=LONGEST_NAME)
    reached_at = address(email)
    # The person first, then the circulations, then the log, as everywhere (rule 14).
    session.refresh(person, with_for_update={"key_share": True})
    circulations = _running_for(session, person, now)
    former = person.name, person.email
    if (shown, reached_at) == former:
        return 0
    _require_free(session, person, reached_at)
    person.name, person.email = shown, reached_at
    session.flush()
    _record(session, person, former, by, now)
    if reached_at == former[1]:
        return 0
    end_links(session, person, now)
    write_to(session, person, circulations, by=by, now=now)
    return len(circulations)


def _running_for(session: Session, person: Person, now: datetime) -> list[int]:
    """Lock the circulations before the State this person speaks for, and return their ids."""
    speaking = [one.state for one in capacities(session, person.id, now) if one.role.speaks and one.state]
    return running_for(session, speaking[0]) if speaking else []


def _require_free(session: Session, person: Person, reached_at: str) -> None:
    query = select(Person.name).where(
        Person.body_id == person.body_id, Person.email == reached_at, Person.id != person.id
    )
    other = session.scalar(query)
    if other is not None:
        raise Invalid(
            says("{other} has this address; people are known by their addresses.", other=other),
            remedy="Use another address, or end the appointments of the one and appoint the other.",
            field="email",
        )


def _record(session: Session, person: Person, former: tuple[str, str], by: Actor, now: datetime) -> None:
    name, email = former
    renamed, moved = person.name != name, person.email != email
    record(
        session,
        Entry.PERSON_CHANGED,
        by=by,
        at=now,
        body=person.body_id,
        person=person.public_id,
        name_before=name if renamed else None,
        name=person.name if renamed else None,
        address_before=email if moved else None,
        address=person.email if moved else None,
    )
