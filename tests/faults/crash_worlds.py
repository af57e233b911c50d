"""A body of 21 States with one circulation, as an installation whose processes will be killed.

What they do until then is in crash_child.py; what must be true afterwards, in crash_hunt.py.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.audit.test_tying_whole import ToldRound
from tests.databases import Backend
from tests.factories import World
from tests.settable_clock import MORNING, SettableClock
from tests.web.conftest import COMPILED
from workflow import settings
from workflow.actions.founding import found_body
from workflow.app import create_app
from workflow.db import Database
from workflow.domain.body import StateEntry
from workflow.domain.terms import Role
from workflow.models.body import Meeting, State

STATES = 21
#: Who speaks.
VOICE = "MY contact_point"


@dataclass(frozen=True)
class Installation:
    """One installation on a database of its own: where its database and its log's files are, and its mail."""

    url: str
    log_folder: str
    port: int

    def app(self, clock: SettableClock | None) -> Flask:
        """Return the application as its process would make it; without a clock the database's counts."""
        # A process that is killed removes no folder, so none is made for it.
        chosen = settings.load({"ADREF_CONFIG": "testing", "ADREF_LOG_FOLDER": self.log_folder})
        changed: dict[str, Any] = {
            "DATABASE_URL": self.url,
            # Made on the first run and kept in a file, as in an installation.
            "LOG_KEY": "",
            "CLOCK": clock,
            "MAIL_PORT": self.port,
            "WTF_CSRF_ENABLED": False,
        }
        app = create_app(chosen | changed)
        app.jinja_env.bytecode_cache = COMPILED
        return app


@dataclass(frozen=True)
class Place:
    """Who acts where: the key of the circulation, of its versions, of a person; what the session carries."""

    circulation: int
    versions: tuple[int, ...]
    body: int
    person: str
    appointment: int


@dataclass(frozen=True)
class Moment:
    """An installation as it stood at one moment, with nobody at work, to be copied."""

    backend: Backend
    installation: Installation
    place: Place

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Installation]:
        """Give a copy of its own; its files are in `folder`."""
        url = self.backend.copy_of(self.installation.url)
        log_folder = folder / "copied-log"
        shutil.copytree(self.installation.log_folder, log_folder)
        try:
            yield replace(self.installation, url=url, log_folder=str(log_folder))
        finally:
            shutil.rmtree(log_folder)
            self.backend.drop(url)


@contextmanager
def installed(backend: Backend, folder: Path, port: int, items: int = 2) -> Iterator[Moment]:
    """Give one circulation that is dispatched and signed, with 21 letters waiting, to be copied."""
    installation = Installation(backend.copy(), str(folder / "log"), port)
    clock = SettableClock()
    database: Database = installation.app(clock).extensions["adref"]
    with database.writing() as session:
        made = world(session, items)
        circulation = ToldRound(session, made, clock).dispatch()
    database.close()
    place = Place(
        circulation.id,
        tuple(version.id for version in made.versions),
        made.body.id,
        made.people[VOICE].get_id(),
        made.appointments[VOICE].id,
    )
    yield Moment(backend, installation, place)
    backend.drop(installation.url)


def world(session: Session, items: int = 2) -> World:
    """Write a body of 21 States with one contact point each, its offices, and a plan of so many items."""
    file = factories.body_file()
    since = date(1997, 1, 1)
    more = [
        StateEntry(f"X{letter}", f"State {letter}", "Capital", "Asia/Jakarta", frozenset({5, 6}), "ID", since)
        for letter in "ABCDEFGHIJ"
    ]
    old = [replace(state, member_from=since) for state in file.states]
    body = found_body(session, replace(file, states=(*old, *more)), MORNING)
    states = {row.code: row for row in session.query(State).filter_by(body_id=body.id)}
    assert len(states) == STATES
    meetings = {row.code: row for row in session.query(Meeting).filter_by(body_id=body.id)}
    wanted = [(f"{code} contact_point", Role.CONTACT_POINT, state) for code, state in states.items()]
    wanted.append(("lead_shepherd", Role.LEAD_SHEPHERD, states[factories.OFFICE]))
    people = {name: factories.new_person(body, name) for name in ["secretariat", *(one[0] for one in wanted)]}
    session.add_all(people.values())
    session.flush()
    appointments = {
        name: factories.new_appointment(people[name], role, state) for name, role, state in wanted
    }
    appointments["secretariat"] = factories.new_appointment(people["secretariat"], Role.SECRETARIAT)
    session.add_all(appointments.values())
    session.flush()
    document, kept, versions = factories.plan(session, body, meeting=meetings["20"], count=items)
    return World(body, states, meetings, people, appointments, document, kept, versions)
