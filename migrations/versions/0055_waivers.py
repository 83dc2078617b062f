"""A broken promise is compensated, or a second person decided why not: never both."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

CHECKS = {
    "waived_with_a_reason": (
        "(waived_at IS NULL) = (waived_by_id IS NULL) AND (waived_at IS NULL) = (waived_reason IS NULL)"
    ),
    "compensated_or_waived": "waived_at IS NULL OR compensation IS NULL",
}


def upgrade() -> None:
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.add_column(
            sa.Column("compensation_round", sa.BigInteger(), nullable=False, server_default="1")
        )
        batch_op.add_column(sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "waived_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("waived_reason", sa.String(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_delivery_waived_by_id"), "person", ["waived_by_id"], ["id"])
        batch_op.create_index(op.f("ix_delivery_waived_by_id"), ["waived_by_id"])
        for name, check in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_delivery_{name}"), check)
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.alter_column("compensation_round", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("delivery") as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_delivery_{name}"), type_="check")
        batch_op.drop_index(op.f("ix_delivery_waived_by_id"))
        batch_op.drop_constraint(op.f("fk_delivery_waived_by_id"), type_="foreignkey")
        for column in ("waived_reason", "waived_by_id", "waived_at", "compensation_round"):
            batch_op.drop_column(column)
