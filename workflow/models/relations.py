"""What a document is related to: predecessors, other bodies' endorsements, the obligations its items serve.

What one body's States endorsed here is in `document` and `circulation`.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key


class Predecessor(Base):
    """A document that another one succeeds: one kept here, or a paper known by its title alone."""

    __tablename__ = "predecessor"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        CheckConstraint("(former_id IS NULL) = (title <> '')", name="kept_or_titled"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    former_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    title: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str]


class OtherEndorsement(Base):
    """That another body endorsed a document, on which day and by what reference (rule 42)."""

    __tablename__ = "other_endorsement"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    endorsed_by: Mapped[str]
    endorsed_on: Mapped[date]
    reference: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str]


class Obligation(Base):
    """What a body is bound to do: an article of an instrument, an objective of a plan of action."""

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("body_id", "number"),
        UniqueConstraint("body_id", "instrument", "place"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    number: Mapped[int]
    instrument: Mapped[str]
    place: Mapped[str]
    words: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str]


class Serving(Base):
    """That an item serves an obligation."""

    __tablename__ = "serving"
    __table_args__ = (UniqueConstraint("item_id", "obligation_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), index=True)
