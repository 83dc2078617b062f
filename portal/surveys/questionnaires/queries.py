"""Reads of questionnaires."""

from sqlalchemy import select

from portal.database import db
from portal.surveys.questionnaires.models import QuestionnaireVersion


def version(version_id: int) -> QuestionnaireVersion:
    return db.session.get_one(QuestionnaireVersion, version_id)


def latest_version(code: str) -> QuestionnaireVersion:
    """The version that is asked now; version 1 comes with the migrations."""
    statement = (
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.code == code)
        .order_by(QuestionnaireVersion.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one()
