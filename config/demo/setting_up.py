"""Sets a demonstration up: the body, its invented people with one shared password, the plan as drafts.

Production refuses it; the product does not know it. What the people and the plan are is data beside it.
"""

import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import accounts, founding, importing, people
from workflow.actions.authority import actor_for
from workflow.actions.indexing import index_if_missing
from workflow.body_file import read_body
from workflow.db import Database, migrate, now
from workflow.domain.mandates import OPERATOR, Actor
from workflow.domain.terms import Role
from workflow.models.body import Body
from workflow.models.document import Document
from workflow.models.people import Appointment, Person
from workflow.papers.plan_text import read_bytes

HERE = Path(__file__).resolve().parent
PLAN = HERE / "plan.txt"
PEOPLE = HERE / "people.toml"


def set_up(app: Flask) -> Body:
    """Bring the database up to date and fill it once; what is there already is left as it is."""
    if not app.config["DEMONSTRATION"]:
        raise RuntimeError("These settings are no demonstration's: its people and mailbox stay out.")
    database: Database = app.extensions["adref"]
    migrate(database.url)
    with database.writing() as session:
        body = founding.found_body(session, read_body(Path(app.config["BODY"])), now(session))
        if session.scalars(select(Person.id)).first() is None:
            _appoint(session, body)
        if session.scalars(select(Document.id)).first() is None:
            _import(session, body)
        index_if_missing(session)
    return body


def password() -> str:
    """Return the password that all of the demonstration's people share."""
    return str(_people()["password"])


def sign_ins() -> list[tuple[str, str, str]]:
    """Return who can sign in, as (name, address, capacities in words)."""
    return [
        (person["name"], person["email"], ", ".join(_capacity(one) for one in person["appointments"]))
        for person in _people()["people"]
    ]


def acting(session: Session, role: Role, state: str | None = None, *, idem: str | None = None) -> Actor:
    """Return the first person appointed to a role, for a State if one is given, as the actor of an act."""
    query = select(Person, Appointment).join(Appointment, Appointment.person_id == Person.id)
    rows = session.execute(query.where(Appointment.role == role).order_by(Appointment.id)).all()
    for person, appointment in rows:
        actor = actor_for(session, person, appointment.id, now(session), idem=idem)
        if state is None or actor.state == state:
            return actor
    raise LookupError(f"nobody is appointed {role} {state or ''}")


def _people() -> dict[str, Any]:
    return tomllib.loads(PEOPLE.read_text(encoding="utf-8"))


def _capacity(appointment: dict[str, Any]) -> str:
    words = str(appointment["role"]).replace("_", " ")
    return f"{words} of {appointment['state']}" if "state" in appointment else words


def _appoint(session: Session, body: Body) -> None:
    instant = now(session)
    hashed = accounts.hashed(session, password())
    for person in _people()["people"]:
        for appointment in person["appointments"]:
            made = people.appoint(
                session,
                by=OPERATOR,
                now=instant,
                body=body,
                name=person["name"],
                email=person["email"],
                role=Role(appointment["role"]),
                state_code=appointment.get("state"),
                since=min(_since(appointment["since"]), instant),
            )
            appointed = session.get_one(Person, made.person_id)
            if appointed.password_hash is None:
                accounts.keep(session, appointed, hashed, by=OPERATOR, now=instant)


def _since(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _import(session: Session, body: Body) -> None:
    shepherd = acting(session, Role.LEAD_SHEPHERD)
    paper = read_bytes(PLAN.read_bytes())
    importing.import_paper(session, paper, by=shepherd, now=now(session), body=body)
