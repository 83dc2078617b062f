"""Reads of what is outstanding: the open month, a closed one, and the companies behind a figure."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from portal.accounts.models import Account
from portal.database import db, integer_sum
from portal.derivation import recompute
from portal.people.models import Person
from portal.programme.breakage.rules import Breakage
from portal.programme.months import queries as months
from portal.programme.months import rules
from portal.programme.months.models import AccountLots, MonthClose, RolledAccount
from portal.programme.months.rules import LIVING, Figures
from portal.programme.overview.queries import Reach
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
CLOSES_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Outstanding:
    """The open month so far, and the closed one before it; `close` is none before the first."""

    found: Figures
    rolled_at: datetime
    close: MonthClose | None

    @property
    def before(self) -> Figures | None:
        """The figures of the last closed month."""
        return figures_of(self.close) if self.close is not None else None


@dataclass(frozen=True, slots=True)
class Closed:
    """One closed month, its figures and who closed it; `opening_cents` is what was booked before it."""

    close: MonthClose
    found: Figures
    opening_cents: int
    closed_by: str | None
    before: Figures | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A company and the points of it that fit."""

    public_id: uuid.UUID
    name: str
    tier: str
    points: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Whose points, of which tier, state and month of expiry."""

    reach: Reach
    tier: str = ""
    state: str = ""
    expires: date | None = None


def outstanding() -> Outstanding | None:
    """What is outstanding now, as rolled up; none before the first time."""
    roll = months.roll()
    if roll is None:
        return None
    return Outstanding(months.open_figures(roll.open_month), roll.rolled_at, months.last_close())


def figures_of(close: MonthClose) -> Figures:
    """The frozen figures of a closed month."""
    return Figures.from_json(close.month, close.figures)


def breakage_of(close: MonthClose) -> tuple[Breakage, Mapping[str, Any]]:
    """The estimate that was frozen with a month, and its derivation."""
    stored = close.figures["breakage"]
    value: Breakage = recompute(stored).value
    return value, stored


def closed(month: date) -> Closed | None:
    """One closed month with all that its page tells."""
    close = months.close_of(month)
    if close is None:
        return None
    earlier = months.close_of(rules.after(month, -1))
    before = figures_of(earlier) if earlier is not None else None
    name = db.session.scalar(select(Person.name).where(Person.id == close.closed_by_id))
    return Closed(
        close=close,
        found=figures_of(close),
        opening_cents=before.cost_cents(before.forward.closing) if before is not None else 0,
        closed_by=name,
        before=before,
    )


def closes(after: str | None) -> Page[MonthClose]:
    """Closed months, the latest first."""
    key = decode_key(after, str)
    found = months.closes(before=_month(key[0]) if key else None, limit=CLOSES_SHOWN + 1)
    shown = found[:CLOSES_SHOWN]
    return Page(shown, encode_key(shown[-1].month.isoformat()) if len(found) > CLOSES_SHOWN else None)


def holders(only: Narrowed, *, after: str | None = None, limit: int = PAGE_SIZE) -> Page[Holder]:
    """The companies whose points a figure is made of, most points first; those that are theirs to read."""
    held = _held(only).subquery()
    statement = (
        select(Account.id, Account.public_id, Account.name, RolledAccount.tier, held.c.points)
        .join(held, held.c.account_id == Account.id)
        .join(RolledAccount, RolledAccount.account_id == Account.id)
        .where(held.c.points > 0, only.reach.condition())
    )
    if only.tier:
        statement = statement.where(RolledAccount.tier == only.tier)
    if (key := decode_key(after, int, int)) is not None:
        behind = and_(held.c.points == key[0], Account.id > key[1])
        statement = statement.where(or_(held.c.points < key[0], behind))
    rows = db.session.execute(statement.order_by(held.c.points.desc(), Account.id).limit(limit + 1)).all()
    shown = rows[:limit]
    more = encode_key(shown[-1].points, shown[-1].id) if len(rows) > limit else None
    return Page([Holder(row.public_id, row.name, row.tier, row.points) for row in shown], more)


def _held(only: Narrowed) -> Any:
    """Points by account, from what was rolled up."""
    states = (only.state,) if only.state else LIVING
    if only.expires is None:
        points = sum((getattr(RolledAccount, name) for name in states), start=0)
        return select(RolledAccount.account_id, points.label("points"))
    points = integer_sum(sum((getattr(AccountLots, name) for name in states), start=0))  # type: ignore[arg-type]
    return (
        select(AccountLots.account_id, points.label("points"))
        .where(AccountLots.expires_month == only.expires)
        .group_by(AccountLots.account_id)
    )


def number_of_holders() -> int:
    """How many companies hold points."""
    living = RolledAccount.pending + RolledAccount.active + RolledAccount.held
    return db.session.scalar(select(func.count()).select_from(RolledAccount).where(living > 0)) or 0


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
