"""Reads of where accounts stand: tier, count, ways up, changes and reviews."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from portal.accounts.models import Account
from portal.database import db
from portal.derivation import Derived, recompute
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.rules import Rules
from portal.programme.standing.models import AccountStanding, PerkSpend, PlayedStay, ReviewRecord, TierChange
from portal.programme.standing.rules import Count, SpendFact, Standing, StayFact, Ways, count, ways_to
from portal.programme.standing.rules import standing_of as standing_by
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
BELOW_ONE_POINT = "below_one_point"
"""What was skipped for this reason only counts all the same."""


@dataclass(slots=True)
class Facts:
    """What was counted for an account: stays and orders that stand."""

    stays: list[StayFact] = field(default_factory=list)
    spends: list[SpendFact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StandingView:
    """Where an account stands, as of a day.

    `ways` lead to `next_tier`, none from the highest. While in grace, `decided_on` is the day of the
    review that decides, and `keeps` are the ways to stay.
    """

    account_id: int
    tier: str
    tier_since: date | None
    grace_until: date | None
    decided_on: date | None
    as_of: date
    standing: Standing
    derivation: dict[str, Any]
    next_tier: str | None
    ways: Derived[Ways] | None
    keeps: Derived[Ways] | None
    rules: Rules


def standing_of(account_id: int) -> StandingView:
    """Where an account stands; before anything was counted, in the lowest tier since it was opened."""
    row = db.session.execute(
        select(
            Account.opened_on,
            AccountStanding.tier,
            AccountStanding.tier_since,
            AccountStanding.grace_until,
            AccountStanding.derivation,
            AccountStanding.night_cents,
        )
        .outerjoin(AccountStanding, AccountStanding.account_id == Account.id)
        .where(Account.id == account_id)
    ).one()
    as_of = date.fromisoformat(row.derivation["inputs"]["as_of"]) if row.derivation else row.opened_on
    rules = programme.rules_in_force(as_of)
    counted = row.derivation or standing_by(rules=rules, counted=NOTHING, as_of=as_of).to_json()
    reached: Standing = recompute(counted).value
    tier = row.tier or rules.tiers[0].code
    above = rules.next_tier(tier)
    night_cents = row.night_cents or 0
    decided_on = deciding_review(rules, row.grace_until) if row.grace_until else None
    return StandingView(
        account_id=account_id,
        tier=tier,
        tier_since=row.tier_since,
        grace_until=row.grace_until,
        decided_on=decided_on,
        as_of=as_of,
        standing=reached,
        derivation=counted,
        next_tier=above,
        ways=ways_to(rules=rules, standing=reached, target=above, night_cents=night_cents) if above else None,
        keeps=_keeps(account_id, rules, tier, decided_on, night_cents) if decided_on else None,
        rules=rules,
    )


def tier_of(account_id: int) -> str:
    """The tier of an account; the lowest when nothing was counted yet."""
    return tiers_of([account_id])[account_id]


def tiers_of(account_ids: Collection[int]) -> dict[int, str]:
    """The tiers of several accounts."""
    statement = select(AccountStanding.account_id, AccountStanding.tier).where(
        AccountStanding.account_id.in_(account_ids)
    )
    found = dict(db.session.execute(statement).all())
    if len(found) < len(set(account_ids)):
        lowest = programme.lowest_tier()
        return {account_id: found.get(account_id, lowest) for account_id in account_ids}
    return found


def played_through(account_ids: Collection[int]) -> dict[int, date]:
    """To which day these accounts have been played; those without a past are not in it."""
    statement = select(AccountStanding.account_id, AccountStanding.played_through).where(
        AccountStanding.account_id.in_(account_ids), AccountStanding.played_through.is_not(None)
    )
    return {account_id: day for account_id, day in db.session.execute(statement) if day is not None}


def told_through(account_ids: Collection[int]) -> dict[int, date]:
    """Up to which day these companies were told their news; those with nothing but history are not in it."""
    statement = select(AccountStanding.account_id, AccountStanding.told_through).where(
        AccountStanding.account_id.in_(account_ids), AccountStanding.told_through.is_not(None)
    )
    return {account_id: day for account_id, day in db.session.execute(statement) if day is not None}


def latest_graces(account_ids: Collection[int]) -> dict[int, date]:
    """The day on which the latest grace of these accounts began, for those that ever had one."""
    statement = (
        select(ReviewRecord.account_id, func.max(ReviewRecord.day))
        .where(ReviewRecord.account_id.in_(account_ids), ReviewRecord.outcome == "grace_started")
        .group_by(ReviewRecord.account_id)
    )
    return dict(db.session.execute(statement).all())


def tier_on(account_id: int, day: date) -> str:
    """The tier that an account had at the end of a day, as it was recorded."""
    changes = select(TierChange.tier_before, TierChange.tier_after).where(TierChange.account_id == account_id)
    before = db.session.execute(
        changes.where(TierChange.day <= day).order_by(TierChange.day.desc(), TierChange.id.desc()).limit(1)
    ).one_or_none()
    if before is not None:
        return str(before.tier_after)
    after = db.session.execute(changes.order_by(TierChange.day, TierChange.id).limit(1)).one_or_none()
    return str(after.tier_before) if after is not None else tier_of(account_id)


def changes_of(account_id: int, limit: int = PAGE_SIZE) -> list[TierChange]:
    """How the tier of an account changed, the latest first."""
    return list(
        db.session.scalars(
            select(TierChange)
            .where(TierChange.account_id == account_id)
            .order_by(TierChange.day.desc(), TierChange.id.desc())
            .limit(limit)
        )
    )


def reviews_of(account_id: int, after: str | None = None, limit: int = PAGE_SIZE) -> Page[ReviewRecord]:
    """The verdicts on the tier of an account, the latest first."""
    statement = select(ReviewRecord).where(ReviewRecord.account_id == account_id)
    if (key := decode_key(after, int)) is not None:
        # Verdicts are only ever added, in the order of their days.
        statement = statement.where(ReviewRecord.id < key[0])
    rows = list(db.session.scalars(statement.order_by(ReviewRecord.id.desc()).limit(limit + 1)))
    more = encode_key(rows[limit - 1].id) if len(rows) > limit else None
    return Page(rows[:limit], more)


def change_of(account_id: int, change_id: int) -> TierChange | None:
    return db.session.scalar(
        select(TierChange).where(TierChange.account_id == account_id, TierChange.id == change_id)
    )


def review_of(account_id: int, review_id: int) -> ReviewRecord | None:
    return db.session.scalar(
        select(ReviewRecord).where(ReviewRecord.account_id == account_id, ReviewRecord.id == review_id)
    )


def facts_of(account_ids: Collection[int], *, since: date) -> dict[int, Facts]:
    """What was counted for these accounts after a day and stands; each account has its own."""
    found = {account_id: Facts() for account_id in account_ids}
    stays = (
        select(
            PlayedStay.account_id,
            PlayedStay.key,
            PlayedStay.arrival,
            PlayedStay.nights,
            PlayedStay.base_cents,
            PlayedStay.checkout,
        )
        .where(
            PlayedStay.account_id.in_(account_ids),
            PlayedStay.checkout > since,
            or_(PlayedStay.skipped.is_(None), PlayedStay.skipped == BELOW_ONE_POINT),
            PlayedStay.reversed_on.is_(None),
        )
        .order_by(PlayedStay.id)
    )
    for row in db.session.execute(stays):
        fact = StayFact(row.key, row.arrival, row.nights, row.base_cents, row.checkout)
        found[row.account_id].stays.append(fact)
    spends = (
        select(PerkSpend.account_id, PerkSpend.key, PerkSpend.day, PerkSpend.base_cents, PerkSpend.is_event)
        .where(PerkSpend.account_id.in_(account_ids), PerkSpend.day > since, PerkSpend.reversed_on.is_(None))
        .order_by(PerkSpend.id)
    )
    # Where the calendar of a demo stands still, the orders of later days count on its last.
    last_day = hotel.demo_as_of() or date.max
    for order in db.session.execute(spends):
        spend = SpendFact(order.key, min(order.day, last_day), order.base_cents, order.is_event)
        found[order.account_id].spends.append(spend)
    return found


def window_start(rules: Collection[Rules], day: date) -> date:
    """The day after which a fact may still be in a window that ends on a day."""
    return day - timedelta(days=max(version.window_days for version in rules)) - LONGEST_STAY


NOTHING = Count(slept_nights=0, event_cents=0, spend_cents=0, night_cents=0)
LONGEST_STAY = timedelta(days=366)


def deciding_review(rules: Rules, grace_until: date) -> date:
    """The first review on or after the end of a grace: until then the tier is kept."""
    this_month = grace_until.replace(day=rules.review_day)
    if this_month >= grace_until:
        return this_month
    return (grace_until.replace(day=1) + timedelta(days=31)).replace(day=rules.review_day)


def _keeps(
    account_id: int, rules: Rules, tier: str, decided_on: date, night_cents: int
) -> Derived[Ways] | None:
    """What an account lacks to stay, on the day that decides; a night at today's price if none is left."""
    if rules.rank(tier) == 0:
        return None
    facts = facts_of([account_id], since=window_start([rules], decided_on))[account_id]
    counted = count(window_days=rules.window_days, stays=facts.stays, spends=facts.spends, as_of=decided_on)
    then = standing_by(rules=rules, counted=counted, as_of=decided_on).value
    return ways_to(rules=rules, standing=then, target=tier, night_cents=counted.night_cents or night_cents)
