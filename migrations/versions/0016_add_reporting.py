"""Documents are reported on: periods, indicators and figures; a progress report tells more.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("progress", sa.Column("scheduled", sa.String(), nullable=False, server_default=""))
    op.add_column("progress", sa.Column("links", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "reporting_period",
        sa.Column("id", _key(), nullable=False),
        sa.Column("body_id", _key(), nullable=False),
        sa.Column("document_id", _key(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("highlights", sa.String(), nullable=False),
        sa.Column("report_id", _key(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "last_day >= first_day AND due_on >= last_day", name=op.f("ck_reporting_period_days_in_order")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_reporting_period_body_id_body")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_reporting_period_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["document.id"], name=op.f("fk_reporting_period_report_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_period")),
        sa.UniqueConstraint(
            "document_id", "first_day", name=op.f("uq_reporting_period_document_id_first_day")
        ),
    )
    op.create_table(
        "indicator",
        sa.Column("id", _key(), nullable=False),
        sa.Column("body_id", _key(), nullable=False),
        sa.Column("document_id", _key(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_id", _key(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint("target IS NULL OR target >= 0", name=op.f("ck_indicator_target_is_count")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_indicator_body_id_body")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_indicator_document_id_document")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_indicator_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_indicator_document_id_number")),
    )
    op.create_table(
        "figure",
        sa.Column("id", _key(), nullable=False),
        sa.Column("body_id", _key(), nullable=False),
        sa.Column("indicator_id", _key(), nullable=False),
        sa.Column("period_id", _key(), nullable=False),
        sa.Column("whole", _key(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.CheckConstraint("whole >= 0", name=op.f("ck_figure_whole_is_count")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_figure_body_id_body")),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_figure_indicator_id_indicator")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_period.id"], name=op.f("fk_figure_period_id_reporting_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure")),
    )
    op.create_index("ix_figure_period", "figure", ["period_id", "indicator_id"], unique=False)


def downgrade() -> None:
    for table in ("figure", "indicator", "reporting_period"):
        op.drop_table(table)
    op.drop_column("progress", "links")
    op.drop_column("progress", "scheduled")
