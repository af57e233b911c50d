"""The log's rows: its head, its entries, and the texts that entries show only as a salted HMAC.

What an entry holds and how it is written is in `workflow/audit/`.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key


class LogHead(Base):
    """The head of a body's log: `size` is the next sequence number; appending locks this row."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("size >= 0", name="size_not_negative"),)

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    size: Mapped[int] = mapped_column(default=0)
    newest_at: Mapped[datetime | None] = mapped_column(Instant)


class AuditEntry(Base):
    """One entry: `entry` is its canonical JSON, the other columns are copies to search by."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_circulation", "circulation_id", "seq"),
        Index("ix_audit_entry_type", "body_id", "type", "seq"),
        CheckConstraint("seq >= 0", name="seq_not_negative"),
    )

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    type: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    circulation_id: Mapped[int | None] = mapped_column(ForeignKey("circulation.id"))
    entry: Mapped[str]


class PrivateText(Base):
    """A text behind an entry, with the 32 random bytes of its own that its HMAC uses."""

    __tablename__ = "private_text"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    seq: Mapped[int]
    field: Mapped[str]
    salt: Mapped[bytes]
    text: Mapped[str]
