"""The clock of a database, shifted inside the database itself: every host that asks it sees the same.

The product asks PostgreSQL for `clock_timestamp()`; one in the schema it looks at first answers instead. The
clocks of the hosts stay as they are, years off, and nothing may depend on them.
"""

from datetime import UTC, datetime

from sqlalchemy import text

from workflow.db import Database, now

_MADE = (
    "CREATE TABLE shifted_clock (by interval NOT NULL)",
    "INSERT INTO shifted_clock VALUES (interval '0')",
    "CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS "
    "'SELECT pg_catalog.clock_timestamp() + by FROM shifted_clock'",
)


class ShiftedClock:
    """A clock that can be set: `now` is what the database says, and it goes on from whatever it is set to."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def installed(cls, database: Database) -> "ShiftedClock":
        """Give a migrated database a clock that can be set; whoever connects from now on asks that one."""
        with database.writing() as session:
            for statement in _MADE:
                session.execute(text(statement))
            name = session.execute(text("SELECT quote_ident(current_database())")).scalar_one()
            session.execute(text(f"ALTER DATABASE {name} SET search_path = public, pg_catalog"))
        database.close()
        return cls(database)

    @property
    def now(self) -> datetime:
        """Return the instant the database says, UTC."""
        with self.database.reading() as session:
            return now(session)

    @now.setter
    def now(self, instant: datetime) -> None:
        statement = "UPDATE shifted_clock SET by = :instant - pg_catalog.clock_timestamp()"
        with self.database.writing() as session:
            session.execute(text(statement), {"instant": instant.astimezone(UTC)})
