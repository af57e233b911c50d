"""The index of the search is emptied, so that flask database upgrade writes it anew from its tables.

Reasons and references that came with a text's withdrawal, deferral or a meeting's decision were left out.

Revision ID: 0021
Revises: 0020
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM searchable")


def downgrade() -> None:
    """Leave the index: it fits the former version, too."""
