"""What a company is told of points that were given, or taken back, by hand."""

from datetime import datetime

from portal.accounts.models import Account
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person
from portal.programme.credits import words
from portal.programme.credits.models import CreditRequest


def points_by_hand(*, request: CreditRequest, account: Account, to: Person, zone: str, at: datetime) -> None:
    """So many points came, or went, and why."""
    outbox.write_letter(
        dedupe_key=f"credit:{request.public_id}:{to.id}",
        kind=LetterKind.SERVICE,
        template="programme/points_by_hand",
        to=Recipient(to.email or "", to.name, to.locale, zone=zone, person_id=to.id),
        values={
            "company": account.name,
            "account_id": account.public_id,
            "points": request.points,
            "is_back": request.takes_back_id is not None,
            "reason": words.REASONS[request.reason],
            "words": request.words,
        },
        at=at,
    )
