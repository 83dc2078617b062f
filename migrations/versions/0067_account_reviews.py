"""The yearly reviews of accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
REVIEW = "account_review"
CHECKS = {
    "outcome_known": "outcome IN ('kept', 'changed', 'ended')",
    "number_positive": "number >= 1",
    "ended_on_a_day": "(outcome = 'ended') = (ends_on IS NOT NULL)",
    "said_why": "outcome = 'kept' OR words <> ''",
    "closed_once_ended": "closed_at IS NULL OR outcome = 'ended'",
}


def upgrade() -> None:
    op.create_table(
        REVIEW,
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("findings", DOCUMENT, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.CheckConstraint(said, name=op.f(f"ck_{REVIEW}_{name}")) for name, said in CHECKS.items()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{REVIEW}_account_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f(f"fk_{REVIEW}_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{REVIEW}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{REVIEW}_public_id")),
        sa.UniqueConstraint("account_id", "number", name=op.f(f"uq_{REVIEW}_number")),
    )
    op.create_index(op.f(f"ix_{REVIEW}_by_id"), REVIEW, ["by_id"])


def downgrade() -> None:
    op.drop_table(REVIEW)
