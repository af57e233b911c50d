"""What States say, and what happens to what they said."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extension_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_extension_request_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"],
            ["circulation.id"],
            name=op.f("fk_extension_request_circulation_id_circulation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_extension_request_person_id_person")
        ),
        sa.ForeignKeyConstraint(["state_id"], ["state.id"], name=op.f("fk_extension_request_state_id_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_request")),
    )
    op.create_index("ix_extension_request_circulation", "extension_request", ["circulation_id"], unique=False)
    op.create_table(
        "response",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_sha256", sa.String(), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "no_objection",
                "comment",
                "input",
                "objection",
                "reservation",
                "abstention",
                name="responsekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("passage", sa.String(), nullable=False),
        sa.Column("cure", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("lodging", sa.String(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("entry_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT on_behalf OR evidence <> ''", name=op.f("ck_response_on_behalf_has_evidence")
        ),
        sa.CheckConstraint("counts_at <= received_at", name=op.f("ck_response_counts_not_after_receipt")),
        sa.CheckConstraint(
            "on_behalf = (claimed_at IS NOT NULL)", name=op.f("ck_response_on_behalf_has_claim")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_response_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_response_circulation_id_circulation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_response_person_id_person")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["response.id"], name=op.f("fk_response_replaces_id_response")
        ),
        sa.ForeignKeyConstraint(["state_id"], ["state.id"], name=op.f("fk_response_state_id_state")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_response_version_id_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint(
            "lodging", "version_id", "state_id", name=op.f("uq_response_lodging_version_id_state_id")
        ),
    )
    op.create_index(
        "ix_response_circulation", "response", ["circulation_id", "version_id", "state_id"], unique=False
    )
    op.create_index("ix_response_state", "response", ["state_id", "id"], unique=False)
    op.create_table(
        "response_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "no_objection",
                "comment",
                "input",
                "objection",
                "reservation",
                "abstention",
                name="responsekind",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("passage", sa.String(), nullable=False),
        sa.Column("cure", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_response_draft_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_response_draft_circulation_id_circulation")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_response_draft_person_id_person")
        ),
        sa.ForeignKeyConstraint(["state_id"], ["state.id"], name=op.f("fk_response_draft_state_id_state")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_response_draft_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_draft")),
        sa.UniqueConstraint(
            "circulation_id",
            "version_id",
            "state_id",
            name=op.f("uq_response_draft_circulation_id_version_id_state_id"),
        ),
    )
    op.create_table(
        "response_remark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circulation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lifted",
                "replaced",
                "answered",
                "accepted",
                "kind_proposed",
                "reasons_requested",
                name="remarkkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column(
            "proposed_kind",
            sa.Enum(
                "no_objection",
                "comment",
                "input",
                "objection",
                "reservation",
                "abstention",
                name="responsekind",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entry_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_response_remark_body_id_body")),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_response_remark_circulation_id_circulation")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_response_remark_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_response_remark_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_remark")),
    )
    op.create_index("ix_response_remark_circulation", "response_remark", ["circulation_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_response_remark_circulation", table_name="response_remark")
    op.drop_table("response_remark")
    op.drop_table("response_draft")
    op.drop_index("ix_response_state", table_name="response")
    op.drop_index("ix_response_circulation", table_name="response")
    op.drop_table("response")
    op.drop_index("ix_extension_request_circulation", table_name="extension_request")
    op.drop_table("extension_request")
