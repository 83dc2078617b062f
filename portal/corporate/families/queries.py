"""Reads of families, and of what a parent sees of each subsidiary: a few statements for all of them."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.corporate.bookings.models import Booking, Cancellation
from portal.corporate.company import queries as company
from portal.corporate.families.models import FamilyLink
from portal.corporate.families.rules import MOST_MEMBERS, descendants
from portal.database import db, integer_sum
from portal.hotel.models import Group
from portal.people.models import Grant, Person, Role
from portal.programme.ledger import queries as ledger
from portal.programme.overview.queries import Reach
from portal.programme.standing import queries as standing
from portal.stays.models import Stay, StayStatus
from portal.web.folding import query_forms

LINKS_SHOWN = 200
FOUND_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Member:
    """A subsidiary as its parent sees it, with the figures of a year."""

    account: Account
    level: int
    tier: str
    nights: int
    revenue_cents: int
    saved_cents: int
    active_points: int
    coming: int
    """Bookings ahead."""


def links_of(account_id: int) -> list[FamilyLink]:
    """The links in which a company is one of the two, the latest first, ended ones included."""
    statement = (
        select(FamilyLink)
        .options(joinedload(FamilyLink.parent), joinedload(FamilyLink.subsidiary))
        .where(or_(FamilyLink.parent_id == account_id, FamilyLink.subsidiary_id == account_id))
        .order_by(FamilyLink.id.desc())
        .limit(LINKS_SHOWN)
    )
    return list(db.session.scalars(statement))


def link_of(public_id: uuid.UUID, *, account_id: int, lock: bool = False) -> FamilyLink | None:
    """A link of a company; any other is not found."""
    statement = (
        select(FamilyLink)
        .options(joinedload(FamilyLink.parent), joinedload(FamilyLink.subsidiary))
        .where(
            FamilyLink.public_id == public_id,
            or_(FamilyLink.parent_id == account_id, FamilyLink.subsidiary_id == account_id),
        )
    )
    if lock:
        statement = statement.with_for_update(of=FamilyLink)
    return db.session.scalar(statement.execution_options(populate_existing=lock))


def lock_families() -> None:
    """Let all changes of families queue up: whether there is a circle is a question about all of them."""
    db.session.execute(select(Group.id).where(Group.id == 1).with_for_update())


def living_parents() -> dict[int, int]:
    """The parent of each company that has one, links that wait included."""
    statement = select(FamilyLink.subsidiary_id, FamilyLink.parent_id).where(FamilyLink.ended_at.is_(None))
    return {row.subsidiary_id: row.parent_id for row in db.session.execute(statement)}


def living_link(subsidiary_id: int) -> FamilyLink | None:
    """The link by which a company belongs to another, or was asked to."""
    statement = (
        select(FamilyLink)
        .options(joinedload(FamilyLink.parent))
        .where(FamilyLink.subsidiary_id == subsidiary_id, FamilyLink.ended_at.is_(None))
    )
    return db.session.scalar(statement)


def levels_below(account_id: int) -> dict[int, int]:
    """The subsidiaries of a company, and theirs, with how many levels below it they are."""
    found: list[FamilyLink] = []
    row = [account_id]
    while row and len(found) <= MOST_MEMBERS:
        statement = select(FamilyLink).where(
            FamilyLink.parent_id.in_(row),
            FamilyLink.ended_at.is_(None),
            FamilyLink.parent_agreed_at.is_not(None),
            FamilyLink.subsidiary_agreed_at.is_not(None),
        )
        below = list(db.session.scalars(statement))
        found += below
        row = [link.subsidiary_id for link in below]
    return descendants(found, account_id)


def members(account_id: int, *, year_began: datetime, today: date, at: datetime) -> list[Member]:
    """What a parent sees of each company below it, by level and name."""
    levels = levels_below(account_id)
    ids = tuple(levels)
    found = select(Account).where(Account.id.in_(ids)).order_by(Account.search_key, Account.id)
    tiers, balances = standing.tiers_of(ids), ledger.balances_of(ids)
    slept, saved, ahead = _slept(ids, date(today.year, 1, 1), today), _saved(ids, year_began), _ahead(ids, at)
    rows = [
        Member(
            account=account,
            level=levels[account.id],
            tier=tiers[account.id],
            nights=slept.get(account.id, (0, 0))[0],
            revenue_cents=slept.get(account.id, (0, 0))[1],
            saved_cents=saved.get(account.id, 0),
            active_points=balances[account.id].active if account.id in balances else 0,
            coming=ahead.get(account.id, 0),
        )
        for account in db.session.scalars(found)
    ]
    return sorted(rows, key=lambda each: each.level)


def companies_named(text: str, *, reach: Reach, but_id: int) -> list[Account]:
    """Claimed companies within reach that answer to a text, to be linked with another."""
    forms = query_forms(text)
    if not forms:
        return []
    key = Account.search_key
    named = or_(*(and_(*(key.contains(word, autoescape=True) for word in form.split())) for form in forms))
    statement = (
        select(Account)
        .where(reach.condition(), Account.id != but_id, Account.claimed_at.is_not(None), named)
        .order_by(Account.search_key, Account.id)
        .limit(FOUND_SHOWN)
    )
    return list(db.session.scalars(statement))


def administrators(account_ids: Collection[int]) -> dict[int, list[Person]]:
    """Who runs the account of each of these companies."""
    statement = (
        select(Grant)
        .options(joinedload(Grant.person))
        .where(
            Grant.account_id.in_(account_ids),
            Grant.role == Role.ACCOUNT_ADMINISTRATOR,
            Grant.ended_at.is_(None),
        )
        .order_by(Grant.id)
    )
    found: dict[int, list[Person]] = {}
    for grant in db.session.scalars(statement):
        if grant.account_id is not None:
            found.setdefault(grant.account_id, []).append(grant.person)
    return found


def waiting_for(account_ids: Collection[int], *, limit: int) -> list[FamilyLink]:
    """Links that wait for the word of one of these companies, the longest wait first."""
    statement = (
        select(FamilyLink)
        .options(joinedload(FamilyLink.parent), joinedload(FamilyLink.subsidiary))
        .where(
            FamilyLink.ended_at.is_(None),
            or_(
                FamilyLink.parent_id.in_(account_ids) & FamilyLink.parent_agreed_at.is_(None),
                FamilyLink.subsidiary_id.in_(account_ids) & FamilyLink.subsidiary_agreed_at.is_(None),
            ),
        )
        .order_by(FamilyLink.proposed_at, FamilyLink.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """Links that a person proposed, agreed to or ended."""
    hands = (
        FamilyLink.proposed_by_id, FamilyLink.parent_agreed_by_id, FamilyLink.subsidiary_agreed_by_id,
        FamilyLink.ended_by_id,
    )  # fmt: skip
    statement = select(FamilyLink).where(or_(*(hand == person_id for hand in hands))).order_by(FamilyLink.id)
    return [
        {
            "link": str(each.public_id),
            "proposed_by_me": each.proposed_by_id == person_id,
            "agreed_by_me": person_id in {each.parent_agreed_by_id, each.subsidiary_agreed_by_id},
            "ended_by_me": each.ended_by_id == person_id,
            "proposed_at": each.proposed_at.isoformat(),
        }
        for each in db.session.scalars(statement)
    ]


def _slept(ids: Collection[int], first: date, last: date) -> dict[int, tuple[int, int]]:
    """Nights and room revenue of the stays that ended in a span, by company."""
    statement = (
        select(Stay.account_id, integer_sum(Stay.nights), integer_sum(Stay.room_revenue_cents))
        .where(
            Stay.account_id.in_(ids),
            Stay.superseded_at.is_(None),
            Stay.status == StayStatus.CHECKED_OUT,
            Stay.departure.between(first, last),
        )
        .group_by(Stay.account_id)
    )
    found = db.session.execute(statement)
    return {number: (int(nights), int(cents)) for number, nights, cents in found if number is not None}


def _saved(ids: Collection[int], since: datetime) -> dict[int, int]:
    """What `company.savings` comes to for each of several companies."""
    saved = integer_sum(Booking.discount_cents) + integer_sum(company.paid_with_points())
    statement = (
        select(Booking.account_id, saved)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(Booking.account_id.in_(ids), Booking.confirmed_at >= since, Cancellation.id.is_(None))
        .group_by(Booking.account_id)
    )
    return {number: int(cents) for number, cents in db.session.execute(statement)}


def _ahead(ids: Collection[int], at: datetime) -> dict[int, int]:
    statement = (
        select(Booking.account_id, func.count(Booking.id))
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(
            Booking.account_id.in_(ids),
            Booking.ends_at >= at,
            Booking.confirmed_at.is_not(None),
            Cancellation.id.is_(None),
        )
        .group_by(Booking.account_id)
    )
    return {number: int(bookings) for number, bookings in db.session.execute(statement)}
