"""Quotes can be searched: by their number and what they are called."""

import unicodedata

import sqlalchemy as sa
from alembic import op
from anyascii import anyascii
from sqlalchemy.dialects import postgresql

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

TITLE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
QUOTE = sa.table(
    "price_quote",
    sa.column("id", sa.BigInteger),
    sa.column("number", sa.String),
    sa.column("title", TITLE),
    sa.column("search_key", sa.String),
)


def upgrade() -> None:
    op.add_column("price_quote", sa.Column("search_key", sa.String(), nullable=False, server_default=""))
    bind = op.get_bind()
    for quote_id, number, title in bind.execute(sa.select(QUOTE.c.id, QUOTE.c.number, QUOTE.c.title)).all():
        text = " ".join([number, *title.values()])
        key = f"{_folded(text)} {_folded(anyascii(text))}"
        bind.execute(sa.update(QUOTE).where(QUOTE.c.id == quote_id).values(search_key=key))
    with op.batch_alter_table("price_quote") as batch_op:
        batch_op.alter_column("search_key", existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("price_quote") as batch_op:
        batch_op.drop_column("search_key")


def _folded(text: str) -> str:
    """Lower case, ё as е, letters and digits only: as search keys were written at this revision."""
    lower = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join("".join(each if each.isalnum() else " " for each in lower).split())
