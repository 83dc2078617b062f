"""Layouts and closures of halls, and the layout that a line of a booking promises."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hall_closure",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", ID, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_hall_closure_has_a_reason")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_hall_closure_ends_after_starting")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_hall_closure_by_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_hall_closure_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_closure")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hall_closure_public_id")),
    )
    with op.batch_alter_table("hall_closure") as batch_op:
        batch_op.create_index(batch_op.f("ix_hall_closure_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hall_closure_resource_id"), ["resource_id"], unique=False)
        batch_op.create_index("ix_hall_closure_resource_starts", ["resource_id", "starts_at"], unique=False)

    op.create_table(
        "hall_layout",
        sa.Column("id", ID, nullable=False),
        sa.Column("resource_id", ID, nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "layout IN ('theatre', 'classroom', 'boardroom', 'u_shape', 'banquet', 'cocktail')",
            name=op.f("ck_hall_layout_layout_known"),
        ),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_hall_layout_capacity_positive")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_hall_layout_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_layout")),
        sa.UniqueConstraint("resource_id", "layout", name="uq_hall_layout"),
    )
    with op.batch_alter_table("hall_layout") as batch_op:
        batch_op.create_index(batch_op.f("ix_hall_layout_resource_id"), ["resource_id"], unique=False)

    with op.batch_alter_table("booking_line") as batch_op:
        batch_op.add_column(sa.Column("layout", sa.String(), nullable=True))

    with op.batch_alter_table("resource_slot") as batch_op:
        batch_op.add_column(sa.Column("closure_id", ID, nullable=True))
        batch_op.alter_column("line_id", existing_type=ID, nullable=True)
        batch_op.create_index(batch_op.f("ix_resource_slot_closure_id"), ["closure_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_resource_slot_closure_id"), "hall_closure", ["closure_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_resource_slot_taken_by_one"), "(line_id IS NULL) <> (closure_id IS NULL)"
        )


def downgrade() -> None:
    op.execute("DELETE FROM resource_slot WHERE line_id IS NULL")
    with op.batch_alter_table("resource_slot") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_resource_slot_taken_by_one"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_resource_slot_closure_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_resource_slot_closure_id"))
        batch_op.alter_column("line_id", existing_type=ID, nullable=False)
        batch_op.drop_column("closure_id")

    with op.batch_alter_table("booking_line") as batch_op:
        batch_op.drop_column("layout")

    with op.batch_alter_table("hall_layout") as batch_op:
        batch_op.drop_index(batch_op.f("ix_hall_layout_resource_id"))

    op.drop_table("hall_layout")
    with op.batch_alter_table("hall_closure") as batch_op:
        batch_op.drop_index("ix_hall_closure_resource_starts")
        batch_op.drop_index(batch_op.f("ix_hall_closure_resource_id"))
        batch_op.drop_index(batch_op.f("ix_hall_closure_by_id"))

    op.drop_table("hall_closure")
