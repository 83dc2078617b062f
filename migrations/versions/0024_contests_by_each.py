"""An event is contested by the same person once, no longer by anybody once."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contest") as batch_op:
        batch_op.drop_constraint("uq_contest_contribution_id", type_="unique")
        batch_op.create_unique_constraint("uq_contest_contribution_by", ["contribution_id", "by_id"])


# Of several contests of one event the decided one stays, else the first.
DROP_ALL_BUT_ONE = """
    DELETE FROM contest WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY contribution_id ORDER BY outcome IS NULL, id) AS place
            FROM contest
        ) AS ranked WHERE place > 1
    )
"""


def downgrade() -> None:
    op.execute(DROP_ALL_BUT_ONE)
    with op.batch_alter_table("contest") as batch_op:
        batch_op.drop_constraint("uq_contest_contribution_by", type_="unique")
        batch_op.create_unique_constraint("uq_contest_contribution_id", ["contribution_id"])
