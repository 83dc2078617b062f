"""The points ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column(
            "derivation",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('accrual', 'credit', 'activation', 'hold', 'spend', 'release', 'refund', 'reversal', 'expiry')",
            name=op.f("ck_ledger_entry_kind_known"),
        ),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_ledger_entry_seq_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_ledger_entry_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("account_id", "seq", name="uq_ledger_entry_account_seq"),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entry_key")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_entry_account_id_reference", ["account_id", "reference"], unique=False
        )

    op.create_table(
        "ledger_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column(
            "allocation",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_ledger_hold_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_hold")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_hold_key")),
    )
    with op.batch_alter_table("ledger_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_hold_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "ix_ledger_hold_open",
            ["account_id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index("ix_ledger_hold_until", ["until"], unique=False)

    op.create_table(
        "point_balance",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("expired", sa.BigInteger(), nullable=False),
        sa.Column("reversed", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.CheckConstraint(
            "issued + pending + active + held + spent + expired + reversed + owed = 0",
            name=op.f("ck_point_balance_double_entry"),
        ),
        sa.CheckConstraint(
            "pending >= 0 AND active >= 0 AND held >= 0", name=op.f("ck_point_balance_points_not_negative")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_point_balance_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_point_balance")),
    )
    op.create_table(
        "ledger_lot",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("activates_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("expired", sa.BigInteger(), nullable=False),
        sa.Column("reversed", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "issued >= 0 AND pending >= 0 AND active >= 0 AND held >= 0 AND expired >= 0 AND reversed >= 0",
            name=op.f("ck_ledger_lot_points_not_negative"),
        ),
        sa.CheckConstraint(
            "pending + active + held + expired + reversed <= issued",
            name=op.f("ck_ledger_lot_no_more_than_issued"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "number"],
            ["ledger_entry.account_id", "ledger_entry.seq"],
            name="fk_ledger_lot_accrual",
        ),
        sa.PrimaryKeyConstraint("account_id", "number", name=op.f("pk_ledger_lot")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_lot_key")),
    )
    with op.batch_alter_table("ledger_lot", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_lot_living",
            ["account_id", "expires_on"],
            unique=False,
            sqlite_where=sa.text("pending + active + held > 0"),
            postgresql_where=sa.text("pending + active + held > 0"),
        )

    op.create_table(
        "ledger_posting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("lot", sa.BigInteger(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "bucket IN ('issued', 'pending', 'active', 'held', 'spent', 'expired', 'reversed', 'owed')",
            name=op.f("ck_ledger_posting_bucket_known"),
        ),
        sa.CheckConstraint("points <> 0", name=op.f("ck_ledger_posting_moves_something")),
        sa.ForeignKeyConstraint(
            ["account_id", "seq"],
            ["ledger_entry.account_id", "ledger_entry.seq"],
            name="fk_ledger_posting_entry",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_posting")),
        sa.UniqueConstraint("account_id", "seq", "position", name="uq_ledger_posting_position"),
    )
    with op.batch_alter_table("ledger_posting", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_posting_account_lot", ["account_id", "lot"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ledger_posting", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_posting_account_lot")

    op.drop_table("ledger_posting")
    with op.batch_alter_table("ledger_lot", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ledger_lot_living",
            sqlite_where=sa.text("pending + active + held > 0"),
            postgresql_where=sa.text("pending + active + held > 0"),
        )

    op.drop_table("ledger_lot")
    op.drop_table("point_balance")
    with op.batch_alter_table("ledger_hold", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_hold_until")
        batch_op.drop_index(
            "ix_ledger_hold_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_ledger_hold_account_id"))

    op.drop_table("ledger_hold")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entry_account_id_reference")

    op.drop_table("ledger_entry")
