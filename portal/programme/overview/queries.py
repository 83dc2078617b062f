"""Accounts with what they slept, where they stand and what they have."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal import clock
from portal.accounts.models import Account, AccountCode
from portal.database import db
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.chain.rules import Bucket
from portal.programme.ledger import queries as ledger
from portal.programme.ledger.models import PointBalance
from portal.programme.ledger.queries import Balance
from portal.programme.rules import Rules, TierRules, in_force
from portal.programme.standing import queries as standing
from portal.programme.standing.models import AccountStanding
from portal.programme.timeline import queries as timeline
from portal.programme.timeline.rules import play
from portal.stays import queries as stays
from portal.stays.models import Stay
from portal.stays.queries import StayTotals
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
STAYS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Overview:
    """An account as of a day: of today as the programme stands, of a day past as it was recorded."""

    account_id: int
    public_id: uuid.UUID
    name: str
    as_of: date
    totals: StayTotals
    tier: str
    balance: Balance


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One row of the list of accounts."""

    account_id: int
    public_id: uuid.UUID
    name: str
    country: str
    is_claimed: bool
    is_demo: bool
    tier: str
    decided_on: date | None
    """While in grace: the day of the review that decides."""
    as_of: date | None
    active: int
    pending: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose accounts are theirs to read: all, those in which they have a role, those they manage, or
    those of which somebody stayed, or was to stay, at one of their hotels.
    """

    is_whole: bool = False
    account_ids: tuple[int, ...] = ()
    manager_id: int | None = None
    property_ids: tuple[int, ...] = ()

    def condition(self) -> ColumnElement[bool]:
        """The same as a condition on accounts."""
        if self.is_whole:
            return true()
        theirs: list[ColumnElement[bool]] = [Account.id.in_(self.account_ids)]
        if self.manager_id is not None:
            theirs.append(Account.manager_id == self.manager_id)
        if self.property_ids:
            guests = select(Stay.account_id).where(
                Stay.property_id.in_(self.property_ids), Stay.account_id.is_not(None)
            )
            theirs.append(Account.id.in_(guests))
        return or_(*theirs)


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts, in which order: `name`, `tier` or `points`."""

    reach: Reach
    text: str = ""
    tier: str = ""
    sort: str = "name"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.tier)


def account_within(reach: Reach, public_id: uuid.UUID) -> Account | None:
    """An account that is theirs to read, with its manager and codes."""
    return db.session.scalar(
        select(Account)
        .options(joinedload(Account.manager), selectinload(Account.codes))
        .where(Account.public_id == public_id, reach.condition())
    )


def account_with_code(*, source: str, code: str) -> int | None:
    """The account that a hotel system calls by this code."""
    return db.session.scalar(
        select(AccountCode.account_id).where(AccountCode.source == source, AccountCode.code == code)
    )


def stay_totals(account_id: int, *, until: date | None = None) -> StayTotals:
    """What an account slept, or had slept at the end of a day, before any rule of the programme."""
    return stays.account_stay_totals(account_id, as_of=until or date.max)


