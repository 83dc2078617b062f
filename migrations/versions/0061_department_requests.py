"""Requests between departments: asked, accepted by a time, ended with an outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "department_request"
REFERENCES = {
    "property_id": "property",
    "department_id": "department",
    "from_department_id": "department",
    "asked_by_id": "person",
    "accepted_by_id": "person",
    "ended_by_id": "person",
}
OPTIONAL = {"from_department_id", "accepted_by_id", "ended_by_id"}
CHECKS = {
    "ending_known": "ending IN ('done', 'declined', 'withdrawn')",
    "accepted_by_somebody": "(accepted_at IS NULL) = (accepted_by_id IS NULL)",
    "ended_by_somebody": "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (ending IS NULL)",
    "done_once_accepted": "ending <> 'done' OR accepted_at IS NOT NULL",
    "declined_with_a_reason": "ending <> 'declined' OR outcome <> ''",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        *(sa.Column(column, ID, nullable=column in OPTIONAL) for column in REFERENCES),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("asked_at", "wanted_at")),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("accepted_at", "ended_at")),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("whom", sa.String(), nullable=False),
        sa.Column("ending", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
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
    op.create_index(f"ix_{TABLE}_property_due", TABLE, ["property_id", "due_at", "id"])
    op.create_index(f"ix_{TABLE}_property_ended", TABLE, ["property_id", "ended_at", "id"])


def downgrade() -> None:
    op.drop_table(TABLE)
