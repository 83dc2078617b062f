"""Version 2 of the questionnaire asks for words to whom is thanked; other words no longer reach them."""

import datetime as dt
import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

CODE = "after_booking"
WORDS = {
    "en": "A word to them – they and their manager read it",
    "ru": "Несколько слов для них – их прочтут они сами и их руководитель",
}


def upgrade() -> None:
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
    first = op.get_bind().execute(
        sa.select(version).where(version.c.code == CODE, version.c.number == 1)
    ).mappings().one()  # fmt: skip
    questions = json.loads(json.dumps(first["questions"]))
    for question in questions:
        if question["kind"] == "thanks":
            question |= {"words": WORDS, "most": 500}
    second = {**first, "number": 2, "questions": questions, "published_at": dt.datetime(2026, 11, 27, tzinfo=dt.UTC)}
    op.bulk_insert(version, [second])
    # They were an answer to what to do better, and may name others.
    op.execute("UPDATE survey_compliment SET words = ''")


def downgrade() -> None:
    numbered = f"(SELECT id FROM questionnaire_version WHERE code = '{CODE}' AND number = %s)"  # noqa: S608 -- our own words
    first, second = numbered % 1, numbered % 2
    op.execute(f"UPDATE survey_invitation SET version_id = {first} WHERE version_id = {second}")  # noqa: S608 -- our own words
    op.execute(f"DELETE FROM questionnaire_version WHERE code = '{CODE}' AND number = 2")  # noqa: S608 -- our own words
