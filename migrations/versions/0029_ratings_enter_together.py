"""Ratings by guests enter a score together, on a day that is kept with each of them."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Those there are enter with the next pull, within minutes, where they are enough.
    with op.batch_alter_table("contribution") as batch_op:
        batch_op.add_column(sa.Column("enters_on", sa.Date(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_contribution_only_ratings_enter"), "enters_on IS NULL OR kind = 'rating'")


def downgrade() -> None:
    with op.batch_alter_table("contribution") as batch_op:
        batch_op.drop_constraint(op.f("ck_contribution_only_ratings_enter"), type_="check")
        batch_op.drop_column("enters_on")
