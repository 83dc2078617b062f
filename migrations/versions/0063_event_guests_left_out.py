"""Who was left out of a party is not who said no; what was told to whom; letters that are forgotten together."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

BY = "ck_event_registration_cancelled_by_known"
OUT = "ck_event_guest_came_or_left_out"


def upgrade() -> None:
    with op.batch_alter_table("event_registration") as batch_op:
        batch_op.add_column(
            sa.Column("told_revision", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.drop_constraint(op.f(BY), type_="check")
        batch_op.create_check_constraint(op.f(BY), "cancelled_by IN ('client', 'guests', 'full')")
    with op.batch_alter_table("event_registration") as batch_op:
        batch_op.alter_column("told_revision", server_default=None)
    with op.batch_alter_table("event_guest") as batch_op:
        batch_op.add_column(sa.Column("left_out_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(op.f(OUT), "checked_in_at IS NULL OR left_out_at IS NULL")
    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(sa.Column("about", sa.Uuid(), nullable=True))
        batch_op.create_index(op.f("ix_letter_about"), ["about"])
    # Whoever is registered has been written to, as far as anybody can tell.
    op.execute("UPDATE event_registration SET told_revision = revision")
    op.execute(
        "UPDATE event_guest SET told_at = (SELECT seated_at FROM event_registration"
        " WHERE event_registration.id = event_guest.registration_id) WHERE email IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_index(op.f("ix_letter_about"))
        batch_op.drop_column("about")
    # Before, a guest left out was one who had said no.
    op.execute("UPDATE event_guest SET declined_at = left_out_at WHERE declined_at IS NULL")
    with op.batch_alter_table("event_guest") as batch_op:
        batch_op.drop_constraint(op.f(OUT), type_="check")
        batch_op.drop_column("told_at")
        batch_op.drop_column("left_out_at")
    op.execute("UPDATE event_registration SET cancelled_by = 'client' WHERE cancelled_by = 'full'")
    with op.batch_alter_table("event_registration") as batch_op:
        batch_op.drop_constraint(op.f(BY), type_="check")
        batch_op.create_check_constraint(op.f(BY), "cancelled_by IN ('client', 'hotel', 'guests')")
        batch_op.drop_column("told_revision")
