"""The early end of a contract's rate is asked for by one person and agreed to by another."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0041"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "contract_end_wish",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("rate_id", ID, nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", ID, nullable=True),
        sa.Column("settled_words", sa.String(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('agreed', 'declined', 'withdrawn')",
            name=op.f("ck_contract_end_wish_outcome_known"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_contract_end_wish_reason_given")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by_id IS NULL)",
            name=op.f("ck_contract_end_wish_settled_with_outcome"),
        ),
        sa.CheckConstraint(
            "outcome = 'withdrawn' OR settled_by_id <> by_id",
            name=op.f("ck_contract_end_wish_settled_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["rate_id"], ["contract_rate.id"], name=op.f("fk_contract_end_wish_rate_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_contract_end_wish_by_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_contract_end_wish_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_end_wish")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contract_end_wish_public_id")),
    )
    with op.batch_alter_table("contract_end_wish") as batch_op:
        batch_op.create_index("ix_contract_end_wish_rate_id", ["rate_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_end_wish_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contract_end_wish_settled_by_id"), ["settled_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_contract_end_wish_waiting",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("contract_end_wish") as batch_op:
        batch_op.drop_index(
            "ix_contract_end_wish_waiting",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_contract_end_wish_settled_by_id"))
        batch_op.drop_index(batch_op.f("ix_contract_end_wish_by_id"))
        batch_op.drop_index("ix_contract_end_wish_rate_id")

    op.drop_table("contract_end_wish")
