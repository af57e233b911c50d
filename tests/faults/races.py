"""Races between a State that objects and a clock that closes, on a database that really commits.

Every race has a circulation of its own whose deadline falls into it, and the database's own clock. What a
race must not show is written down in `breaches`.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.stages import INSTALLATION
from workflow.actions import closing, dispatching, preparing, responses, serving
from workflow.actions.admitting import Answer
from workflow.actions.preparing import Plan
from workflow.db import Database, now
from workflow.domain.mandates import Actor
from workflow.domain.rules import Rules, Span
from workflow.domain.terms import CirculationStatus, EvidenceKind, ResponseKind, Result, Status
from workflow.models.audit import AuditEntry
from workflow.models.body import Body, Meeting
from workflow.models.circulation import Circulation, CirculationItem, RosterState
from workflow.models.document import Version
from workflow.models.response import Response
from workflow.queries.cases import load

#: How long anything may wait for anything, in seconds.
PATIENCE = 30
#: The deadline falls at first this long after the start of a race, in seconds, and within these bounds.
AHEAD, SHORTEST, LONGEST = 0.010, 0.002, 0.200
_SECONDS_BODY = Rules(
    zone="Asia/Jakarta",
    minimum=Span(seconds=0),
    margin=Span(seconds=3600),
    floor_seconds=0,
    reminders=(),
)


@dataclass
class Race:
    """One race: its circulation and version, and what each side met (None: it went well)."""

    circulation: int
    version: int
    lodged: list[int] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


@dataclass
class Pace:
    """How far ahead the deadline of a race lies: so far that either side wins about half of them.

    A machine that is slow, or slow for a while, would let all objections come late at any fixed distance.
    """

    ahead: float = AHEAD

    def learn(self, timely: int, late: int) -> None:
        """Move the deadline away when objections mostly came late, and nearer when mostly in time."""
        longer = self.ahead * (1.3 if timely < late else 0.8)
        self.ahead = min(max(longer, SHORTEST), LONGEST)


def prepared(database: Database, count: int) -> tuple[list[Race], Actor]:
    """Give so many circulations of one item each, served and silent; returns them and who will object.

    One is dispatched by the real acts, the others are its copies: the race is about what comes after.
    """
    database.info.update(INSTALLATION)
    with database.writing() as session:
        instant = now(session)
        body, states = factories.founded(session, instant)
        body.rules = _SECONDS_BODY.to_json()
        for state in states.values():
            if state.code not in ("MY", "PH"):
                state.member_until = state.member_from
        people, appointments = factories.staffed(session, body, states, instant)
        _, _, versions = factories.plan(session, body, now=instant, count=count)
        shepherd = factories.actor(people["lead_shepherd"], appointments["lead_shepherd"], body, states)
        voice = factories.actor(people["MY contact_point"], appointments["MY contact_point"], body, states)
        first = _dispatched(session, body, versions[0].id, shepherd)
        copies = [_copied(session, first, version, number) for number, version in enumerate(versions[1:], 2)]
        return [Race(first.id, versions[0].id), *copies], voice


def _dispatched(session: Session, body: Body, version: int, shepherd: Actor) -> Circulation:
    instant = now(session)
    meeting = session.scalars(select(Meeting.id).where(Meeting.held_on.is_not(None))).first()
    plan = Plan("A race", (version,), meeting_id=meeting, deadline=instant + timedelta(hours=1))
    circulation = preparing.prepare(session, by=shepherd, now=instant, body=body, plan=plan)
    dispatching.dispatch(session, circulation, by=shepherd, now=instant)
    session.flush()
    for state in load(session, circulation.id).states:
        serving.spoken(session, circulation, EvidenceKind.ACKNOWLEDGED, state.id, None, instant)
    session.flush()
    return closing.settled(session, circulation.id)[0]


def _copied(session: Session, first: Circulation, version: Version, number: int) -> Race:
    copied = {
        column.key: getattr(first, column.key)
        for column in Circulation.__table__.columns
        if column.key != "id"
    }
    circulation = Circulation(**copied | {"number": number, "symbol": f"{first.symbol}-{number}"})
    session.add(circulation)
    session.flush()
    where = {"body_id": first.body_id, "circulation_id": circulation.id}
    session.add(CirculationItem(**where, version_id=version.id, position=1))
    for state in load(session, first.id).states:
        session.add(RosterState(**where, state_id=state.id))
        serving.spoken(session, circulation, EvidenceKind.ACKNOWLEDGED, state.id, None, now(session))
    move = update(Version).where(Version.id == version.id)
    session.execute(move.values(status=Status.NO_OBJECTION_DEADLINE))
    return Race(circulation.id, version.id)


def run(
    database: Database,
    races: list[Race],
    voice: Actor,
    chance: random.Random,
    pace: Pace,
    closers: int = 2,
) -> None:
    """In each of these races let one State object while so many clocks close, all around one deadline."""
    lead = pace.ahead * len(races)
    with database.writing() as session:
        deadline = now(session) + timedelta(seconds=lead)
        rows = update(Circulation).where(Circulation.id.in_([race.circulation for race in races]))
        session.execute(rows.values(deadline=deadline, first_deadline=deadline))
    sides = [(race, act) for race in races for act in [_object] + [_close] * closers]
    barrier = threading.Barrier(len(sides), timeout=PATIENCE)
    pauses = [chance.uniform(0, 2 * lead) for _ in sides]
    threads = [
        threading.Thread(target=_side, args=(act, database, race, voice, barrier, pause))
        for (race, act), pause in zip(sides, pauses, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    if any(thread.is_alive() for thread in threads):
        races[0].errors.append(TimeoutError("a side of a race never came back"))
    pace.learn(*sides_won(database, races))


def _object(database: Database, race: Race, voice: Actor) -> None:
    with database.writing() as session:
        circulation, instant = closing.settled(session, race.circulation)
        answer = Answer(race.version, ResponseKind.OBJECTION, "It is not ready.")
        by = voice.with_key(str(uuid4()))
        lodged = responses.lodge(session, circulation, [answer], by=by, now=instant)
        race.lodged += [one.id for one in lodged]


def _close(database: Database, race: Race, _voice: Actor) -> None:
    with database.writing() as session:
        closing.settled(session, race.circulation)


def _side(
    act: Callable[[Database, Race, Actor], None],
    database: Database,
    race: Race,
    voice: Actor,
    barrier: threading.Barrier,
    pause: float,
) -> None:
    try:
        barrier.wait()
        threading.Event().wait(pause)
        act(database, race, voice)
    except Exception as failure:
        race.errors.append(failure)


def settle(database: Database, races: list[Race]) -> None:
    """Close what no side of a race closed: the deadline came after both."""
    threading.Event().wait(5 * LONGEST)
    for race in races:
        with database.writing() as session:
            closing.settled(session, race.circulation)


def breaches(database: Database, races: list[Race]) -> list[str]:
    """Return everything a race must not show: an error, a lost objection, a wrong endorsement, two closes."""
    found = [f"race {race.circulation}: {error!r}" for race in races for error in race.errors]
    with database.reading() as session:
        for race in races:
            found += _breaches(session, race)
        seqs = list(session.scalars(select(AuditEntry.seq).order_by(AuditEntry.seq)))
    if seqs != list(range(len(seqs))):
        found.append("the log has a gap")
    return found


def _breaches(session: Session, race: Race) -> list[str]:
    circulation = session.get_one(Circulation, race.circulation)
    version = session.get_one(Version, race.version)
    result = session.scalars(
        select(CirculationItem.result).where(CirculationItem.circulation_id == race.circulation)
    ).one()
    kept = session.scalars(select(Response).where(Response.circulation_id == race.circulation)).all()
    closes = session.scalars(
        select(AuditEntry.seq).where(
            AuditEntry.circulation_id == race.circulation, AuditEntry.type == "circulation.closed"
        )
    ).all()
    found = []
    if circulation.status is not CirculationStatus.CLOSED or len(closes) != 1:
        found.append(f"race {race.circulation}: {circulation.status}, closed {len(closes)} times")
    if [one.id for one in kept] != race.lodged:
        found.append(f"race {race.circulation}: acknowledged {race.lodged}, kept {[one.id for one in kept]}")
    in_time = any(one.counts_at < circulation.deadline for one in kept)
    expected = (Status.SILENCE_BROKEN, Result.NOT_ENDORSED) if in_time else (Status.ENDORSED, Result.ENDORSED)
    if (version.status, result) != expected:
        found.append(f"race {race.circulation}: {version.status}, {result}; in time: {in_time}")
    return found


def sides_won(database: Database, races: list[Race]) -> tuple[int, int]:
    """Return how many objections came in time and how many late."""
    with database.reading() as session:
        rows = session.execute(
            select(Response.counts_at, Circulation.deadline)
            .join(Circulation, Circulation.id == Response.circulation_id)
            .where(Circulation.id.in_([race.circulation for race in races]))
        ).all()
    timely = sum(row.counts_at < row.deadline for row in rows)
    return timely, len(rows) - timely
