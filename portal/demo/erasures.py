"""Two of the demo's colleagues who want to be forgotten: one waits, one was told why not yet."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.database import db
from portal.people.erasures import actions
from portal.people.erasures.models import Ground
from portal.people.models import Person

WAITS, REFUSED = "mateo@maison.example", "jonas@maison.example"
SAID = "Your hours of May are not settled yet. Please ask again after the pay day of July."


def make(*, administrator: Person, at: datetime) -> None:
    """Ask for both, and decide on one."""
    theirs = select(Person).where(Person.email.in_((WAITS, REFUSED)))
    colleagues = {person.email: person for person in db.session.scalars(theirs)}
    actions.ask(person_id=colleagues[WAITS].id, at=at - timedelta(days=26))
    refused = actions.ask(person_id=colleagues[REFUSED].id, at=at - timedelta(days=9))
    actions.refuse(
        erasure=refused,
        ground=Ground.CONTRACT,
        said=SAID,
        by=administrator.id,
        at=at - timedelta(days=7),
    )
