"""What the tables of a body hold beside its circulations and papers, as facts of the names entries tell.

What the entries tell is in `told_of_body`; circulations are read in `kept`, papers in `kept_of_papers`.
"""

from collections import Counter, defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from workflow.audit.kept import Names, columns_of
from workflow.audit.rows import STATE, plan_sha256, secret_sha256, settings_sha256
from workflow.audit.told import Facts
from workflow.models.body import Body, Meeting, OfficeTerm, State
from workflow.models.circulation import Circulation, CirculationItem
from workflow.models.incoming import IncomingMessage
from workflow.models.notice import Notice
from workflow.models.people import AccountLink, Appointment, Person

_LINK = ("purpose", "created_at", "expires_at", "secret_sha256", "used_at")
_AT_ONCE = 100


def facts(session: Session, body: int, names: Names) -> Facts:
    """Return what the tables hold of the body's States, people, offices and preparations."""
    own = session.get_one(Body, body)
    states = session.scalars(select(State).where(State.body_id == body))
    meetings = session.scalars(select(Meeting).where(Meeting.body_id == body))
    return {
        "body": {"settings": settings_sha256(own), "rules": own.rules},
        **{f"State {one.code}": columns_of(one, *STATE) | {"called": one.name} for one in states},
        **{
            f"meeting {one.code}": columns_of(one, "held_on", "printed") | {"called": one.name}
            for one in meetings
        },
        **_people(session, body, names),
        **_offices(session, body, names),
        **_preparations(session, body),
        **_messages(session, body, names),
    }


def _messages(session: Session, body: int, names: Names) -> Facts:
    """Return what came by e-mail, each under the entry that told of it."""
    query = select(IncomingMessage, Notice.state_id).outerjoin(Notice, Notice.id == IncomingMessage.notice_id)
    query = query.where(IncomingMessage.body_id == body).options(undefer(IncomingMessage.text))
    columns = ("kind", "tie", "arrived_at", "read_at", "words", "waits")
    settled = ("settlement", "settled_at", "settled_by", "note")
    return {
        f"message of entry {row.entry_seq}": columns_of(row, *columns, *settled)
        | {"state": names.states[state]}
        for row, state in session.execute(query.order_by(IncomingMessage.id))
    }


def _people(session: Session, body: int, names: Names) -> Facts:
    people = session.scalars(select(Person).where(Person.body_id == body))
    columns = ("active", "epoch", "created_at", "name", "email")
    found: Facts = {
        f"person {row.public_id}": columns_of(row, *columns) | {"password": secret_sha256(row.password_hash)}
        for row in people
    }
    numbers: Counter[str] = Counter()
    rows = session.scalars(select(Appointment).where(Appointment.body_id == body).order_by(Appointment.id))
    for row in rows:
        thing = f"appointment of person {names.people[row.person_id]}, number"
        numbers[thing] += 1
        told = columns_of(row, "role", "since", "until") | {"state": names.states[row.state_id]}
        found[f"{thing} {numbers[thing]}"] = told
    links = session.scalars(select(AccountLink).where(AccountLink.body_id == body).order_by(AccountLink.id))
    for link in links:
        thing = f"link of person {names.people[link.person_id]}, number"
        numbers[thing] += 1
        found[f"{thing} {numbers[thing]}"] = columns_of(link, *_LINK)
    return found


def _offices(session: Session, body: int, names: Names) -> Facts:
    rows = session.scalars(select(OfficeTerm).where(OfficeTerm.body_id == body).order_by(OfficeTerm.id))
    return {
        f"term of office {number}": columns_of(row, "since", "until") | {"state": names.states[row.state_id]}
        for number, row in enumerate(rows, 1)
    }


def _preparations(session: Session, body: int) -> Facts:
    """Return what was prepared, dispatched or not: its items are chosen before the dispatch only."""
    chosen: dict[int, list[int]] = defaultdict(list)
    query = select(CirculationItem.circulation_id, CirculationItem.version_id)
    query = query.where(CirculationItem.body_id == body).order_by(CirculationItem.position)
    for key, version in session.execute(query):
        chosen[key].append(version)
    found: Facts = {}
    query_of = select(Circulation).where(Circulation.body_id == body)
    for row in session.scalars(query_of.execution_options(yield_per=_AT_ONCE)):
        plan = plan_sha256(row, chosen[row.id]) if row.status is None else None
        told = columns_of(row, "created_at", "created_by") | {
            "versions": sorted(chosen[row.id]),
            "plan": plan,
        }
        found[f"preparation {row.id}"] = told
        session.expunge(row)
    return found
