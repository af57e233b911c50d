"""A small world to test in: a body of eleven States, its people, and one plan of six items.

Everything is written straight into tables; what the actions do with it is for the tests of the actions.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import count
from uuid import uuid4

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from tests.settable_clock import MORNING
from workflow.actions.founding import found_body
from workflow.domain.body import BodyFile, MeetingEntry, OfficeEntry, StateEntry
from workflow.domain.canonical import version_sha256
from workflow.domain.mandates import Actor
from workflow.domain.rules import Rules
from workflow.domain.terms import DocumentKind, Role, Status
from workflow.models.body import Body, Meeting, OfficeTerm, State
from workflow.models.document import Document, Item, Version
from workflow.models.people import Appointment, Person

#: Everybody's password in a test.
PASSWORD = "seven wet umbrellas"
#: The State that holds the office at first.
OFFICE = "PH"
#: The State that is admitted later than all others, on 26 October 2025.
NEWEST = "TL"

_SATURDAY_SUNDAY = frozenset({5, 6})
_STATES = (
    ("BN", "Brunei Darussalam", "Bandar Seri Begawan", "Asia/Brunei", frozenset({4, 6})),
    ("KH", "Cambodia", "Phnom Penh", "Asia/Phnom_Penh", _SATURDAY_SUNDAY),
    ("ID", "Indonesia", "Jakarta", "Asia/Jakarta", _SATURDAY_SUNDAY),
    ("LA", "Lao PDR", "Vientiane", "Asia/Vientiane", _SATURDAY_SUNDAY),
    ("MY", "Malaysia", "Kuala Lumpur", "Asia/Kuala_Lumpur", _SATURDAY_SUNDAY),
    ("MM", "Myanmar", "Naypyidaw", "Asia/Yangon", _SATURDAY_SUNDAY),
    ("PH", "Philippines", "Manila", "Asia/Manila", _SATURDAY_SUNDAY),
    ("SG", "Singapore", "Singapore", "Asia/Singapore", _SATURDAY_SUNDAY),
    ("TH", "Thailand", "Bangkok", "Asia/Bangkok", _SATURDAY_SUNDAY),
    ("TL", "Timor-Leste", "Dili", "Asia/Dili", _SATURDAY_SUNDAY),
    ("VN", "Viet Nam", "Ha Noi", "Asia/Ho_Chi_Minh", _SATURDAY_SUNDAY),
)
_NEWEST_SINCE = date(2025, 10, 26)
_TITLES = (
    "Support for ACTIP implementation",
    "Responsive support to SOMTC Lead Shepherd on TIP",
    "ASEAN sectoral bodies cooperation",
    "Support for transnational investigative cooperation",
    "Support to knowledge exchange",
    "ACTIP Implementation Project technical support and input",
)
_numbers = count(1)


@cache
def body_file() -> BodyFile:
    """Return the body as its file would describe it: ten member States in 2020, the eleventh in 2025."""
    states = tuple(
        StateEntry(
            code, name, capital, zone, weekend, code, _NEWEST_SINCE if code == NEWEST else date(1997, 1, 1)
        )
        for code, name, capital, zone, weekend in _STATES
    )
    return BodyFile(
        code="SOMTC",
        name="Senior Officials Meeting on Transnational Crime",
        short="SOMTC",
        secretariat="ASEAN Secretariat",
        programme="ASEAN-ACT",
        office=OfficeEntry(title="Lead Shepherd on Trafficking in Persons", state=OFFICE),
        rules=Rules(zone="Asia/Jakarta", calendars=("ID",)),
        states=states,
        meetings=(
            MeetingEntry(20, "20th SOMTC", "Jakarta", held_on=date(2020, 7, 8)),
            MeetingEntry(21, "21st SOMTC", "Ha Noi", planned_year=2021),
        ),
        wordings={"endorsed": "Endorsed the project as part of the {document}"},
    )


@dataclass
class World:
    """A founded body with its States by code, its people by name, and one plan whose items are drafts.

    `people` holds "lead_shepherd", "secretariat", "secretary" (a second of that office), "programme", and
    for every State code "XX contact_point", "XX alternate" and "XX drafter".
    """

    body: Body
    states: dict[str, State]
    meetings: dict[str, Meeting]
    people: dict[str, Person]
    appointments: dict[str, Appointment]
    document: Document
    items: list[Item]
    versions: list[Version]

    @property
    def members(self) -> list[State]:
        """Return the ten States that are members in 2020."""
        return [state for state in self.states.values() if state.code != NEWEST]

    def actor(self, name: str, idem: str | None = None) -> Actor:
        """Return the person of this name acting in the capacity of the appointment of this name."""
        return actor(self.people[name], self.appointments[name], self.body, self.states, idem)


def actor(
    person: Person, appointment: Appointment, body: Body, states: dict[str, State], idem: str | None = None
) -> Actor:
    """Return a person acting in one capacity, as the doors would read it."""
    code = next((state.code for state in states.values() if state.id == appointment.state_id), None)
    return Actor(
        public_id=person.public_id,
        role=appointment.role,
        person=person.id,
        appointment=appointment.id,
        body=body.id,
        name=person.name,
        state=code,
        state_id=appointment.state_id,
        auth="password",
        idem=idem,
    )


def world(session: Session, now: datetime = MORNING) -> World:
    """Write a body, its States and people, and a work plan of six drafts; flushed, not committed."""
    body, states = founded(session, now)
    meetings = {row.code: row for row in session.query(Meeting).filter_by(body_id=body.id)}
    people, appointments = staffed(session, body, states, now)
    document, items, versions = plan(session, body, now=now, meeting=meetings["20"])
    return World(body, states, meetings, people, appointments, document, items, versions)


def founded(session: Session, now: datetime = MORNING) -> tuple[Body, dict[str, State]]:
    """Write the body of `body_file` and return it with its States by code."""
    body = found_body(session, body_file(), now)
    return body, {row.code: row for row in session.query(State).filter_by(body_id=body.id)}


def staffed(
    session: Session, body: Body, states: dict[str, State], now: datetime = MORNING
) -> tuple[dict[str, Person], dict[str, Appointment]]:
    """Write both offices, the programme, and three focal points for every State."""
    wanted: list[tuple[str, Role, State | None]] = [
        ("lead_shepherd", Role.LEAD_SHEPHERD, states[OFFICE]),
        ("secretariat", Role.SECRETARIAT, None),
        ("secretary", Role.SECRETARIAT, None),
        ("programme", Role.PROGRAMME, None),
    ]
    for code, state in states.items():
        for role in (Role.CONTACT_POINT, Role.ALTERNATE, Role.DRAFTER):
            wanted.append((f"{code} {role}", role, state))
    people = {name: new_person(body, name, now) for name, _, _ in wanted}
    session.add_all(people.values())
    session.flush()
    appointments = {name: new_appointment(people[name], role, state, now) for name, role, state in wanted}
    session.add_all(appointments.values())
    session.flush()
    return people, appointments


def new_person(body: Body, name: str, now: datetime = MORNING) -> Person:
    """Return a person, not yet added, whose address is made from the name: "MY drafter" has my.drafter@…."""
    return Person(
        body_id=body.id,
        public_id=str(uuid4()),
        name=name,
        email=f"{name.lower().replace(' ', '.')}@example.org",
        password_hash=_password_hash(),
        created_at=now,
    )


def new_appointment(
    person: Person, role: Role, state: State | None = None, now: datetime = MORNING
) -> Appointment:
    """Return an appointment, not yet added, of a person that already has an id."""
    return Appointment(
        body_id=person.body_id,
        person_id=person.id,
        role=role,
        state_id=state.id if state is not None else None,
        since=now,
    )


def office_passed(session: Session, body: Body, state: State, now: datetime) -> None:
    """Give the office to another State, without a letter or an entry."""
    for term in session.query(OfficeTerm).filter_by(body_id=body.id, until=None):
        term.until = now
    session.add(OfficeTerm(body_id=body.id, state_id=state.id, since=now))
    session.flush()


def plan(
    session: Session,
    body: Body,
    *,
    now: datetime = MORNING,
    meeting: Meeting | None = None,
    count: int = len(_TITLES),
) -> tuple[Document, list[Item], list[Version]]:
    """Write a work plan with `count` items, each with one draft, the last in a section of its own."""
    number = next(_numbers)
    document = Document(
        body_id=body.id,
        code=f"work-plan-{number}",
        kind=DocumentKind.WORK_PLAN,
        title="ASEAN and ASEAN-ACT Work Plan 2020-2023",
        period_from=2020,
        period_until=2023,
        columns=["Project", "Status", "Actions taken ad referendum"],
        meeting_id=meeting.id if meeting is not None else None,
        created_at=now,
    )
    session.add(document)
    session.flush()
    items = [
        Item(
            body_id=body.id,
            document_id=document.id,
            key=f"plan{number}-{position}",
            position=position,
            section="Other activities" if position == count else None,
        )
        for position in range(1, count + 1)
    ]
    session.add_all(items)
    session.flush()
    versions = [new_version(item, _TITLES[index % len(_TITLES)], now=now) for index, item in enumerate(items)]
    session.add_all(versions)
    session.flush()
    return document, items, versions


def new_version(
    item: Item, title: str, *, number: int = 1, now: datetime = MORNING, status: Status = Status.DRAFT
) -> Version:
    """Return a version, not yet added, of an item that already has an id."""
    points, texts = ["Bohol TIP Work Plan", "SOMTC support"], {"status": f"Ongoing, number {number}"}
    return Version(
        body_id=item.body_id,
        item_id=item.id,
        number=number,
        status=status,
        title=title,
        points=points,
        texts=texts,
        sha256=version_sha256(title, points, texts),
        created_at=now,
        changed_at=now,
        changed_by="test",
        decided_at=now if status is Status.ENDORSED else None,
    )


@cache
def _password_hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
