"""Documents, their items, the versions of an item, its files and its progress reports.

How a version moves is in `workflow/domain/lifecycle.py`; where it was circulated is in `circulation`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflow.db import Base, Instant, Key, stored
from workflow.domain.terms import Audience, DocumentKind, Effect, Source, Status
from workflow.models.search import Searched


class Document(Base):
    """A work plan or a progress report with its period (years) and the meeting it was drafted for.

    `form_key` is that of the form that made it, so that the same form twice makes one. `introduction` opens
    the printed paper; nobody endorses it.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("body_id", "code"),
        UniqueConstraint("body_id", "form_key"),
        CheckConstraint("period_until >= period_from", name="period_runs_forward"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    code: Mapped[str]
    kind: Mapped[DocumentKind] = mapped_column(stored(DocumentKind))
    title: Mapped[str]
    paper_title: Mapped[str] = mapped_column(default="")
    section_number: Mapped[str] = mapped_column(default="")
    period_from: Mapped[int]
    period_until: Mapped[int]
    columns: Mapped[list[str]] = mapped_column(JSON)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    flags: Mapped[list[Any]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    form_key: Mapped[str | None]
    introduction: Mapped[str] = mapped_column(default="", server_default="")
    introduced_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def short_title(self) -> str:
        """Return the document's kind and period as texts cite it, such as “Work Plan 2020-2023”."""
        kind = "Work Plan" if self.kind is DocumentKind.WORK_PLAN else "Progress Report"
        return f"{kind} {self.period_from}-{self.period_until}"


class Item(Base):
    """One row of a document; `section` is the section row above it, `key` names it in URLs and the log."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("body_id", "key"),
        UniqueConstraint("document_id", "position"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    key: Mapped[str]
    position: Mapped[int]
    section: Mapped[str | None]


class Version(Searched, Base):
    """One text of an item, immutable from dispatch; `sha256` is `canonical.version_sha256` of it.

    An endorsed version is in force from `decided_at` until it is superseded. Its words say its `effect`;
    `extends_until` is the last year of the period it extends.
    """

    __tablename__ = "version"
    searched = ("title", "points", "texts", "reason", "decision_reference")
    said_at = "changed_at"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        Index(
            "uq_version_one_draft",
            "item_id",
            unique=True,
            sqlite_where=text("status = 'draft'"),
            postgresql_where=text("status = 'draft'"),
        ),
        Index(
            "uq_version_one_in_force",
            "item_id",
            unique=True,
            sqlite_where=text("status = 'endorsed'"),
            postgresql_where=text("status = 'endorsed'"),
        ),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
        CheckConstraint("(effect = 'extend') = (extends_until IS NOT NULL)", name="extension_names_year"),
        CheckConstraint(
            "status NOT IN ('endorsed', 'withdrawn') OR decided_at IS NOT NULL", name="decided_has_date"
        ),
        Index("ix_version_body_status", "body_id", "status"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    number: Mapped[int]
    status: Mapped[Status] = mapped_column(stored(Status))
    source: Mapped[Source] = mapped_column(stored(Source), default=Source.PROCEDURE)
    effect: Mapped[Effect] = mapped_column(stored(Effect), default=Effect.TEXT)
    extends_until: Mapped[int | None]
    title: Mapped[str]
    points: Mapped[list[str]] = mapped_column(JSON)
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    sha256: Mapped[str]
    edition: Mapped[int] = mapped_column(default=1)
    flags: Mapped[list[Any]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))
    reason: Mapped[str | None]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    decision_reference: Mapped[str | None]
    decision_date: Mapped[date | None]

    @property
    def audience(self) -> Audience:
        """Return who may find it: documents are read by all."""
        return Audience.EVERYONE

    def about(self, _session: Session) -> dict[str, Any]:
        """Return the item and the version itself."""
        return {"version_id": self.id}


class Attachment(Base):
    """A file attached to a version; its hash is part of the version's."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_version", "version_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)


class Progress(Searched, Base):
    """What was reported of an item as of a day; it never alters the endorsed text (rule 41).

    `scheduled` says when it shall be complete, `links` lead to evidence.
    """

    __tablename__ = "progress"
    searched = ("status", "scheduled")
    said_at = "reported_at"
    __table_args__ = (Index("ix_progress_item_as_of", "item_id", "as_of"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    as_of: Mapped[date]
    status: Mapped[str]
    scheduled: Mapped[str] = mapped_column(default="")
    links: Mapped[list[str]] = mapped_column(JSON, default=list)
    reported_at: Mapped[datetime] = mapped_column(Instant)
    reported_by: Mapped[str]

    @property
    def audience(self) -> Audience:
        """Return who may find it: documents are read by all."""
        return Audience.EVERYONE
