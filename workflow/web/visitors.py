"""Who visits: opens the request's session and reads the person, the capacity and the clock into `g`.

What a visitor may do is decided in `doors`; signing in is in `auth`.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import cast

from flask import Flask, current_app, g, request, session
from sqlalchemy.exc import SQLAlchemyError

from workflow import db
from workflow.audit.signer import Signer
from workflow.domain.mandates import Actor
from workflow.extensions import login
from workflow.models.people import Person
from workflow.queries.people import Capacity, Visitor, visitor
from workflow.web.cookies import AgelessCookies

#: Where the chosen appointment stands in the signed session cookie.
CAPACITY = "capacity"
#: When the session was used last, in seconds of the one clock.
USED = "used"
#: Where the language chosen for the pages stands there; it outlives signing in and out.
LANGUAGE = "language"
_PERSON = re.compile(r"([0-9]{1,18})\.\d{1,9}\Z")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Open a session before every request that has a page, and close it at the end."""
    app.session_interface = AgelessCookies()
    app.before_request(_enter)
    app.teardown_request(_leave)
    login.user_loader(_signed_in)
    # A session is one person in one browser; what ends it is the person's epoch.
    login.session_protection = None


def database() -> db.Database:
    """Return the application's database."""
    return cast(db.Database, current_app.extensions["adref"])


def signer() -> Signer:
    """Return who signs the logs of this installation."""
    return cast(Signer, current_app.extensions["log_signer"])


def start_again() -> None:
    """Undo what this request did, let go of its locks, and read the visitor anew for the page of an error."""
    if g.get("session") is not None:
        read_anew()


def read_anew() -> None:
    """Read the visitor of this session anew, to show a page; also where the request was stopped before that.

    Where not even that can be read, the page is shown as to nobody.
    """
    opened = g.get("session")
    if opened is not None:
        opened.close()
    g.writing, g.session = False, database().session(writing=False)
    try:
        _recognise(session.get("_user_id"))
    except SQLAlchemyError:
        current_app.logger.exception("The visitor of an error page could not be read.")
        g.session.close()
        _forget()


def start_reading() -> None:
    """Let go of the writing session after its commit: what follows only reads, and fails nothing."""
    g.session.close()
    g.writing, g.session = False, database().session(writing=False)


def _forget() -> None:
    g.person = g.body = g.office = g.actor = g.capacity = g.now = None
    g.capacities, g.clock_is_behind, g.log_fault, g.data_version = (), False, "", ""


def _enter() -> None:
    _forget()
    if request.endpoint is None or request.endpoint == "static":
        return
    view = current_app.view_functions[request.endpoint]
    g.writing = request.method not in _READING and getattr(view, "writes", True)
    # Nothing is sent to the database before the first statement; a writing one then takes the lock.
    g.session = database().session(writing=g.writing)
    _recognise(session.get("_user_id"))


def _leave(_error: BaseException | None) -> None:
    opened = g.pop("session", None)
    if opened is not None:
        opened.close()


def _recognise(user_id: str | None) -> None:
    """Read the visitor whose session this is, unless a newer epoch has ended it."""
    _forget()
    if user_id is None:
        return
    key = _PERSON.match(user_id)
    found = visitor(g.session, int(key[1])) if key else None
    if found is None or not found.person.active or found.person.get_id() != user_id or _is_over(found.now):
        session.clear()
        return
    g.person, g.body, g.office, g.now = found.person, found.body, found.office, found.now
    g.capacities, g.clock_is_behind = found.capacities, found.clock_is_behind
    if found.log is not None:
        g.log_fault = signer().fault(found.body.id, *found.log)
        # Every change is told in the log: its name, size and right edge are others after each.
        origin, size, edge, *_ = found.log
        g.data_version = f"{origin} {size} {edge.hex()}"
    # A session lasts as long as it is used: each answer carries it anew.
    session[USED] = int(found.now.timestamp())
    g.capacity = chosen(found)
    if g.capacity is not None:
        g.actor = as_actor(found, g.capacity)


def _is_over(now: datetime) -> bool:
    """Tell whether the session was not used for its hours; one that does not say when it was is over."""
    used = session.get(USED)
    if not isinstance(used, int):
        return True
    return now.timestamp() - used > current_app.permanent_session_lifetime.total_seconds()


def chosen(found: Visitor) -> Capacity | None:
    """Return the capacity chosen in this session, or the only one there is."""
    for capacity in found.capacities:
        if capacity.appointment.id == session.get(CAPACITY):
            return capacity
    return found.capacities[0] if len(found.capacities) == 1 else None


def as_actor(found: Visitor, capacity: Capacity) -> Actor:
    """Return the visitor in one capacity, for pages; an act reads it again in its transaction (rule 25)."""
    actor = Actor(
        public_id=found.person.public_id,
        role=capacity.role,
        person=found.person.id,
        appointment=capacity.appointment.id,
        body=found.body.id,
        name=found.person.name,
        auth="password",
    )
    if capacity.state is None:
        return actor
    return replace(actor, state=capacity.state.code, state_id=capacity.state.id)


def _signed_in(user_id: str) -> Person | None:
    person: Person | None = g.get("person")
    return person if person is not None and person.get_id() == user_id else None
