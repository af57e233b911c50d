"""Triggers that refuse to change or delete what the log holds; batch mode drops them, so look after it."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES = ("audit_entry", "log_node", "log_checkpoint")
_SQLITE = """
CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} is refused'); END
"""
# INSERT OR REPLACE deletes without firing the trigger above; what is there already is not replaced.
_SQLITE_REPLACE = """
CREATE TRIGGER {table}_keeps_REPLACE BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, '{table} is append-only: REPLACE is refused'); END
"""
_KEYS = {
    "audit_entry": ("body_id", "seq"),
    "log_node": ("body_id", "level", "place"),
    "log_checkpoint": ("body_id", "origin", "size"),
}
_FUNCTION = """
CREATE FUNCTION log_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP; END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        for table in _TABLES:
            for verb, level in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
                op.execute(
                    f"CREATE TRIGGER {table}_keeps_{verb.lower()} BEFORE {verb} ON {table} "
                    f"FOR EACH {level} EXECUTE FUNCTION log_keeps()"
                )
        return
    for table in _TABLES:
        same = " AND ".join(f"{key} = NEW.{key}" for key in _KEYS[table])
        for verb in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(table=table, verb=verb))
        op.execute(_SQLITE_REPLACE.format(table=table, same=same))


def downgrade() -> None:
    for table in _TABLES:
        verbs = ("update", "delete", "truncate")
        if op.get_bind().dialect.name == "postgresql":
            for verb in verbs:
                op.execute(f"DROP TRIGGER {table}_keeps_{verb} ON {table}")
        else:
            for verb in ("UPDATE", "DELETE", "REPLACE"):
                op.execute(f"DROP TRIGGER {table}_keeps_{verb}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION log_keeps()")
