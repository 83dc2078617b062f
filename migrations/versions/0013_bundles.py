"""Ready bundles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bundle",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
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
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
        sa.UniqueConstraint("code", name=op.f("uq_bundle_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bundle_public_id")),
    )
    op.create_table(
        "bundle_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bundle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("per_guests", sa.BigInteger(), nullable=True),
        sa.Column("starts_after_minutes", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "per_guests IS NULL OR per_guests >= 1", name=op.f("ck_bundle_line_per_guests_positive")
        ),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_bundle_line_quantity_positive")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_line_bundle_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_bundle_line_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_line")),
        sa.UniqueConstraint("bundle_id", "position", name="uq_bundle_line_position"),
    )
    with op.batch_alter_table("bundle_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bundle_line_bundle_id"), ["bundle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bundle_line_service_id"), ["service_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("bundle_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bundle_line_service_id"))
        batch_op.drop_index(batch_op.f("ix_bundle_line_bundle_id"))

    op.drop_table("bundle_line")
    op.drop_table("bundle")
