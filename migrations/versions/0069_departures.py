"""Who left a company, and who took over what was still to come."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
DEPARTURE = "departure"
PEOPLE = ("person_id", "successor_id", "by_id")


def upgrade() -> None:
    op.create_table(
        DEPARTURE,
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("successor_id", ID, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("handed", DOCUMENT, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "successor_id IS NULL OR successor_id <> person_id", name=op.f(f"ck_{DEPARTURE}_to_somebody_else")
        ),
        sa.CheckConstraint(
            "successor_id IS NULL OR reason = ''", name=op.f(f"ck_{DEPARTURE}_handed_over_or_left")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{DEPARTURE}_account_id")),
        *(
            sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{DEPARTURE}_{column}"))
            for column in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{DEPARTURE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{DEPARTURE}_public_id")),
    )
    for column in ("account_id", *PEOPLE):
        op.create_index(op.f(f"ix_{DEPARTURE}_{column}"), DEPARTURE, [column])


def downgrade() -> None:
    op.drop_table(DEPARTURE)
