"""What came by e-mail, and how reading the mailbox goes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KINDS = ("failed", "delayed", "report", "automatic", "reply", "unknown", "unreadable")


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "incoming_message",
        sa.Column("id", _key(), nullable=False),
        sa.Column("body_id", _key(), nullable=False),
        sa.Column("entry_seq", _key(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.Enum(*_KINDS, name="mailkind", native_enum=False, length=40), nullable=False),
        sa.Column(
            "tie",
            sa.Enum("token", "message_id", "reference", name="mailtie", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("notice_id", _key(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column(
            "settlement",
            sa.Enum("entered", "nothing", name="mailsettlement", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(settlement IS NULL) = (settled_at IS NULL)", name=op.f("ck_incoming_message_settled_once")
        ),
        sa.CheckConstraint(
            "NOT (waits AND settled_at IS NOT NULL)",
            name=op.f("ck_incoming_message_settled_waits_no_more"),
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_incoming_message_body_id_body")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_incoming_message_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_message")),
        sa.UniqueConstraint("body_id", "sha256", name=op.f("uq_incoming_message_body_id_sha256")),
        sa.UniqueConstraint("body_id", "entry_seq", name=op.f("uq_incoming_message_body_id_entry_seq")),
    )
    op.create_index("ix_incoming_message_waits", "incoming_message", ["body_id", "waits", "id"], unique=False)
    op.create_index("ix_incoming_message_notice", "incoming_message", ["notice_id"], unique=False)
    op.create_table(
        "mailbox_reading",
        sa.Column("body_id", _key(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_mailbox_reading_body_id_body")),
        sa.PrimaryKeyConstraint("body_id", name=op.f("pk_mailbox_reading")),
    )


def downgrade() -> None:
    op.drop_table("mailbox_reading")
    op.drop_index("ix_incoming_message_notice", table_name="incoming_message")
    op.drop_index("ix_incoming_message_waits", table_name="incoming_message")
    op.drop_table("incoming_message")
