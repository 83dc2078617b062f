"""Who does not want to be invited to closed events by letter."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "event_opt_out",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_opt_out_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_opt_out")),
        sa.UniqueConstraint("person_id", name=op.f("uq_event_opt_out_person_id")),
    )


def downgrade() -> None:
    op.drop_table("event_opt_out")
