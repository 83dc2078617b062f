"""The letter about a review: what came of it."""

from datetime import datetime

from portal.corporate.reviews.models import AccountReview
from portal.hotel import queries as hotel
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person


def held(*, review: AccountReview, company: str, to: Person, at: datetime) -> None:
    """To one of those who run the account, if they have an address."""
    if to.email is None:
        return
    outbox.write_letter(
        dedupe_key=f"review:{review.public_id}:{to.id}",
        kind=LetterKind.SERVICE,
        template="corporate/account_reviewed",
        to=Recipient(to.email, to.name, to.locale, hotel.house_zone(), person_id=to.id),
        values={
            "company": company,
            "outcome": review.outcome,
            "words": review.words,
            "ends_on": review.ends_on,
        },
        at=at,
    )
