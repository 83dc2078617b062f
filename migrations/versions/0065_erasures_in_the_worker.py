"""Wishes to be forgotten that an administrator notes, and their being carried out by the worker."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PEOPLE = ("noted_by_id", "begun_by_id")
TEXTS = ("channel", "sought_name", "sought_email")
CHECKS = {
    "channel_known": "channel IN ('letter', 'email', 'phone', 'in_person')",
    "noted_with_its_channel": "(channel IS NULL) = (noted_by_id IS NULL)",
    "noted_with_its_proof": "channel IS NULL OR proof <> ''",
    "begun_by_somebody": "(begun_at IS NULL) = (begun_by_id IS NULL)",
    "sought_while_begun": "(sought_name IS NOT NULL) = (begun_at IS NOT NULL AND settled_at IS NULL)",
    "sought_by_name": "sought_email IS NULL OR sought_name IS NOT NULL",
}


def upgrade() -> None:
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        for column in PEOPLE:
            batch_op.add_column(sa.Column(column, ID, nullable=True))
        for column in TEXTS:
            batch_op.add_column(sa.Column(column, sa.String(), nullable=True))
        batch_op.add_column(sa.Column("proof", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("job_id", sa.Uuid(), nullable=True))
        for column in PEOPLE:
            batch_op.create_foreign_key(op.f(f"fk_erasure_{column}"), "person", [column], ["id"])
        for name, check in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_erasure_{name}"), check)
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.alter_column("proof", server_default=None)
    for column in PEOPLE:
        op.create_index(op.f(f"ix_erasure_{column}"), "erasure", [column])


def downgrade() -> None:
    for column in PEOPLE:
        op.drop_index(op.f(f"ix_erasure_{column}"), "erasure")
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_erasure_{name}"), type_="check")
        for column in PEOPLE:
            batch_op.drop_constraint(op.f(f"fk_erasure_{column}"), type_="foreignkey")
        for column in (*PEOPLE, *TEXTS, "proof", "begun_at", "job_id"):
            batch_op.drop_column(column)
