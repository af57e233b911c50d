"""The library: papers, toolkits, research, events, news and contacts, uploaded or linked.

Who may read what is in `workflow/queries/library.py`; who speaks for whom is an appointment, in `people`.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key, stored
from workflow.domain.terms import Audience, LibraryKind
from workflow.models.search import Searched


class LibraryEntry(Searched, Base):
    """One thing in the library, filed by subject and, if it belongs to one, by item.

    `words` are those of its file, as far as it can be read; `salt` is what the log shows its texts with, so
    that nothing can be known of them once the row is gone.
    """

    __tablename__ = "library_entry"
    searched = ("title", "subject", "summary", "url", "filename", "words")
    said_at = "filed_at"
    __table_args__ = (
        UniqueConstraint("body_id", "number"),
        CheckConstraint("(content IS NULL) = (sha256 IS NULL)", name="file_has_hash"),
        Index("ix_library_entry_body_kind", "body_id", "kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    number: Mapped[int]
    kind: Mapped[LibraryKind] = mapped_column(stored(LibraryKind))
    audience_of: Mapped[Audience] = mapped_column(stored(Audience))
    title: Mapped[str]
    subject: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    held_on: Mapped[date | None]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    url: Mapped[str] = mapped_column(default="")
    filename: Mapped[str] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    words: Mapped[str] = mapped_column(default="", deferred=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    filed_at: Mapped[datetime] = mapped_column(Instant)
    filed_by: Mapped[str]

    @property
    def audience(self) -> Audience:
        """Return who may find it."""
        return self.audience_of
