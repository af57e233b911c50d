"""Writing a database anew, so that what was deleted is in none of its files any more.

Deleted rows lie on in a database's files for long, and on PostgreSQL the planner's statistics keep samples
of what columns held. Backups, and what a server archived of its own log, are not reached from here.
"""

import sqlite3
import time
from contextlib import closing

from sqlalchemy.engine import Connection

from workflow.db import LOCK_TIMEOUT_SECONDS, Database
from workflow.domain.errors import Refused

#: How long to wait for whoever still reads the rows as they were, in seconds.
PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.1

_SAMPLED = """
    SELECT s.schemaname, s.tablename, s.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_stats s
    JOIN pg_namespace n ON n.nspname = s.schemaname
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename AND c.relkind = 'r'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
    WHERE s.schemaname = current_schema()
"""
#: A number of its own, for every transaction that has written anything before has a smaller one.
_NOW = "SELECT clock_timestamp(), pg_current_xact_id()::text"
#: Who holds back what VACUUM may drop here: a transaction that wrote earlier, in any database of the server;
#: a transaction begun or a snapshot taken earlier in this one; a standby server.
_HELD_BACK = """
    SELECT pg_snapshot_xmin(pg_current_snapshot()) < %(number)s::xid8
    OR EXISTS (
        SELECT FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL)
        AND (age(backend_xmin) > age(%(number)s::xid8::xid) OR xact_start <= %(since)s)
    ) OR EXISTS (
        SELECT FROM pg_replication_slots WHERE age(xmin) > age(%(number)s::xid8::xid)
    )
"""


class StillRead(Refused):
    """Somebody's long transaction keeps deleted rows alive (409)."""

    code = "still_read"


def scrub(database: Database) -> None:
    """Write the whole database anew; nobody else can write meanwhile.

    The role must own the database on PostgreSQL, else its server leaves its own tables out. Raises
    StillRead when a transaction that began before this call has not ended after `PATIENCE_SECONDS`.
    """
    if database.reader.dialect.name != "postgresql":
        _scrub_sqlite(database)
        return
    autocommit = database.reader.execution_options(isolation_level="AUTOCOMMIT")
    with autocommit.connect() as connection:
        _forget_samples(connection)
        _wait_for_readers(connection)
        connection.exec_driver_sql("VACUUM (FULL, ANALYZE)")


def _scrub_sqlite(database: Database) -> None:
    # Not through a transaction, which the engine's `begin` event would open: VACUUM wants none.
    with closing(database.reader.raw_connection()) as raw, closing(raw.cursor()) as cursor:
        cursor.execute(f"PRAGMA busy_timeout={int(PATIENCE_SECONDS * 1000)}")
        try:
            cursor.execute("VACUUM")
            (is_busy, *_rest) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            raise _still_read() from error
        finally:
            cursor.execute(f"PRAGMA busy_timeout={LOCK_TIMEOUT_SECONDS * 1000}")
        if is_busy:
            raise _still_read()


def _forget_samples(connection: Connection) -> None:
    """Delete the statistics of all columns: ANALYZE keeps those of a table that has become empty.

    Giving a column the type it has rewrites nothing and is how an owner deletes them on every version.
    """
    quote = connection.dialect.identifier_preparer.quote
    for schema, table, column, kind in connection.exec_driver_sql(_SAMPLED).all():
        name = f"{quote(schema)}.{quote(table)}"
        connection.exec_driver_sql(f"ALTER TABLE {name} ALTER COLUMN {quote(column)} TYPE {kind}")


def _wait_for_readers(connection: Connection) -> None:
    """Wait until nobody can see the rows as they were: VACUUM keeps what somebody could still read."""
    since, number = connection.exec_driver_sql(_NOW).one()
    end = time.monotonic() + PATIENCE_SECONDS
    while connection.exec_driver_sql(_HELD_BACK, {"since": since, "number": number}).scalar_one():
        if time.monotonic() > end:
            raise _still_read()
        time.sleep(_PAUSE_SECONDS)


def _still_read() -> StillRead:
    return StillRead(
        "Somebody is still reading the database as it was, so deleted rows stay in its files.",
        remedy="End that transaction, or wait for it; then type: flask database scrub",
    )
