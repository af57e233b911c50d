"""The only sender: takes due letters, hands them to the mail server, and keeps what it said (rules 7-9).

No letter is written here but the one that tells the secretariat of a failure; which facts of service follow
is decided by the actions, which the caller hands over as a `Keeper`.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow.audit.posted import record_ended, record_tried
from workflow.db import Database, Key, now
from workflow.domain.errors import Refused
from workflow.domain.terms import Service
from workflow.models.circulation import Circulation
from workflow.models.notice import Attempt, Notice
from workflow.notices import queue
from workflow.notices.connection import Connection, MailSettings, connected
from workflow.notices.endings import finish, given_up, tell
from workflow.notices.envelope import Outgoing
from workflow.notices.replies import Fate, Told, describe, hand_over

log = logging.getLogger(__name__)

_RESULTS = {
    Fate.ACCEPTED: Service.SENT,
    Fate.REFUSED: Service.REFUSED,
    Fate.LATER: Service.QUEUED,
    Fate.UNKNOWN: Service.UNKNOWN,
}
# Written once: every attempt asks it.
_ATTEMPTED = (
    select(Notice)
    .where(Notice.id == bindparam("notice", type_=Key))
    .with_for_update()
    .execution_options(populate_existing=True)
)
#: What this process knows to be accepted and the database does not, by the id of the letter.
_UNKEPT: WeakKeyDictionary[Database, dict[int, tuple[Outgoing, Told]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Keeper:
    """The acts by which service is kept: `closing.settled`, then those of the same names in `serving`."""

    settled: Callable[[Session, int], tuple[Circulation, datetime]]
    accepted: Callable[..., None]
    reached: Callable[[Session, Notice], tuple[list[Circulation], datetime]]
    failed: Callable[..., None]


@dataclass
class Delivered:
    """What one round did: letters accepted by the mail server, put off, and refused or given up."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0


def deliver(database: Database, settings: MailSettings, *, keeper: Keeper, limit: int = 50) -> Delivered:
    """Send up to `limit` due letters over one connection and keep every reply (rules 7, 8).

    A letter is claimed in one short transaction, sent in none, and settled in another: it leaves at least
    once, always with the same Message-ID. A server that cannot be reached, or that breaks off, ends the
    round; raises nothing for a failure of mail.
    """
    _keep_what_left(database, settings, keeper)
    if not queue.is_anything_due(database):
        return Delivered()
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(connected(settings))
        except (OSError, ValueError) as failure:
            return _unreachable(database, settings, limit, failure)
        return _Round(database, settings, keeper, connection).send(limit)


def _keep_what_left(database: Database, settings: MailSettings, keeper: Keeper) -> None:
    """Keep what the mail server took while the database took nothing, so that it does not leave again.

    Raises what the database raises; then nothing else leaves either.
    """
    left = _unkept(database)
    for key in list(left):
        # Taken out first: another thread may be at the same.
        if (taken := left.pop(key, None)) is not None:
            with _remembered(database, *taken):
                if queue.is_waiting(database, key):
                    _Round(database, settings, keeper, None).settle(*taken)


@contextmanager
def _remembered(database: Database, letter: Outgoing, told: Told) -> Iterator[None]:
    """Remember that a letter left, where the database takes nothing."""
    try:
        yield
    except BaseException:
        if told.fate is Fate.ACCEPTED:
            _unkept(database)[letter.id] = letter, told
        raise


def _unkept(database: Database) -> dict[int, tuple[Outgoing, Told]]:
    return _UNKEPT.setdefault(database, {})


def _unreachable(database: Database, settings: MailSettings, limit: int, failure: Exception) -> Delivered:
    reason = f"The mail server cannot be reached: {describe(failure)}"
    log.warning("%s (%s:%s)", reason, settings.server, settings.port)
    waiting = queue.claim(database, seconds=settings.lease, limit=limit)
    queue.put_off(database, waiting, seconds=settings.retry_pauses[0], reason=reason)
    return Delivered(postponed=len(waiting))


