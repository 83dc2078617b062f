"""Letters about passwords."""

from datetime import datetime

from portal.hotel import queries as hotel
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people import rules
from portal.people.models import Person


def send_link(*, to: Person, token: str, at: datetime) -> None:
    """The link to a new password, to the address that its owner signs in with."""
    outbox.write_letter(
        dedupe_key=f"password-link:{rules.digest(token)}",
        kind=LetterKind.SERVICE,
        template="people/password_link",
        to=_recipient(to),
        values={"token": token},
        at=at,
    )


def tell_changed(*, to: Person, at: datetime) -> None:
    """That the password was changed, so that a change by somebody else does not go unnoticed."""
    outbox.write_letter(
        dedupe_key=f"password-changed:{to.public_id}:{at.isoformat()}",
        kind=LetterKind.SERVICE,
        template="people/password_changed",
        to=_recipient(to),
        values={"at": at},
        at=at,
    )


def _recipient(person: Person) -> Recipient:
    zone = hotel.house_zone()
    return Recipient(person.email or "", person.name, person.locale, zone, person_id=person.id)
