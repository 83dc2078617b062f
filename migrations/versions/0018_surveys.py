"""Surveys: questionnaires, invitations, answers, compliments and opt-outs."""

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


QUESTIONS = [
    {
        "code": "come_again",
        "kind": "scale",
        "from": 1,
        "to": 5,
        "is_required": True,
        "text": {"en": "Would you come to us again?", "ru": "Приедете ли вы к нам снова?"},
        "opens_case_up_to": 2,
        "low": {"en": "Certainly not", "ru": "Точно нет"},
        "high": {"en": "Certainly", "ru": "Обязательно"},
    },
    {
        "code": "recommend",
        "kind": "scale",
        "from": 0,
        "to": 10,
        "is_required": True,
        "text": {
            "en": "How likely are you to recommend us to a colleague?",
            "ru": "Насколько вероятно, что вы порекомендуете нас коллеге?",
        },
        "opens_case_up_to": 6,
        "low": {"en": "Not at all likely", "ru": "Совсем не вероятно"},
        "high": {"en": "Extremely likely", "ru": "Очень вероятно"},
    },
    {
        "code": "services",
        "kind": "services",
        "is_required": False,
        "text": {"en": "Which of these did you use?", "ru": "Чем из этого вы воспользовались?"},
    },
    {
        "code": "words",
        "kind": "text",
        "is_required": False,
        "most": 2000,
        "text": {
            "en": "What should we keep, and what should we do better?",
            "ru": "Что сохранить, а что сделать лучше?",
        },
    },
    {
        "code": "thanks",
        "kind": "thanks",
        "is_required": False,
        "text": {
            "en": "Is there somebody you would like to thank?",
            "ru": "Хотите кого-нибудь поблагодарить?",
        },
    },
]


