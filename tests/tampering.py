"""Changing the log behind the program's back: what its triggers refuse, by one who can switch them off.

How such changes are found is for the tests of the audit.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

_TABLES = ("audit_entry", "log_node", "log_checkpoint")


def unguarded(session: Session) -> None:
    """Switch off the triggers that keep the log, for this transaction or this copy of the database."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    # Whoever opens the file with a tool of SQLite is bound by no foreign key either.
    session.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table in _TABLES:
        for verb in ("UPDATE", "DELETE", "REPLACE"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_keeps_{verb}"))
