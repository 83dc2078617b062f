"""The agreement with companies: its versions, and who accepted which."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
VERSION, ACCEPTANCE = "agreement_version", "agreement_acceptance"


def upgrade() -> None:
    op.create_table(
        VERSION,
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", DOCUMENT, nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("old_until", sa.Date(), nullable=True),
        sa.Column("published_by_id", ID, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f(f"ck_{VERSION}_number_positive")),
        sa.CheckConstraint("number = 1 OR old_until IS NOT NULL", name=op.f(f"ck_{VERSION}_old_ends")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f(f"fk_{VERSION}_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{VERSION}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{VERSION}_public_id")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{VERSION}_number")),
    )
    op.create_index(op.f(f"ix_{VERSION}_published_by_id"), VERSION, ["published_by_id"])
    op.create_table(
        ACCEPTANCE,
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{ACCEPTANCE}_account_id")),
        sa.ForeignKeyConstraint(["version_id"], [f"{VERSION}.id"], name=op.f(f"fk_{ACCEPTANCE}_version_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f(f"fk_{ACCEPTANCE}_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ACCEPTANCE}")),
        sa.UniqueConstraint("account_id", "version_id", name=op.f(f"uq_{ACCEPTANCE}_account_version")),
    )
    for column in ("version_id", "by_id"):
        op.create_index(op.f(f"ix_{ACCEPTANCE}_{column}"), ACCEPTANCE, [column])


def downgrade() -> None:
    op.drop_table(ACCEPTANCE)
    op.drop_table(VERSION)
