"""The tier that a company was told of last, so that a rise of any hour of a day is told once."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account_standing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_tier", sa.String(), nullable=True))
    op.execute("UPDATE account_standing SET told_tier = tier WHERE told_through IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("account_standing", schema=None) as batch_op:
        batch_op.drop_column("told_tier")
