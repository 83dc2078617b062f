"""Partners whom nobody wants any more are called off; what was delivered waits for no answer."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TO_CALL_OFF = "call_off_at IS NOT NULL AND called_off_at IS NULL"
CHECKS = {
    "called_off_when_due": "called_off_at IS NULL OR call_off_at IS NOT NULL",
    "called_off_by_somebody": "(called_off_at IS NULL) = (called_off_by_id IS NULL)",
    "called_off_once_closed": "call_off_at IS NULL OR closed_at IS NOT NULL",
}
CLOSE_DELIVERED = """
    UPDATE enquiry SET closed_at = (
        SELECT recorded_at FROM delivery WHERE delivery.line_id = enquiry.line_id
    )
    WHERE closed_at IS NULL AND line_id IN (SELECT line_id FROM delivery)
"""


def upgrade() -> None:
    with op.batch_alter_table("enquiry") as batch_op:
        batch_op.add_column(sa.Column("call_off_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("called_off_by_id", ID, nullable=True))
        batch_op.add_column(sa.Column("called_off_note", sa.String(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            batch_op.f("fk_enquiry_called_off_by_id"), "person", ["called_off_by_id"], ["id"]
        )
        for name, check in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_enquiry_{name}"), check)
        batch_op.create_index(batch_op.f("ix_enquiry_called_off_by_id"), ["called_off_by_id"])
    with op.batch_alter_table("enquiry") as batch_op:
        batch_op.alter_column("called_off_note", existing_type=sa.String(), server_default=None)
    op.create_index(
        "ix_enquiry_to_call_off",
        "enquiry",
        ["property_id", "id"],
        sqlite_where=sa.text(TO_CALL_OFF),
        postgresql_where=sa.text(TO_CALL_OFF),
    )
    op.execute(CLOSE_DELIVERED)


def downgrade() -> None:
    op.drop_index("ix_enquiry_to_call_off", table_name="enquiry")
    with op.batch_alter_table("enquiry") as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiry_called_off_by_id"))
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_enquiry_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_enquiry_called_off_by_id"), type_="foreignkey")
        for column in ("called_off_note", "called_off_by_id", "called_off_at", "call_off_at"):
            batch_op.drop_column(column)
