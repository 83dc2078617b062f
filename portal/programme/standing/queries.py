"""Reads of where accounts stand: tier, count, ways up, changes and reviews."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from portal import clock
from portal.accounts.models import Account
from portal.clock import local_date
from portal.database import db, integer_sum
from portal.derivation import Derived, recompute
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.programme import queries as programme
from portal.programme.paths.rules import Due, Have, Path, Rate, path_to
from portal.programme.ranks.rules import first_with, held, last_with
from portal.programme.reviews.rules import next_review
from portal.programme.rules import Rules, TierRules, in_force
from portal.programme.standing.models import AccountStanding, PerkSpend, PlayedStay, ReviewRecord, TierChange
from portal.programme.standing.rules import Count, SpendFact, Standing, StayFact, count
from portal.programme.standing.rules import standing_of as standing_by
from portal.stays.models import Stay
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
COUNTS_WITHOUT_POINTS = ("below_one_point", "before_joining")
"""What was skipped for these reasons counts all the same."""


@dataclass(slots=True)
class Facts:
    """What was counted for an account: stays and orders that stand."""

    stays: list[StayFact] = field(default_factory=list)
    spends: list[SpendFact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StandingView:
    """Where an account stands, as of a day.

    `ways` lead to `next_tier`, none from the highest. While in grace, `decided_on` is the day of the
    review that decides, and `keeps` is the path to stay, by what will be in the window on that day.
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
    ways: Derived[Path] | None
    keeps: Derived[Path] | None
    rates: tuple[Rate, ...]
    """What a night came to on average at each hotel of the account's stays."""
    rules: Rules
    """Those in force on `as_of`; what is said of a later day goes by those of that day."""
    versions: tuple[Rules, ...]


def standing_of(account_id: int) -> StandingView:
    """Where an account stands; before anything was counted, in the lowest tier, as of today."""
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
    told_on = row.derivation["inputs"]["as_of"] if row.derivation else None
    as_of = date.fromisoformat(told_on) if told_on else max(row.opened_on, _today())
    versions = tuple(programme.all_rules())
    rules, tier = _stands(versions, row.tier, as_of)
    counted = row.derivation or standing_by(rules=rules, counted=NOTHING, as_of=as_of).to_json()
    reached: Standing = recompute(counted).value
    above = rules.next_tier(tier)
    rates = rates_of(account_id, rules, as_of) or priced_anywhere(row.night_cents)
    decided_on = _decided_on(versions, row.grace_until, tier)
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
        ways=path_to(rules=rules, have=have_now(reached), target=above, rates=rates) if above else None,
        keeps=_keeps(account_id, versions, tier, decided_on, rates) if decided_on else None,
        rates=tuple(rates),
        rules=rules,
        versions=versions,
    )


def tier_of(account_id: int) -> str:
    """The tier of an account; the lowest when nothing was counted yet."""
    return tiers_of([account_id])[account_id]


def tier_under(account_id: int, versions: Sequence[Rules], day: date) -> str:
    """The tier of an account on a day of a hotel's own clock, for whoever has read the versions already."""
    found = _recorded([account_id]).get(account_id)
    return in_force(versions, day).codes[0] if found is None else held(versions, found, day)


def tier_rules_of(account_id: int) -> TierRules:
    """What the tier of an account gives today."""
    day = local_date(clock.now(), hotel.house_zone())
    return programme.rules_in_force(day).tier(tier_of(account_id))


def tiers_of(account_ids: Collection[int]) -> dict[int, str]:
    """The tiers of several accounts, each one that the rules of today know.

    Until the night carries over whoever stands in a tier that is gone, they have what follows it.
    """
    versions, day = programme.all_rules(), local_date(clock.now(), hotel.house_zone())
    found, lowest = _recorded(account_ids), in_force(versions, day).tiers[0].code
    carried = {tier: held(versions, tier, day) for tier in {*found.values()}}
    return {account_id: carried.get(found.get(account_id, ""), lowest) for account_id in account_ids}


def _recorded(account_ids: Collection[int]) -> dict[int, str]:
    statement = select(AccountStanding.account_id, AccountStanding.tier).where(
        AccountStanding.account_id.in_(account_ids)
    )
    return dict(db.session.execute(statement).all())


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


def told_tiers(account_ids: Collection[int]) -> dict[int, str]:
    """The tier that each of these companies was told of last."""
    statement = select(AccountStanding.account_id, AccountStanding.told_tier).where(
        AccountStanding.account_id.in_(account_ids), AccountStanding.told_tier.is_not(None)
    )
    return {account_id: tier for account_id, tier in db.session.execute(statement) if tier is not None}


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
    return str(after.tier_before) if after is not None else _as_recorded([account_id])[account_id]


def tiers_on(account_ids: Collection[int], day: date) -> dict[int, str]:
    """The tiers of several accounts at the end of a day, as they were recorded."""
    changes = (
        select(TierChange.account_id, TierChange.day, TierChange.tier_before, TierChange.tier_after)
        .where(TierChange.account_id.in_(account_ids))
        .order_by(TierChange.day, TierChange.id)
    )
    found: dict[int, str] = {}
    for account_id, changed_on, before, after in db.session.execute(changes):
        if changed_on <= day:
            found[account_id] = after
        else:
            found.setdefault(account_id, before)
    return {**_as_recorded(account_ids), **found}


