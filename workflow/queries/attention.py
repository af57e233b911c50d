"""What waits for the secretariat: rounds with open questions, failed letters, disputes, refused acts.

What is open in a running circulation is judged in `workflow/web/rounds.py`, from the same facts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.domain.terms import RUNNING, SPEAKERS, CirculationStatus, Service
from workflow.models.body import State
from workflow.models.circulation import Circulation, Dispute, Noting, Override
from workflow.models.incoming import MailboxReading
from workflow.models.notice import Notice
from workflow.models.people import Appointment, Person
from workflow.queries.cases import Loaded
from workflow.queries.circulations import load_many
from workflow.queries.incoming_mail import Came, came, how_many_wait, reading
from workflow.queries.refused_acts import RefusedAct, refused_acts

#: How many failed letters are shown; the list of letters has the rest.
SHOWN = 20
#: How long before its end an appointment is shown.
ENDS_SOON = timedelta(days=30)
_FAILED = (Service.REFUSED, Service.BOUNCED, Service.UNKNOWN)


@dataclass(frozen=True)
class Waiting:
    """An override that one person recorded and that waits for the other office."""

    override: Override
    circulation: Circulation
    state: State
    first: str


@dataclass(frozen=True)
class Ending:
    """An appointment that ends soon by itself; `is_last` where nobody else speaks for its State then."""

    appointment: Appointment
    person: Person
    state: State | None
    is_last: bool


@dataclass(frozen=True)
class Attention:
    """Everything that may wait for somebody; `failed_more` tells that older failed letters are not shown."""

    running: tuple[Loaded, ...]
    waiting: tuple[Waiting, ...]
    failed: tuple[tuple[Notice, State | None, str], ...]
    failed_more: bool
    disputes: tuple[tuple[Dispute, State, Circulation], ...]
    not_noted: int
    refused: tuple[RefusedAct, ...]
    replies: tuple[Came, ...]
    replies_waiting: int
    mailbox: MailboxReading | None
    ending: tuple[Ending, ...]


def attention(session: Session, body_id: int, now: datetime, *, shown: int = SHOWN) -> Attention:
    """Read what may wait for somebody at `now` (UTC): seventeen statements at any size.

    Of failed letters, of acts refused lately, and of messages that came by e-mail, `shown` at most.
    """
    circulations = session.scalars(
        select(Circulation)
        .where(Circulation.body_id == body_id, Circulation.status.in_(RUNNING))
        .order_by(Circulation.deadline, Circulation.id)
    ).all()
    loaded = load_many(session, circulations)
    failed = _failed(session, body_id, shown)
    return Attention(
        running=tuple(loaded[one.id] for one in circulations),
        waiting=tuple(_waiting(session, body_id)),
        failed=tuple(failed[:shown]),
        failed_more=len(failed) > shown,
        disputes=tuple(_disputes(session, body_id)),
        not_noted=_not_noted(session, body_id),
        refused=refused_acts(session, body_id, now, limit=shown),
        replies=came(session, body_id, waiting=True, limit=shown).rows,
        replies_waiting=how_many_wait(session, body_id),
        mailbox=reading(session, body_id),
        ending=tuple(_ending(session, body_id, now)),
    )


def _ending(session: Session, body_id: int, now: datetime) -> list[Ending]:
    """Return the appointments that end soon by themselves, the next first."""
    other = aliased(Appointment)
    stays = select(other.id).where(
        other.state_id == Appointment.state_id,
        other.role.in_(SPEAKERS),
        other.id != Appointment.id,
        or_(other.until.is_(None), other.until > Appointment.until),
    )
    rows = session.execute(
        select(Appointment, Person, State, stays.exists())
        .join(Person, Person.id == Appointment.person_id)
        .outerjoin(State, State.id == Appointment.state_id)
        .where(
            Appointment.body_id == body_id,
            Person.active,
            Appointment.until > now,
            Appointment.until <= now + ENDS_SOON,
        )
        .order_by(Appointment.until, Appointment.id)
    )
    return [
        Ending(held, person, state, held.role in SPEAKERS and not others)
        for held, person, state, others in rows
    ]


def _waiting(session: Session, body_id: int) -> list[Waiting]:
    rows = session.execute(
        select(Override, Circulation, State, Person.name)
        .join(Circulation, Circulation.id == Override.circulation_id)
        .join(State, State.id == Override.state_id)
        .join(Person, Person.id == Override.first_person_id)
        .where(Override.body_id == body_id, Override.second_at.is_(None), Circulation.status.in_(RUNNING))
        .order_by(Override.id)
    )
    return [Waiting(*row) for row in rows]


def _failed(session: Session, body_id: int, shown: int) -> list[tuple[Notice, State | None, str]]:
    """Return the letters of running circulations, or of none, that did not arrive, newest first."""
    rows = session.execute(
        select(Notice, State, Circulation.symbol)
        .outerjoin(State, State.id == Notice.state_id)
        .outerjoin(Circulation, Circulation.id == Notice.circulation_id)
        .where(
            Notice.body_id == body_id,
            Notice.status.in_(_FAILED),
            Circulation.id.is_(None) | Circulation.status.in_(RUNNING),
        )
        .order_by(Notice.id.desc())
        .limit(shown + 1)
    )
    return [(notice, state, symbol or "") for notice, state, symbol in rows]


def _disputes(session: Session, body_id: int) -> list[tuple[Dispute, State, Circulation]]:
    rows = session.execute(
        select(Dispute, State, Circulation)
        .join(State, State.id == Dispute.state_id)
        .join(Circulation, Circulation.id == Dispute.circulation_id)
        .where(Dispute.body_id == body_id, Dispute.settled_at.is_(None))
        .order_by(Dispute.id)
    )
    return [(dispute, state, circulation) for dispute, state, circulation in rows]


def _not_noted(session: Session, body_id: int) -> int:
    noted = select(Noting.id).where(Noting.circulation_id == Circulation.id)
    query = select(func.count()).where(
        Circulation.body_id == body_id, Circulation.status == CirculationStatus.CLOSED, ~noted.exists()
    )
    return session.scalar(query) or 0
