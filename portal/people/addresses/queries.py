"""Reading links that confirm a new address."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.people import rules
from portal.people.models import AddressChange


def change_by_token(token: str) -> AddressChange | None:
    """The link of a letter with its person, whatever became of it."""
    statement = (
        select(AddressChange)
        .options(joinedload(AddressChange.person))
        .where(AddressChange.token_digest == rules.digest(token))
    )
    return db.session.scalar(statement)
