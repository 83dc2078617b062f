"""The service log."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "logged_service",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_logged_service_quantity_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_logged_service_account_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_logged_service_by_id")),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_logged_service_card_id")),
        sa.ForeignKeyConstraint(["line_id"], ["booking_line.id"], name=op.f("fk_logged_service_line_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_logged_service_property_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_logged_service_service_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_logged_service_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logged_service")),
        sa.UniqueConstraint("public_id", name=op.f("uq_logged_service_public_id")),
    )
    with op.batch_alter_table("logged_service", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_logged_service_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_logged_service_by_done", ["by_id", "done_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_logged_service_by_id"), ["by_id"], unique=False)
        batch_op.create_index("ix_logged_service_card_done", ["card_id", "done_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_logged_service_card_id"), ["card_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_logged_service_line_id"), ["line_id"], unique=False)
        batch_op.create_index(
            "ix_logged_service_property_done", ["property_id", "done_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_logged_service_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_logged_service_service_id"), ["service_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_logged_service_undone_by_id"), ["undone_by_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("logged_service", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_logged_service_undone_by_id"))
        batch_op.drop_index(batch_op.f("ix_logged_service_service_id"))
        batch_op.drop_index(batch_op.f("ix_logged_service_property_id"))
        batch_op.drop_index("ix_logged_service_property_done")
        batch_op.drop_index(batch_op.f("ix_logged_service_line_id"))
        batch_op.drop_index(batch_op.f("ix_logged_service_card_id"))
        batch_op.drop_index("ix_logged_service_card_done")
        batch_op.drop_index(batch_op.f("ix_logged_service_by_id"))
        batch_op.drop_index("ix_logged_service_by_done")
        batch_op.drop_index(batch_op.f("ix_logged_service_account_id"))

    op.drop_table("logged_service")
