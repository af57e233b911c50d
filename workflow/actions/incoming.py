"""What came by e-mail: a bounce takes service away, a person's words wait for the secretariat (rules 9, 26).

How a mailbox is read is in `workflow/notices/inbox.py`; what a bounce voids in `serving`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.actions import serving
from workflow.audit.entries import Entry
from workflow.audit.posted import record_ended
from workflow.audit.record import record
from workflow.db import locked
from workflow.db import now as read_now
from workflow.domain.errors import NotFound, StaleVersion, WrongStatus
from workflow.domain.mandates import CLOCK, Act, Actor, require
from workflow.domain.returned_mail import Recipient, is_believed
from workflow.domain.terms import MailKind, MailSettlement, MailTie, Service
from workflow.domain.texts import clean
from workflow.models.body import State
from workflow.models.circulation import Circulation
from workflow.models.incoming import IncomingMessage
from workflow.models.notice import Notice
from workflow.notices.endings import finish, tell
from workflow.notices.inbox import Message
from workflow.notices.return_address import ReturnAddress
from workflow.queries.addresses import bounced_for

#: What proves nothing and needs nobody.
_QUIET = frozenset({MailKind.DELAYED, MailKind.REPORT, MailKind.AUTOMATIC})
_FAILED = frozenset({Service.BOUNCED, Service.REFUSED})
_LONGEST_DETAIL = 1000


@dataclass(frozen=True)
class Tied:
    """The letter a message speaks of, and how it names it."""

    notice: Notice | None = None
    tie: MailTie | None = None


def keep(session: Session, message: Message, body: int, returns: ReturnAddress | None = None) -> bool:
    """Keep one message of the mailbox, once, and do what a bounce of a letter of ours does (rules 9, 34).

    Effects: one row, one entry; for a failure that is believed the letter's status, what `serving.failed`
    says in every circulation its address served, and a letter to the secretariat. What is neither that nor
    proves nothing waits for a person. Returns whether it was new. Raises StaleVersion where the letter is
    being sent at this moment, ClockBehind; the message then stays in the mailbox.
    """
    known = select(IncomingMessage.id).where(
        IncomingMessage.body_id == body, IncomingMessage.sha256 == message.digest
    )
    if session.scalar(known) is not None:
        return False
    tied = _tied(session, message, body, returns)
    is_settled = message.incoming.kind in _QUIET
    if tied.notice is not None and _is_failure_of(message, tied, tied.notice):
        _void(session, tied.notice, _detail(message.incoming.recipients))
        is_settled = True
    _store(session, message, body, tied, waits=not is_settled)
    return True


def settle(
    session: Session, message_id: int, settlement: MailSettlement, *, by: Actor, now: datetime, note: str
) -> IncomingMessage:
    """Mark a message as entered on behalf of its State (rule 26), or as needing nothing; `note` says why.

    Effects: the message waits no more, one entry. Raises NotFound, WrongStatus for one that waits for
    nobody, Invalid naming `note`.
    """
    require(by, Act.ENTER_ON_BEHALF)
    note = clean(note, "note", required=settlement is MailSettlement.NOTHING, longest=2000)
    message, _ = locked(session, IncomingMessage, message_id)
    if message.body_id != by.body:
        raise NotFound("There is no such message.", remedy="Choose one from the list of replies.")
    if not message.waits:
        raise WrongStatus("This message waits for nobody.", remedy="See what was done about it.")
    message.waits, message.settlement, message.note = False, settlement, note
    message.settled_at, message.settled_by = now, by.public_id
    record(
        session,
        Entry.MAIL_SETTLED,
        by=by,
        at=now,
        body=message.body_id,
        of=message.entry_seq,
        settlement=settlement,
        text=note or None,
    )
    return message


def _tied(session: Session, message: Message, body: int, returns: ReturnAddress | None) -> Tied:
    """Return the letter that a message names: by its own return address, as returned, or as answered."""
    for address in message.incoming.addressed:
        own = _owner(session, address, returns) if returns is not None else None
        if own is not None and own.body_id == body:
            return Tied(own, MailTie.TOKEN)
    answered = [(one, MailTie.REFERENCE) for one in reversed(message.incoming.references)]
    for message_id, tie in [(message.incoming.returned_id, MailTie.MESSAGE_ID), *answered]:
        query = select(Notice).where(Notice.message_id == message_id, Notice.body_id == body)
        notice = session.scalars(query).one_or_none() if message_id else None
        if notice is not None:
            return Tied(notice, tie)
    return Tied()


def _owner(session: Session, address: str, returns: ReturnAddress) -> Notice | None:
    """Return the letter whose own return address this is, if it is proven to be."""
    key = returns.notice_id(address)
    notice = session.get(Notice, key) if key is not None else None
    return notice if notice and returns.is_of(address, notice.id, notice.message_id) else None


def _is_failure_of(message: Message, tied: Tied, notice: Notice) -> bool:
    if message.incoming.kind is not MailKind.FAILED:
        return False
    has_left = notice.status in serving.BOUNCING or notice.attempts > 0
    return is_believed(message.incoming.recipients, tied.tie, address=notice.address, has_left=has_left)


def _void(session: Session, notice: Notice, detail: str) -> None:
    """Let a letter have bounced: what its address served before no longer counts (rules 9, 34)."""
    circulations, _ = serving.reached(session, notice)
    session.refresh(notice, with_for_update={"key_share": True})
    instant = read_now(session)
    if notice.status is Service.QUEUED and notice.leased_until is not None and instant < notice.leased_until:
        # Its sender has not yet kept that it was taken: that would count as later than this bounce.
        raise StaleVersion(
            "The letter that came back is being sent at this moment.", remedy="Read the mailbox again later."
        )
    had_failed = notice.status in _FAILED
    for one in circulations:
        # A second bounce of the same letter voids only what was accepted at its address since.
        if not had_failed or any(bounced_for(session, one, notice).values()):
            serving.failed(session, one, notice, now=instant, reply=detail)
    if had_failed:
        return
    left_at = notice.settled_at or instant
    finish(notice, Service.BOUNCED, detail, left_at)
    record_ended(session, notice, now=instant)
    tell(session, notice, instant)


def _detail(recipients: tuple[Recipient, ...]) -> str:
    failed = [one for one in recipients if one.kind is MailKind.FAILED]
    words = "; ".join(f"{one.status} {one.diagnostic}".strip() for one in failed)
    return f"Came back: {words}"[:_LONGEST_DETAIL]


def _store(session: Session, message: Message, body: int, tied: Tied, *, waits: bool) -> None:
    row = _row(message, body, tied, read_now(session))
    row.waits = waits
    row.entry_seq = record(
        session,
        Entry.MAIL_RECEIVED,
        by=CLOCK,
        at=row.read_at,
        body=body,
        **_about(session, tied.notice),
        kind=row.kind,
        tie=row.tie,
        arrived_at=row.arrived_at,
        waits=waits,
        text=row.words,
    )
    session.add(row)
    session.flush()


def _row(message: Message, body: int, tied: Tied, instant: datetime) -> IncomingMessage:
    incoming = message.incoming
    return IncomingMessage(
        body_id=body,
        sha256=message.digest,
        kind=incoming.kind,
        tie=tied.tie,
        notice_id=tied.notice.id if tied.notice else None,
        # A mailbox whose clock runs ahead must not date what came later than now.
        arrived_at=min(message.arrived_at, instant),
        read_at=instant,
        sender=incoming.sender,
        subject=incoming.subject,
        text=incoming.text,
        files=list(incoming.files),
        is_cut=message.is_cut,
    )


def _about(session: Session, notice: Notice | None) -> dict[str, Any]:
    """Return the circulation and State of the letter that a message speaks of, as far as it has any."""
    circulation = (
        session.get(Circulation, notice.circulation_id) if notice and notice.circulation_id else None
    )
    state = session.get(State, notice.state_id) if notice and notice.state_id else None
    return {"circulation": circulation, "state": state.code if state else None}
