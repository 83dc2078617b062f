"""The letter to whoever takes over what somebody left."""

from datetime import datetime

from portal.corporate.leaving.models import Departure
from portal.corporate.leaving.rules import StillToCome
from portal.hotel import queries as hotel
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person


def handed_over(
    *, departure: Departure, found: StillToCome, company: str, person: str, to: Person, at: datetime
) -> None:
    """Of whom, and how much of it; none where they have no address."""
    if to.email is None:
        return
    outbox.write_letter(
        dedupe_key=f"departure:{departure.public_id}",
        kind=LetterKind.SERVICE,
        template="corporate/handed_over",
        to=Recipient(to.email, to.name, to.locale, hotel.house_zone(), person_id=to.id),
        values={
            "company": company,
            "person": person,
            "bookings": len(found.bookings),
            "passes": len(found.passes),
            "registrations": len(found.registrations),
        },
        at=at,
    )
