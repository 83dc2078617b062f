"""Versions of the rules."""

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

RULES = {
    "version": 1,
    "effective_from": "2015-01-01",
    "tiers": [
        {
            "code": "partner",
            "nights": 0,
            "spend_cents": 0,
            "stay_discount_bp": 500,
            "points_per_euro": 2,
            "invitee_meals_bp": 500,
            "invitee_rooms_bp": 300,
            "hall_av_bp": 0,
            "points_share_bp": 2000,
            "guest_passes_a_quarter": 2,
            "events_a_year": 0,
            "seats_an_event": 0,
            "late_checkout": None,
            "souvenir": "card",
        },
        {
            "code": "silver",
            "nights": 25,
            "spend_cents": 250000,
            "stay_discount_bp": 800,
            "points_per_euro": 3,
            "invitee_meals_bp": 1000,
            "invitee_rooms_bp": 500,
            "hall_av_bp": 500,
            "points_share_bp": 2500,
            "guest_passes_a_quarter": 10,
            "events_a_year": 1,
            "seats_an_event": 2,
            "late_checkout": "14:00",
            "souvenir": "set_s",
        },
        {
            "code": "gold",
            "nights": 75,
            "spend_cents": 750000,
            "stay_discount_bp": 1200,
            "points_per_euro": 4,
            "invitee_meals_bp": 1500,
            "invitee_rooms_bp": 1000,
            "hall_av_bp": 1000,
            "points_share_bp": 3000,
            "guest_passes_a_quarter": 30,
            "events_a_year": 2,
            "seats_an_event": 2,
            "late_checkout": "16:00",
            "souvenir": "set_m",
        },
        {
            "code": "platinum",
            "nights": 200,
            "spend_cents": 2000000,
            "stay_discount_bp": 1500,
            "points_per_euro": 5,
            "invitee_meals_bp": 2000,
            "invitee_rooms_bp": 1200,
            "hall_av_bp": 1000,
            "points_share_bp": 3000,
            "guest_passes_a_quarter": 100,
            "events_a_year": 4,
            "seats_an_event": 4,
            "late_checkout": "18:00",
            "souvenir": "set_l_named",
        },
    ],
    "bundle_ladder": [
        {"kinds": 2, "discount_bp": 500},
        {"kinds": 4, "discount_bp": 1000},
        {"kinds": 6, "discount_bp": 1500},
    ],
    "cap_bp": 2000,
    "point_value_cents": 1,
    "activation_days": 14,
    "lot_months": 24,
    "dead_lot_revival_days": 30,
    "expiry_notice_days": [60, 30, 7],
    "credit_step_cents": 50000,
    "credit_max_nights": 40,
    "window_days": 365,
    "grace_days": 60,
    "review_day": 1,
    "redemption_min_points": 500,
    "redemption_step_points": 100,
    "hold_minutes": 30,
    "manual_credits": {"desk_stay_points": 1000, "desk_shift_points": 5000, "manager_points": 20000},
    "booker_reward": {"enabled": False, "reward_bp": 50, "cap_cents": 5000},
    "contact_budget": {
        "marketing_a_month": 2,
        "quiet_from": "20:00",
        "quiet_until": "09:00",
        "survey_days": 60,
    },
}


def upgrade() -> None:
    op.create_table(
        "programme_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column(
            "rules",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_programme_version_number_positive")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_programme_version_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_version")),
        sa.UniqueConstraint("number", name=op.f("uq_programme_version_number")),
    )
    with op.batch_alter_table("programme_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_programme_version_published_by_id"), ["published_by_id"], unique=False
        )

    # Version 1 of the rules comes with the house; later versions are published in the portal.
    version = sa.table(
        "programme_version",
        sa.column("number"),
        sa.column("effective_from", sa.Date()),
        sa.column("rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
        sa.column("published_at", sa.DateTime(timezone=True)),
    )
    op.bulk_insert(
        version,
        [
            {
                "number": 1,
                "effective_from": dt.date(2015, 1, 1),
                "rules": RULES,
                "published_at": dt.datetime(2015, 1, 1, tzinfo=dt.UTC),
            }
        ],
    )


def downgrade() -> None:
    with op.batch_alter_table("programme_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_version_published_by_id"))

    op.drop_table("programme_version")
