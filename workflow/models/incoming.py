"""Messages that came by e-mail, and how reading the mailbox goes.

What a message means is in `workflow/papers/incoming_mail.py`, what is done about it in `actions/incoming`.
"""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key, stored
from workflow.domain.terms import MailKind, MailSettlement, MailTie


class IncomingMessage(Base):
    """One message out of the mailbox, kept once: `sha256` is that of its bytes as they were read.

    `arrived_at` is when the mailbox had it, `read_at` when Adref took it; `notice_id` is the letter it
    speaks of, by `tie`. `waits` until a person settled it. `files` are names: what was attached, and what
    a message `is_cut` holds besides, lies in the mailbox's own folder of messages that were read.
    """

    __tablename__ = "incoming_message"
    __table_args__ = (
        UniqueConstraint("body_id", "sha256"),
        UniqueConstraint("body_id", "entry_seq"),
        CheckConstraint("(settlement IS NULL) = (settled_at IS NULL)", name="settled_once"),
        CheckConstraint("NOT (waits AND settled_at IS NOT NULL)", name="settled_waits_no_more"),
        Index("ix_incoming_message_waits", "body_id", "waits", "id"),
        Index("ix_incoming_message_notice", "notice_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    entry_seq: Mapped[int] = mapped_column(Key)
    sha256: Mapped[str]
    kind: Mapped[MailKind] = mapped_column(stored(MailKind))
    tie: Mapped[MailTie | None] = mapped_column(stored(MailTie))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    arrived_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime] = mapped_column(Instant)
    sender: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(deferred=True)
    files: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_cut: Mapped[bool] = mapped_column(default=False)
    waits: Mapped[bool]
    settlement: Mapped[MailSettlement | None] = mapped_column(stored(MailSettlement))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")

    @property
    def words(self) -> str:
        """Return what the log shows the fingerprint of: from whom, about what, and the text."""
        return f"{self.sender}\n{self.subject}\n\n{self.text}"


class MailboxReading(Base):
    """How reading the mailbox goes: when it was last tried and last done, and what went wrong since."""

    __tablename__ = "mailbox_reading"

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    tried_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    problem: Mapped[str] = mapped_column(default="")
