"""Dated terms of a hotel, and the people of the house by the half-hour."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "house_term",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("property_id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'quote_days') = (service_id IS NULL)", name=op.f("ck_house_term_service_named")
        ),
        sa.CheckConstraint(
            "kind IN ('quote_days', 'staff_at_once', 'answer_hours')", name=op.f("ck_house_term_kind_known")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_house_term_value_not_negative")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_house_term_by_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_house_term_property_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_house_term_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_term")),
        sa.UniqueConstraint("public_id", name=op.f("uq_house_term_public_id")),
    )
    with op.batch_alter_table("house_term") as batch_op:
        batch_op.create_index(batch_op.f("ix_house_term_by_id"), ["by_id"], unique=False)
        batch_op.create_index("ix_house_term_day", ["property_id", "kind", "valid_from", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_house_term_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_house_term_service_id"), ["service_id"], unique=False)

    op.create_table(
        "staff_half_hour",
        sa.Column("id", ID, nullable=False),
        sa.Column("property_id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND most", name=op.f("ck_staff_half_hour_never_oversold")),
        sa.ForeignKeyConstraint(
            ["property_id"], ["property.id"], name=op.f("fk_staff_half_hour_property_id")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_staff_half_hour_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_half_hour")),
        sa.UniqueConstraint("property_id", "service_id", "slot_at", name="uq_staff_half_hour"),
    )
    with op.batch_alter_table("staff_half_hour") as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_half_hour_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_half_hour_service_id"), ["service_id"], unique=False)

    op.create_table(
        "staff_promise",
        sa.Column("id", ID, nullable=False),
        sa.Column("line_id", ID, nullable=False),
        sa.Column("property_id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_staff_promise_ends_after_starting")),
        sa.CheckConstraint("people >= 1", name=op.f("ck_staff_promise_people_positive")),
        sa.ForeignKeyConstraint(["line_id"], ["booking_line.id"], name=op.f("fk_staff_promise_line_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_staff_promise_property_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_staff_promise_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_promise")),
        sa.UniqueConstraint("line_id", name=op.f("uq_staff_promise_line_id")),
    )
    with op.batch_alter_table("staff_promise") as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_promise_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_promise_service_id"), ["service_id"], unique=False)
        batch_op.create_index(
            "ix_staff_promise_span", ["property_id", "service_id", "starts_at"], unique=False
        )


    # What stands already takes its people: those of the house who are counted by the head.
    op.execute(
        """
        INSERT INTO staff_promise (line_id, property_id, service_id, people, starts_at, ends_at)
        SELECT booking_line.id, booking.property_id, booking_line.service_id, booking_line.quantity,
               booking_line.starts_at, booking_line.ends_at
        FROM booking_line
        JOIN booking ON booking.id = booking_line.booking_id
        JOIN service ON service.id = booking_line.service_id
        LEFT JOIN booking_cancellation ON booking_cancellation.booking_id = booking.id
        WHERE booking_line.dropped_at IS NULL AND booking_cancellation.id IS NULL
          AND service.unit = 'person' AND NOT service.is_third_party AND NOT booking_line.is_third_party
        """
    )


def downgrade() -> None:
    with op.batch_alter_table("staff_promise") as batch_op:
        batch_op.drop_index("ix_staff_promise_span")
        batch_op.drop_index(batch_op.f("ix_staff_promise_service_id"))
        batch_op.drop_index(batch_op.f("ix_staff_promise_property_id"))

    op.drop_table("staff_promise")
    with op.batch_alter_table("staff_half_hour") as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_half_hour_service_id"))
        batch_op.drop_index(batch_op.f("ix_staff_half_hour_property_id"))

    op.drop_table("staff_half_hour")
    with op.batch_alter_table("house_term") as batch_op:
        batch_op.drop_index(batch_op.f("ix_house_term_service_id"))
        batch_op.drop_index(batch_op.f("ix_house_term_property_id"))
        batch_op.drop_index("ix_house_term_day")
        batch_op.drop_index(batch_op.f("ix_house_term_by_id"))

    op.drop_table("house_term")
