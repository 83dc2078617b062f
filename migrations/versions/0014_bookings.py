"""Perk bookings and their deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "booking",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bundle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("revision_token", sa.Uuid(), nullable=False),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "title",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("headcount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cut_off_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("list_cents", sa.BigInteger(), nullable=False),
        sa.Column("discount_cents", sa.BigInteger(), nullable=False),
        sa.Column("bill_cents", sa.BigInteger(), nullable=False),
        sa.Column("eligible_cents", sa.BigInteger(), nullable=False),
        sa.Column("points_used", sa.BigInteger(), nullable=False),
        sa.Column("points_to_earn", sa.BigInteger(), nullable=False),
        sa.Column(
            "price",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "payment",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("hold_key", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fulfilled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(points_used > 0) = (hold_key IS NOT NULL)", name=op.f("ck_booking_points_are_held")
        ),
        sa.CheckConstraint(
            "bill_cents >= 0 AND discount_cents >= 0 AND points_used >= 0",
            name=op.f("ck_booking_amounts_not_negative"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_booking_ends_after_starting")),
        sa.CheckConstraint("headcount >= 1", name=op.f("ck_booking_headcount_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_booking_account_id")),
        sa.ForeignKeyConstraint(["booked_by_id"], ["person.id"], name=op.f("fk_booking_booked_by_id")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_booking_bundle_id")),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_booking_card_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["person.id"], name=op.f("fk_booking_guest_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_booking_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("public_id", name=op.f("uq_booking_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_booking_reference")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_booking_account_starts", ["account_id", "starts_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_booked_by_id"), ["booked_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_bundle_id"), ["bundle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_card_id"), ["card_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_guest_id"), ["guest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_property_id"), ["property_id"], unique=False)
        batch_op.create_index("ix_booking_property_starts", ["property_id", "starts_at", "id"], unique=False)

    op.create_table(
        "booking_cancellation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind = 'by_client' OR reason <> ''", name=op.f("ck_booking_cancellation_hotel_gives_a_reason")
        ),
        sa.CheckConstraint(
            "kind IN ('by_client', 'by_hotel', 'no_show')", name=op.f("ck_booking_cancellation_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_booking_cancellation_booking_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_booking_cancellation_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_cancellation")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_booking_cancellation_booking_id")),
    )
    with op.batch_alter_table("booking_cancellation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_cancellation_by_id"), ["by_id"], unique=False)

    op.create_table(
        "booking_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("is_gross", sa.Boolean(), nullable=False),
        sa.Column("vat_bp", sa.BigInteger(), nullable=False),
        sa.Column("floor_cents", sa.BigInteger(), nullable=False),
        sa.Column("list_cents", sa.BigInteger(), nullable=False),
        sa.Column("discount_bp", sa.BigInteger(), nullable=False),
        sa.Column("discount_cents", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("is_third_party", sa.Boolean(), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_booking_line_ends_after_starting")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_booking_line_quantity_positive")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_line_booking_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_booking_line_resource_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_booking_line_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_line")),
        sa.UniqueConstraint("public_id", name=op.f("uq_booking_line_public_id")),
    )
    with op.batch_alter_table("booking_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_line_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_line_resource_id"), ["resource_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_line_service_id"), ["service_id"], unique=False)
        batch_op.create_index("ix_booking_line_starts", ["starts_at", "id"], unique=False)

    op.create_table(
        "booking_settlement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bill_cents", sa.BigInteger(), nullable=False),
        sa.Column("discount_cents", sa.BigInteger(), nullable=False),
        sa.Column("eligible_cents", sa.BigInteger(), nullable=False),
        sa.Column("points_spent", sa.BigInteger(), nullable=False),
        sa.Column("points_earned", sa.BigInteger(), nullable=False),
        sa.Column(
            "price",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "payment",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.CheckConstraint(
            "bill_cents >= 0 AND discount_cents >= 0 AND points_spent >= 0 AND points_earned >= 0",
            name=op.f("ck_booking_settlement_amounts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_booking_settlement_booking_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_settlement")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_booking_settlement_booking_id")),
        sa.UniqueConstraint("key", name=op.f("uq_booking_settlement_key")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_delivery_quantity_not_negative")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_delivery_by_id")),
        sa.ForeignKeyConstraint(["line_id"], ["booking_line.id"], name=op.f("fk_delivery_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("line_id", name=op.f("uq_delivery_line_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delivery_public_id")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_by_id"), ["by_id"], unique=False)

    op.create_table(
        "resource_slot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["booking_line.id"], name=op.f("fk_resource_slot_line_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_slot_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_slot")),
        sa.UniqueConstraint("resource_id", "slot_at", name="uq_resource_slot"),
    )
    with op.batch_alter_table("resource_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_slot_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_resource_slot_resource_id"), ["resource_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("resource_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resource_slot_resource_id"))
        batch_op.drop_index(batch_op.f("ix_resource_slot_line_id"))

    op.drop_table("resource_slot")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_by_id"))

    op.drop_table("delivery")
    op.drop_table("booking_settlement")
    with op.batch_alter_table("booking_line", schema=None) as batch_op:
        batch_op.drop_index("ix_booking_line_starts")
        batch_op.drop_index(batch_op.f("ix_booking_line_service_id"))
        batch_op.drop_index(batch_op.f("ix_booking_line_resource_id"))
        batch_op.drop_index(batch_op.f("ix_booking_line_booking_id"))

    op.drop_table("booking_line")
    with op.batch_alter_table("booking_cancellation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_cancellation_by_id"))

    op.drop_table("booking_cancellation")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index("ix_booking_property_starts")
        batch_op.drop_index(batch_op.f("ix_booking_property_id"))
        batch_op.drop_index(batch_op.f("ix_booking_guest_id"))
        batch_op.drop_index(batch_op.f("ix_booking_card_id"))
        batch_op.drop_index(batch_op.f("ix_booking_bundle_id"))
        batch_op.drop_index(batch_op.f("ix_booking_booked_by_id"))
        batch_op.drop_index("ix_booking_account_starts")
        batch_op.drop_index(batch_op.f("ix_booking_account_id"))

    op.drop_table("booking")
