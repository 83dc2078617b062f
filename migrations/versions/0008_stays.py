"""Imports, stays and folio lines."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stay_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("companies_only", sa.Boolean(), nullable=False),
        sa.Column("shift_weeks", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column(
            "counts",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("previewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "failure",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["person.id"], name=op.f("fk_stay_import_accepted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name=op.f("fk_stay_import_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stay_import_public_id")),
    )
    with op.batch_alter_table("stay_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stay_import_accepted_by_id"), ["accepted_by_id"], unique=False)
        batch_op.create_index("ix_stay_import_uploaded_at", ["uploaded_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stay_import_uploaded_by_id"), ["uploaded_by_id"], unique=False)

    op.create_table(
        "stay",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("natural_key", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content_digest", sa.String(), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reservation", sa.String(), nullable=False),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("guest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("departure", sa.Date(), nullable=False),
        sa.Column("nights", sa.BigInteger(), nullable=False),
        sa.Column("adults", sa.BigInteger(), nullable=False),
        sa.Column("children", sa.BigInteger(), nullable=False),
        sa.Column("room_type", sa.String(), nullable=False),
        sa.Column("room_no", sa.String(), nullable=True),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("room_revenue_cents", sa.BigInteger(), nullable=False),
        sa.Column("checked_out_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'checked_out') = (checked_out_on IS NOT NULL)",
            name=op.f("ck_stay_checked_out_has_its_day"),
        ),
        sa.CheckConstraint(
            "status IN ('checked_out', 'cancelled', 'no_show', 'in_house', 'expected')",
            name=op.f("ck_stay_status_known"),
        ),
        sa.CheckConstraint("departure >= arrival", name=op.f("ck_stay_leaves_after_arriving")),
        sa.CheckConstraint("nights >= 0", name=op.f("ck_stay_nights_not_negative")),
        sa.CheckConstraint(
            "settled_on IS NULL OR settled_on >= checked_out_on", name=op.f("ck_stay_settled_after_leaving")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_stay_account_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["person.id"], name=op.f("fk_stay_guest_id")),
        sa.ForeignKeyConstraint(["import_id"], ["stay_import.id"], name=op.f("fk_stay_import_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_stay_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        sa.UniqueConstraint("natural_key", "version", name="uq_stay_version"),
    )
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.create_index("ix_stay_account_arrival", ["account_id", "arrival", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stay_guest_id"), ["guest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stay_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stay_property_id"), ["property_id"], unique=False)
        batch_op.create_index(
            "uq_stay_current",
            ["natural_key"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "stay_import_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("stay_key", sa.String(), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("details", sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'held', 'rejected', 'out_of_scope')",
            name=op.f("ck_stay_import_row_outcome_known"),
        ),
        sa.ForeignKeyConstraint(["import_id"], ["stay_import.id"], name=op.f("fk_stay_import_row_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay_import_row")),
        sa.UniqueConstraint("import_id", "row_no", name="uq_stay_import_row_no"),
    )
    with op.batch_alter_table("stay_import_row", schema=None) as batch_op:
        batch_op.create_index("ix_stay_import_row_outcome", ["import_id", "outcome", "row_no"], unique=False)
        batch_op.create_index("ix_stay_import_row_stay", ["import_id", "stay_key", "row_no"], unique=False)

    op.create_table(
        "folio_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("reverses_line_id", sa.String(), nullable=True),
        sa.Column("folio_no", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_cents", sa.BigInteger(), nullable=False),
        sa.Column("is_third_party", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "category IN ('rooms', 'food_and_drink', 'halls_and_equipment', 'other_services')",
            name=op.f("ck_folio_line_category_known"),
        ),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_folio_line_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folio_line")),
        sa.UniqueConstraint("stay_id", "line_id", name="uq_folio_line_id"),
    )
    op.create_table(
        "folio_payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("folio_no", sa.String(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_folio_payment_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folio_payment")),
        sa.UniqueConstraint("stay_id", "line_id", name="uq_folio_payment_id"),
    )


def downgrade() -> None:
    op.drop_table("folio_payment")
    op.drop_table("folio_line")
    with op.batch_alter_table("stay_import_row", schema=None) as batch_op:
        batch_op.drop_index("ix_stay_import_row_stay")
        batch_op.drop_index("ix_stay_import_row_outcome")

    op.drop_table("stay_import_row")
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_stay_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_stay_property_id"))
        batch_op.drop_index(batch_op.f("ix_stay_import_id"))
        batch_op.drop_index(batch_op.f("ix_stay_guest_id"))
        batch_op.drop_index("ix_stay_account_arrival")

    op.drop_table("stay")
    with op.batch_alter_table("stay_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stay_import_uploaded_by_id"))
        batch_op.drop_index("ix_stay_import_uploaded_at")
        batch_op.drop_index(batch_op.f("ix_stay_import_accepted_by_id"))

    op.drop_table("stay_import")
