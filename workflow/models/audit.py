"""The log's rows: head, entries, tree, checkpoints, and the texts that entries show only as a salted HMAC.

What an entry holds and how it is written is in `workflow/audit/`.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key


class LogHead(Base):
    """The head of a body's log: `size` is the next sequence number; appending locks this row.

    `origin` names the log in its checkpoints; `keys` are those that signed them, one a line; `edge` is the
    right edge of its tree, so that an append reads nothing else (`workflow/audit/merkle.py`); `fault` is what
    the host that signs found wrong with the log, for those that hold no key.
    """

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("size >= 0", name="size_not_negative"),)

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    origin: Mapped[str]
    keys: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(Key, default=0)
    edge: Mapped[bytes] = mapped_column(default=bytes(8))
    newest_at: Mapped[datetime | None] = mapped_column(Instant)
    fault: Mapped[str] = mapped_column(default="", server_default="")


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


class LogNode(Base):
    """The hash of one complete subtree of two leaves or more, written once and never changed (RFC 9162).

    It holds the leaves from `place * 2**level` to before `(place + 1) * 2**level`. Leaves are hashed from
    their entries, so that an entry that was altered fits no proof.
    """

    __tablename__ = "log_node"
    __table_args__ = (CheckConstraint("level >= 1 AND place >= 0", name="within_the_tree"),)

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class LogCheckpoint(Base):
    """A checkpoint that was signed: `note` is its text with all signatures, byte for byte."""

    __tablename__ = "log_checkpoint"
    __table_args__ = (CheckConstraint("size >= 1", name="size_positive"),)

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    note: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(Instant)


class PrivateText(Base):
    """A text behind an entry, with the 32 random bytes of its own that its HMAC uses."""

    __tablename__ = "private_text"
    __table_args__ = (UniqueConstraint("body_id", "seq", "field"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    seq: Mapped[int] = mapped_column(Key)
    field: Mapped[str]
    salt: Mapped[bytes]
    text: Mapped[str]
