"""What time does: silence starts, deadlines hold or close, reminders fall due, letters are delivered.

Each circulation has a short transaction of its own; the same functions run in the thread, from the command
line and, one day, in a queue. What is owed is decided in `workflow/actions/`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import admitting_states, closing, reminding, serving
from workflow.audit.record import newest_at
from workflow.db import Database, locked, now
from workflow.domain.terms import CirculationStatus
from workflow.models.circulation import Circulation
from workflow.notices.connection import MailSettings
from workflow.notices.outbox import Keeper, deliver
from workflow.queries.cases import load

log = logging.getLogger(__name__)
#: How many letters one tick sends at most, so that deadlines never wait long behind them.
LETTERS_A_TICK = 200


@dataclass(frozen=True)
class Ticked:
    """What one tick did: circulations settled and reminded of, letters accepted by the mail server.

    `failed` counts what went wrong; the log says what.
    """

    settled: int = 0
    reminded: int = 0
    delivered: int = 0
    failed: int = 0


def tick(database: Database, send: Callable[[Database], int]) -> Ticked:
    """Do everything that time owes now; `send` sends due letters and returns how many were sent.

    What fails is logged and stops nothing else: deadlines wait neither for mail nor for one another.
    """
    # Letters first: what they prove may start silence; and again, for what the clock itself wrote.
    delivered, unsent = _sent(database, send)
    settled, unsettled = settle_due(database)
    reminded, unreminded = remind_due(database)
    informed, uninformed = inform_due(database)
    failed = unsent + unsettled + unreminded + uninformed
    if settled or reminded or informed:
        more, unsent = _sent(database, send)
        delivered, failed = delivered + more, failed + unsent
    return Ticked(settled, reminded, delivered, failed)


def settle_due(database: Database) -> tuple[int, int]:
    """Start silence where it can, and hold or close what is past its deadline; returns (done, failed)."""
    with database.reading() as session:
        ids = closing.due(session, now(session))
    return _each(database, ids, _settlement_owed, _settle)


def remind_due(database: Database) -> tuple[int, int]:
    """Write the reminders that fell due since the last (rule 6); returns (done, failed)."""
    return _each(database, _open(database), _reminder_owed, _remind)


def inform_due(database: Database) -> tuple[int, int]:
    """Send States admitted during a circulation their copy for information (rule 32); (done, failed)."""
    return _each(database, _open(database), _copy_owed, _inform)


def deliver_due(database: Database, settings: MailSettings, *, limit: int = LETTERS_A_TICK) -> int:
    """Send the letters that are due, keeping what each proves (rules 7-9); returns how many were sent."""
    keeper = Keeper(closing.settled, serving.accepted, serving.reached, serving.failed)
    return deliver(database, settings, limit=limit, keeper=keeper).sent


def clock_is_behind(database: Database, body: int) -> datetime | None:
    """Return the instant of the newest entry if the clock stands behind it, else None (rule 12)."""
    with database.reading() as session:
        newest = newest_at(session, body)
        return newest if newest is not None and now(session) < newest else None


def _open(database: Database) -> list[int]:
    with database.reading() as session:
        query = select(Circulation.id).where(Circulation.status == CirculationStatus.OPEN)
        return list(session.scalars(query.order_by(Circulation.id)))


def _settlement_owed(session: Session, key: int, instant: datetime) -> bool:
    return closing.is_owed(load(session, key), instant)


def _settle(session: Session, key: int) -> bool:
    circulation, _ = locked(session, Circulation, key)
    before = circulation.status, circulation.silence_started_at
    closing.settled(session, key)
    return before != (circulation.status, circulation.silence_started_at)


def _reminder_owed(session: Session, key: int, instant: datetime) -> bool:
    return reminding.is_owed(session, load(session, key), instant)


def _remind(session: Session, key: int) -> bool:
    circulation, instant = closing.settled(session, key)
    return reminding.remind(session, circulation, now=instant)


def _copy_owed(session: Session, key: int, instant: datetime) -> bool:
    return bool(admitting_states.uninformed(session, key, instant))


def _inform(session: Session, key: int) -> bool:
    circulation, instant = closing.settled(session, key)
    return admitting_states.inform(session, circulation, now=instant)


def _sent(database: Database, send: Callable[[Database], int]) -> tuple[int, int]:
    try:
        return send(database), 0
    except Exception:
        # A letter that breaks its sender is a fault to mend, but no reason for a deadline to wait.
        log.exception("The clock could not send letters; they wait.")
        return 0, 1


def _each(
    database: Database,
    ids: list[int],
    is_owed: Callable[[Session, int, datetime], bool],
    act: Callable[[Session, int], bool],
) -> tuple[int, int]:
    """Look at each circulation without a lock, and act where something is owed; returns (done, failed)."""
    done = failed = 0
    for key in ids:
        try:
            if not _looked(database, key, is_owed):
                continue
            with database.writing() as session:
                done += act(session, key)
        except Exception:
            # Whatever is wrong with one circulation, the deadlines of the others must be kept.
            failed += 1
            log.exception("The clock could not do what it owes circulation %s.", key)
    return done, failed


def _looked(database: Database, key: int, is_owed: Callable[[Session, int, datetime], bool]) -> bool:
    with database.reading() as session:
        newest = newest_at(session, session.get_one(Circulation, key).body_id)
        instant = now(session)
        # A clock that stands behind the log cannot tell what is owed (rule 12).
        return (newest is None or instant >= newest) and is_owed(session, key, instant)
