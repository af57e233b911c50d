"""How a letter ends: with its last status, a secret forgotten, and the secretariat told of a failure.

What a mail server's reply means is in `outbox`, who is still to be written to in `withholding`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.domain.terms import SECRET_LETTERS, Letter, Service
from workflow.models.notice import Attempt, Notice
from workflow.notices import letters

#: Letters whose failure is not told: a failure to tell of a failure, and a test to oneself.
_UNTOLD = frozenset({Letter.UNDELIVERED, Letter.TEST})


def finish(notice: Notice, status: Service, reply: str, instant: datetime) -> None:
    """Give a letter the status it keeps, with the words of whoever decided it, as of `instant` (UTC)."""
    notice.status = Service(status)
    notice.reply, notice.settled_at, notice.due_at = reply, instant, None
    if notice.letter in SECRET_LETTERS:
        notice.text = ""


def given_up(session: Session, notice: Notice) -> Service:
    """Return the status of a letter that is tried no more: unknown if the server may have taken it once."""
    session.flush()
    query = select(Attempt.id).where(Attempt.notice_id == notice.id, Attempt.result == Service.UNKNOWN)
    return Service.REFUSED if session.scalar(query.limit(1)) is None else Service.UNKNOWN


def tell(session: Session, notice: Notice, instant: datetime, *, withheld: bool = False) -> None:
    """Tell the secretariat of a letter that ended without being accepted, or was `withheld` by ourselves."""
    if notice.letter not in _UNTOLD:
        session.flush()
        letters.undelivered(session, notice, now=instant, withheld=withheld)
