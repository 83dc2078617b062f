"""Bills that are paid in part with points at a desk."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
TABLE = "bill_payment"
REFERENCES = {
    "account_id": "account",
    "card_id": "card",
    "guest_id": "person",
    "property_id": "property",
    "held_by_id": "person",
    "paid_by_id": "person",
    "let_go_by_id": "person",
}
OPTIONAL = {"paid_by_id", "let_go_by_id"}
CHECKS = {
    "points_positive": "points > 0",
    "pays_of_the_bill": "pays_cents > 0 AND pays_cents <= bill_cents",
    "held_for_a_while": "held_until > held_at",
    "paid_by_somebody": "(paid_at IS NULL) = (paid_by_id IS NULL)",
    "let_go_by_somebody": "(let_go_at IS NULL) = (let_go_by_id IS NULL)",
    "paid_or_let_go": "paid_at IS NULL OR let_go_at IS NULL",
    "undone_once_paid": "undone_at IS NULL OR paid_at IS NOT NULL",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        *(sa.Column(column, ID, nullable=column in OPTIONAL) for column in REFERENCES),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("bill_no", "bill_key", "currency")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("bill_cents", "pays_cents", "points")),
        sa.Column("price", DOCUMENT, nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("held_at", "held_until")),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("paid_at", "let_go_at", "undone_at")
        ),
        *(sa.CheckConstraint(check, name=op.f(f"ck_{TABLE}_{name}")) for name, check in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{TABLE}_public_id")),
    )
    for column in REFERENCES:
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.create_index(f"ix_{TABLE}_property_held", TABLE, ["property_id", "held_at", "id"])


def downgrade() -> None:
    op.drop_table(TABLE)
