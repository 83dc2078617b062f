"""Gifts on arrival are looked up by the guest, whatever their card was then."""

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

TABLE = "souvenir_arrival_gift"


def upgrade() -> None:
    op.drop_index("ix_souvenir_arrival_gift_card_property", table_name=TABLE)
    op.create_index("ix_souvenir_arrival_gift_guest_property", TABLE, ["guest_id", "property_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_souvenir_arrival_gift_guest_property", table_name=TABLE)
    op.create_index("ix_souvenir_arrival_gift_card_property", TABLE, ["card_id", "property_id", "at"])
