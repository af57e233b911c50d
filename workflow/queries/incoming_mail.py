"""What came by e-mail as rows to look through: what waits for a person, or everything; one with its text.

How a mailbox is read is in `workflow/notices/inbox.py`, what is done about a message in `actions/incoming`.
"""

import re
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, undefer

from workflow.domain.errors import NotFound
from workflow.domain.terms import RUNNING
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.models.incoming import IncomingMessage, MailboxReading
from workflow.models.notice import Notice
from workflow.models.people import Appointment, Person

#: How many messages one page shows.
PAGE = 50
_ADDRESS = re.compile(r"[^\s<>,;:\"()]{1,300}@[^\s<>,;:\"()]{1,300}")


@dataclass(frozen=True)
class Came:
    """One message with the letter it speaks of, whom that was to, and in which circulation it was."""

    message: IncomingMessage
    notice: Notice | None
    state: State | None
    circulation: Circulation | None


@dataclass(frozen=True)
class Page:
    """One page of messages, newest first; `older` is the key of the next page, or None on the last."""

    rows: tuple[Came, ...]
    older: int | None


@dataclass(frozen=True)
class Opened:
    """One message with its text, whose address it names as its sender's, and where it could be entered."""

    came: Came
    sender: Person | None
    sender_state: State | None
    settled_by: str
    circulations: tuple[Circulation, ...]

    @property
    def state(self) -> State | None:
        """Return the State that it probably speaks for, None where the letter and the sender name two."""
        known = {one.id: one for one in (self.came.state, self.sender_state) if one is not None}
        return known.popitem()[1] if len(known) == 1 else None


def came(
    session: Session, body_id: int, *, waiting: bool, before: int | None = None, limit: int = PAGE
) -> Page:
    """Read one page of a body's messages, newest first, without their texts: one statement."""
    query = _query().where(IncomingMessage.body_id == body_id)
    if waiting:
        query = query.where(IncomingMessage.waits)
    if before is not None:
        query = query.where(IncomingMessage.id < before)
    rows = session.execute(query.order_by(IncomingMessage.id.desc()).limit(limit + 1)).all()
    shown = tuple(Came(*row) for row in rows[:limit])
    return Page(shown, shown[-1].message.id if len(rows) > limit else None)


def how_many_wait(session: Session, body_id: int) -> int:
    """Count the messages that wait for a person: one statement."""
    query = select(func.count()).where(IncomingMessage.body_id == body_id, IncomingMessage.waits)
    return session.scalar(query) or 0


def reading(session: Session, body_id: int) -> MailboxReading | None:
    """Return how reading the mailbox goes, or None where there is none: one statement."""
    return session.scalars(select(MailboxReading).where(MailboxReading.body_id == body_id)).one_or_none()


def opened(session: Session, body_id: int, key: int) -> Opened:
    """Read one message with its text: four statements. Raises NotFound."""
    query = _query().options(undefer(IncomingMessage.text))
    query = query.where(IncomingMessage.body_id == body_id, IncomingMessage.id == key)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no such message.", remedy="Choose one from the list of replies.")
    found = Came(*row)
    sender, state = _sender(session, body_id, found.message.sender)
    who = select(Person.name).where(Person.public_id == found.message.settled_by)
    open_ones = select(Circulation).where(Circulation.body_id == body_id, Circulation.status.in_(RUNNING))
    running = session.scalars(open_ones.order_by(Circulation.deadline, Circulation.id)).all()
    own = (found.circulation,) if found.circulation is not None else ()
    others = tuple(one for one in running if one not in own)
    return Opened(found, sender, state, session.scalar(who) or "", own + others)


def _sender(session: Session, body_id: int, sender: str) -> tuple[Person | None, State | None]:
    """Return whose address this is, and the State the person speaks for; anybody can write that address."""
    addresses = [one.casefold() for one in _ADDRESS.findall(sender)]
    row = session.execute(
        select(Person, State)
        .outerjoin(Appointment, (Appointment.person_id == Person.id) & Appointment.until.is_(None))
        .outerjoin(State, State.id == Appointment.state_id)
        .where(Person.body_id == body_id, func.lower(Person.email).in_(addresses))
        .order_by(State.id.is_(None), Appointment.id)
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row else (None, None)


def _query() -> Select[IncomingMessage, Notice, State, Circulation]:
    return (
        select(IncomingMessage, Notice, State, Circulation)
        .outerjoin(Notice, Notice.id == IncomingMessage.notice_id)
        .outerjoin(State, State.id == Notice.state_id)
        .outerjoin(Circulation, Circulation.id == Notice.circulation_id)
    )
