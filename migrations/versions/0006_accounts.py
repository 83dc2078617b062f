"""Companies and their cards."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("tax_number", sa.String(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("manager_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_account_manager_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_public_id")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_manager_id"), ["manager_id"], unique=False)
        batch_op.create_index("ix_account_search", ["search_key", "id"], unique=False)

    op.create_table(
        "account_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_code_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_code")),
        sa.UniqueConstraint("source", "code", name="uq_account_code"),
    )
    with op.batch_alter_table("account_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_code_account_id"), ["account_id"], unique=False)

    op.create_table(
        "card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_reason", sa.String(), nullable=True),
        sa.CheckConstraint("length(number) = 12", name=op.f("ck_card_twelve_digits")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_card_account_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name=op.f("fk_card_holder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("number", name=op.f("uq_card_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_card_public_id")),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_card_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(
            "uq_card_living",
            ["account_id", "holder_id"],
            unique=True,
            sqlite_where=sa.text("blocked_at IS NULL"),
            postgresql_where=sa.text("blocked_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_card_living",
            sqlite_where=sa.text("blocked_at IS NULL"),
            postgresql_where=sa.text("blocked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_card_holder_id"))
        batch_op.drop_index(batch_op.f("ix_card_account_id"))

    op.drop_table("card")
    with op.batch_alter_table("account_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_code_account_id"))

    op.drop_table("account_code")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("ix_account_search")
        batch_op.drop_index(batch_op.f("ix_account_manager_id"))

    op.drop_table("account")
