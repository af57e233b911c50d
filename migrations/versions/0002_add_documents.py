"""Documents, items, versions, files and progress reports."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("work_plan", "progress_report", name="documentkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("paper_title", sa.String(), nullable=False),
        sa.Column("section_number", sa.String(), nullable=False),
        sa.Column("period_from", sa.Integer(), nullable=False),
        sa.Column("period_until", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.CheckConstraint("period_until >= period_from", name=op.f("ck_document_period_runs_forward")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_document_body_id_body")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_document_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("body_id", "code", name=op.f("uq_document_body_id_code")),
        sa.UniqueConstraint("body_id", "form_key", name=op.f("uq_document_body_id_form_key")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_item_body_id_body")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_item_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("body_id", "key", name=op.f("uq_item_body_id_key")),
        sa.UniqueConstraint("document_id", "position", name=op.f("uq_item_document_id_position")),
    )
    op.create_table(
        "progress",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_progress_body_id_body")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_progress_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress")),
    )
    op.create_index("ix_progress_item_as_of", "progress", ["item_id", "as_of"], unique=False)
    op.create_table(
        "version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "circulated",
                "no_objection_deadline",
                "silence_broken",
                "deferred",
                "endorsed",
                "superseded",
                "withdrawn",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum("procedure", "document", name="source", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decision_reference", sa.String(), nullable=True),
        sa.Column("decision_date", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('endorsed', 'withdrawn') OR decided_at IS NOT NULL",
            name=op.f("ck_version_decided_has_date"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_version_sha256_is_hex")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_version_number_from_one")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_version_body_id_body")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_version_item_id_item")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_version_meeting_id_meeting")),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["version.id"], name=op.f("fk_version_superseded_by_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_version_item_id_number")),
    )
    op.create_index("ix_version_body_status", "version", ["body_id", "status"], unique=False)
    op.create_index(
        "uq_version_one_draft",
        "version",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("status = 'draft'"),
        postgresql_where=sa.text("status = 'draft'"),
    )
    op.create_index(
        "uq_version_one_in_force",
        "version",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("status = 'endorsed'"),
        postgresql_where=sa.text("status = 'endorsed'"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_attachment_body_id_body")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_attachment_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_version", "attachment", ["version_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_attachment_version", table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(
        "uq_version_one_in_force",
        table_name="version",
        sqlite_where=sa.text("status = 'endorsed'"),
        postgresql_where=sa.text("status = 'endorsed'"),
    )
    op.drop_index(
        "uq_version_one_draft",
        table_name="version",
        sqlite_where=sa.text("status = 'draft'"),
        postgresql_where=sa.text("status = 'draft'"),
    )
    op.drop_index("ix_version_body_status", table_name="version")
    op.drop_table("version")
    op.drop_index("ix_progress_item_as_of", table_name="progress")
    op.drop_table("progress")
    op.drop_table("item")
    op.drop_table("document")
