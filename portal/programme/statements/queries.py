"""Reads of statements: made or to be made, of closed months only."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import and_, func, or_, select

from portal.accounts.models import Account
from portal.database import db
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.chain.rules import Bucket
from portal.programme.months import queries as months
from portal.programme.months import rules as month_rules
from portal.programme.months.models import AccountMonth, MonthClose
from portal.programme.movements import queries as movements
from portal.programme.movements.queries import Movement
from portal.programme.paths.rules import path_to
from portal.programme.standing import queries as standing
from portal.programme.standing.rules import count, standing_of
from portal.programme.statements.models import (
    AccountStatement,
    StatementBatch,
    StatementPaper,
    StatementStop,
)
from portal.programme.statements.rules import Facts, SavedOrder, own
from portal.web.paging import Page, encode_key

MONTHS_SHOWN = 24
MOVEMENTS_SHOWN = 50
LATEST_CLOSES = 3


SavingsProvider = Callable[..., Sequence[SavedOrder]]


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the list: what the company had at its end."""

    month: date
    points: int


@dataclass(frozen=True, slots=True)
class Batch:
    """The statements of one month: how many there are, and of how many accounts once it was begun.

    `stopped_at` is when somebody stopped it.
    """

    month: date
    made: int
    accounts: int | None
    stopped_at: datetime | None

    @property
    def missing(self) -> int | None:
        """How many are still to be made; none where nobody has counted yet."""
        return None if self.accounts is None else max(self.accounts - self.made, 0)

    @property
    def waits(self) -> bool:
        """Whether nothing more is made of it until somebody asks."""
        return self.stopped_at is not None and self.missing != 0


def first_month(account_id: int) -> date | None:
    """The month in which an account first moved, as rolled up."""
    return db.session.scalar(
        select(func.min(AccountMonth.month)).where(AccountMonth.account_id == account_id)
    )


