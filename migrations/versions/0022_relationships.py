"""The figures of each relationship as they were last computed, and the stages it reached."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relationship_profile",
        sa.Column(
            "account_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("size", sa.String(), nullable=False),
        sa.Column("stage", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("length_months", sa.BigInteger(), nullable=False),
        sa.Column("share_bp", sa.BigInteger(), nullable=False),
        sa.Column("nights_centi", sa.BigInteger(), nullable=False),
        sa.Column("month_cents", sa.BigInteger(), nullable=False),
        sa.Column("year_purchases", sa.BigInteger(), nullable=False),
        sa.Column("rate_centi", sa.BigInteger(), nullable=False),
        sa.Column("gap_days", sa.BigInteger(), nullable=True),
        sa.Column("one_off_cents", sa.BigInteger(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('awake', 'asleep', 'gone')", name=op.f("ck_relationship_profile_state_known")
        ),
        sa.CheckConstraint("stage BETWEEN 0 AND 4", name=op.f("ck_relationship_profile_stage_known")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_relationship_profile_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_relationship_profile")),
    )
    with op.batch_alter_table("relationship_profile", schema=None) as batch_op:
        batch_op.create_index("ix_relationship_profile_tier_stage", ["tier", "stage"], unique=False)

    op.create_table(
        "relationship_stage",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("stage_before", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.BigInteger(), nullable=False),
        sa.Column(
            "derivation",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_relationship_stage_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_stage")),
        sa.UniqueConstraint("account_id", "reached_on", name="uq_relationship_stage_day"),
    )


def downgrade() -> None:
    op.drop_table("relationship_stage")
    with op.batch_alter_table("relationship_profile", schema=None) as batch_op:
        batch_op.drop_index("ix_relationship_profile_tier_stage")

    op.drop_table("relationship_profile")
