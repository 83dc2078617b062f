"""The length of a relationship to the day itself is kept beside the one that ends with silence."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Until the next roll-up, within the hour, the two are taken to be the same.
    with op.batch_alter_table("relationship_profile") as batch_op:
        batch_op.add_column(sa.Column("together_months", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE relationship_profile SET together_months = length_months")
    with op.batch_alter_table("relationship_profile") as batch_op:
        batch_op.alter_column("together_months", server_default=None, existing_type=sa.BigInteger())


def downgrade() -> None:
    with op.batch_alter_table("relationship_profile") as batch_op:
        batch_op.drop_column("together_months")