def latest_stays(account_id: int, limit: int = STAYS_SHOWN) -> list[Stay]:
    """The stays of an account as now told, whatever became of them, with their hotel; the latest first."""
    statement = (
        select(Stay)
        .options(joinedload(Stay.property))
        .where(Stay.account_id == account_id, Stay.superseded_at.is_(None))
        .order_by(Stay.arrival.desc(), Stay.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def overview(account_id: int, *, as_of: date | None = None) -> Overview:
    """An account as the programme stands; or as of a day, past as it was recorded, ahead as it will be."""
    account = db.session.execute(
        select(Account.public_id, Account.name).where(Account.id == account_id)
    ).one()
    view = standing.standing_of(account_id)
    day, tier, balance = view.as_of, view.tier, ledger.balance_of(account_id)
    if as_of is not None:
        day = as_of
        tier, balance = _ahead(account_id, as_of) if as_of > view.as_of else _as_recorded(account_id, as_of)
    totals = stay_totals(account_id, until=as_of)
    return Overview(account_id, account.public_id, account.name, day, totals, tier, balance)


@dataclass(frozen=True, slots=True)
class _Part:
    """One column of an order, and the kind of its key in the address."""

    column: SQLColumnExpression[Any]
    kind: type
    descends: bool = False


def accounts(only: AccountFilter, *, after: str | None = None, limit: int = PAGE_SIZE) -> Page[AccountLine]:
    """The accounts that fit, in the order asked for: by name, from the highest tier, or most points first."""
    versions = programme.all_rules()
    rules = in_force(versions, _today())
    tier, order = _tier(rules.tiers), _order(only.sort, rules.tiers)
    statement = _lines(tier, order).where(*_conditions(only))
    if only.tier:
        statement = statement.where(tier == only.tier)
    if (key := decode_key(after, *(part.kind for part in order))) is not None:
        statement = statement.where(_behind(order, key))
    statement = statement.order_by(
        *(part.column.desc() if part.descends else part.column.asc() for part in order)
    )
    rows = db.session.execute(statement.limit(limit + 1)).all()
    shown = rows[:limit]
    more = encode_key(*shown[-1][-len(order) :]) if len(rows) > limit else None
    return Page([_line(row, versions) for row in shown], more)


def tier_counts(only: AccountFilter) -> dict[str, int]:
    """How many accounts stand in each tier, of those that fit the rest of the filter."""
    tier = _tier(programme.rules_in_force(_today()).tiers)
    statement = (
        select(tier, func.count())
        .select_from(Account)
        .outerjoin(AccountStanding, AccountStanding.account_id == Account.id)
        .where(*_conditions(only))
        .group_by(tier)
    )
    return dict(db.session.execute(statement).all())


def _as_recorded(account_id: int, day: date) -> tuple[str, Balance]:
    end = clock.local_midnight(day + timedelta(days=1), hotel.house_zone())
    return standing.tier_on(account_id, day), ledger.balance_as_recorded(account_id, before=end)


def _ahead(account_id: int, day: date) -> tuple[str, Balance]:
    """Play an account on in memory, with what is known of the days until then."""
    versions = programme.all_rules()
    ledgers = ledger.ledgers([account_id]) or ledger.unopened([account_id])
    state = timeline.states(ledgers, versions)[account_id]
    told = timeline.told_stays([account_id], until=day).get(account_id, [])
    zone = ZoneInfo(hotel.house_zone())
    play(state=state, events=[stay.event for stay in told], until=day, versions=versions, zone=zone)
    points = state.ledger.balances
    shown = {name: points[Bucket(name)] for name in Balance.__dataclass_fields__ if name != "owed"}
    return state.tier, Balance(**shown, owed=state.ledger.owed_points)


def _active() -> SQLColumnExpression[int]:
    return func.coalesce(PointBalance.active, 0)


def _today() -> date:
    return clock.local_date(clock.now(), hotel.house_zone())


def _tier(tiers: Sequence[TierRules]) -> SQLColumnExpression[str]:
    return func.coalesce(AccountStanding.tier, tiers[0].code)


def _order(sort: str, tiers: Sequence[TierRules]) -> list[_Part]:
    by_name = [_Part(Account.search_key, str), _Part(Account.id, int)]
    if sort == "tier":
        ranks = {tier.code: rank for rank, tier in enumerate(tiers)}
        return [_Part(case(ranks, value=AccountStanding.tier, else_=0), int, descends=True), *by_name]
    if sort == "points":
        return [_Part(_active(), int, descends=True), *by_name]
    return by_name


def _behind(order: list[_Part], key: tuple[Any, ...]) -> ColumnElement[bool]:
    """Whether a row comes behind the one with this key."""
    ways = []
    for place, part in enumerate(order):
        same = [earlier.column == key[n] for n, earlier in enumerate(order[:place])]
        ways.append(and_(*same, part.column < key[place] if part.descends else part.column > key[place]))
    return or_(*ways)


def _lines(tier: SQLColumnExpression[str], order: list[_Part]) -> Any:
    return (
        select(
            Account.id,
            Account.public_id,
            Account.name,
            Account.country,
            Account.claimed_at,
            Account.is_demo,
            tier.label("tier"),
            AccountStanding.grace_until,
            AccountStanding.played_through,
            _active().label("active"),
            func.coalesce(PointBalance.pending, 0).label("pending"),
            *(part.column.label(f"key_{place}") for place, part in enumerate(order)),
        )
        .outerjoin(AccountStanding, AccountStanding.account_id == Account.id)
        .outerjoin(PointBalance, PointBalance.account_id == Account.id)
    )


def _conditions(only: AccountFilter) -> list[ColumnElement[bool]]:
    found = [only.reach.condition()]
    if only.text:
        named = [Account.search_key.contains(form, autoescape=True) for form in query_forms(only.text)]
        coded = select(AccountCode.account_id).where(AccountCode.code == only.text)
        found.append(or_(*named, Account.id.in_(coded)))
    return found


def _line(row: Any, versions: Sequence[Rules]) -> AccountLine:
    return AccountLine(
        account_id=row.id,
        public_id=row.public_id,
        name=row.name,
        country=row.country,
        is_claimed=row.claimed_at is not None,
        is_demo=row.is_demo,
        tier=row.tier,
        decided_on=standing.deciding_review(versions, row.grace_until) if row.grace_until else None,
        as_of=row.played_through,
        active=row.active,
        pending=row.pending,
    )
