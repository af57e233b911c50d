"""Letters as rows, every attempt to send them, and the evidence of service that came of it.

Writing letters and sending them is in `workflow/notices/`; what evidence proves is in `domain/serving`.
"""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key, stored
from workflow.domain.terms import EvidenceKind, Letter, Service


class Notice(Base):
    """One letter to one address, written in the transaction of what it tells.

    `once` makes it unique: the same fact never owes one person two letters. `due_at` is the next attempt;
    a sender holds it until `leased_until`. `proves_service` marks the letters that carry the whole paper.
    `below` is what was put under its text when it was first sent, with the newest checkpoint; `entry_seqs`
    are the entries whose receipts it brings. The log tells what was written, and each attempt.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("body_id", "once"),
        UniqueConstraint("message_id"),
        CheckConstraint("(status = 'queued') OR due_at IS NULL", name="only_queued_is_due"),
        Index("ix_notice_due", "status", "due_at"),
        Index("ix_notice_circulation", "circulation_id", "state_id"),
        Index("ix_notice_body", "body_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int | None] = mapped_column(ForeignKey("circulation.id"))
    state_id: Mapped[int | None] = mapped_column(ForeignKey("state.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    letter: Mapped[Letter] = mapped_column(stored(Letter))
    once: Mapped[str]
    address: Mapped[str]
    message_id: Mapped[str]
    thread_id: Mapped[str | None]
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(deferred=True)
    below: Mapped[str] = mapped_column(deferred=True, default="", server_default="")
    invite: Mapped[str | None] = mapped_column(deferred=True)
    entry_seqs: Mapped[list[int]] = mapped_column(JSON, default=list)
    invite_method: Mapped[str | None]
    proves_service: Mapped[bool] = mapped_column(default=False)
    status: Mapped[Service] = mapped_column(stored(Service))
    written_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    lease: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    reply: Mapped[str] = mapped_column(default="")


class Attempt(Base):
    """One attempt to send a notice, with the mail server's reply to the letter."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_notice", "notice_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    result: Mapped[Service] = mapped_column(stored(Service))
    reply: Mapped[str]


class ServiceEvidence(Base):
    """One fact about the service of a State in a circulation, by append (rules 7, 9)."""

    __tablename__ = "service_evidence"
    __table_args__ = (
        CheckConstraint("(kind IN ('accepted', 'bounced')) = (address IS NOT NULL)", name="mail_has_address"),
        Index("ix_service_evidence_circulation", "circulation_id", "state_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    circulation_id: Mapped[int] = mapped_column(ForeignKey("circulation.id"))
    state_id: Mapped[int] = mapped_column(ForeignKey("state.id"))
    kind: Mapped[EvidenceKind] = mapped_column(stored(EvidenceKind))
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    address: Mapped[str | None]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    detail: Mapped[str] = mapped_column(default="")
