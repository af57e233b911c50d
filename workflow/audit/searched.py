"""Holds the index of the search against the rows it was made from: their words, and who may find them.

That those rows follow from the entries is checked in `tying`. The words of a library's file are not read
anew: that takes as long as filing it did, and another version of the program may read another thing in it;
only its size is compared. The trigrams of SQLite follow the index by triggers, and are not compared.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Text, cast, func, or_, select
from sqlalchemy.orm import Session, undefer

from workflow.audit.record import plain
from workflow.db import Base
from workflow.models.library import LibraryEntry
from workflow.models.search import Searchable, Searched, row_of

_AT_ONCE = 200
#: What cannot be read at all is named as such.
_UNREAD = (LookupError, ValueError, TypeError, AttributeError)
_COLUMNS = ("body_id", "item_id", "version_id", "circulation_id", "state_id", "at", "words", "folded")
#: Said without what they hold: not everybody who verifies may read it.
_SECRET = ("words", "folded")


def differences(session: Session, body: int, read: Callable[[int], object] = int) -> Iterator[str]:
    """Give one sentence for each row of a body's index that is not what its source makes, or that is missing.

    Memory is that of some hundred rows; `read` is told how many rows of the index were just read.
    """
    tables = _tables()
    for name, table in tables.items():
        yield from _of_table(session, body, name, table, read)
    strange = select(Searchable.source, Searchable.source_id).where(
        Searchable.body_id == body, Searchable.source.not_in(tables)
    )
    for source, key in session.execute(strange.order_by(Searchable.id)):
        yield f"The search finds row {key} of {source}, which is no table that it looks in."
    yield from _sizes(session, body)


def size_of(session: Session, body: int) -> int:
    """Return how many rows the index of a body has."""
    query = select(func.count()).select_from(Searchable).where(Searchable.body_id == body)
    return session.scalar(query) or 0


def _tables() -> dict[str, Any]:
    """Return every searched table by its name."""
    found: list[Any] = [one.class_ for one in Base.registry.mappers if issubclass(one.class_, Searched)]
    return {one.__tablename__: one for one in sorted(found, key=lambda one: one.__tablename__)}


def _of_table(
    session: Session, body: int, name: str, table: Any, read: Callable[[int], object]
) -> Iterator[str]:
    texts = [undefer(getattr(table, column)) for column in table.searched]
    query = select(table).where(table.body_id == body).options(*texts).order_by(table.id).limit(_AT_ONCE)
    since, more = -1, True
    while more:
        try:
            rows = session.scalars(query.where(table.id > since)).all()
            made = {row.id: row_of(session, row) for row in rows}
        except _UNREAD as unknown:
            yield f"The search cannot be compared with {name} after row {since}: {unknown}"
            return
        session.expunge_all()
        more = len(made) == _AT_ONCE
        upto = max(made) if more else None
        kept = _kept(session, body, name, since, upto, list(made))
        read(len(kept))
        yield from _compared(name, made, kept)
        since = max(made, default=since)


def _kept(
    session: Session, body: int, name: str, since: int, upto: int | None, keys: Sequence[int]
) -> dict[int, Row[Any]]:
    """Return the rows of the index from after `since` up to `upto`, or all beyond, by their source's key."""
    columns = [getattr(Searchable, column) for column in _COLUMNS]
    # A word that is no audience is to be named, not to stop the reading.
    query = select(Searchable.source_id, cast(Searchable.audience, Text).label("audience"), *columns)
    mine = or_(Searchable.body_id == body, Searchable.source_id.in_(keys))
    query = query.where(Searchable.source == name, Searchable.source_id > since, mine)
    if upto is not None:
        query = query.where(Searchable.source_id <= upto)
    return {row.source_id: row for row in session.execute(query.order_by(Searchable.source_id))}


def _compared(
    name: str, made: Mapping[int, dict[str, Any] | None], kept: Mapping[int, Row[Any]]
) -> Iterator[str]:
    wanted = {key: row for key, row in made.items() if row is not None}
    for key in sorted(wanted.keys() - kept.keys()):
        yield f"The search finds nothing of row {key} of {name}, which has words."
    for key in sorted(kept.keys() - wanted.keys()):
        yield f"The search finds words of row {key} of {name}, where there are none."
    for key in sorted(wanted.keys() & kept.keys()):
        for column in ("audience", *_COLUMNS):
            told, found = plain(wanted[key][column]), plain(getattr(kept[key], column))
            if told != found and column in _SECRET:
                yield f"The search has other {column} of row {key} of {name} than that row."
            elif told != found:
                yield f"The search says {column} {found} of row {key} of {name}, but that makes it {told}."


def _sizes(session: Session, body: int) -> Iterator[str]:
    held = func.coalesce(func.length(LibraryEntry.content), 0)
    query = select(LibraryEntry.number, LibraryEntry.size, held)
    query = query.where(LibraryEntry.body_id == body, LibraryEntry.size != held)
    for number, size, octets in session.execute(query.order_by(LibraryEntry.number)):
        yield f"Library entry {number} says its file has {size} bytes, but it has {octets}."
