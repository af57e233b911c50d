"""There is a library: what is filed by subject and item, uploaded or linked.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KINDS = ("policy_paper", "toolkit", "research", "event", "news", "contact")
_AUDIENCES = ("everyone", "states", "members", "close", "own", "offices")


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    kinds = sa.Enum(*_KINDS, name="librarykind", native_enum=False, length=40)
    audiences = sa.Enum(*_AUDIENCES, name="audience", native_enum=False, length=40)
    op.create_table(
        "library_entry",
        sa.Column("id", _key(), nullable=False),
        sa.Column("body_id", _key(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("audience_of", audiences, nullable=False),
        _text("title"),
        _text("subject"),
        _text("summary"),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("item_id", _key(), nullable=True),
        _text("url"),
        _text("filename"),
        _text("media_type"),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        _text("words"),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        _text("filed_by"),
        sa.CheckConstraint(
            "(content IS NULL) = (sha256 IS NULL)", name=op.f("ck_library_entry_file_has_hash")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_library_entry_body_id_body")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_library_entry_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_entry")),
        sa.UniqueConstraint("body_id", "number", name=op.f("uq_library_entry_body_id_number")),
    )
    op.create_index("ix_library_entry_body_kind", "library_entry", ["body_id", "kind"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM searchable WHERE source = 'library_entry'")
    op.drop_table("library_entry")