def months_of(account_id: int, *, before: date | None = None, limit: int = MONTHS_SHOWN) -> Page[MonthLine]:
    """The closed months of an account since it first moved, the latest first."""
    first = first_month(account_id)
    if first is None:
        return Page([], None)
    statement = select(MonthClose.month).where(MonthClose.month >= first)
    if before is not None:
        statement = statement.where(MonthClose.month < before)
    found = db.session.scalars(statement.order_by(MonthClose.month.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    ends = _ends(account_id)
    lines = [MonthLine(month, own(_at(ends, month))) for month in shown]
    return Page(lines, encode_key(shown[-1].isoformat()) if len(found) > limit else None)


def statement_of(account_id: int, month: date) -> AccountStatement | None:
    """A statement that was made."""
    return db.session.scalar(
        select(AccountStatement).where(
            AccountStatement.account_id == account_id, AccountStatement.month == month
        )
    )


def paper_of(statement_id: int, locale: str) -> bytes | None:
    """What was printed of a statement in a language."""
    return db.session.scalar(
        select(StatementPaper.content).where(
            StatementPaper.statement_id == statement_id, StatementPaper.locale == locale
        )
    )


def facts_for(account_id: int, month: date) -> Facts | None:
    """What the statement of a month says: as it was made, or as it would be; none for an open month."""
    made = statement_of(account_id, month)
    if made is not None:
        return Facts.from_json(made.facts)
    first = first_month(account_id)
    if first is None or month < first or months.close_of(month) is None:
        return None
    return facts_now(account_id, month)


def facts_now(account_id: int, month: date) -> Facts:
    """What a statement of a closed month would say if it were made now."""
    before, row = _end(account_id, month_rules.after(month, -1)), _end(account_id, month)
    tier, counted, ways, above = _standing(account_id, month)
    orders = saved_orders(account_id, month)
    return Facts(
        after_seq=before.seq if before is not None else 0,
        upto_seq=row.seq if row is not None else 0,
        opening=months.closing_of(before) if before is not None else dict.fromkeys(months.BUCKETS, 0),
        closing=months.closing_of(row) if row is not None else dict.fromkeys(months.BUCKETS, 0),
        expiries=_expiries(row),
        tier=tier,
        next_tier=above,
        standing=counted,
        ways=ways,
        discount_cents=sum(order.discount_cents for order in orders),
        points_cents=sum(order.points_cents for order in orders),
        point_value_cents=programme.rules_in_force(month_rules.last_day(month)).point_value_cents,
        company=db.session.scalar(select(Account.name).where(Account.id == account_id)),
        orders=tuple(orders),
    )


def saved_orders(account_id: int, month: date) -> Sequence[SavedOrder]:
    """The orders confirmed in a month as they stand now, without the cancelled ones, in their order."""
    zone = hotel.house_zone()
    begin = month_rules.end_of(month_rules.after(month, -1), zone)
    savings: SavingsProvider = current_app.extensions["programme.savings"]
    return savings(account_id, since=begin, until=month_rules.end_of(month, zone))


def moved(account_id: int, facts: Facts, *, zone: str, after_seq: int | None = None) -> Page[Movement]:
    """The movements of a statement in their order, a page at a time."""
    start = facts.after_seq if after_seq is None else min(max(after_seq, facts.after_seq), facts.upto_seq)
    upto = min(start + MOVEMENTS_SHOWN, facts.upto_seq)
    rows = movements.movements_between(account_id, after_seq=start, upto_seq=upto, zone=zone)
    return Page(rows, encode_key(upto) if upto < facts.upto_seq else None)


def every_move(account_id: int, facts: Facts, *, zone: str) -> list[Movement]:
    """All movements of a statement in their order."""
    return movements.movements_between(
        account_id, after_seq=facts.after_seq, upto_seq=facts.upto_seq, zone=zone
    )


def without_statement(month: date, *, after_id: int, limit: int) -> list[int]:
    """Accounts that had points at the end of a closed month, or moved in it, and have no statement of it."""
    statement = _due(month).where(Account.id > after_id).order_by(Account.id).limit(limit)
    return list(db.session.scalars(statement))


def number_without(month: date) -> int:
    """How many statements of a month are still to be made."""
    return db.session.scalar(select(func.count()).select_from(_due(month).subquery())) or 0


def number_of_accounts(month: date) -> int:
    """Of how many accounts there is or will be a statement of a closed month; that stays so."""
    return db.session.scalar(select(func.count()).select_from(_has(month).subquery())) or 0


def batches(*, limit: int) -> list[Batch]:
    """How far the statements of the latest closed months are, in one statement, the latest first."""
    made = (
        select(func.count())
        .where(AccountStatement.month == MonthClose.month)
        .correlate(MonthClose)
        .scalar_subquery()
    )
    statement = (
        select(MonthClose.month, made, StatementBatch.accounts, StatementStop.stopped_at)
        .outerjoin(StatementBatch, StatementBatch.month == MonthClose.month)
        .outerjoin(StatementStop, StatementStop.month == MonthClose.month)
        .order_by(MonthClose.month.desc())
        .limit(limit)
    )
    return [Batch(*row) for row in db.session.execute(statement)]


def stops(of: Collection[date]) -> set[date]:
    """The months whose batch somebody stopped."""
    return set(db.session.scalars(select(StatementStop.month).where(StatementStop.month.in_(of))))


def _due(month: date) -> Any:
    made = select(AccountStatement.id).where(
        AccountStatement.account_id == Account.id, AccountStatement.month == month
    )
    return _has(month).where(~made.exists())


def _has(month: date) -> Any:
    last = (
        select(func.max(AccountMonth.month))
        .where(AccountMonth.account_id == Account.id, AccountMonth.month <= month)
        .correlate(Account)
        .scalar_subquery()
    )
    living = AccountMonth.pending + AccountMonth.active + AccountMonth.held > 0
    return (
        select(Account.id)
        .join(AccountMonth, and_(AccountMonth.account_id == Account.id, AccountMonth.month == last))
        .where(or_(living, AccountMonth.month == month))
    )


def _end(account_id: int, month: date) -> AccountMonth | None:
    """How an account stood at the end of a month: the row of the last one in which it moved."""
    return db.session.scalar(
        select(AccountMonth)
        .where(AccountMonth.account_id == account_id, AccountMonth.month <= month)
        .order_by(AccountMonth.month.desc())
        .limit(1)
    )


def _ends(account_id: int) -> dict[date, Mapping[str, int]]:
    statement = select(AccountMonth).where(AccountMonth.account_id == account_id).order_by(AccountMonth.month)
    return {row.month: months.closing_of(row) for row in db.session.scalars(statement)}


def _at(ends: Mapping[date, Mapping[str, int]], month: date) -> Mapping[str, int]:
    reached = [each for each in ends if each <= month]
    return ends[max(reached)] if reached else dict.fromkeys(Bucket, 0)


def _expiries(row: AccountMonth | None) -> tuple[tuple[date, int], ...]:
    if row is None:
        return ()
    return tuple((date.fromisoformat(day), points) for day, points in row.expiries)


def _standing(account_id: int, month: date) -> tuple[str, dict[str, Any], dict[str, Any] | None, str | None]:
    """The tier at the end of a month, the window that ends on its last day, and the ways up from there."""
    day = month_rules.last_day(month)
    rules, tier = programme.rules_in_force(day), standing.tiers_on([account_id], day)[account_id]
    above = rules.next_tier(tier) if tier in {each.code for each in rules.tiers} else None
    facts = standing.facts_of([account_id], since=standing.window_start([rules], day))[account_id]
    held = count(window_days=rules.window_days, stays=facts.stays, spends=facts.spends, as_of=day)
    counted = standing_of(rules=rules, counted=held, as_of=day).to_json()
    if above is None:
        return tier, counted, None, above
    rates = standing.rates_of(account_id, rules, day) or standing.priced_anywhere(held.night_cents)
    ways = path_to(rules=rules, have=standing.have_then(held), target=above, rates=rates)
    return tier, counted, ways.to_json(), above


def is_timely(month: date, *, at: datetime, within: timedelta) -> bool:
    """Whether a month ended so recently that its statement is news."""
    return months.now(at) - month_rules.end_of(month, hotel.house_zone()) <= within


def timely_months(*, at: datetime, within: timedelta) -> list[date]:
    """The closed months whose statements are news, the earliest first."""
    closed = [close.month for close in months.closes(limit=LATEST_CLOSES)]
    return [month for month in reversed(closed) if is_timely(month, at=at, within=within)]
