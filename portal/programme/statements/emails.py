"""The letter that a statement is there."""

from datetime import date, datetime

from flask_babel.speaklater import LazyString

from portal.accounts.models import Account
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person
from portal.programme.statements import words
from portal.programme.statements.rules import Facts


def statement_is_there(
    *, account: Account, month: date, facts: Facts, to: Person, zone: str, at: datetime
) -> None:
    """One letter for each month and administrator."""
    outbox.write_letter(
        dedupe_key=f"statement:{account.public_id}:{month}:{to.id}",
        kind=LetterKind.SERVICE,
        template="programme/statement_is_there",
        to=Recipient(to.email or "", to.name, to.locale, zone=zone, person_id=to.id),
        values={
            "company": account.name,
            "account_id": account.public_id,
            "month": month,
            "facts": facts,
            "tier": LazyString(words.tier_name, facts),
        },
        at=at,
    )
