"""The board: which department does which service, and who took a promised line."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("id", ID, nullable=False),
        sa.Column("property_id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_duty_property_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_duty_service_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_duty_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("property_id", "service_id", name="uq_duty_service"),
    )
    for column in ("property_id", "service_id", "department_id"):
        op.create_index(op.f(f"ix_duty_{column}"), "duty", [column])
    op.create_table(
        "line_acceptance",
        sa.Column("id", ID, nullable=False),
        sa.Column("line_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["booking_line.id"], name=op.f("fk_line_acceptance_line_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_line_acceptance_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_acceptance")),
        sa.UniqueConstraint("line_id", name=op.f("uq_line_acceptance_line_id")),
    )
    op.create_index(op.f("ix_line_acceptance_by_id"), "line_acceptance", ["by_id"])


def downgrade() -> None:
    op.drop_table("line_acceptance")
    op.drop_table("duty")
