"""The host that holds the log's key tells the others, which cannot see it, what is wrong with the log.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("log_head", sa.Column("fault", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("log_head", "fault")
