"""What a traveller writes on their card."""

from datetime import datetime

from portal.audit import actions as audit
from portal.database import db
from portal.people.models import Person


def tell_needs(*, person_id: int, needs: str, at: datetime) -> None:
    """Keep what the hotel should know; the text itself stays out of the audit."""
    person = db.session.get_one(Person, person_id)
    if person.needs == needs:
        return
    person.needs = needs
    audit.record(
        action="person.needs", subject_kind="person", subject_id=person.public_id, by=person_id, at=at
    )
