"""The group, its properties, services and prices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hotel_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("demo_as_of", sa.Date(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_hotel_group_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotel_group")),
    )
    op.create_table(
        "property",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "name",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "city",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_property")),
        sa.UniqueConstraint("code", name=op.f("uq_property_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_property_public_id")),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column(
            "name",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "description",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("icon", sa.String(), nullable=False),
        sa.Column("is_third_party", sa.Boolean(), nullable=False),
        sa.Column("is_bookable", sa.Boolean(), nullable=False),
        sa.Column("desk_key", sa.BigInteger(), nullable=True),
        sa.Column("cut_off_hours", sa.BigInteger(), nullable=False),
        sa.Column("max_quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "category IN ('rooms', 'food_and_drink', 'halls_and_equipment', 'other_services')",
            name=op.f("ck_service_category_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('room', 'meal', 'hall', 'av', 'waiter', 'interpreter', 'conference_call', 'taxi', 'laundry', 'ticket', 'courtesy')",
            name=op.f("ck_service_kind_known"),
        ),
        sa.CheckConstraint(
            "unit IN ('hour', 'day', 'piece', 'person', 'ride')", name=op.f("ck_service_unit_known")
        ),
        sa.CheckConstraint("desk_key BETWEEN 1 AND 9", name=op.f("ck_service_desk_key_is_a_digit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("code", name=op.f("uq_service_code")),
    )
    op.create_table(
        "department",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "name",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_department_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("property_id", "code", name="uq_department_code"),
    )
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_department_property_id"), ["property_id"], unique=False)

    op.create_table(
        "resource",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "name",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("set_up_minutes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_resource_capacity_positive")),
        sa.CheckConstraint("set_up_minutes >= 0", name=op.f("ck_resource_set_up_not_negative")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_resource_property_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_resource_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("public_id", name=op.f("uq_resource_public_id")),
    )
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_property_id"), ["property_id"], unique=False)
        batch_op.create_index(
            "ix_resource_property_id_service_id", ["property_id", "service_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_resource_service_id"), ["service_id"], unique=False)

    op.create_table(
        "service_price",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("floor_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("is_gross", sa.Boolean(), nullable=False),
        sa.Column("vat_bp", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("floor_price_cents >= 0", name=op.f("ck_service_price_floor_not_negative")),
        sa.CheckConstraint("unit_price_cents >= 0", name=op.f("ck_service_price_not_negative")),
        sa.CheckConstraint("vat_bp BETWEEN 0 AND 10000", name=op.f("ck_service_price_vat_is_a_share")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_service_price_property_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_price_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_price")),
        sa.UniqueConstraint("service_id", "property_id", "valid_from", name="uq_service_price_from"),
    )
    with op.batch_alter_table("service_price", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_price_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_price_service_id"), ["service_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("service_price", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_price_service_id"))
        batch_op.drop_index(batch_op.f("ix_service_price_property_id"))

    op.drop_table("service_price")
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resource_service_id"))
        batch_op.drop_index("ix_resource_property_id_service_id")
        batch_op.drop_index(batch_op.f("ix_resource_property_id"))

    op.drop_table("resource")
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_department_property_id"))

    op.drop_table("department")
    op.drop_table("service")
    op.drop_table("property")
    op.drop_table("hotel_group")
