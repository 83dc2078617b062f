"""Letters about a change of address."""

from collections.abc import Mapping
from datetime import datetime

from portal.hotel import queries as hotel
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people import rules
from portal.people.models import Person


def ask_to_confirm(*, person: Person, email: str, token: str, at: datetime) -> None:
    """To the new address: the link that makes it the one to sign in with."""
    _write("address_link", person, email, key=rules.digest(token), values={"token": token}, at=at)


def tell_taken(*, person: Person, email: str, at: datetime) -> None:
    """To an address that is in use: only its owner learns that it is."""
    _write("address_taken", person, email, key=f"{person.public_id}:{at.isoformat()}", values={}, at=at)


def tell_changed(*, person: Person, old: str, at: datetime) -> None:
    """To the old address, so that a change by somebody else does not go unnoticed."""
    values = {"new": person.email}
    _write("address_changed", person, old, key=f"{person.public_id}:{at.isoformat()}", values=values, at=at)


def _write(
    template: str, person: Person, address: str, *, key: str, values: Mapping[str, object], at: datetime
) -> None:
    outbox.write_letter(
        dedupe_key=f"{template}:{key}",
        kind=LetterKind.SERVICE,
        template=f"people/{template}",
        to=Recipient(address, person.name, person.locale, hotel.house_zone(), person_id=person.id),
        values=values,
        at=at,
    )
