"""What is put under a letter's text when it is sent stays apart: the text itself is what the log tells.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds a column that may not be NULL only with a default of the database's own.
    op.add_column("notice", sa.Column("below", sa.String(), nullable=False, server_default=""))
    # The note stands below the text already; it need not be kept twice.
    op.drop_column("notice", "checkpoint")


def downgrade() -> None:
    op.execute("UPDATE notice SET text = text || below")
    op.drop_column("notice", "below")
    op.add_column("notice", sa.Column("checkpoint", sa.String(), nullable=True))
