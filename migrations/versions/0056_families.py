"""A parent company and its subsidiaries: proposed by the hotel, agreed to by both, ended by either."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "family_link"
CHECKS = {
    "ended_by_side_known": "ended_by_side IN ('parent', 'subsidiary', 'hotel')",
    "two_companies": "parent_id <> subsidiary_id",
    "parent_agreed_by_somebody": "(parent_agreed_at IS NULL) = (parent_agreed_by_id IS NULL)",
    "subsidiary_agreed_by_somebody": "(subsidiary_agreed_at IS NULL) = (subsidiary_agreed_by_id IS NULL)",
    "ended_by_somebody": (
        "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (ended_by_side IS NULL)"
    ),
}
PEOPLE = ("proposed_by_id", "parent_agreed_by_id", "subsidiary_agreed_by_id", "ended_by_id")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", ID, nullable=False),
        sa.Column("subsidiary_id", ID, nullable=False),
        sa.Column("proposed_by_id", ID, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parent_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parent_agreed_by_id", ID, nullable=True),
        sa.Column("subsidiary_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subsidiary_agreed_by_id", ID, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.Column("ended_by_side", sa.String(), nullable=True),
        *(sa.CheckConstraint(check, name=op.f(f"ck_{TABLE}_{name}")) for name, check in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], ["account.id"], name=op.f(f"fk_{TABLE}_{column}"))
            for column in ("parent_id", "subsidiary_id")
        ),
        *(
            sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{TABLE}_{column}"))
            for column in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{TABLE}_public_id")),
    )
    for column in ("parent_id", "subsidiary_id"):
        op.create_index(f"ix_{TABLE}_{column}", TABLE, [column, "id"])
    for column in PEOPLE:
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.create_index(
        f"uq_{TABLE}_living", TABLE, ["subsidiary_id"], unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table(TABLE)
