"""The log: its head, its entries and the texts behind them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_head",
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("keys", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size >= 0", name=op.f("ck_log_head_size_not_negative")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_log_head_body_id_body")),
        sa.PrimaryKeyConstraint("body_id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "private_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_private_text_body_id_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_text")),
        sa.UniqueConstraint("body_id", "seq", "field", name=op.f("uq_private_text_body_id_seq_field")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entry", sa.String(), nullable=False),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_audit_entry_seq_not_negative")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_audit_entry_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_audit_entry_circulation_id_circulation")
        ),
        sa.PrimaryKeyConstraint("body_id", "seq", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_circulation", "audit_entry", ["circulation_id", "seq"], unique=False)
    op.create_index("ix_audit_entry_type", "audit_entry", ["body_id", "type", "seq"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_audit_entry_type", table_name="audit_entry")
    op.drop_index("ix_audit_entry_circulation", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("private_text")
    op.drop_table("log_head")
