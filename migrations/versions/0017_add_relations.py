"""Documents have predecessors and other bodies' endorsements; items serve obligations.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _numbered(table: str, *columns: sa.Column[object] | sa.Constraint, of: str = "document_id") -> None:
    op.create_table(
        table,
        sa.Column("id", _key(), nullable=False),
        sa.Column("body_id", _key(), nullable=False),
        *columns,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        _to(table, "body_id", "body"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(of, "number", name=op.f(f"uq_{table}_{of}_number")),
    )


def upgrade() -> None:
    _numbered(
        "predecessor",
        sa.Column("document_id", _key(), nullable=False),
        sa.Column("former_id", _key(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.CheckConstraint("(former_id IS NULL) = (title <> '')", name=op.f("ck_predecessor_kept_or_titled")),
        _to("predecessor", "document_id", "document"),
        _to("predecessor", "former_id", "document"),
    )
    _numbered(
        "other_endorsement",
        sa.Column("document_id", _key(), nullable=False),
        sa.Column("endorsed_by", sa.String(), nullable=False),
        sa.Column("endorsed_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        _to("other_endorsement", "document_id", "document"),
    )
    _numbered(
        "obligation",
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.UniqueConstraint(
            "body_id", "instrument", "place", name=op.f("uq_obligation_body_id_instrument_place")
        ),
        of="body_id",
    )
    op.create_table(
        "serving",
        sa.Column("id", _key(), nullable=False),
        sa.Column("body_id", _key(), nullable=False),
        sa.Column("item_id", _key(), nullable=False),
        sa.Column("obligation_id", _key(), nullable=False),
        _to("serving", "body_id", "body"),
        _to("serving", "item_id", "item"),
        _to("serving", "obligation_id", "obligation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serving")),
        sa.UniqueConstraint("item_id", "obligation_id", name=op.f("uq_serving_item_id_obligation_id")),
    )
    op.create_index(op.f("ix_serving_obligation_id"), "serving", ["obligation_id"], unique=False)


def downgrade() -> None:
    for table in ("serving", "obligation", "other_endorsement", "predecessor"):
        op.drop_table(table)
