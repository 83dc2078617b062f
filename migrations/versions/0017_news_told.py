"""Up to which day a company was told its news, whoever played the day."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account_standing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_through", sa.Date(), nullable=True))
    op.execute("UPDATE account_standing SET told_through = played_through")


def downgrade() -> None:
    with op.batch_alter_table("account_standing", schema=None) as batch_op:
        batch_op.drop_column("told_through")