@dataclass
class _Round:
    database: Database
    settings: MailSettings
    keeper: Keeper
    connection: Connection | None

    def send(self, limit: int) -> Delivered:
        """Send what is due while the lease and the connection last."""
        assert self.connection is not None
        done = Delivered()
        began = time.monotonic()
        claimed = queue.claim(self.database, seconds=self.settings.lease, limit=limit)
        for place, letter in enumerate(claimed):
            lasting = self.settings.lease - (time.monotonic() - began) > self.settings.slowest
            if not lasting or not self.connection.is_open:
                queue.give_back(self.database, claimed[place:])
                break
            told = hand_over(self.connection, letter)
            with _remembered(self.database, letter, told):
                self._count(done, self.settle(letter, told))
        return done

    def _count(self, done: Delivered, result: Service) -> None:
        if result is Service.SENT:
            done.sent += 1
        elif result is Service.QUEUED:
            done.postponed += 1
        else:
            done.failed += 1

    def settle(self, letter: Outgoing, told: Told) -> Service:
        """Keep what became of a letter; raises what the database raises."""
        try:
            if told.fate is Fate.ACCEPTED:
                return self._accepted(letter, told)
            if told.fate is Fate.REFUSED:
                return self._refused(letter, told)
        except Refused as refusal:
            # A clock behind the log lets nothing be recorded (rule 12): the letter goes out once more later,
            # since service that is not on record proves nothing.
            log.warning("Letter %s: %s, but not recorded: %s", letter.id, told.reply, refusal)
            told = Told(Fate.UNKNOWN, f"{told.reply}; not recorded: {refusal}")
        return self._postponed(letter, told)

    def _accepted(self, letter: Outgoing, told: Told) -> Service:
        with self.database.writing() as session:
            circulation, instant = self._locked(
                session, letter.circulation_id if letter.proves_service else None
            )
            notice = attempted(session, letter, told, instant)
            finish(notice, Service.SENT, told.reply, instant)
            if circulation is not None:
                self.keeper.accepted(session, circulation, notice, now=instant, reply=told.reply)
            return Service.SENT

    def _refused(self, letter: Outgoing, told: Told) -> Service:
        with self.database.writing() as session:
            notice = session.get_one(Notice, letter.id)
            circulations, instant = self.keeper.reached(session, notice)
            notice = attempted(session, letter, told, instant)
            for circulation in circulations:
                self.keeper.failed(session, circulation, notice, now=instant, reply=told.reply)
            finish(notice, Service.REFUSED, told.reply, instant)
            tell(session, notice, instant)
            return Service.REFUSED

    def _postponed(self, letter: Outgoing, told: Told) -> Service:
        pauses = self.settings.retry_pauses
        with self.database.writing() as session:
            instant = now(session)
            notice = attempted(session, letter, told, instant)
            if notice.attempts <= len(pauses):
                pause = timedelta(seconds=pauses[notice.attempts - 1])
                notice.due_at, notice.reply = instant + pause, told.reply
                return Service.QUEUED
            # Giving up proves nothing either way: what was accepted earlier at that address stays (rule 9).
            status = given_up(session, notice)
            finish(notice, status, f"Given up after {notice.attempts} attempts: {told.reply}", instant)
            record_ended(session, notice, now=instant)
            tell(session, notice, instant)
            return status

    def _locked(self, session: Session, circulation_id: int | None) -> tuple[Circulation | None, datetime]:
        if circulation_id is None:
            return None, now(session)
        return self.keeper.settled(session, circulation_id)


def attempted(session: Session, letter: Outgoing, told: Told, instant: datetime) -> Notice:
    """Keep one attempt with its reply, in a row and in the log, and return the notice, free of its lease.

    The notice is locked, before the log is (rule 14).
    """
    notice = session.scalars(_ATTEMPTED, {"notice": letter.id}).one()
    result = _RESULTS[told.fate]
    attempt = Attempt(
        body_id=notice.body_id, notice_id=notice.id, at=instant, result=result, reply=told.reply
    )
    session.add(attempt)
    record_tried(session, notice, now=instant, result=result, sent=letter.sha256, reply=told.reply)
    notice.attempts += 1
    notice.lease = notice.leased_until = None
    return notice
