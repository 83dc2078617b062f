"""Series: bookings that come again."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "booking_series",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("first_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rhythm IN ('weekly', 'fortnightly', 'monthly')", name=op.f("ck_booking_series_rhythm_known")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_booking_series_account_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_booking_series_by_id")),
        sa.ForeignKeyConstraint(["first_id"], ["booking.id"], name=op.f("fk_booking_series_first_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_series")),
        sa.UniqueConstraint("public_id", name=op.f("uq_booking_series_public_id")),
    )
    with op.batch_alter_table("booking_series") as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_series_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_series_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_series_first_id"), ["first_id"], unique=False)

    op.create_table(
        "series_booking",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("booking_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_series_booking_position_positive")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_series_booking_booking_id")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["booking_series.id"], name=op.f("fk_series_booking_series_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_booking")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_series_booking_booking_id")),
        sa.UniqueConstraint("series_id", "day", name="uq_series_booking_day"),
    )
    with op.batch_alter_table("series_booking") as batch_op:
        batch_op.create_index(batch_op.f("ix_series_booking_series_id"), ["series_id"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("series_booking") as batch_op:
        batch_op.drop_index(batch_op.f("ix_series_booking_series_id"))

    op.drop_table("series_booking")
    with op.batch_alter_table("booking_series") as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_series_first_id"))
        batch_op.drop_index(batch_op.f("ix_booking_series_by_id"))
        batch_op.drop_index(batch_op.f("ix_booking_series_account_id"))

    op.drop_table("booking_series")
