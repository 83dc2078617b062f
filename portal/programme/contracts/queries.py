"""Reads of the rates of contracts, each within the reach of whoever asks."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Account
from portal.database import db
from portal.programme.contracts.models import ContractEnd, ContractEndWish, ContractRate, RateOutcome
from portal.programme.overview.queries import Reach
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
ROWS_AT_ONCE = 1_000
MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class RateReach:
    """Whose rates are theirs: those of accounts in reach, and those of their own hotels.

    The companies of `company_ids` read for themselves: only what is agreed.
    """

    accounts: Reach
    property_ids: tuple[int, ...] = ()
    company_ids: tuple[int, ...] = ()

    def condition(self) -> ColumnElement[bool]:
        """The same as a condition on rates joined with their accounts."""
        of_company = ContractRate.account_id.in_(self.company_ids)
        return or_(
            self.accounts.condition(),
            ContractRate.property_id.in_(self.property_ids),
            and_(of_company, ContractRate.outcome == RateOutcome.AGREED),
        )


def rates_of(
    reach: RateReach, account_id: int, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[ContractRate]:
    """The rates of a company within reach, those that began last first."""
    statement = (
        select(ContractRate)
        .join(ContractRate.account)
        .options(joinedload(ContractRate.house), joinedload(ContractRate.end))
        .where(ContractRate.account_id == account_id, reach.condition())
        .order_by(ContractRate.begins_on.desc(), ContractRate.id.desc())
        .limit(limit + 1)
    )
    if (key := _key(after)) is not None:
        begins_on, rate_id = key
        same = and_(ContractRate.begins_on == begins_on, ContractRate.id < rate_id)
        statement = statement.where(or_(ContractRate.begins_on < begins_on, same))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].begins_on.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def rate_within(reach: RateReach, public_id: uuid.UUID, *, lock: bool = False) -> ContractRate | None:
    """One rate with all that was said to it; what is not within reach is not found."""
    statement = _within(reach).where(ContractRate.public_id == public_id)
    if lock:
        statement = statement.with_for_update(of=ContractRate)
    return db.session.scalar(statement.execution_options(populate_existing=lock))


def rate_by_token(token: uuid.UUID) -> ContractRate | None:
    """The rate that a form asked for."""
    return db.session.scalar(
        select(ContractRate)
        .options(joinedload(ContractRate.account), joinedload(ContractRate.end))
        .where(ContractRate.public_id == token)
    )


def end_wish_by_token(token: uuid.UUID) -> ContractEndWish | None:
    """The wish for an end that a form made."""
    return db.session.scalar(select(ContractEndWish).where(ContractEndWish.public_id == token))


def end_wish_within(reach: RateReach, public_id: uuid.UUID, *, fresh: bool = False) -> ContractEndWish | None:
    """One wish for an end, of a rate within reach, with the rate."""
    statement = _ends_within(reach).where(ContractEndWish.public_id == public_id)
    return db.session.scalar(statement.execution_options(populate_existing=fresh))


def waiting_end(rate_id: int, *, at: datetime) -> ContractEndWish | None:
    """The wish for an end of a rate that waits for another's word."""
    return db.session.scalar(
        select(ContractEndWish).where(ContractEndWish.rate_id == rate_id, _end_waits(at)).limit(1)
    )


def end_wishes_of(rate_id: int) -> list[ContractEndWish]:
    """Every wish for an end of a rate, as they were made."""
    statement = (
        select(ContractEndWish)
        .options(joinedload(ContractEndWish.by), joinedload(ContractEndWish.settled_by))
        .where(ContractEndWish.rate_id == rate_id)
        .order_by(ContractEndWish.id)
        .limit(MOST_AT_ONCE)
    )
    return list(db.session.scalars(statement))


