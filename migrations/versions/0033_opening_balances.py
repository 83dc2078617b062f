"""Opening balances: files, and what became of each row."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opening_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column(
            "counts",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("uploaded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discarded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "accepted_at IS NULL OR discarded_at IS NULL", name=op.f("ck_opening_import_ends_once")
        ),
        sa.CheckConstraint("accepted_by_id <> uploaded_by_id", name=op.f("ck_opening_import_two_people")),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["person.id"], name=op.f("fk_opening_import_accepted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["discarded_by_id"], ["person.id"], name=op.f("fk_opening_import_discarded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name=op.f("fk_opening_import_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_opening_import_public_id")),
    )
    with op.batch_alter_table("opening_import") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_opening_import_accepted_by_id"), ["accepted_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_opening_import_discarded_by_id"), ["discarded_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_opening_import_uploaded_by_id"), ["uploaded_by_id"], unique=False
        )
        batch_op.create_index(
            "uq_opening_import_digest",
            ["digest"],
            unique=True,
            sqlite_where=sa.text("discarded_at IS NULL"),
            postgresql_where=sa.text("discarded_at IS NULL"),
        )

    op.create_table(
        "opening_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("earned_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("tier", sa.String(), nullable=True),
        sa.Column("tier_since", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column(
            "details",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("entry_seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'accepted') = (reason IS NULL)", name=op.f("ck_opening_row_no_without_reason")
        ),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'held', 'rejected')", name=op.f("ck_opening_row_outcome_known")
        ),
        sa.CheckConstraint("points IS NULL OR points >= 0", name=op.f("ck_opening_row_points_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_opening_row_account_id")),
        sa.ForeignKeyConstraint(["import_id"], ["opening_import.id"], name=op.f("fk_opening_row_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_row")),
        sa.UniqueConstraint("import_id", "row_no", name="uq_opening_row_import_row"),
    )
    with op.batch_alter_table("opening_row") as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_row_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "ix_opening_row_import_id_outcome", ["import_id", "outcome", "row_no"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("opening_row") as batch_op:
        batch_op.drop_index("ix_opening_row_import_id_outcome")
        batch_op.drop_index(batch_op.f("ix_opening_row_account_id"))

    op.drop_table("opening_row")
    with op.batch_alter_table("opening_import") as batch_op:
        batch_op.drop_index(
            "uq_opening_import_digest",
            sqlite_where=sa.text("discarded_at IS NULL"),
            postgresql_where=sa.text("discarded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_opening_import_uploaded_by_id"))
        batch_op.drop_index(batch_op.f("ix_opening_import_discarded_by_id"))
        batch_op.drop_index(batch_op.f("ix_opening_import_accepted_by_id"))

    op.drop_table("opening_import")
