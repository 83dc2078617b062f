"""What people's work came to, the standards it is measured by, and contests."""

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STANDARDS = {
    "weights": {"service_kept": 2500, "client_voice": 2000},
    "benchmark_bp": 9200,
    "benchmarks_bp": {"hall": 9500, "av": 9500, "taxi": 9000, "laundry": 9200, "interpreter": 9000},
    "prior_mean": 75,
    "strength": 8,
    "half_life_days": 45,
    "horizon_days": 180,
    "account_cap": 3,
    "standard_from": 60,
    "strong_from": 80,
    "detail_ratings": 5,
    "detail_accounts": 3,
}


def upgrade() -> None:
    op.create_table(
        "score_standard",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column(
            "rules",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_score_standard_number_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_standard")),
        sa.UniqueConstraint("number", name=op.f("uq_score_standard_number")),
    )
    op.create_table(
        "contribution",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('kept_promise', 'broken_promise', 'rating')", name=op.f("ck_contribution_kind_known")
        ),
        sa.CheckConstraint("value BETWEEN 0 AND 100", name=op.f("ck_contribution_value_in_range")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contribution_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contribution_person_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_contribution_property_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_contribution_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint("person_id", "source_id", name="uq_contribution_source"),
        sa.UniqueConstraint("public_id", name=op.f("uq_contribution_public_id")),
    )
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contribution_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "ix_contribution_person_happened", ["person_id", "happened_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_contribution_property_happened", ["property_id", "happened_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contribution_service_id"), ["service_id"], unique=False)
        batch_op.create_index("ix_contribution_source_id", ["source_id"], unique=False)

    op.create_table(
        "contest",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("contribution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('stands', 'void')", name=op.f("ck_contest_outcome_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_contest_decision_is_whole"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> by_id", name=op.f("ck_contest_second_person_decides")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_contest_by_id")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contribution.id"], name=op.f("fk_contest_contribution_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_contest_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sa.UniqueConstraint("contribution_id", name=op.f("uq_contest_contribution_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contest_public_id")),
    )
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contest_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contest_decided_by_id"), ["decided_by_id"], unique=False)

    # Version 1 of the standards comes with the house: starting values, until a first period is closed.
    version = sa.table(
        "score_standard",
        sa.column("number"),
        sa.column("effective_from", sa.Date()),
        sa.column("rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
    )
    op.bulk_insert(version, [{"number": 1, "effective_from": dt.date(2015, 1, 1), "rules": STANDARDS}])


def downgrade() -> None:
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contest_decided_by_id"))
        batch_op.drop_index(batch_op.f("ix_contest_by_id"))

    op.drop_table("contest")
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.drop_index("ix_contribution_source_id")
        batch_op.drop_index(batch_op.f("ix_contribution_service_id"))
        batch_op.drop_index("ix_contribution_property_happened")
        batch_op.drop_index("ix_contribution_person_happened")
        batch_op.drop_index(batch_op.f("ix_contribution_account_id"))

    op.drop_table("contribution")
    op.drop_table("score_standard")
