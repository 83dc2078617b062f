"""The letter to whoever could not be forgotten yet."""

from datetime import datetime

from portal.hotel import queries as hotel
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.erasures import words
from portal.people.erasures.models import Erasure, Ground
from portal.people.models import Person


def tell_refused(*, erasure: Erasure, person: Person, at: datetime) -> None:
    """Why the hotel keeps the data for now, and what can be done about it."""
    outbox.write_letter(
        dedupe_key=f"erasure-refused:{erasure.public_id}",
        kind=LetterKind.SERVICE,
        template="people/erasure_refused",
        to=Recipient(person.email or "", person.name, person.locale, hotel.house_zone(), person_id=person.id),
        values={"ground": words.GROUNDS[Ground(erasure.ground or "")], "words": erasure.words},
        at=at,
    )
