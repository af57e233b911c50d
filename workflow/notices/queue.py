"""The letters that are due: claimed with a lease, given back, put off; each in a short transaction.

What a mail server's reply means is in `outbox`.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session, undefer

from workflow.audit.record import require_unbroken
from workflow.db import Database, now
from workflow.domain.terms import Service
from workflow.models.notice import Notice
from workflow.notices.envelope import Outgoing
from workflow.notices.withholding import withhold
from workflow.notices.witness import carry, waits


def is_anything_due(database: Database) -> bool:
    """Tell whether a letter waits that nobody is sending."""
    with database.reading() as session:
        return session.scalar(select(Notice.id).where(_due(now(session))).limit(1)) is not None


def is_waiting(database: Database, letter: int) -> bool:
    """Tell whether a letter is still to be sent, as far as the database knows."""
    with database.reading() as session:
        status = session.scalar(select(Notice.status).where(Notice.id == letter))
        return status is Service.QUEUED


def claim(database: Database, *, seconds: int, limit: int) -> list[Outgoing]:
    """Take up to `limit` due letters for `seconds`, those that serve States first.

    Two senders never take the same letter: PostgreSQL skips what another has locked, SQLite has one writer.
    A letter whose reader is not to be written to any more is not taken but ended. Raises LogBroken where the
    log could not tell of them.
    """
    with database.writing() as session:
        instant = now(session)
        query = (
            select(Notice)
            .where(_due(instant))
            .order_by(Notice.proves_service.desc(), Notice.due_at, Notice.id)
            .limit(limit)
            .options(*(undefer(one) for one in (Notice.text, Notice.below, Notice.invite)))
            .with_for_update(skip_locked=True)
        )
        due = session.scalars(query).all()
        # After a restored backup nobody knows which of them left already.
        require_unbroken(session, {notice.body_id for notice in due})
        notices = [one for one in withhold(session, due, instant) if not waits(session, one, instant)]
        token = secrets.token_hex(8)
        for notice in notices:
            notice.lease, notice.leased_until = token, instant + timedelta(seconds=seconds)
        return [Outgoing.of(notice, instant, carry(session, notice)) for notice in notices]


def give_back(database: Database, letters: Sequence[Outgoing]) -> None:
    """Let letters that were not tried be claimed again at once."""
    if letters:
        with database.writing() as session:
            _free(session, letters)


def put_off(database: Database, letters: Sequence[Outgoing], *, seconds: int, reason: str) -> None:
    """Put letters off that could not be tried, because no mail server was reached; no attempt is counted."""
    if letters:
        with database.writing() as session:
            due_at = now(session) + timedelta(seconds=seconds)
            _free(session, letters, due_at=due_at, reply=reason)


def _due(instant: datetime) -> ColumnElement[bool]:
    return and_(
        Notice.status == Service.QUEUED,
        Notice.due_at <= instant,
        or_(Notice.leased_until.is_(None), Notice.leased_until <= instant),
    )


def _free(session: Session, letters: Sequence[Outgoing], **values: object) -> None:
    session.execute(
        update(Notice)
        .where(Notice.id.in_([letter.id for letter in letters]), Notice.status == Service.QUEUED)
        .values(lease=None, leased_until=None, **values)
    )
