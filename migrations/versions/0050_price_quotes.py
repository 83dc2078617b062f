"""Quotes: orders whose prices are kept until a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "price_quote",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("property_id", ID, nullable=False),
        sa.Column("bundle_id", ID, nullable=True),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("is_from_house", sa.Boolean(), nullable=False),
        sa.Column(
            "title",
            DOCUMENT,
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("headcount", sa.BigInteger(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "order",
            DOCUMENT,
            nullable=False,
        ),
        sa.Column(
            "offers",
            DOCUMENT,
            nullable=False,
        ),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("list_cents", sa.BigInteger(), nullable=False),
        sa.Column("discount_cents", sa.BigInteger(), nullable=False),
        sa.Column("bill_cents", sa.BigInteger(), nullable=False),
        sa.Column("points_to_earn", sa.BigInteger(), nullable=False),
        sa.Column(
            "price",
            DOCUMENT,
            nullable=False,
        ),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booking_id", ID, nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", ID, nullable=True),
        sa.CheckConstraint(
            "(booking_id IS NULL) = (accepted_at IS NULL)", name=op.f("ck_price_quote_accepted_as_a_booking")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
            name=op.f("ck_price_quote_withdrawn_by_somebody"),
        ),
        sa.CheckConstraint(
            "bill_cents >= 0 AND discount_cents >= 0", name=op.f("ck_price_quote_amounts_not_negative")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_price_quote_ends_after_starting")),
        sa.CheckConstraint("headcount >= 1", name=op.f("ck_price_quote_headcount_positive")),
        sa.CheckConstraint("valid_until > issued_at", name=op.f("ck_price_quote_valid_for_a_while")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR accepted_at IS NULL", name=op.f("ck_price_quote_ends_one_way")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_price_quote_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_price_quote_booking_id")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_price_quote_bundle_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_price_quote_by_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_price_quote_property_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["person.id"], name=op.f("fk_price_quote_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_quote")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_price_quote_booking_id")),
        sa.UniqueConstraint("number", name=op.f("uq_price_quote_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_price_quote_public_id")),
    )
    with op.batch_alter_table("price_quote") as batch_op:
        batch_op.create_index("ix_price_quote_account", ["account_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_price_quote_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_price_quote_bundle_id"), ["bundle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_price_quote_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_price_quote_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_price_quote_withdrawn_by_id"), ["withdrawn_by_id"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("price_quote") as batch_op:
        batch_op.drop_index(batch_op.f("ix_price_quote_withdrawn_by_id"))
        batch_op.drop_index(batch_op.f("ix_price_quote_property_id"))
        batch_op.drop_index(batch_op.f("ix_price_quote_by_id"))
        batch_op.drop_index(batch_op.f("ix_price_quote_bundle_id"))
        batch_op.drop_index(batch_op.f("ix_price_quote_account_id"))
        batch_op.drop_index("ix_price_quote_account")

    op.drop_table("price_quote")
