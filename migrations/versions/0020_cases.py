"""Cases of low scores, with their history."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_word", sa.String(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "second_word IN ('yes', 'partly', 'no')", name=op.f("ck_survey_case_second_word_known")
        ),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (reply_until IS NULL)", name=op.f("ck_survey_case_resolved_with_an_end")
        ),
        sa.CheckConstraint(
            "(second_word IS NULL) = (replied_at IS NULL)",
            name=op.f("ck_survey_case_second_word_has_its_time"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_survey_case_account_id")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["survey_invitation.id"], name=op.f("fk_survey_case_invitation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_survey_case_owner_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_survey_case_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_case")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_survey_case_invitation_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_case_public_id")),
    )
    with op.batch_alter_table("survey_case", schema=None) as batch_op:
        batch_op.create_index("ix_survey_case_account_due", ["account_id", "due_at", "id"], unique=False)
        batch_op.create_index("ix_survey_case_owner_due", ["owner_id", "due_at", "id"], unique=False)
        batch_op.create_index("ix_survey_case_property_due", ["property_id", "due_at", "id"], unique=False)

    op.create_table(
        "survey_case_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=True),
        sa.Column("second_word", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'resolution') = (token_digest IS NOT NULL)",
            name=op.f("ck_survey_case_step_resolution_asks"),
        ),
        sa.CheckConstraint(
            "(kind = 'second_word') = (by_id IS NULL)", name=op.f("ck_survey_case_step_staff_sign")
        ),
        sa.CheckConstraint(
            "(kind = 'second_word') = (second_word IS NOT NULL)",
            name=op.f("ck_survey_case_step_guest_says_how"),
        ),
        sa.CheckConstraint(
            "kind IN ('note', 'resolution', 'second_word')", name=op.f("ck_survey_case_step_kind_known")
        ),
        sa.CheckConstraint(
            "second_word IN ('yes', 'partly', 'no')", name=op.f("ck_survey_case_step_second_word_known")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_survey_case_step_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["survey_case.id"], name=op.f("fk_survey_case_step_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_case_step")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_case_step_public_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_survey_case_step_token_digest")),
    )
    with op.batch_alter_table("survey_case_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_case_step_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_case_step_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("survey_case_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_case_step_case_id"))
        batch_op.drop_index(batch_op.f("ix_survey_case_step_by_id"))

    op.drop_table("survey_case_step")
    with op.batch_alter_table("survey_case", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_case_property_due")
        batch_op.drop_index("ix_survey_case_owner_due")
        batch_op.drop_index("ix_survey_case_account_due")

    op.drop_table("survey_case")
