"""The letter to both companies: the hotel proposes that they be linked."""

from datetime import datetime

from portal.corporate.families.models import FamilyLink, Side
from portal.hotel import queries as hotel
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person


def proposed(*, link: FamilyLink, side: Side, to: Person, at: datetime) -> None:
    """Which company is whose, what the parent then sees, and where to say yes or no."""
    if to.email is None:
        return
    outbox.write_letter(
        dedupe_key=f"family:{link.public_id}:{side}:{to.id}",
        kind=LetterKind.SERVICE,
        template="corporate/family_proposed",
        to=Recipient(to.email, to.name, to.locale, hotel.house_zone(), person_id=to.id),
        values={
            "is_parent": side is Side.PARENT,
            "parent": link.parent.name,
            "subsidiary": link.subsidiary.name,
        },
        at=at,
    )
