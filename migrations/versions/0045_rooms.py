"""Whose room it is: the desk finds the guests in house by the number of their room."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

TOLD = sa.text("room_no IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_stay_room", "stay", ["property_id", "room_no", "arrival"],
        sqlite_where=TOLD, postgresql_where=TOLD,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_stay_room", "stay")
