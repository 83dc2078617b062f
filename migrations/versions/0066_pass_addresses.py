"""The addresses of guest passes as every address is kept: folded, and found at once."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    passes = sa.table("guest_pass", sa.column("id", sa.BigInteger), sa.column("email", sa.String))
    connection = op.get_bind()
    typed = connection.execute(sa.select(passes.c.id, passes.c.email).where(passes.c.email.is_not(None))).all()
    for number, address in typed:
        folded = unicodedata.normalize("NFKC", address).strip().lower()
        if folded != address:
            connection.execute(passes.update().where(passes.c.id == number).values(email=folded))
    op.create_index(op.f("ix_guest_pass_email"), "guest_pass", ["email"])


def downgrade() -> None:
    op.drop_index(op.f("ix_guest_pass_email"), "guest_pass")
