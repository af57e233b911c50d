"""Where races are held: many small circulations of one body, and a clock that every look at it moves on.

Who races is in `sides`; what a race must not show is in `histories`.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.settable_clock import MORNING
from tests.stages import INSTALLATION
from workflow.actions import closing, dispatching, preparing, serving
from workflow.actions.preparing import Plan
from workflow.db import Database, now
from workflow.domain.rules import Rules, Span
from workflow.domain.terms import EvidenceKind, Role, Status
from workflow.models.body import Body, Meeting, State
from workflow.models.circulation import Circulation, CirculationItem, RosterState
from workflow.models.document import Version
from workflow.models.notice import ServiceEvidence
from workflow.models.people import Appointment, Person
from workflow.queries.cases import load

TICK = timedelta(microseconds=1)
#: Who takes part: the office's State, and the one that speaks in the races.
OFFICE, SPEAKER = "PH", "MY"
_SECONDS_BODY = Rules(
    zone="Asia/Jakarta",
    minimum=Span(seconds=0),
    margin=Span(seconds=3600),
    floor_seconds=0,
    reminders=(),
)


class Ticking:
    """A clock of whole microseconds that every look moves on by one, for all threads alike.

    On it a deadline falls between two looks however slow the machine is. `latest` is the last look's.
    """

    def __init__(self, start: datetime = MORNING) -> None:
        self.latest = start
        self.looking = threading.Lock()

    def __call__(self) -> datetime:
        """Move on by a microsecond and return the instant."""
        with self.looking:
            self.latest += TICK
            return self.latest

    def leap(self, to: datetime) -> None:
        """Let the next look show this instant, unless it is past already."""
        with self.looking:
            self.latest = max(self.latest, to - TICK)


@dataclass(frozen=True)
class Holder:
    """A person in a capacity, by keys: what a signed-in session knows before it asks for authority."""

    person: int
    appointment: int


@dataclass
class Race:
    """One race: its circulation, the version before the States, and who will speak and be dismissed."""

    circulation: int
    version: int
    voice: Holder | None = None


@dataclass
class Arena:
    """The body with its circulations, served and silent, each raced in once."""

    database: Database
    body: int
    speaker: int
    shepherd: Holder
    secretary: Holder
    first: int = 0
    races: list[Race] = field(default_factory=list)

    @classmethod
    def prepared(cls, database: Database, count: int) -> "Arena":
        """Found the body and give so many circulations of one item each.

        They are copies of one that is dispatched by the real acts: races are about what comes after.
        """
        database.info.update(INSTALLATION)
        with database.writing() as session:
            instant = now(session)
            body, states = factories.founded(session, instant)
            body.rules = _SECONDS_BODY.to_json()
            for state in states.values():
                if state.code not in (OFFICE, SPEAKER):
                    state.member_until = state.member_from
            people, appointments = factories.staffed(session, body, states, instant)
            _, _, versions = factories.plan(session, body, now=instant, count=1)
            names = ("lead_shepherd", "secretariat")
            held = [Holder(people[name].id, appointments[name].id) for name in names]
            arena = cls(database, body.id, states[SPEAKER].id, *held)
            shepherd = factories.actor(people[names[0]], appointments[names[0]], body, states)
            arena.first = _dispatched(session, body, versions[0].id, shepherd).id
            _dismissed(session, appointments, instant)
        arena.races = arena.copies(count) if count else []
        return arena

    def copies(self, count: int) -> list[Race]:
        """Give so many circulations more."""
        with self.database.writing() as session:
            body = session.get_one(Body, self.body)
            _, _, versions = factories.plan(session, body, now=now(session), count=count)
            return _copies(session, session.get_one(Circulation, self.first), versions)

    def opened(self, session: Session, deadlines: Sequence[tuple[Race, datetime]]) -> None:
        """Give these races their deadlines."""
        for race, deadline in deadlines:
            row = update(Circulation).where(Circulation.id == race.circulation)
            session.execute(row.values(deadline=deadline, first_deadline=deadline))

    def called(self, session: Session, races: Sequence[Race]) -> None:
        """Give each of these races a voice that the State has for this race alone."""
        body, state = session.get_one(Body, self.body), session.get_one(State, self.speaker)
        people = [factories.new_person(body, f"Voice {race.circulation}", MORNING) for race in races]
        session.add_all(people)
        session.flush()
        held = [factories.new_appointment(person, Role.ALTERNATE, state, MORNING) for person in people]
        session.add_all(held)
        session.flush()
        for race, person, appointment in zip(races, people, held, strict=True):
            race.voice = Holder(person.id, appointment.id)

    def over(self, races: Sequence[Race]) -> None:
        """Let the voices of these races go, straight in the table: their letters are not wanted any more."""
        voices = [race.voice.appointment for race in races if race.voice is not None]
        with self.database.writing() as session:
            held = update(Appointment).where(Appointment.id.in_(voices), Appointment.until.is_(None))
            session.execute(held.values(until=now(session)))


def _dispatched(session: Session, body: Body, version: int, shepherd: object) -> Circulation:
    instant = now(session)
    meeting = session.scalars(select(Meeting.id).where(Meeting.held_on.is_not(None))).first()
    plan = Plan("A race", (version,), meeting_id=meeting, deadline=instant + timedelta(hours=1))
    circulation = preparing.prepare(session, by=shepherd, now=instant, body=body, plan=plan)  # type: ignore[arg-type]
    dispatching.dispatch(session, circulation, by=shepherd, now=instant)  # type: ignore[arg-type]
    session.flush()
    for state in load(session, circulation.id).states:
        serving.spoken(session, circulation, EvidenceKind.ACKNOWLEDGED, state.id, None, instant)
    session.flush()
    return closing.settled(session, circulation.id)[0]


def _copies(session: Session, first: Circulation, versions: Sequence[Version]) -> list[Race]:
    session.flush()
    copied = {one.key: getattr(first, one.key) for one in Circulation.__table__.columns if one.key != "id"}
    newest = session.scalar(select(func.max(Circulation.number))) or 0
    numbers = range(newest + 1, newest + len(versions) + 1)
    rows = [copied | {"number": number, "symbol": f"{first.symbol}-{number}"} for number in numbers]
    keys = session.scalars(insert(Circulation).returning(Circulation.id, sort_by_parameter_order=True), rows)
    races = [Race(key, version.id) for key, version in zip(keys, versions, strict=True)]
    where = [{"body_id": first.body_id, "circulation_id": race.circulation} for race in races]
    items = zip(where, races, strict=True)
    session.execute(
        insert(CirculationItem), [one | {"version_id": race.version, "position": 1} for one, race in items]
    )
    instant = now(session)
    for state in load(session, first.id).states:
        session.execute(insert(RosterState), [one | {"state_id": state.id} for one in where])
        served = {"state_id": state.id, "kind": EvidenceKind.ACKNOWLEDGED, "at": instant}
        served |= {"recorded_at": instant, "detail": ""}
        session.execute(insert(ServiceEvidence), [one | served for one in where])
    move = update(Version).where(Version.id.in_([version.id for version in versions]))
    session.execute(move.values(status=Status.NO_OBJECTION_DEADLINE))
    return races


def _dismissed(session: Session, appointments: dict[str, Appointment], instant: datetime) -> None:
    """Leave one person to each side: every letter to more costs time and decides nothing."""
    kept = ("lead_shepherd", "secretariat", f"{OFFICE} contact_point")
    for name, held in appointments.items():
        if name not in kept:
            held.until = instant
    session.flush()


def holder(session: Session, one: Holder) -> Person:
    """Return the person as a request finds it before authority is asked for."""
    return session.get_one(Person, one.person)


def form_key() -> str:
    """Return the key that a form carries (its submission is idempotent)."""
    return str(uuid4())
