"""What a replay needs of the past, account by account: read as a stream, kept by nobody."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, exists, literal, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Account
from portal.clock import local_date
from portal.database import db, integer_sum
from portal.hotel import queries as hotel
from portal.programme.chain.rules import Bucket, Kind
from portal.programme.intake.rules import netted
from portal.programme.ledger.models import LedgerEntry, LedgerPosting, LotRecord
from portal.programme.replay.rules import Brought, Fact, Given, Past, Redeemed
from portal.programme.rules import ROOMS
from portal.programme.standing.models import PerkSpend, TierChange
from portal.stays.models import FolioLine, Stay, StayStatus

ROWS_AT_ONCE = 2_000


def account_ids(*, after_id: int, limit: int) -> list[int]:
    """Accounts in the order of their ids."""
    return list(
        db.session.scalars(select(Account.id).where(Account.id > after_id).order_by(Account.id).limit(limit))
    )


def pasts(some: Sequence[int], *, until: date) -> Iterator[tuple[int, Past]]:
    """The past of these accounts, in the order of their ids; of each the facts come in the order of days.

    The facts are a stream: take those of one account before you go on to the next.
    """
    orders, given, redeemed, joined = _orders(some, until), _given(some), _redeemed(some), _joined(some)
    brought = _brought(some)
    stays = groupby(_stays(some, until), key=lambda pair: pair[0])
    coming = next(stays, None)
    for account_id in sorted(some):
        facts: Iterator[Fact] = iter(())
        if coming is not None and coming[0] == account_id:
            facts = (fact for _, fact in coming[1])
        own = orders.get(account_id, [])
        yield (
            account_id,
            Past(
                facts=merge(facts, own) if own else facts,
                given=given.get(account_id, ()),
                redeemed=redeemed.get(account_id, ()),
                brought=brought.get(account_id, ()),
                joined=joined.get(account_id),
            ),
        )
        if coming is not None and coming[0] == account_id:
            coming = next(stays, None)


def _stays(some: Collection[int], until: date) -> Iterator[tuple[int, Fact]]:
    rows = db.session.execute(_told(some, until), execution_options={"yield_per": ROWS_AT_ONCE})
    for _stay_id, lines in groupby(rows, key=attrgetter("id")):
        told = list(lines)
        fact = _fact(told[0], told)
        if fact is not None:
            yield told[0].account_id, fact


def _told(some: Collection[int], until: date) -> Any:
    """Stays as they stand, with the lines that are the house's own; an account's in the order of days."""
    own = and_(FolioLine.stay_id == Stay.id, FolioLine.is_third_party.is_(False))
    return (
        select(
            Stay.account_id,
            Stay.id,
            Stay.natural_key,
            Stay.version,
            Stay.arrival,
            Stay.nights,
            Stay.checked_out_on,
            Stay.settled_on,
            FolioLine.category,
            FolioLine.folio_no,
            FolioLine.net_cents,
        )
        .outerjoin(FolioLine, own)
        .where(
            Stay.account_id.in_(some),
            Stay.superseded_at.is_(None),
            Stay.status == StayStatus.CHECKED_OUT.value,
            Stay.settled_on <= until,
            Stay.nights > 0,
        )
        .order_by(Stay.account_id, Stay.settled_on, Stay.natural_key)
    )


def _fact(row: Any, lines: Sequence[Any]) -> Fact | None:
    """A stay that earns; none without a positive rate, as `intake.rules.earns_nothing` says."""
    if len(lines) > 1:
        bases = _netted(lines)
        if sum(cents for category, cents in bases if category == ROOMS) <= 0:
            return None
        bases = tuple((category, cents) for category, cents in bases if cents > 0)
        base_cents = sum(cents for _, cents in bases)
    else:
        # Most stays of most hotel systems are told in one line.
        base_cents = row.net_cents or 0
        if base_cents <= 0 or row.category != ROOMS:
            return None
        bases = ((ROOMS, base_cents),)
    return Fact(
        day=row.settled_on.toordinal(),
        key=f"stay:{row.natural_key}:{row.version}",
        first=row.arrival.toordinal(),
        nights=row.nights,
        counted_on=row.checked_out_on.toordinal(),
        bases=bases,
        base_cents=base_cents,
    )


def _netted(rows: Sequence[Any]) -> tuple[tuple[str, int], ...]:
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.category, row.folio_no)
        sums[key] = sums.get(key, 0) + row.net_cents
    return netted((category, folio_no, cents) for (category, folio_no), cents in sums.items())


def _orders(some: Collection[int], until: date) -> dict[int, list[Fact]]:
    statement = select(
        PerkSpend.account_id,
        PerkSpend.key,
        PerkSpend.day,
        PerkSpend.settled_on,
        PerkSpend.bases,
        PerkSpend.base_cents,
        PerkSpend.is_event,
    ).where(PerkSpend.account_id.in_(some), PerkSpend.settled_on <= until, PerkSpend.reversed_on.is_(None))
    found: dict[int, list[Fact]] = {}
    for row in db.session.execute(statement):
        day = row.settled_on.toordinal()
        bases = tuple((category, cents) for category, cents in row.bases if cents > 0)
        event_cents = row.base_cents if row.is_event else 0
        fact = Fact(day, row.key, day, 0, row.day.toordinal(), bases, row.base_cents, event_cents)
        found.setdefault(row.account_id, []).append(fact)
    for facts in found.values():
        facts.sort()
    return found


def _given(some: Collection[int]) -> dict[int, list[Given]]:
    """Points that the hotel gave and has not taken back, with the life that they were given.

    What is reversed of a lot may be of another: where a stay is taken back, others pay for what is spent.
    """
    reversal = aliased(LedgerEntry)
    taken_back = exists().where(
        reversal.account_id == LotRecord.account_id, reversal.key == literal("reversal:") + LotRecord.key
    )
    statement = (
        select(LotRecord)
        .join(
            LedgerEntry,
            and_(LedgerEntry.account_id == LotRecord.account_id, LedgerEntry.seq == LotRecord.number),
        )
        .where(LotRecord.account_id.in_(some), LedgerEntry.kind != Kind.ACCRUAL.value, ~taken_back)
        .with_only_columns(
            LotRecord.account_id,
            LotRecord.earned_on,
            LotRecord.activates_on,
            LotRecord.expires_on,
            LotRecord.issued.label("points"),
        )
    )
    found: dict[int, list[Given]] = {}
    for row in db.session.execute(statement):
        earned, active, dies = (day.toordinal() for day in (row.earned_on, row.activates_on, row.expires_on))
        if row.points > 0:
            found.setdefault(row.account_id, []).append(Given(earned, active, dies, row.points))
    return found


def _redeemed(some: Collection[int]) -> dict[int, list[Redeemed]]:
    """What was paid with points and not given back: one for each order, on the day of its first payment."""
    entry = and_(LedgerEntry.account_id == LedgerPosting.account_id, LedgerEntry.seq == LedgerPosting.seq)
    statement = (
        select(
            LedgerPosting.account_id,
            LedgerEntry.reference,
            LedgerEntry.service_date,
            integer_sum(LedgerPosting.points),
        )
        .join(LedgerEntry, entry)
        .where(LedgerPosting.account_id.in_(some), LedgerPosting.bucket == Bucket.SPENT.value)
        .group_by(LedgerPosting.account_id, LedgerEntry.reference, LedgerEntry.service_date)
        .order_by(LedgerPosting.account_id, LedgerEntry.service_date)
    )
    sums: dict[tuple[int, str], tuple[int, int]] = {}
    for account_id, reference, paid_on, points in db.session.execute(statement):
        day, before = sums.get((account_id, reference), (paid_on.toordinal(), 0))
        sums[account_id, reference] = (day, before + points)
    found: dict[int, list[Redeemed]] = {}
    for (account_id, _reference), (day, points) in sums.items():
        if points > 0:
            found.setdefault(account_id, []).append(Redeemed(day, points))
    return found


def _brought(some: Collection[int]) -> dict[int, list[Brought]]:
    """Tiers that came with opening balances."""
    statement = select(TierChange.account_id, TierChange.day, TierChange.tier_after).where(
        TierChange.account_id.in_(some), TierChange.verdict["rule"].as_string() == "opening.tier"
    )
    found: dict[int, list[Brought]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.account_id, []).append(Brought(row.day.toordinal(), row.tier_after))
    return found


def _joined(some: Collection[int]) -> dict[int, int]:
    zone = hotel.house_zone()
    claimed = select(Account.id, Account.claimed_at).where(
        Account.id.in_(some), Account.claimed_at.is_not(None)
    )
    return {row.id: local_date(row.claimed_at, zone).toordinal() for row in db.session.execute(claimed)}
