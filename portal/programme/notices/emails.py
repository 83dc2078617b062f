"""What the programme writes to those who run an account: grace, and points that are about to expire."""

from collections.abc import Sequence
from datetime import date, datetime

from portal.accounts.models import Account
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person
from portal.programme.books.rules import Expiring
from portal.programme.standing.queries import StandingView
from portal.programme.words import TIERS


def grace_began(*, account: Account, view: StandingView, to: Person, zone: str, at: datetime) -> None:
    """The tier is kept for some days more; here is the cheapest way to stay."""
    outbox.write_letter(
        dedupe_key=f"grace:{account.public_id}:{view.grace_until}:{to.id}",
        kind=LetterKind.SERVICE,
        template="programme/grace_began",
        to=_recipient(to, zone),
        values={
            "company": account.name,
            "account_id": account.public_id,
            "tiers": TIERS,
            "tier": view.tier,
            "lower": view.rules.tiers[view.rules.rank(view.tier) - 1].code,
            "decided_on": view.decided_on,
            "keeps": view.keeps.value if view.keeps else None,
        },
        at=at,
    )


def points_expire(
    *,
    account: Account,
    deaths: Sequence[Expiring],
    notice_days: Sequence[int],
    day: date,
    to: Person,
    zone: str,
    at: datetime,
) -> None:
    """So many points can be used only until these days."""
    outbox.write_letter(
        dedupe_key=f"points-expire:{account.public_id}:{day}:{to.id}",
        kind=LetterKind.SERVICE,
        template="programme/points_expire",
        to=_recipient(to, zone),
        values={
            "company": account.name,
            "account_id": account.public_id,
            "deaths": deaths,
            "notice_days": notice_days,
            "total": sum(death.points for death in deaths),
        },
        at=at,
    )


def _recipient(person: Person, zone: str) -> Recipient:
    return Recipient(person.email or "", person.name, person.locale, zone=zone, person_id=person.id)