def _as_recorded(account_ids: Collection[int]) -> dict[int, str]:
    found = _recorded(account_ids)
    if len(found) == len({*account_ids}):
        return found
    lowest = programme.rules_in_force(local_date(clock.now(), hotel.house_zone())).tiers[0].code
    return {account_id: found.get(account_id, lowest) for account_id in account_ids}


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
            or_(PlayedStay.skipped.is_(None), PlayedStay.skipped.in_(COUNTS_WITHOUT_POINTS)),
            PlayedStay.reversed_on.is_(None),
        )
        .order_by(PlayedStay.id)
    )
    connection = db.session.connection()
    for account_id, key, arrival, nights, base_cents, checkout in connection.execute(stays).all():
        found[account_id].stays.append(StayFact(key, arrival, nights, base_cents, checkout))
    spends = (
        select(PerkSpend.account_id, PerkSpend.key, PerkSpend.day, PerkSpend.base_cents, PerkSpend.is_event)
        .where(PerkSpend.account_id.in_(account_ids), PerkSpend.day > since, PerkSpend.reversed_on.is_(None))
        .order_by(PerkSpend.id)
    )
    # Where the calendar of a demo stands still, the orders of later days count on its last.
    last_day = hotel.demo_as_of() or date.max
    for account_id, key, day, base_cents, is_event in connection.execute(spends).all():
        found[account_id].spends.append(SpendFact(key, min(day, last_day), base_cents, is_event))
    return found


def rates_of(account_id: int, rules: Rules, as_of: date) -> list[Rate]:
    """What a night at each hotel came to on average for an account, over two windows: one may hold few."""
    since = as_of - 2 * timedelta(days=rules.window_days)
    per_hotel = (
        select(
            Stay.property_id,
            integer_sum(PlayedStay.base_cents).label("cents"),
            integer_sum(PlayedStay.nights).label("nights"),
        )
        .join(Stay, Stay.id == PlayedStay.stay_id)
        .where(
            PlayedStay.account_id == account_id,
            PlayedStay.checkout > since,
            PlayedStay.base_cents > 0,
            PlayedStay.nights > 0,
            or_(PlayedStay.skipped.is_(None), PlayedStay.skipped.in_(COUNTS_WITHOUT_POINTS)),
            PlayedStay.reversed_on.is_(None),
        )
        .group_by(Stay.property_id)
        .subquery()
    )
    statement = select(Property.name, per_hotel.c.cents, per_hotel.c.nights).join(
        per_hotel, per_hotel.c.property_id == Property.id
    )
    found = db.session.execute(statement.order_by(Property.id))
    return [Rate(name, cents // nights) for name, cents, nights in found]


def priced_anywhere(night_cents: int | None) -> list[Rate]:
    """The average price of a night where no hotel has one of its own; none where that is not known either."""
    return [Rate(None, night_cents)] if night_cents else []


def have_now(reached: Standing) -> Have:
    """What the window of a standing holds."""
    return Have(reached.slept_nights, reached.event_cents, reached.spend_cents)


def have_then(counted: Count) -> Have:
    """What the window of a count holds."""
    return Have(counted.slept_nights, counted.event_cents, counted.spend_cents)


def due_for(review: date) -> Due:
    """By when something must be done to count at a review, which is held before anything of its day."""
    return Due(review, review - timedelta(days=1))


def window_start(rules: Collection[Rules], day: date) -> date:
    """The day after which a fact may still be in a window that ends on a day."""
    return day - timedelta(days=max(version.window_days for version in rules)) - LONGEST_STAY


NOTHING = Count(slept_nights=0, event_cents=0, spend_cents=0, night_cents=0)
LONGEST_STAY = timedelta(days=366)


def deciding_review(versions: Sequence[Rules], grace_until: date) -> date:
    """The first review on or after the end of a grace: until then the tier is kept."""
    return next_review(versions, grace_until - timedelta(days=1))


def _decided_on(versions: Sequence[Rules], grace_until: date | None, tier: str) -> date | None:
    """The review that decides; none where a version is without the tier by then: it ends the grace."""
    found = deciding_review(versions, grace_until) if grace_until is not None else None
    return found if found is not None and tier in in_force(versions, found).codes else None


def _today() -> date:
    """The day of the house, or that on which the calendar of a demo stands still."""
    return hotel.demo_as_of() or local_date(clock.now(), hotel.house_zone())


def _stands(versions: Sequence[Rules], tier: str | None, day: date) -> tuple[Rules, str]:
    """The rules of a day and the tier by them; of a company without a past the lowest.

    Where the calendar stands still, a tier may be of a version that began after.
    """
    now = in_force(versions, day)
    if tier is None:
        return now, now.codes[0]
    begun, later = last_with(versions, tier, day), first_with(versions, tier)
    if begun is None and later is not None:
        return later, tier
    return now, held(versions, tier, day)


def _keeps(
    account_id: int, versions: Sequence[Rules], tier: str, decided_on: date, rates: Sequence[Rate]
) -> Derived[Path] | None:
    """The path to stay: by the rules of the day that decides, and what will be in their window."""
    rules = in_force(versions, decided_on)
    if rules.rank(tier) == 0:
        return None
    facts = facts_of([account_id], since=window_start([rules], decided_on))[account_id]
    counted = count(window_days=rules.window_days, stays=facts.stays, spends=facts.spends, as_of=decided_on)
    return path_to(rules=rules, have=have_then(counted), target=tier, rates=rates, due=due_for(decided_on))
