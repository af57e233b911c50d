"""A version can drop its item, or extend the period of its document, instead of giving a text.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_RULE = "(effect = 'extend') = (extends_until IS NOT NULL)"


def upgrade() -> None:
    kinds = sa.Enum("text", "drop", "extend", name="effect", native_enum=False, length=40)
    op.add_column("version", sa.Column("effect", kinds, nullable=False, server_default="text"))
    rule = sa.CheckConstraint(_RULE, name=op.f("ck_version_extension_names_year"))
    # A column brings its rule with it: no table is copied, which would lose its triggers on SQLite.
    op.add_column("version", sa.Column("extends_until", sa.Integer(), rule, nullable=True))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_version_extension_names_year"), "version")
    op.drop_column("version", "extends_until")
    op.drop_column("version", "effect")
