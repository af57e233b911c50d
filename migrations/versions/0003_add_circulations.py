"""Circulations with items and roster, and what happens to them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "circulation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column(
            "authority_meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("authority_note", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_reasons", sa.String(), nullable=False),
        sa.Column("package", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "suspended",
                "held",
                "closed",
                "withdrawn",
                name="circulationstatus",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatched_by", sa.String(), nullable=True),
        sa.Column("silence_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_cause", sa.String(), nullable=True),
        sa.Column("closed_seq", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "endorsed", "partially_endorsed", "not_endorsed", name="outcome", native_enum=False, length=40
            ),
            nullable=True,
        ),
        sa.Column("withdrawal_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "NOT urgent OR urgent_reasons <> ''", name=op.f("ck_circulation_urgent_has_reasons")
        ),
        sa.CheckConstraint(
            "status IS NULL OR (status = 'closed') = (outcome IS NOT NULL)",
            name=op.f("ck_circulation_closed_has_outcome"),
        ),
        sa.CheckConstraint(
            "status IS NULL OR (status = 'suspended') = (suspended_at IS NOT NULL)",
            name=op.f("ck_circulation_suspended_since"),
        ),
        sa.CheckConstraint(
            "status IS NULL OR status <> 'held' OR held_at IS NOT NULL",
            name=op.f("ck_circulation_held_since"),
        ),
        sa.CheckConstraint(
            "(status IS NULL) = (dispatched_at IS NULL)", name=op.f("ck_circulation_status_from_dispatch")
        ),
        sa.CheckConstraint(
            "(status IS NULL) = (symbol IS NULL)", name=op.f("ck_circulation_symbol_from_dispatch")
        ),
        sa.CheckConstraint(
            "status IS NULL OR deadline IS NOT NULL", name=op.f("ck_circulation_dispatched_has_deadline")
        ),
        sa.ForeignKeyConstraint(
            ["authority_meeting_id"], ["meeting.id"], name=op.f("fk_circulation_authority_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_circulation_body_id_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circulation")),
        sa.UniqueConstraint("body_id", "symbol", name=op.f("uq_circulation_body_id_symbol")),
        sa.UniqueConstraint("body_id", "year", "number", name=op.f("uq_circulation_body_id_year_number")),
    )
    op.create_index("ix_circulation_body_status", "circulation", ["body_id", "status"], unique=False)
    op.create_table(
        "correction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_correction_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_correction_circulation_id_circulation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_circulation", "correction", ["circulation_id"], unique=False)
    op.create_table(
        "deadline_move",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_deadline_move_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_deadline_move_circulation_id_circulation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_move")),
    )
    op.create_index("ix_deadline_move_circulation", "deadline_move", ["circulation_id"], unique=False)
    op.create_table(
        "noting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_noting_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_noting_circulation_id_circulation")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_noting_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noting")),
        sa.UniqueConstraint("circulation_id", "meeting_id", name=op.f("uq_noting_circulation_id_meeting_id")),
    )
    op.create_table(
        "override",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("served_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("first_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_role", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("second_role", sa.String(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(second_person_id IS NULL) = (second_at IS NULL)", name=op.f("ck_override_second_has_instant")
        ),
        sa.CheckConstraint(
            "second_person_id IS NULL OR second_person_id <> first_person_id",
            name=op.f("ck_override_two_persons"),
        ),
        sa.CheckConstraint(
            "second_role IS NULL OR second_role <> first_role", name=op.f("ck_override_two_offices")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_override_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_override_circulation_id_circulation")
        ),
        sa.ForeignKeyConstraint(
            ["first_person_id"], ["person.id"], name=op.f("fk_override_first_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["second_person_id"], ["person.id"], name=op.f("fk_override_second_person_id_person")
        ),
        sa.ForeignKeyConstraint(["state_id"], ["state.id"], name=op.f("fk_override_state_id_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    op.create_index("ix_override_circulation", "override", ["circulation_id"], unique=False)
    op.create_table(
        "roster_state",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_roster_state_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_roster_state_circulation_id_circulation")
        ),
        sa.ForeignKeyConstraint(["state_id"], ["state.id"], name=op.f("fk_roster_state_state_id_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_state")),
        sa.UniqueConstraint(
            "circulation_id", "state_id", name=op.f("uq_roster_state_circulation_id_state_id")
        ),
    )
    op.create_table(
        "suspension",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_suspension_suspension_runs_forward")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_suspension_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_suspension_circulation_id_circulation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index("ix_suspension_circulation", "suspension", ["circulation_id"], unique=False)
    op.create_table(
        "circulation_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "endorsed",
                "not_endorsed",
                "deferred",
                "superseded",
                "withdrawn",
                name="result",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(result IS NULL) = (left_at IS NULL)", name=op.f("ck_circulation_item_result_has_instant")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_circulation_item_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"],
            ["circulation.id"],
            name=op.f("fk_circulation_item_circulation_id_circulation"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_circulation_item_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circulation_item")),
        sa.UniqueConstraint(
            "circulation_id", "position", name=op.f("uq_circulation_item_circulation_id_position")
        ),
        sa.UniqueConstraint(
            "circulation_id", "version_id", name=op.f("uq_circulation_item_circulation_id_version_id")
        ),
    )
    op.create_index("ix_circulation_item_version", "circulation_item", ["version_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_circulation_item_version", table_name="circulation_item")
    op.drop_table("circulation_item")
    op.drop_index("ix_suspension_circulation", table_name="suspension")
    op.drop_table("suspension")
    op.drop_table("roster_state")
    op.drop_index("ix_override_circulation", table_name="override")
    op.drop_table("override")
    op.drop_table("noting")
    op.drop_index("ix_deadline_move_circulation", table_name="deadline_move")
    op.drop_table("deadline_move")
    op.drop_index("ix_correction_circulation", table_name="correction")
    op.drop_table("correction")
    op.drop_index("ix_circulation_body_status", table_name="circulation")
    op.drop_table("circulation")
