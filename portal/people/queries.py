"""Reading people, their roles and where they are signed in."""

from sqlalchemy import select

from portal.database import db
from portal.people import rules
from portal.people.models import Person


def person_by_address(address: str) -> Person | None:
    """The person who signs in with an address, whether or not they have left."""
    statement = select(Person).where(Person.email == rules.fold_address(address))
    return db.session.scalar(statement)
