"""Letters, attempts, service evidence, and the disputes that may come of them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "letter",
            sa.Enum(
                "circulation",
                "reminder",
                "objection",
                "lifted",
                "reasons_requested",
                "kind_proposed",
                "answer",
                "extension",
                "extension_requested",
                "suspension",
                "resumption",
                "withdrawal",
                "outcome",
                "held",
                "receipt",
                "draft_waiting",
                "for_information",
                "undelivered",
                "invitation",
                "password_reset",
                "test",
                name="letter",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("invite", sa.String(), nullable=True),
        sa.Column("checkpoint", sa.String(), nullable=True),
        sa.Column("entry_seqs", sa.JSON(), nullable=False),
        sa.Column("invite_method", sa.String(), nullable=True),
        sa.Column("proves_service", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sent",
                "acknowledged",
                "refused",
                "bounced",
                "unknown",
                name="service",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(status = 'queued') OR due_at IS NULL", name=op.f("ck_notice_only_queued_is_due")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_notice_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_notice_circulation_id_circulation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")),
        sa.ForeignKeyConstraint(["state_id"], ["state.id"], name=op.f("fk_notice_state_id_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("body_id", "once", name=op.f("uq_notice_body_id_once")),
        sa.UniqueConstraint("message_id", name=op.f("uq_notice_message_id")),
    )
    op.create_index("ix_notice_body", "notice", ["body_id", "id"], unique=False)
    op.create_index("ix_notice_circulation", "notice", ["circulation_id", "state_id"], unique=False)
    op.create_index("ix_notice_due", "notice", ["status", "due_at"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "queued",
                "sent",
                "acknowledged",
                "refused",
                "bounced",
                "unknown",
                name="service",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reply", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_attempt_body_id_body")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_attempt_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_notice", "attempt", ["notice_id"], unique=False)
    op.create_table(
        "service_evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "accepted",
                "acknowledged",
                "responded",
                "bounced",
                "override",
                name="evidencekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('accepted', 'bounced')) = (address IS NOT NULL)",
            name=op.f("ck_service_evidence_mail_has_address"),
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_service_evidence_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"],
            ["circulation.id"],
            name=op.f("fk_service_evidence_circulation_id_circulation"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_service_evidence_notice_id_notice")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_service_evidence_person_id_person")
        ),
        sa.ForeignKeyConstraint(["state_id"], ["state.id"], name=op.f("fk_service_evidence_state_id_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_evidence")),
    )
    op.create_index(
        "ix_service_evidence_circulation", "service_evidence", ["circulation_id", "state_id"], unique=False
    )
    op.create_table(
        "dispute",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("late_entry", "late_bounce", name="disputekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settlement", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_dispute_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_dispute_circulation_id_circulation")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_dispute_notice_id_notice")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_dispute_response_id_response")
        ),
        sa.ForeignKeyConstraint(["state_id"], ["state.id"], name=op.f("fk_dispute_state_id_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index("ix_dispute_circulation", "dispute", ["circulation_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_dispute_circulation", table_name="dispute")
    op.drop_table("dispute")
    op.drop_index("ix_service_evidence_circulation", table_name="service_evidence")
    op.drop_table("service_evidence")
    op.drop_index("ix_attempt_notice", table_name="attempt")
    op.drop_table("attempt")
    op.drop_index("ix_notice_due", table_name="notice")
    op.drop_index("ix_notice_circulation", table_name="notice")
    op.drop_index("ix_notice_body", table_name="notice")
    op.drop_table("notice")
