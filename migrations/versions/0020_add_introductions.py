"""A document has an introduction in words of its own.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("introduction", sa.String(), nullable=False, server_default=""))
    op.add_column("document", sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("document", "introduced_at")
    op.drop_column("document", "introduction")
