"""A State's name as it stands within a sentence: "the Philippines".

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds a column that may not be NULL only with a default of the database's own.
    op.add_column("state", sa.Column("in_text", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE state SET in_text = name")


def downgrade() -> None:
    op.drop_column("state", "in_text")