def ends_waiting_for(reach: RateReach, *, person_id: int, at: datetime, limit: int) -> list[ContractEndWish]:
    """Ends that wait for somebody's word, and whose own wish they are not."""
    statement = (
        _ends_within(reach)
        .where(_end_waits(at), ContractEndWish.by_id != person_id)
        .order_by(ContractEndWish.asked_at, ContractEndWish.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def lock_account(account_id: int) -> None:
    """Let the rates of one company queue up: each is compared with all others."""
    statement = select(Account.id).where(Account.id == account_id).with_for_update(key_share=True)
    db.session.execute(statement)


def account_public_id(account_id: int) -> uuid.UUID:
    """How a company is called outside."""
    return db.session.scalars(select(Account.public_id).where(Account.id == account_id)).one()


def rates_beside(rate: ContractRate) -> Sequence[ContractRate]:
    """Other rates for the same rooms that touch its nights, whatever became of them."""
    statement = (
        select(ContractRate)
        .options(joinedload(ContractRate.end))
        .where(
            ContractRate.account_id == rate.account_id,
            ContractRate.property_id == rate.property_id,
            ContractRate.room_kind == rate.room_kind,
            ContractRate.begins_on <= rate.ends_on,
            ContractRate.ends_on >= rate.begins_on,
            ContractRate.public_id != rate.public_id,
        )
        .order_by(ContractRate.begins_on, ContractRate.id)
    )
    return list(db.session.scalars(statement))


def agreed_rates(account_id: int, property_id: int, *, first: date, last: date) -> Sequence[ContractRate]:
    """The agreed rates of a company at a hotel that touch some nights."""
    statement = (
        select(ContractRate)
        .options(joinedload(ContractRate.end))
        .where(
            ContractRate.account_id == account_id,
            ContractRate.property_id == property_id,
            ContractRate.outcome == RateOutcome.AGREED,
            ContractRate.begins_on <= last,
            ContractRate.ends_on >= first,
        )
        .order_by(ContractRate.begins_on, ContractRate.id)
        .limit(MOST_AT_ONCE)
    )
    return list(db.session.scalars(statement))


def room_kinds(account_id: int) -> list[str]:
    """The kinds of room for which a company has a rate of its own, or had one."""
    statement = (
        select(ContractRate.room_kind)
        .where(
            ContractRate.account_id == account_id,
            ContractRate.outcome == RateOutcome.AGREED,
            ContractRate.room_kind != "",
        )
        .distinct()
        .order_by(ContractRate.room_kind)
        .limit(MOST_AT_ONCE)
    )
    return list(db.session.scalars(statement))


def waiting_for(reach: RateReach, *, person_id: int, at: datetime, limit: int) -> list[ContractRate]:
    """Rates that wait for somebody's word, and whose own they are not."""
    statement = (
        _within(reach)
        .where(ContractRate.outcome.is_(None), ContractRate.expires_at > at, ContractRate.by_id != person_id)
        .order_by(ContractRate.asked_at, ContractRate.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """Rates that a person asked for, decided on, or ended, or of which they decided the end."""
    ended = select(ContractEnd.rate_id).where(ContractEnd.by_id == person_id)
    wished = select(ContractEndWish.rate_id).where(
        or_(ContractEndWish.by_id == person_id, ContractEndWish.settled_by_id == person_id)
    )
    wishes = set(db.session.scalars(wished))
    statement = (
        select(ContractRate)
        .options(joinedload(ContractRate.end))
        .where(
            or_(
                ContractRate.by_id == person_id,
                ContractRate.settled_by_id == person_id,
                ContractRate.id.in_(ended),
                ContractRate.id.in_(wished),
            )
        )
        .order_by(ContractRate.asked_at, ContractRate.id)
    )
    return [
        {
            "rate": str(rate.public_id),
            "asked_by_me": rate.by_id == person_id,
            "settled_by_me": rate.settled_by_id == person_id,
            "ended_by_me": rate.end is not None and rate.end.by_id == person_id,
            "had_a_hand_in_its_end": rate.id in wishes,
            "asked_at": rate.asked_at.isoformat(),
            "outcome": rate.outcome,
        }
        for rate in db.session.scalars(statement)
    ]


def _ends_within(reach: RateReach) -> Select[ContractEndWish]:
    return (
        select(ContractEndWish)
        .join(ContractEndWish.rate)
        .join(ContractRate.account)
        .options(
            contains_eager(ContractEndWish.rate).options(
                contains_eager(ContractRate.account), joinedload(ContractRate.house)
            )
        )
        .where(reach.condition())
    )


def _end_waits(at: datetime) -> ColumnElement[bool]:
    return and_(ContractEndWish.outcome.is_(None), ContractEndWish.expires_at > at)


def _within(reach: RateReach) -> Select[ContractRate]:
    return (
        select(ContractRate)
        .join(ContractRate.account)
        .options(
            contains_eager(ContractRate.account).joinedload(Account.manager),
            joinedload(ContractRate.house),
            joinedload(ContractRate.by),
            joinedload(ContractRate.settled_by),
            joinedload(ContractRate.end).joinedload(ContractEnd.by),
        )
        .where(reach.condition())
    )


def _key(after: str | None) -> tuple[date, int] | None:
    key = decode_key(after, str, int)
    try:
        return (date.fromisoformat(key[0]), key[1]) if key is not None else None
    except ValueError:
        return None
