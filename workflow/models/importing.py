"""What a person said of the columns of a foreign table, so that the next file of its source is read alike.

It decides nothing: whoever imports sees it and may say otherwise. Documents are in `document`.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.db import Base, Instant, Key


class ColumnChoice(Base):
    """What each column holds in files of one source; `source` is the SHA-256 of their headings."""

    __tablename__ = "column_choice"
    __table_args__ = (UniqueConstraint("body_id", "source"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    source: Mapped[str]
    fields: Mapped[list[str]] = mapped_column(JSON)
    chosen_at: Mapped[datetime] = mapped_column(Instant)
