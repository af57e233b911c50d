"""Tells whether the database has the tables this program was written for, and if not, what to do.

The migrations themselves are in `migrations/`; who runs them is the operator.
"""

import logging
from dataclasses import dataclass
from functools import cache

from sqlalchemy.exc import SQLAlchemyError

from workflow.db import Database, alembic_config

log = logging.getLogger(__name__)

_UPGRADE = "Run: flask --app workflow.app database upgrade"


@dataclass(frozen=True)
class Standing:
    """How a database stands to the program: `problem` says in a sentence why they do not fit.

    A database that a newer program has migrated already `is_newer`: this one goes on working until it is
    replaced, since migrations only add (docs/operations.md).
    """

    found: str | None
    wanted: str
    is_newer: bool = False

    @property
    def problem(self) -> str:
        """Return why the program cannot work on this database, with what to do; empty where it can."""
        if self.is_newer or self.found == self.wanted:
            return ""
        if self.found is None:
            return f"The database has no tables of this program yet. {_UPGRADE}"
        return f"The database is at migration {self.found}, this program needs {self.wanted}. {_UPGRADE}"


def standing(database: Database) -> Standing:
    """Return how the database stands to this program; raises what the database raises."""
    # As in `db.migrate`: a process that is never asked need not hold alembic.
    from alembic.migration import MigrationContext

    known, wanted = _migrations()
    with database.reading() as session:
        found = MigrationContext.configure(session.connection()).get_current_revision()
    return Standing(found, wanted, is_newer=found is not None and found not in known)


def problem(database: Database) -> str:
    """Return why the program cannot work on this database now, with what to do; empty where it can."""
    try:
        return standing(database).problem
    except SQLAlchemyError:
        log.exception("The database does not answer.")
        return "The database does not answer; correct ADREF_DATABASE_URL, or start it."


@cache
def _migrations() -> tuple[frozenset[str], str]:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(alembic_config(""))
    head = scripts.get_current_head()
    assert head is not None
    return frozenset(one.revision for one in scripts.walk_revisions()), head
