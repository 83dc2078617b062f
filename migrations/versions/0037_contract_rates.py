"""Net rates of contracts: asked for by one, agreed to by another, and how they ended."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contract_rate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("room_kind", sa.String(), nullable=False),
        sa.Column("night_cents", sa.BigInteger(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settled_words", sa.String(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('agreed', 'declined', 'withdrawn')", name=op.f("ck_contract_rate_outcome_known")
        ),
        sa.CheckConstraint("night_cents >= 1", name=op.f("ck_contract_rate_night_cents_positive")),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_contract_rate_ends_after_beginning")),
        sa.CheckConstraint("contract <> ''", name=op.f("ck_contract_rate_contract_named")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by_id IS NULL)",
            name=op.f("ck_contract_rate_settled_with_outcome"),
        ),
        sa.CheckConstraint(
            "outcome = 'withdrawn' OR settled_by_id <> by_id",
            name=op.f("ck_contract_rate_settled_by_another"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contract_rate_account_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_contract_rate_property_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_contract_rate_by_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_contract_rate_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_rate")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contract_rate_public_id")),
    )
    with op.batch_alter_table("contract_rate") as batch_op:
        batch_op.create_index(
            "ix_contract_rate_account_begins", ["account_id", "begins_on", "id"], unique=False
        )
        batch_op.create_index("ix_contract_rate_property_id", ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_rate_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_rate_settled_by_id"), ["settled_by_id"], unique=False)
        batch_op.create_index(
            "ix_contract_rate_waiting",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )

    op.create_table(
        "contract_end",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_contract_end_reason_given")),
        sa.ForeignKeyConstraint(["rate_id"], ["contract_rate.id"], name=op.f("fk_contract_end_rate_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_contract_end_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_end")),
        sa.UniqueConstraint("rate_id", name=op.f("uq_contract_end_rate_id")),
    )
    with op.batch_alter_table("contract_end") as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_end_by_id"), ["by_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("contract_end") as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_end_by_id"))

    op.drop_table("contract_end")
    with op.batch_alter_table("contract_rate") as batch_op:
        batch_op.drop_index(
            "ix_contract_rate_waiting",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_contract_rate_settled_by_id"))
        batch_op.drop_index(batch_op.f("ix_contract_rate_by_id"))
        batch_op.drop_index("ix_contract_rate_property_id")
        batch_op.drop_index("ix_contract_rate_account_begins")

    op.drop_table("contract_rate")
