"""Points by hand: who asked for them, why, and who agreed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credit_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stay_reference", sa.String(), nullable=True),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("takes_back_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approvals", sa.BigInteger(), nullable=False),
        sa.Column(
            "derivation",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('done', 'declined', 'withdrawn')", name=op.f("ck_credit_request_outcome_known")
        ),
        sa.CheckConstraint(
            "reason IN ('complaint', 'goodwill', 'missing', 'mistake', 'other')",
            name=op.f("ck_credit_request_reason_known"),
        ),
        sa.CheckConstraint(
            "role <> 'desk' OR property_id IS NOT NULL", name=op.f("ck_credit_request_desk_has_property")
        ),
        sa.CheckConstraint("role IN ('desk', 'manager')", name=op.f("ck_credit_request_role_known")),
        sa.CheckConstraint(
            "words <> '' AND evidence <> ''", name=op.f("ck_credit_request_reason_and_evidence")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_credit_request_settled_with_outcome")
        ),
        sa.CheckConstraint("approvals >= 0", name=op.f("ck_credit_request_approvals_not_negative")),
        sa.CheckConstraint("points >= 1", name=op.f("ck_credit_request_points_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_credit_request_account_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_credit_request_by_id")),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_credit_request_card_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_credit_request_property_id")),
        sa.ForeignKeyConstraint(
            ["takes_back_id"], ["credit_request.id"], name=op.f("fk_credit_request_takes_back_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_credit_request_public_id")),
    )
    with op.batch_alter_table("credit_request") as batch_op:
        batch_op.create_index(
            "ix_credit_request_account_id_asked_at", ["account_id", "asked_at"], unique=False
        )
        batch_op.create_index("ix_credit_request_by_id_asked_at", ["by_id", "asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_request_card_id"), ["card_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_request_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_request_takes_back_id"), ["takes_back_id"], unique=False)
        batch_op.create_index(
            "ix_credit_request_waiting",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_index(
            "uq_credit_request_taken_back",
            ["takes_back_id"],
            unique=True,
            sqlite_where=sa.text("outcome = 'done'"),
            postgresql_where=sa.text("outcome = 'done'"),
        )

    op.create_table(
        "credit_decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("agrees OR words <> ''", name=op.f("ck_credit_decision_no_has_a_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_credit_decision_by_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["credit_request.id"], name=op.f("fk_credit_decision_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_decision")),
        sa.UniqueConstraint("request_id", "by_id", name="uq_credit_decision_request_by"),
    )
    with op.batch_alter_table("credit_decision") as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_decision_by_id"), ["by_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("credit_decision") as batch_op:
        batch_op.drop_index(batch_op.f("ix_credit_decision_by_id"))

    op.drop_table("credit_decision")
    with op.batch_alter_table("credit_request") as batch_op:
        batch_op.drop_index(
            "uq_credit_request_taken_back",
            sqlite_where=sa.text("outcome = 'done'"),
            postgresql_where=sa.text("outcome = 'done'"),
        )
        batch_op.drop_index(
            "ix_credit_request_waiting",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_credit_request_takes_back_id"))
        batch_op.drop_index(batch_op.f("ix_credit_request_property_id"))
        batch_op.drop_index(batch_op.f("ix_credit_request_card_id"))
        batch_op.drop_index("ix_credit_request_by_id_asked_at")
        batch_op.drop_index("ix_credit_request_account_id_asked_at")

    op.drop_table("credit_request")
