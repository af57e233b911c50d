"""The words that can be searched for: a row for each text, kept in step with its source by every flush.

What is asked of them is in `workflow/queries/search.py`. Changes that pass by the sessions' objects say so
to `follow`, or, as erasing does, have the index written anew (`workflow/actions/indexing.py`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, event, insert, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflow.db import Base, Instant, Key, stored
from workflow.domain.folding import folded
from workflow.domain.terms import Audience


class Searchable(Base):
    """The words of one row of `source` (a table's name), and who may find them; `at` is when they were said.

    `state_id` is the State whose words they are. SQLite indexes `folded` by trigrams in a table of its own,
    PostgreSQL by an index.
    """

    __tablename__ = "searchable"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index("ix_searchable_body_at", "body_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    source: Mapped[str]
    source_id: Mapped[int] = mapped_column(Key)
    audience: Mapped[Audience] = mapped_column(stored(Audience))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id", ondelete="CASCADE"), index=True)
    circulation_id: Mapped[int | None] = mapped_column(
        ForeignKey("circulation.id", ondelete="CASCADE"), index=True
    )
    state_id: Mapped[int | None] = mapped_column(ForeignKey("state.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    words: Mapped[str]
    folded: Mapped[str]


class Searched:
    """A table whose texts can be searched for: `searched` names their columns, `said_at` the instant's."""

    searched: ClassVar[tuple[str, ...]]
    said_at: ClassVar[str] = "at"

    @property
    def audience(self) -> Audience:
        """Return who may find it."""
        return Audience.STATES

    def about(self, _session: Session) -> dict[str, Any]:
        """Return what it is about, as the columns of the index: item, version, circulation, State."""
        names = ("item_id", "version_id", "circulation_id", "state_id")
        return {name: getattr(self, name, None) for name in names}


def row_of(session: Session, one: Any) -> dict[str, Any] | None:
    """Return the row of the index for one object of a searched table, None where it has no words."""
    texts = [text for name in one.searched for text in _texts(getattr(one, name))]
    words = "\n".join(text for text in texts if text)
    if not words:
        return None
    return {
        "body_id": one.body_id,
        "source": one.__tablename__,
        "source_id": one.id,
        "audience": one.audience,
        "at": getattr(one, one.said_at),
        "words": words,
        "folded": folded(words),
        **Searched.about(one, session),
        **one.about(session),
    }


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        return [str(text) for text in value.values()]
    if isinstance(value, list):
        return [str(text) for text in value]
    return [value or ""]


def _has_new_words(one: Searched) -> bool:
    state = inspect(one)
    return any(state.attrs[name].history.has_changes() for name in (*one.searched, one.said_at))


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    """Write to the index what this flush wrote to searched tables."""
    changed = [one for one in session.dirty if isinstance(one, Searched) and _has_new_words(one)]
    new = [one for one in session.new if isinstance(one, Searched)]
    gone = [one for one in session.deleted if isinstance(one, Searched)]
    if not (changed or new or gone):
        return
    _forget(session, [*changed, *gone])
    _write(session, [*changed, *new])


def follow(session: Session, changed: Iterable[Any]) -> None:
    """Write to the index what an UPDATE past the session's objects made of these, as they are read anew."""
    rows = list(changed)
    _forget(session, rows)
    _write(session, rows)


def _forget(session: Session, gone: Iterable[Any]) -> None:
    for one in gone:
        mine = (Searchable.source == one.__tablename__) & (Searchable.source_id == one.id)
        session.connection().execute(delete(Searchable).where(mine))


def _write(session: Session, new: Iterable[Any]) -> None:
    rows = [row for one in new if (row := row_of(session, one)) is not None]
    if rows:
        session.connection().execute(insert(Searchable), rows)