def upgrade() -> None:
    op.create_table(
        "questionnaire_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "title",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "questions",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("asks_after_minutes", sa.BigInteger(), nullable=False),
        sa.Column("open_days", sa.BigInteger(), nullable=False),
        sa.Column(
            "case_working_days",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("asks_after_minutes >= 0", name=op.f("ck_questionnaire_version_asks_not_before")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_questionnaire_version_number_positive")),
        sa.CheckConstraint("open_days >= 1", name=op.f("ck_questionnaire_version_open_for_a_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_version")),
        sa.UniqueConstraint("code", "number", name="uq_questionnaire_version_number"),
    )
    op.create_table(
        "survey_opt_out",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_opt_out_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_opt_out")),
        sa.UniqueConstraint("person_id", name=op.f("uq_survey_opt_out_person_id")),
    )
    op.create_table(
        "survey_invitation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("touchpoint", sa.String(), nullable=False),
        sa.Column("touchpoint_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("property_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("case_owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_out", sa.String(), nullable=True),
        sa.Column("left_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_digest", sa.String(), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "left_out IN ('opted_out', 'no_address', 'contact_budget', 'taken_back')",
            name=op.f("ck_survey_invitation_left_out_known"),
        ),
        sa.CheckConstraint(
            "(left_out IS NULL) = (left_out_at IS NULL)", name=op.f("ck_survey_invitation_left_out_is_whole")
        ),
        sa.CheckConstraint(
            "(sent_at IS NULL) = (expires_at IS NULL)", name=op.f("ck_survey_invitation_sent_with_an_end")
        ),
        sa.CheckConstraint(
            "(sent_at IS NULL) = (token_digest IS NULL)", name=op.f("ck_survey_invitation_sent_with_a_link")
        ),
        sa.CheckConstraint(
            "begun_at IS NULL OR sent_at IS NOT NULL", name=op.f("ck_survey_invitation_begun_after_sending")
        ),
        sa.CheckConstraint(
            "sent_at IS NULL OR left_out IS NULL", name=op.f("ck_survey_invitation_sent_or_left_out")
        ),
        sa.CheckConstraint(
            "submitted_at IS NULL OR begun_at IS NOT NULL",
            name=op.f("ck_survey_invitation_submitted_after_beginning"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_survey_invitation_account_id")),
        sa.ForeignKeyConstraint(
            ["case_owner_id"], ["person.id"], name=op.f("fk_survey_invitation_case_owner_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_invitation_person_id")),
        sa.ForeignKeyConstraint(
            ["property_id"], ["property.id"], name=op.f("fk_survey_invitation_property_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["questionnaire_version.id"], name=op.f("fk_survey_invitation_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitation")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_survey_invitation_letter_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_invitation_public_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_survey_invitation_token_digest")),
        sa.UniqueConstraint("touchpoint_id", name=op.f("uq_survey_invitation_touchpoint_id")),
    )
    with op.batch_alter_table("survey_invitation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_survey_invitation_account_submitted", ["account_id", "submitted_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_survey_invitation_case_owner_id"), ["case_owner_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_survey_invitation_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_survey_invitation_property_submitted", ["property_id", "submitted_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_survey_invitation_version_id"), ["version_id"], unique=False)

    op.create_table(
        "survey_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invitation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column(
            "chosen",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "number IS NULL OR number BETWEEN 0 AND 10", name=op.f("ck_survey_answer_number_on_its_scale")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["survey_invitation.id"], name=op.f("fk_survey_answer_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint("invitation_id", "question", name="uq_survey_answer_question"),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_survey_answer_question_number", ["question", "number", "invitation_id"], unique=False
        )

    op.create_table(
        "survey_compliment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["survey_invitation.id"], name=op.f("fk_survey_compliment_invitation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_compliment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_compliment")),
        sa.UniqueConstraint("invitation_id", "person_id", name="uq_survey_compliment_person"),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_compliment_public_id")),
    )
    with op.batch_alter_table("survey_compliment", schema=None) as batch_op:
        batch_op.create_index("ix_survey_compliment_person", ["person_id", "given_at", "id"], unique=False)

    op.create_table(
        "survey_served",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invitation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["survey_invitation.id"], name=op.f("fk_survey_served_invitation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_served_person_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_survey_served_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_served")),
        sa.UniqueConstraint("invitation_id", "person_id", "service_id", name="uq_survey_served"),
    )
    with op.batch_alter_table("survey_served", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_served_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_served_service_id"), ["service_id"], unique=False)

    # Version 1 of the questionnaire comes with the house; its words never change.
    document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    version = sa.table(
        "questionnaire_version",
        sa.column("code"),
        sa.column("number"),
        sa.column("title", document),
        sa.column("questions", document),
        sa.column("asks_after_minutes"),
        sa.column("open_days"),
        sa.column("case_working_days", document),
        sa.column("published_at", sa.DateTime(timezone=True)),
    )
    op.bulk_insert(
        version,
        [
            {
                "code": "after_booking",
                "number": 1,
                "title": {"en": "After your booking", "ru": "После вашего заказа"},
                "questions": QUESTIONS,
                "asks_after_minutes": 120,
                "open_days": 21,
                "case_working_days": {"partner": 5, "silver": 3, "gold": 2, "platinum": 1},
                "published_at": dt.datetime(2015, 1, 1, tzinfo=dt.UTC),
            }
        ],
    )


def downgrade() -> None:
    with op.batch_alter_table("survey_served", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_served_service_id"))
        batch_op.drop_index(batch_op.f("ix_survey_served_person_id"))

    op.drop_table("survey_served")
    with op.batch_alter_table("survey_compliment", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_compliment_person")

    op.drop_table("survey_compliment")
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_answer_question_number")

    op.drop_table("survey_answer")
    with op.batch_alter_table("survey_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_invitation_version_id"))
        batch_op.drop_index("ix_survey_invitation_property_submitted")
        batch_op.drop_index(batch_op.f("ix_survey_invitation_person_id"))
        batch_op.drop_index(batch_op.f("ix_survey_invitation_case_owner_id"))
        batch_op.drop_index("ix_survey_invitation_account_submitted")

    op.drop_table("survey_invitation")
    op.drop_table("survey_opt_out")
    op.drop_table("questionnaire_version")
