"""The letter to whoever runs an account: there is a new agreement."""

from datetime import datetime

from portal.corporate.agreements.models import AgreementVersion
from portal.hotel import queries as hotel
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person


def published(*, version: AgreementVersion, to: Person, at: datetime) -> bool:
    """Which version waits, and until when the old one holds; whether there was an address to write to."""
    if to.email is None:
        return False
    outbox.write_letter(
        dedupe_key=f"agreement:{version.public_id}:{to.id}",
        kind=LetterKind.SERVICE,
        template="corporate/agreement_published",
        to=Recipient(to.email, to.name, to.locale, hotel.house_zone(), person_id=to.id),
        values={"number": version.number, "old_until": version.old_until},
        at=at,
    )
    return True
