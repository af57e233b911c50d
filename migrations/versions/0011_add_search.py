"""The words that can be searched for, with an index of trigrams on both databases.

SQLite keeps its trigrams in a table of its own, which triggers keep in step. PostgreSQL has an extension for
them; where it may not be installed, the same words are found by reading all of them. The rows themselves are
written by the application after the upgrade.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TRIGRAMS = """
    CREATE VIRTUAL TABLE search_index USING fts5(
        folded, content='searchable', content_rowid='id', tokenize='trigram case_sensitive 1'
    )
"""
_WRITTEN = "INSERT INTO search_index (rowid, folded) VALUES (new.id, new.folded);"
_GONE = "INSERT INTO search_index (search_index, rowid, folded) VALUES ('delete', old.id, old.folded);"
_TRIGGERS = (
    f"CREATE TRIGGER searchable_written AFTER INSERT ON searchable BEGIN {_WRITTEN} END",
    f"CREATE TRIGGER searchable_gone AFTER DELETE ON searchable BEGIN {_GONE} END",
    f"CREATE TRIGGER searchable_changed AFTER UPDATE ON searchable BEGIN {_GONE} {_WRITTEN} END",
)
_EXTENSION = """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE INDEX ix_searchable_trigrams ON searchable USING gin (folded gin_trgm_ops);
        END IF;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'pg_trgm may not be installed by this role: searches read all words';
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "searchable",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_searchable_body_id_body"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_searchable_item_id_item"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name="fk_searchable_version_id_version", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["circulation_id"],
            ["circulation.id"],
            name="fk_searchable_circulation_id_circulation",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["state_id"], ["state.id"], name="fk_searchable_state_id_state"),
        sa.PrimaryKeyConstraint("id", name="pk_searchable"),
        sa.UniqueConstraint("source", "source_id", name="uq_searchable_source_source_id"),
    )
    op.create_index("ix_searchable_body_at", "searchable", ["body_id", "at", "id"])
    for column in ("item_id", "version_id", "circulation_id"):
        op.create_index(f"ix_searchable_{column}", "searchable", [column])
    if op.get_bind().dialect.name == "sqlite":
        for statement in (_TRIGRAMS, *_TRIGGERS):
            op.execute(statement)
    else:
        op.execute(_EXTENSION)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("searchable")
