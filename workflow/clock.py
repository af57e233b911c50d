"""What time does: silence starts, deadlines hold or close, reminders fall due, letters are delivered.

Each circulation has a short transaction of its own; the same functions run in the thread, from the command
line and from a queue. What is owed is decided in `workflow/actions/`.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflow.actions import (
    admitting_states,
    closing,
    incoming,
    long_exports,
    reminding,
    reminding_reports,
    serving,
)
from workflow.audit.record import newest_at
from workflow.db import Database, locked, now
from workflow.models.audit import LogHead
from workflow.models.circulation import Circulation
from workflow.notices.connection import MailSettings
from workflow.notices.inbox import Message, ReadMail, read_mailbox
from workflow.notices.mailbox import MailboxSettings
from workflow.notices.outbox import Keeper, deliver
from workflow.notices.return_address import ReturnAddress
from workflow.queries.awaited import Watch
from workflow.queries.cases import Loaded, load

log = logging.getLogger(__name__)
#: What is known of each database's circulations from look to look; nothing is lost with it.
_WATCHES: WeakKeyDictionary[Database, Watch] = WeakKeyDictionary()
#: How many letters one tick sends at most, so that deadlines never wait long behind them.
LETTERS_A_TICK = 200


@dataclass
class Ticked:
    """What one tick did: circulations settled and reminded of, letters accepted by the mail server.

    `signed` counts checkpoints that a crash had left unsigned.
    `failed` counts what went wrong; the log says what. `is_behind` tells that the clock stands behind the
    newest entry, so that nothing of it was done (rule 12).
    """

    settled: int = 0
    reminded: int = 0
    delivered: int = 0
    signed: int = 0
    failed: int = 0
    is_behind: bool = False


@dataclass(frozen=True)
class Duty:
    """One thing that time owes a circulation: how to see it without a lock, and how to do it under the lock.

    `act` looks again, and returns whether there was anything to do.
    """

    is_owed: Callable[[Session, Loaded, datetime], bool]
    act: Callable[[Session, int], bool]


def tick(
    database: Database, send: Callable[[Database], int], sign: Callable[[Database], int] | None = None
) -> Ticked:
    """Do everything that time owes now; `send` sends due letters and returns how many were sent.

    `sign` signs what was committed and not signed, because a process died between the two, and returns
    how many checkpoints that were.
    What fails is logged and stops nothing else: deadlines wait neither for mail nor for one another.
    """
    ticked = Ticked(is_behind=_stands_behind(database))
    # Receipts before letters, which carry them.
    _sign(database, sign, ticked)
    # Letters before deadlines: what they prove may start silence; and again, for what the clock itself wrote.
    _send(database, send, ticked)
    owed = _owed(database, ticked)
    ticked.settled = _do(database, _SETTLING, owed, ticked)
    ticked.reminded = _do(database, _REMINDING, owed, ticked)
    informed = _do(database, _INFORMING, owed, ticked)
    ticked.reminded += remind_reports(database, ticked)
    written = write_exports(database, ticked)
    if ticked.settled or ticked.reminded or informed or written:
        _send(database, send, ticked)
    return ticked


def due(database: Database) -> list[int]:
    """Return the ids of the circulations to which time owes anything; without a lock, nothing is done."""
    if _stands_behind(database):
        return []
    owed = _owed(database, Ticked())
    return sorted({key for keys in owed.values() for key in keys})


def keep(database: Database, key: int) -> Ticked:
    """Do all that time owes one circulation; where it owes nothing, nothing is done.

    Each duty looks again under the lock: asked for twice, late or on two hosts at once, it acts once.
    """
    ticked = Ticked()
    owed: dict[Duty, list[int]] = {duty: [] for duty in _DUTIES}
    with _apart(key, ticked):
        for duty in _looked(database, key):
            owed[duty].append(key)
    ticked.settled = _do(database, _SETTLING, owed, ticked)
    ticked.reminded = _do(database, _REMINDING, owed, ticked)
    _do(database, _INFORMING, owed, ticked)
    return ticked


def remind_reports(database: Database, ticked: Ticked | None = None) -> int:
    """Write the reminders of reports that are due, each in a transaction of its own; returns how many."""
    ticked = Ticked() if ticked is None else ticked
    if ticked.is_behind:
        return 0
    with database.reading() as session:
        keys = reminding_reports.due(session, now(session))
    done = 0
    for key in keys:
        with _apart(key, ticked, "the report of period"), database.writing() as session:
            done += reminding_reports.remind(session, key)
    return done


def write_exports(database: Database, ticked: Ticked | None = None) -> int:
    """Write the long exports that were asked for, and forget old ones; returns how many were written."""
    ticked = Ticked() if ticked is None else ticked
    with database.reading() as session:
        keys = long_exports.owed(session, now(session))
    done = 0
    for key in keys:
        with _apart(key, ticked, "the export"):
            done += long_exports.write(database, key)
    if done:
        with database.writing() as session:
            long_exports.forget_old(session, now(session))
    return done


def deliver_due(database: Database, settings: MailSettings, *, limit: int = LETTERS_A_TICK) -> int:
    """Send the letters that are due, keeping what each proves (rules 7-9); returns how many were sent."""
    keeper = Keeper(closing.settled, serving.accepted, serving.reached, serving.failed)
    return deliver(database, settings, limit=limit, keeper=keeper).sent


def read_due(database: Database, settings: MailboxSettings, returns: ReturnAddress | None = None) -> ReadMail:
    """Read what came back by e-mail, if it is time to (rules 9, 26, 34); raises nothing for mail.

    It is no part of `tick`: no deadline and no letter waits for a mailbox.
    """

    def keep(session: Session, message: Message, body: int) -> bool:
        return incoming.keep(session, message, body, returns)

    return read_mailbox(database, settings, keep)


def clock_is_behind(database: Database, body: int) -> datetime | None:
    """Return the instant of the newest entry if the clock stands behind it, else None (rule 12)."""
    with database.reading() as session:
        newest = newest_at(session, body)
        return newest if newest is not None and now(session) < newest else None


def _stands_behind(database: Database) -> bool:
    """Tell whether the clock stands behind the newest entry of any log, and tell the operator (rule 12)."""
    try:
        with database.reading() as session:
            newest = session.scalar(select(func.max(LogHead.newest_at)))
            instant = now(session)
    except SQLAlchemyError:
        # Nothing waits for this answer: what is done next asks the same database, and says what it met.
        log.exception("The clock could not be compared with the log.")
        return False
    if newest is None or instant >= newest:
        return False
    log.error(
        "The clock says %s, but the log holds an entry of %s. Only objections and inputs are taken until the "
        "clock is set right.",
        instant.isoformat(),
        newest.isoformat(),
    )
    return True


def _owed(database: Database, ticked: Ticked) -> dict[Duty, list[int]]:
    """Look once at each open circulation that has reason to be, and return by duty the ids of those owed."""
    owed: dict[Duty, list[int]] = {duty: [] for duty in _DUTIES}
    with database.reading() as session:
        keys = _WATCHES.setdefault(database, Watch()).awaited(session, now(session))
    for key in keys:
        with _apart(key, ticked):
            for duty in _looked(database, key):
                owed[duty].append(key)
    return owed


def _looked(database: Database, key: int) -> list[Duty]:
    with database.reading() as session:
        loaded = load(session, key)
        newest = newest_at(session, loaded.circulation.body_id)
        instant = now(session)
        if newest is not None and instant < newest:
            # A clock that stands behind the log cannot tell what is owed (rule 12).
            return []
        return [duty for duty in _DUTIES if duty.is_owed(session, loaded, instant)]


def _do(database: Database, duty: Duty, owed: dict[Duty, list[int]], ticked: Ticked) -> int:
    done = 0
    for key in owed[duty]:
        with _apart(key, ticked), database.writing() as session:
            done += duty.act(session, key)
    return done


@contextmanager
def _apart(key: int, ticked: Ticked, what: str = "circulation") -> Iterator[None]:
    """Let what fails with one circulation or period stop nothing else: other deadlines must be kept."""
    try:
        yield
    except Exception:
        # Not hidden: counted, logged with its trace, and met again at the next tick.
        ticked.failed += 1
        log.exception("The clock could not do what it owes %s %s.", what, key)


def _settle(session: Session, key: int) -> bool:
    circulation, _ = locked(session, Circulation, key)
    before = circulation.status, circulation.silence_started_at
    closing.settled(session, key)
    return before != (circulation.status, circulation.silence_started_at)


def _remind(session: Session, key: int) -> bool:
    circulation, instant = closing.settled(session, key)
    return reminding.remind(session, circulation, now=instant)


def _inform(session: Session, key: int) -> bool:
    circulation, instant = closing.settled(session, key)
    return admitting_states.inform(session, circulation, now=instant)


_SETTLING = Duty(lambda _session, loaded, instant: closing.is_owed(loaded, instant), _settle)
_REMINDING = Duty(reminding.is_owed, _remind)
_INFORMING = Duty(
    lambda session, loaded, instant: bool(admitting_states.uninformed(session, loaded, instant)), _inform
)
_DUTIES = (_SETTLING, _REMINDING, _INFORMING)


def _send(database: Database, send: Callable[[Database], int], ticked: Ticked) -> None:
    try:
        ticked.delivered += send(database)
    except Exception:
        # A letter that breaks its sender is a fault to mend, but no reason for a deadline to wait.
        ticked.failed += 1
        log.exception("The clock could not send letters; they wait.")


def _sign(database: Database, sign: Callable[[Database], int] | None, ticked: Ticked) -> None:
    try:
        ticked.signed += sign(database) if sign is not None else 0
    except Exception:
        # What was committed counts unsigned, too; the operator reads why the receipts wait.
        ticked.failed += 1
        log.exception("The clock could not sign the log; receipts wait.")
