"""Letters whose words were forgotten forget the link of the mail program's button too."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE letter SET unsubscribe_url = NULL WHERE sent_at IS NOT NULL AND html = ''")


def downgrade() -> None:
    pass  # what was forgotten stays forgotten
