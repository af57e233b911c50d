"""The database: base class, UTC instants, sessions, the one clock and the locks (rules 12, 14).

No table is declared here (`workflow/models/`), and nothing here knows the procedure.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    URL,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    Select,
    bindparam,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
    type_coerce,
)
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from workflow.domain.errors import NotFound, says
from workflow.pool import Pool, pooled

if TYPE_CHECKING:
    from alembic.config import Config

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
#: Execution option that makes a transaction take SQLite's write lock at its beginning.
WRITING = "adref_writing"
#: How long a statement waits for a lock before it fails, in seconds.
LOCK_TIMEOUT_SECONDS = 20
#: What migrations make that no model declares, by kind and the beginning of its name.
UNDECLARED = {"table": "search_index", "index": "ix_searchable_trigrams"}
#: Errors after which SQLite may end a transaction without being asked.
_ROLLED_BACK = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOMEM", "SQLITE_CORRUPT")
_PROJECT = Path(__file__).resolve().parent.parent

#: Primary keys: 64 bits on PostgreSQL, SQLite's own rowid.
Key = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMING)


Table = TypeVar("Table", bound=Base)


class Instant(TypeDecorator[datetime]):
    """An instant in UTC, with microseconds; naive values are refused, SQLite gets ISO text that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone; SQLite stores no offset, so the value is UTC before it gets there."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every instant back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: The database's clock as a column (PostgreSQL).
CLOCK: ColumnElement[datetime] = type_coerce(func.clock_timestamp(), Instant())


def stored(kind: type[Any]) -> Enum:
    """Return the column type of an enum, stored by its value and checked by the database."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=False,
        length=40,
    )


class Database:
    """One database with its reading and writing engines, and the one clock (rule 12).

    `clock` is a callable that returns an instant; without it PostgreSQL's `clock_timestamp()` counts, or
    the process's clock where SQLite is embedded. `info` is copied into the info of every session: what
    letters must know of the installation.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Callable[[], datetime] | None = None,
        info: Mapping[str, Any] | None = None,
        pool: Pool | None = None,
    ) -> None:
        self.url = url
        self.clock = clock
        self.info: dict[str, Any] = dict(info or {})
        self.reader = _engine(url, pool or Pool())
        self.writer = self.reader.execution_options(**{WRITING: True})

    def session(self, *, writing: bool) -> Session:
        """Return a new session; a writing one takes SQLite's write lock with its first statement."""
        session = Session(self.writer if writing else self.reader, expire_on_commit=False)
        session.info.update(self.info, clock=self.clock)
        return session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose work is committed at the end, or rolled back when an error passes."""
        with self.session(writing=True) as session:
            with session.begin():
                yield session
            self.committed(session)

    def committed(self, session: Session) -> None:
        """Do what follows a commit: whoever commits a session of this database calls it right after.

        `info["after_commit"]` is what is done, a callable of this database and the session.
        """
        follow = self.info.get("after_commit")
        if follow is not None:
            follow(self, session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that only reads one snapshot's worth of facts."""
        with self.session(writing=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Give a session that reads the database as it is at its beginning, whatever is written meanwhile."""
        with self.session(writing=False) as session:
            if session.get_bind().dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    def close(self) -> None:
        """Close all pooled connections."""
        self.reader.dispose()


def _engine(url: str, pool: Pool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return pooled(parsed, pool, LOCK_TIMEOUT_SECONDS)
    parsed = sqlite_path_resolved(parsed)
    # Autocommit by the driver: our `begin` event says when and how a transaction begins.
    engine = create_engine(parsed, connect_args={"timeout": LOCK_TIMEOUT_SECONDS, "isolation_level": None})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _leave_broken_sqlite)
    return engine


def sqlite_path_resolved(url: URL) -> URL:
    """Return `url` with a relative SQLite path taken from the project's folder, which is made if missing."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return url
    path = _PROJECT / url.database
    path.parent.mkdir(parents=True, exist_ok=True)
    return url.set(database=str(path))


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _leave_broken_sqlite(context: ExceptionContext) -> None:
    """Drop a connection whose transaction SQLite has rolled back by itself: its savepoints are gone, too."""
    if getattr(context.original_exception, "sqlite_errorname", "").startswith(_ROLLED_BACK):
        context.is_disconnect, context.invalidate_pool_on_disconnect = True, False
        if context.connection is not None:
            # As long as the error is remembered anywhere its cursor lives, and with it the lock of the file.
            opened = context.connection.connection.driver_connection
            assert opened is not None
            opened.rollback()


def now(session: Session) -> datetime:
    """Return the instant of the one clock, UTC (rule 12); read it after the lock is taken."""
    clock = session.info.get("clock")
    if clock is not None:
        instant: datetime = clock()
        return instant.astimezone(UTC)
    if session.get_bind().dialect.name == "postgresql":
        found: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        return found.astimezone(UTC)
    return datetime.now(UTC)


def now_waited(session: Session, asked: datetime) -> datetime:
    """Return the instant once a lock is had that may have been waited for (rule 12): never before `asked`.

    What was done under the lock meanwhile was lawful; what ends it must not be dated before it.
    """
    return max(asked, now(session))


def brings_clock(session: Session) -> bool:
    """Tell whether a first statement should bring the instant with it, as the column CLOCK.

    Where another clock counts than the database's, `now` costs no statement.
    """
    return session.info.get("clock") is None and session.get_bind().dialect.name == "postgresql"


def locked(session: Session, table: type[Table], key: int) -> tuple[Table, datetime]:
    """Lock one row, read it anew, and return it with the instant read after the lock (rules 12, 14).

    Raises NotFound where there is no such row. On SQLite the session must be a writing one: its
    transaction holds the only write lock.
    """
    found = session.scalars(_locking(table), {"key": key}).one_or_none()
    if found is None:
        raise NotFound(
            says("There is no {thing} {key}.", thing=table.__name__.lower(), key=key),
            remedy="Follow a link from the list.",
        )
    return found, now(session)


@cache
def _locking(table: type[Table]) -> Select[Table]:
    query = select(table).where(table.id == bindparam("key", type_=Key))  # type: ignore[attr-defined]
    # "No key update": it excludes every other writer, but not the key locks that foreign keys take.
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to `revision` by the migrations (plain alembic)."""
    # Alembic is a tenth of a process's memory and of its start, and few processes migrate.
    from alembic import command

    command.upgrade(alembic_config(url), revision)


def alembic_config(url: str) -> "Config":
    """Return alembic's settings for `url`, independent of the working directory."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_PROJECT / "migrations"))
    config.attributes["url"] = url
    return config


def is_declared(_thing: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Tell whether the models declare a table or index; trigrams are kept by each database in its own way."""
    return not (name or "").startswith(UNDECLARED[kind]) if kind in UNDECLARED else True
