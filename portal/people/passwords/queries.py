"""Reading links to a new password."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.people import rules
from portal.people.models import PasswordReset


def reset_by_token(token: str) -> PasswordReset | None:
    """The link of a letter with its person, whatever became of it."""
    statement = (
        select(PasswordReset)
        .options(joinedload(PasswordReset.person))
        .where(PasswordReset.token_digest == rules.digest(token))
    )
    return db.session.scalar(statement)
