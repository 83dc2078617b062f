"""Closed events: what is given, for whom, the parties registered for them and their guests."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("property_id", ID, nullable=False),
        sa.Column("title", DOCUMENT, nullable=False),
        sa.Column("description", DOCUMENT, nullable=False),
        sa.Column("place", DOCUMENT, nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("seats_taken", sa.BigInteger(), nullable=False),
        sa.Column("seats_per_account", sa.BigInteger(), nullable=True),
        sa.Column("plus_ones", sa.BigInteger(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("names_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("least_nights", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", ID, nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", ID, nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR cancel_reason <> ''", name=op.f("ck_event_cancelled_with_a_reason")
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_by_id IS NULL)", name=op.f("ck_event_published_by_somebody")
        ),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_event_capacity_positive")),
        sa.CheckConstraint(
            "closes_at > opens_at AND closes_at <= starts_at", name=op.f("ck_event_closes_in_time")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_event_ends_after_starting")),
        sa.CheckConstraint("least_nights >= 1", name=op.f("ck_event_least_nights_positive")),
        sa.CheckConstraint("names_until <= starts_at", name=op.f("ck_event_names_before_starting")),
        sa.CheckConstraint("plus_ones >= 0", name=op.f("ck_event_plus_ones_not_negative")),
        sa.CheckConstraint("seats_per_account >= 1", name=op.f("ck_event_seats_per_account_positive")),
        sa.CheckConstraint(
            "seats_taken >= 0 AND seats_taken <= capacity", name=op.f("ck_event_never_oversold")
        ),
        sa.ForeignKeyConstraint(["cancelled_by_id"], ["person.id"], name=op.f("fk_event_cancelled_by_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_event_created_by_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_event_property_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["person.id"], name=op.f("fk_event_published_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("public_id", name=op.f("uq_event_public_id")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_cancelled_by_id"), ["cancelled_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index("ix_event_property_starts", ["property_id", "starts_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_published_by_id"), ["published_by_id"], unique=False)
        batch_op.create_index("ix_event_starts", ["starts_at", "id"], unique=False)

    op.create_table(
        "event_audience",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('tier', 'country')", name=op.f("ck_event_audience_kind_known")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_audience_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_audience")),
        sa.UniqueConstraint("event_id", "kind", "code", name="uq_event_audience"),
    )
    op.create_table(
        "event_invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("is_by_name", sa.Boolean(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letters", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_event_invitation_account_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_invitation_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_invitation")),
        sa.UniqueConstraint("event_id", "account_id", name="uq_event_invitation"),
    )
    with op.batch_alter_table("event_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_invitation_account_id"), ["account_id"], unique=False)

    op.create_table(
        "event_registration",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("registered_by_id", ID, nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("allowance", DOCUMENT, nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "cancelled_by IN ('client', 'hotel', 'guests')",
            name=op.f("ck_event_registration_cancelled_by_known"),
        ),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by IS NULL)",
            name=op.f("ck_event_registration_cancelled_by_somebody"),
        ),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_event_registration_seats_not_negative")),
        sa.CheckConstraint(
            "seats >= 1 OR cancelled_at IS NOT NULL", name=op.f("ck_event_registration_nobody_is_no_party")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_event_registration_account_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_registration_event_id")),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["person.id"], name=op.f("fk_event_registration_registered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_registration")),
        sa.UniqueConstraint("public_id", name=op.f("uq_event_registration_public_id")),
    )
    with op.batch_alter_table("event_registration", schema=None) as batch_op:
        batch_op.create_index("ix_event_registration_account_year", ["account_id", "year"], unique=False)
        batch_op.create_index("ix_event_registration_event", ["event_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_registration_registered_by_id"), ["registered_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_event_registration_waiting",
            ["event_id", "id"],
            unique=False,
            sqlite_where=sa.text("seated_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("seated_at IS NULL AND cancelled_at IS NULL"),
        )

    op.create_table(
        "event_guest",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("admission", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("diet", sa.String(), nullable=False),
        sa.Column("needs", sa.String(), nullable=False),
        sa.Column("table_no", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_by_id", ID, nullable=True),
        sa.Column("no_show_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "diet IN ('none', 'vegetarian', 'vegan', 'halal', 'kosher', 'gluten_free', 'lactose_free')",
            name=op.f("ck_event_guest_diet_known"),
        ),
        sa.CheckConstraint(
            "(checked_in_at IS NULL) = (checked_in_by_id IS NULL)",
            name=op.f("ck_event_guest_let_in_by_somebody"),
        ),
        sa.CheckConstraint(
            "checked_in_at IS NULL OR declined_at IS NULL", name=op.f("ck_event_guest_came_or_declined")
        ),
        sa.CheckConstraint("length(admission) = 14", name=op.f("ck_event_guest_fourteen_digits")),
        sa.CheckConstraint(
            "no_show_at IS NULL OR checked_in_at IS NULL", name=op.f("ck_event_guest_came_or_not")
        ),
        sa.ForeignKeyConstraint(
            ["checked_in_by_id"], ["person.id"], name=op.f("fk_event_guest_checked_in_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_guest_person_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["event_registration.id"], name=op.f("fk_event_guest_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_guest")),
        sa.UniqueConstraint("admission", name=op.f("uq_event_guest_admission")),
        sa.UniqueConstraint("public_id", name=op.f("uq_event_guest_public_id")),
    )
    with op.batch_alter_table("event_guest", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_guest_checked_in_by_id"), ["checked_in_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_guest_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_guest_search_key"), ["search_key"], unique=False)
        batch_op.create_index("uq_event_guest_position", ["registration_id", "position"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("event_guest", schema=None) as batch_op:
        batch_op.drop_index("uq_event_guest_position")
        batch_op.drop_index(batch_op.f("ix_event_guest_search_key"))
        batch_op.drop_index(batch_op.f("ix_event_guest_person_id"))
        batch_op.drop_index(batch_op.f("ix_event_guest_checked_in_by_id"))

    op.drop_table("event_guest")
    with op.batch_alter_table("event_registration", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_event_registration_waiting",
            sqlite_where=sa.text("seated_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("seated_at IS NULL AND cancelled_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_event_registration_registered_by_id"))
        batch_op.drop_index("ix_event_registration_event")
        batch_op.drop_index("ix_event_registration_account_year")

    op.drop_table("event_registration")
    with op.batch_alter_table("event_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_invitation_account_id"))

    op.drop_table("event_invitation")
    op.drop_table("event_audience")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_starts")
        batch_op.drop_index(batch_op.f("ix_event_published_by_id"))
        batch_op.drop_index("ix_event_property_starts")
        batch_op.drop_index(batch_op.f("ix_event_created_by_id"))
        batch_op.drop_index(batch_op.f("ix_event_cancelled_by_id"))

    op.drop_table("event")
