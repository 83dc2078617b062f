"""What the programme writes to those who run an account: of their tier, and of points about to expire."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from portal.accounts.models import Account
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person
from portal.programme.books.rules import Expiring
from portal.programme.standing.queries import StandingView
from portal.programme.tiers import words as names


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
            "tiers": names.under(view.rules, view.versions),
            "tier": view.tier,
            "lower": view.rules.tiers[view.rules.rank(view.tier) - 1].code,
            "decided_on": view.decided_on,
            "keeps": view.keeps.value if view.keeps else None,
            "still": view.keeps.inputs if view.keeps else None,
        },
        at=at,
    )


def tier_rose(
    *, account: Account, view: StandingView, before: str, to: Person, zone: str, at: datetime
) -> None:
    """Congratulations: a higher tier, what it was reached with and what goes with it."""
    values = {**_of_tier(account, view, before), "grace_days": view.rules.grace_days}
    _tell_of_tier("tier_rose", values, account=account, view=view, to=to, zone=zone, at=at)


def tier_fell(
    *, account: Account, view: StandingView, before: str, to: Person, zone: str, at: datetime
) -> None:
    """One level down, what it came to, and the cheapest way back."""
    back = view.ways.value if view.ways else None
    values = {**_of_tier(account, view, before), "back": back, "as_of": view.as_of}
    _tell_of_tier("tier_fell", values, account=account, view=view, to=to, zone=zone, at=at)


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


def _of_tier(account: Account, view: StandingView, before: str) -> dict[str, Any]:
    return {
        "company": account.name,
        "account_id": account.public_id,
        "tiers": names.under(view.rules, view.versions),
        "now": view.rules.tier(view.tier),
        "before": view.rules.tier(before),
        "reached": view.standing,
        "doors": view.rules.doors,
    }


def _tell_of_tier(
    template: str,
    values: Mapping[str, Any],
    *,
    account: Account,
    view: StandingView,
    to: Person,
    zone: str,
    at: datetime,
) -> None:
    outbox.write_letter(
        dedupe_key=f"tier:{account.public_id}:{view.tier}:{view.tier_since}:{to.id}",
        kind=LetterKind.SERVICE,
        template=f"programme/{template}",
        to=_recipient(to, zone),
        values=values,
        at=at,
    )


def _recipient(person: Person, zone: str) -> Recipient:
    return Recipient(person.email or "", person.name, person.locale, zone=zone, person_id=person.id)
