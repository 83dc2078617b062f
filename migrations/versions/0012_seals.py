"""Seals of the ledger's chains."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_seal",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_ledger_seal_number_positive")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_seal")),
    )
    op.create_table(
        "sealed_head",
        sa.Column("seal_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_sealed_head_seq_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sealed_head_account_id")),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["ledger_seal.number"], name=op.f("fk_sealed_head_seal_number")
        ),
        sa.PrimaryKeyConstraint("seal_number", "account_id", name=op.f("pk_sealed_head")),
    )
    with op.batch_alter_table("sealed_head", schema=None) as batch_op:
        batch_op.create_index("ix_sealed_head_account_id_seq", ["account_id", "seq"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sealed_head", schema=None) as batch_op:
        batch_op.drop_index("ix_sealed_head_account_id_seq")

    op.drop_table("sealed_head")
    op.drop_table("ledger_seal")
