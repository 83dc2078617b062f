"""Where each account stands."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_standing",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("tier_since", sa.Date(), nullable=True),
        sa.Column("grace_until", sa.Date(), nullable=True),
        sa.Column("played_through", sa.Date(), nullable=True),
        sa.Column(
            "derivation",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("night_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_standing_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_standing")),
    )
    with op.batch_alter_table("account_standing", schema=None) as batch_op:
        batch_op.create_index("ix_account_standing_tier", ["tier", "account_id"], unique=False)

    op.create_table(
        "perk_spend",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column(
            "bases",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("base_cents", sa.BigInteger(), nullable=False),
        sa.Column("is_event", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_perk_spend_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_perk_spend")),
        sa.UniqueConstraint("key", name=op.f("uq_perk_spend_key")),
    )
    with op.batch_alter_table("perk_spend", schema=None) as batch_op:
        batch_op.create_index("ix_perk_spend_account_id_day", ["account_id", "day"], unique=False)

    op.create_table(
        "tier_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tier_before", sa.String(), nullable=False),
        sa.Column("tier_after", sa.String(), nullable=False),
        sa.Column(
            "standing",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "verdict",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tier_before <> tier_after", name=op.f("ck_tier_change_changes_something")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tier_change_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_change")),
    )
    with op.batch_alter_table("tier_change", schema=None) as batch_op:
        batch_op.create_index("ix_tier_change_account_id_day", ["account_id", "day", "id"], unique=False)
        batch_op.create_index("ix_tier_change_day", ["day", "id"], unique=False)

    op.create_table(
        "tier_review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("grace_until", sa.Date(), nullable=True),
        sa.Column("is_monthly", sa.Boolean(), nullable=False),
        sa.Column(
            "standing",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "verdict",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tier_review_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_review")),
    )
    with op.batch_alter_table("tier_review", schema=None) as batch_op:
        batch_op.create_index("ix_tier_review_account_id_day", ["account_id", "day", "id"], unique=False)

    op.create_table(
        "played_stay",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("checkout", sa.Date(), nullable=False),
        sa.Column("nights", sa.BigInteger(), nullable=False),
        sa.Column("base_cents", sa.BigInteger(), nullable=False),
        sa.Column("skipped", sa.String(), nullable=True),
        sa.Column("played_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("nights >= 0", name=op.f("ck_played_stay_nights_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_played_stay_account_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_played_stay_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_played_stay")),
        sa.UniqueConstraint("key", name=op.f("uq_played_stay_key")),
        sa.UniqueConstraint("stay_id", name=op.f("uq_played_stay_stay_id")),
    )
    with op.batch_alter_table("played_stay", schema=None) as batch_op:
        batch_op.create_index("ix_played_stay_account_id_checkout", ["account_id", "checkout"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("played_stay", schema=None) as batch_op:
        batch_op.drop_index("ix_played_stay_account_id_checkout")

    op.drop_table("played_stay")
    with op.batch_alter_table("tier_review", schema=None) as batch_op:
        batch_op.drop_index("ix_tier_review_account_id_day")

    op.drop_table("tier_review")
    with op.batch_alter_table("tier_change", schema=None) as batch_op:
        batch_op.drop_index("ix_tier_change_day")
        batch_op.drop_index("ix_tier_change_account_id_day")

    op.drop_table("tier_change")
    with op.batch_alter_table("perk_spend", schema=None) as batch_op:
        batch_op.drop_index("ix_perk_spend_account_id_day")

    op.drop_table("perk_spend")
    with op.batch_alter_table("account_standing", schema=None) as batch_op:
        batch_op.drop_index("ix_account_standing_tier")

    op.drop_table("account_standing")
