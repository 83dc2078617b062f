"""Hand-overs of a shift: a note, what was open, who left it and who took it over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
TABLE = "shift_handover"
REFERENCES = {
    "property_id": "property",
    "department_id": "department",
    "left_by_id": "person",
    "taken_by_id": "person",
}
CHECKS = {
    "taken_by_somebody": "(taken_at IS NULL) = (taken_by_id IS NULL)",
    "taken_by_another": "taken_by_id <> left_by_id",
    "withdrawn_or_taken": "withdrawn_at IS NULL OR taken_at IS NULL",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        *(sa.Column(column, ID, nullable=column == "taken_by_id") for column in REFERENCES),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("left_open", DOCUMENT, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("taken_at", "withdrawn_at")
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
    op.create_index(f"ix_{TABLE}_department_left", TABLE, ["department_id", "left_at", "id"])
    op.create_index(f"ix_{TABLE}_property_left", TABLE, ["property_id", "left_at", "id"])


def downgrade() -> None:
    op.drop_table(TABLE)
