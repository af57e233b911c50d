"""A program that lodges: one response of one State in each transaction, with entry, receipt and letters.

Its words: the database, how many bodies (each with a writer of its own), a folder for what the log signed.
Started with `unlogged` it writes no entry and signs nothing: what the log costs is the difference.
"""

import itertools
import multiprocessing
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from uuid import uuid4

from workflow.audit import record as recording

if "unlogged" in sys.argv:
    # Before any action is imported: each of them takes its name from there.
    _numbers = itertools.count(1_000_000)
    recording.record = lambda *_, **__: next(_numbers)  # type: ignore[assignment]

from sqlalchemy import select

from tests.benchmarks.programs import obey
from tests.factories import actor
from workflow import settings
from workflow.actions import closing, responses
from workflow.actions.admitting import Answer
from workflow.app import create_app
from workflow.db import Database
from workflow.domain.mandates import Actor
from workflow.domain.terms import ResponseKind, Role
from workflow.models.body import Body, State
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.people import Appointment, Person

Lodging = tuple[Actor, int]


class Lodger:
    """Lodges for the States of one body, item after item; `folder` remembers what the log signed."""

    def __init__(self, url: str, body: str, folder: str) -> None:
        environment = {"ADREF_CONFIG": "testing", "ADREF_DATABASE_URL": url}
        app = create_app(settings.load(environment) | {"LOG_FOLDER": folder})
        self.database: Database = app.extensions["adref"]
        with self.database.reading() as session:
            found = session.scalars(select(Body).where(Body.code == body)).one()
            self.circulation = session.scalars(
                select(Circulation.id).where(Circulation.body_id == found.id)
            ).one()
            states = {
                one.code: one for one in session.scalars(select(State).where(State.body_id == found.id))
            }
            speakers = session.execute(
                select(Person, Appointment)
                .join(Appointment, Appointment.person_id == Person.id)
                .where(Person.body_id == found.id, Appointment.role == Role.CONTACT_POINT)
            ).all()
            versions = session.scalars(
                select(CirculationItem.version_id).where(CirculationItem.circulation_id == self.circulation)
            ).all()
            actors = [actor(person, held, found, states) for person, held in speakers]
        self.waiting: Iterator[Lodging] = iter([(by, version) for version in versions for by in actors])

    def lodge(self, count: int) -> list[float]:
        """Lodge so many responses and return the seconds of each."""
        return [self._lodge(by, version) for by, version in itertools.islice(self.waiting, count)]

    def _lodge(self, by: Actor, version: int) -> float:
        by = Actor(**{**vars(by), "idem": str(uuid4())})
        started = time.perf_counter()
        with self.database.writing() as session:
            circulation, now = closing.settled(session, self.circulation)
            answers = [Answer(version, ResponseKind.NO_OBJECTION, "")]
            responses.lodge(session, circulation, answers, by=by, now=now)
        return time.perf_counter() - started


class Together:
    """Lodgers of several bodies, each in a process of its own, that work at the same time."""

    def __init__(self, url: str, bodies: int, folder: str) -> None:
        context = multiprocessing.get_context("fork")
        self.ends, self.processes = [], []
        for number in range(bodies):
            here, there = context.Pipe()
            writer = context.Process(target=_serve, args=(there, url, f"BODY{number}", folder), daemon=True)
            writer.start()
            self.ends.append(here)
            self.processes.append(writer)
        for end in self.ends:
            assert end.recv() == "ready"

    def lodge(self, count: int) -> float:
        """Let each lodge so many responses and return the seconds until the last has done so."""
        started = time.perf_counter()
        for end in self.ends:
            end.send(count)
        for end in self.ends:
            assert end.recv() == count
        return time.perf_counter() - started


def _serve(end: Connection, url: str, body: str, folder: str) -> None:
    lodger = Lodger(url, body, folder)
    end.send("ready")
    while True:
        end.send(len(lodger.lodge(end.recv())))


if __name__ == "__main__":
    url, bodies, folder = sys.argv[1:4]
    if bodies == "1":
        obey({"lodge": Lodger(url, "BODY0", folder).lodge})
    else:
        obey({"lodge": Together(url, int(bodies), folder).lodge})
