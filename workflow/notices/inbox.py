"""Reads the mailbox that letters come back to: each message once, each in a transaction of its own.

What is kept of a message, and what a bounce does, is decided by an action that the caller hands over.
"""

import hashlib
import imaplib
import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflow.db import Database, now
from workflow.domain.errors import ClockBehind, Refused
from workflow.models.body import Body
from workflow.models.incoming import MailboxReading
from workflow.notices.imap_mailbox import ImapMailbox
from workflow.notices.mailbox import Fetched, Mailbox, MailboxSettings, Maildir
from workflow.papers.incoming_mail import Incoming, read, unreadable

log = logging.getLogger(__name__)
#: How many messages one reading takes at most.
MESSAGES_A_READING = 50


@dataclass(frozen=True)
class Message:
    """One message with what the mailbox says of it; `digest` is the SHA-256 of its bytes as read."""

    incoming: Incoming
    digest: str
    arrived_at: datetime
    is_cut: bool


@dataclass
class ReadMail:
    """What one reading did: messages newly kept, those that wait in the mailbox, and why it ended early."""

    kept: int = 0
    waiting: int = 0
    problem: str = ""


#: Keeps one message for a body, returns whether it was new; raises Refused where it must wait.
Keep = Callable[[Session, Message, int], bool]


def read_mailbox(
    database: Database, settings: MailboxSettings, keep: Keep, *, limit: int = MESSAGES_A_READING
) -> ReadMail:
    """Read what lies in the mailbox, at most every `settings.interval` seconds; raises nothing for mail.

    A message leaves the mailbox's folder after its transaction: what a crash leaves there is met again, and
    known by its digest. A mailbox that cannot be reached is told to the operator and on the pages.
    """
    body = _claimed(database, settings.interval) if settings.is_set else None
    if body is None:
        return ReadMail()
    done = ReadMail()
    try:
        with closing(_opened(settings)) as mailbox:
            for fetched in mailbox.messages(limit):
                _take(database, mailbox, fetched, keep, body, done)
    except (OSError, ValueError, imaplib.IMAP4.error) as failure:
        done.problem = f"The mailbox cannot be read: {_line(failure)}"
    except ClockBehind as refusal:
        done.problem = f"The messages wait in the mailbox: {refusal}"
    except SQLAlchemyError:
        log.exception("What came by e-mail could not be kept; it waits in the mailbox.")
        done.problem = "The database did not keep what came by e-mail; it waits in the mailbox."
    if done.problem:
        log.error("%s", done.problem)
    _finish(database, body, done.problem)
    return done


def _opened(settings: MailboxSettings) -> Mailbox:
    return Maildir(settings) if settings.maildir else ImapMailbox(settings)


def _take(
    database: Database, mailbox: Mailbox, fetched: Fetched, keep: Keep, body: int, done: ReadMail
) -> None:
    digest = hashlib.sha256(fetched.raw).hexdigest()
    message = Message(read(fetched.raw), digest, fetched.arrived_at, fetched.is_cut)
    try:
        with database.writing() as session:
            done.kept += keep(session, message, body)
    except ClockBehind:
        raise
    except Refused as refusal:
        log.warning("A message waits in the mailbox: %s", refusal)
        done.waiting += 1
        return
    except (LookupError, ValueError, TypeError, AttributeError):
        # Whatever is the matter with it, a person is shown it, and the others do not wait behind it.
        log.exception("A message could not be understood; the secretariat is shown it.")
        bare = Message(unreadable(fetched.raw), digest, fetched.arrived_at, fetched.is_cut)
        with database.writing() as session:
            done.kept += keep(session, bare, body)
    mailbox.put_aside(fetched.key)


def _claimed(database: Database, interval: int) -> int | None:
    """Return the body whose mailbox is due, and let nobody else read it for as long; else None."""
    with database.reading() as session:
        body = session.scalar(select(Body.id).order_by(Body.id).limit(1))
        if body is None or not _is_due(session.get(MailboxReading, body), now(session), interval):
            return None
    with database.writing() as session:
        # The body's row is locked first, for the row of the reading may not be there yet.
        session.scalars(select(Body.id).where(Body.id == body).with_for_update(key_share=True)).one()
        row = session.get(MailboxReading, body, populate_existing=True)
        instant = now(session)
        if not _is_due(row, instant, interval):
            return None
        if row is None:
            session.add(MailboxReading(body_id=body, tried_at=instant))
        else:
            row.tried_at = instant
    return body


def _is_due(row: MailboxReading | None, instant: datetime, interval: int) -> bool:
    # A last time that lies ahead was written by a clock that was put back since.
    return row is None or not row.tried_at <= instant < row.tried_at + timedelta(seconds=interval)


def _finish(database: Database, body: int, problem: str) -> None:
    with database.writing() as session:
        row = session.get_one(MailboxReading, body)
        row.problem = problem
        if not problem:
            row.read_at = now(session)


def _line(failure: Exception) -> str:
    return " ".join(str(failure).split())[:500] or type(failure).__name__
