"""What the log tells of letters: that they were written, each attempt to send them, and how they ended.

Their words stand in no entry: it shows the fingerprint of their SHA-256. Writing and sending letters is in
`workflow/notices/`; that the tables follow from these entries is checked by `told_of_letters`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.audit.entries import Entry
from workflow.audit.record import record
from workflow.domain.canonical import canonical
from workflow.domain.mandates import MAIL, Actor
from workflow.domain.terms import SECRET_LETTERS, Letter, Service
from workflow.models.circulation import Circulation
from workflow.models.notice import Notice

#: What of a letter never changes once it is written.
_WRITTEN = (
    "address",
    "subject",
    "text",
    "invite",
    "invite_method",
    "thread_id",
    "entry_seqs",
    "once",
)
#: What of it travels; the receipts that come as files prove themselves.
_TRAVELLING = ("message_id", "thread_id", "address", "subject", "text", "invite", "invite_method")


def name_of(message_id: str) -> str:
    """Return how the log names a letter: what stands before the @ of its Message-ID."""
    return message_id.removeprefix("<").partition("@")[0]


def words_sha256(letter: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 of a letter as it was written: its address, words, calendar entry, receipts.

    A secret text is left out: it is forgotten as soon as the letter has left.
    """
    told = {name: letter[name] for name in _WRITTEN}
    return _sha256(told | {"text": ""} if letter["letter"] in SECRET_LETTERS else told)


def sent_sha256(letter: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 of a letter as it is sent; `text` includes what was put below it."""
    return _sha256({name: letter[name] for name in _TRAVELLING})


def record_written(
    session: Session,
    circulation: Circulation | None,
    rows: Sequence[tuple[Mapping[str, Any], str, str | None]],
    *,
    body: int,
    now: datetime,
) -> None:
    """Write one entry of letters of one kind: each row with its reader's pseudonym and State's code.

    A preparation has no name in the log yet, so a test letter belongs to the body. The clock may lag: what
    the letters tell of was judged before (rule 12).
    """
    first = rows[0][0]
    record(
        session,
        Entry.LETTERS_WRITTEN,
        by=MAIL,
        at=now,
        body=body,
        circulation=circulation if first["letter"] is not Letter.TEST else None,
        clock_may_lag=True,
        letter=first["letter"],
        serves=first["proves_service"],
        letters=[
            {"letter": name_of(row["message_id"]), "person": person, "state": state}
            for row, person, state in rows
        ],
        words=[words_sha256(row) for row, _, _ in rows],
    )


def record_tried(
    session: Session, notice: Notice, *, now: datetime, result: Service, sent: str, reply: str
) -> None:
    """Write the entry of one attempt: what the mail server made of it, and what was sent (`sent_sha256`)."""
    told = {"result": result, "sent": sent, "reply": reply}
    _record(session, Entry.LETTER_TRIED, notice, MAIL, now, **told)


def record_ended(session: Session, notice: Notice, *, now: datetime, by: Actor = MAIL) -> None:
    """Write the entry of a letter that ended otherwise than by an attempt: its status, and why."""
    told = {"status": notice.status, "reply": notice.reply}
    _record(session, Entry.LETTER_ENDED, notice, by, now, **told)


def _record(session: Session, entry: Entry, notice: Notice, by: Actor, now: datetime, **told: object) -> None:
    own = notice.circulation_id if notice.letter is not Letter.TEST else None
    record(
        session,
        entry,
        by=by,
        at=now,
        body=notice.body_id,
        circulation=session.get(Circulation, own) if own is not None else None,
        clock_may_lag=True,
        letter=name_of(notice.message_id),
        **told,
    )


def _sha256(told: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical(told)).hexdigest()
