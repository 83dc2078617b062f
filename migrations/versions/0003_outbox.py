"""Letters as rows, and the contact policy."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_budget",
        sa.Column("contact_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("contact_key", name=op.f("pk_contact_budget")),
    )
    op.create_table(
        "contact_policy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("marketing_per_month", sa.BigInteger(), nullable=False),
        sa.Column("quiet_from_hour", sa.BigInteger(), nullable=False),
        sa.Column("quiet_to_hour", sa.BigInteger(), nullable=False),
        sa.Column("survey_every_days", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_contact_policy_single")),
        sa.CheckConstraint("marketing_per_month >= 0", name=op.f("ck_contact_policy_marketing_not_negative")),
        sa.CheckConstraint(
            "quiet_from_hour BETWEEN 0 AND 23 AND quiet_to_hour BETWEEN 0 AND 23",
            name=op.f("ck_contact_policy_quiet_hours"),
        ),
        sa.CheckConstraint("survey_every_days >= 0", name=op.f("ck_contact_policy_survey_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_policy")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_key", sa.String(), nullable=False),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("to_name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column(
            "attachments",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_by", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('service', 'marketing', 'survey')", name=op.f("ck_letter_kind_known")),
        sa.CheckConstraint(
            "(leased_by IS NULL) = (lease_until IS NULL)", name=op.f("ck_letter_lease_is_whole")
        ),
        sa.CheckConstraint("sent_at IS NULL OR dead_at IS NULL", name=op.f("ck_letter_ends_once")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_letter_tries_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_letter_dedupe_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_letter_public_id")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_contact", ["contact_key", "kind", "send_at"], unique=False)
        batch_op.create_index(
            "ix_letter_due",
            ["send_at", "id"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_letter_person_id"), ["person_id"], unique=False)

    # Two marketing messages a month, none from eight in the evening to nine, a survey every sixty days.
    policy = sa.table(
        "contact_policy",
        *(
            sa.column(name)
            for name in ("id", "marketing_per_month", "quiet_from_hour", "quiet_to_hour", "survey_every_days")
        ),
    )
    op.bulk_insert(
        policy,
        [
            {
                "id": 1,
                "marketing_per_month": 2,
                "quiet_from_hour": 20,
                "quiet_to_hour": 9,
                "survey_every_days": 60,
            }
        ],
    )


def downgrade() -> None:
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_person_id"))
        batch_op.drop_index(
            "ix_letter_due",
            sqlite_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
        )
        batch_op.drop_index("ix_letter_contact")

    op.drop_table("letter")
    op.drop_table("contact_policy")
    op.drop_table("contact_budget")
