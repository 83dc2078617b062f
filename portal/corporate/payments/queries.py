"""Reading payments with points, always within what the reader may see."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Card
from portal.clock import local_midnight
from portal.corporate.payments.models import BillPayment
from portal.database import db
from portal.people.models import Person
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
PERSONAL_LIMIT = 10_000


class Tab(StrEnum):
    """The tabs of the list."""

    HELD = "held"
    PAID = "paid"
    ENDED = "ended"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """What the list is narrowed to. Days are whole and inclusive, by the clock of the hotel."""

    tab: Tab = Tab.ALL
    day_from: date | None = None
    day_to: date | None = None
    text: str = ""

    @property
    def is_narrowed(self) -> bool:
        return self != PaymentFilter(self.tab)

    def conditions(self, zone: str) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.day_from is not None:
            found.append(BillPayment.held_at >= local_midnight(self.day_from, zone))
        if self.day_to is not None:
            found.append(BillPayment.held_at < local_midnight(self.day_to + timedelta(days=1), zone))
        if forms := query_forms(self.text):
            keys = (BillPayment.bill_key, Person.search_key)
            words = [
                and_(*(or_(*(k.contains(w, autoescape=True) for k in keys)) for w in f.split()))
                for f in forms
            ]
            found.append(or_(*words))
        return found


def payments(
    property_id: int,
    *,
    only: PaymentFilter,
    zone: str,
    at: datetime,
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[BillPayment]:
    """A page of a hotel's payments, the latest first."""
    statement = _whole().where(
        BillPayment.property_id == property_id, *only.conditions(zone), _in_tab(only.tab, at)
    )
    if (key := decode_instant_key(after)) is not None:
        held_at, one = key
        further = and_(BillPayment.held_at == held_at, BillPayment.id < one)
        statement = statement.where(or_(BillPayment.held_at < held_at, further))
    order = (BillPayment.held_at.desc(), BillPayment.id.desc())
    found = list(db.session.scalars(statement.order_by(*order).limit(limit + 1)))
    rows = found[:limit]
    more = encode_key(rows[-1].held_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def counts(property_id: int, *, only: PaymentFilter, zone: str, at: datetime) -> dict[Tab, int]:
    """How many there are in each tab under the other filters."""
    inside = [func.count(BillPayment.id).filter(_in_tab(tab, at)).label(tab.value) for tab in Tab]
    statement = (
        select(*inside)
        .join(Person, Person.id == BillPayment.guest_id)
        .where(BillPayment.property_id == property_id, *only.conditions(zone))
    )
    row = db.session.execute(statement).one()
    return {tab: int(getattr(row, tab.value)) for tab in Tab}


def guests_of(property_id: int, *, only: PaymentFilter, zone: str, at: datetime) -> list[int]:
    """Whose bills a list names, each once."""
    statement = (
        select(BillPayment.guest_id)
        .join(Person, Person.id == BillPayment.guest_id)
        .where(BillPayment.property_id == property_id, *only.conditions(zone), _in_tab(only.tab, at))
        .distinct()
        .order_by(BillPayment.guest_id)
    )
    return list(db.session.scalars(statement))


def payment_at(public_id: uuid.UUID, *, property_ids: tuple[int, ...]) -> BillPayment | None:
    """One payment at these hotels."""
    return db.session.scalar(
        _whole().where(BillPayment.public_id == public_id, BillPayment.property_id.in_(property_ids))
    )


def by_token(token: uuid.UUID) -> BillPayment | None:
    """The payment that a form made, whosever it is."""
    return db.session.scalar(_whole().where(BillPayment.public_id == token))


def locked(public_id: uuid.UUID, *, property_ids: tuple[int, ...]) -> BillPayment | None:
    """One at these hotels, locked until the transaction ends and loaded as it is now."""
    ask = select(BillPayment.id).where(
        BillPayment.public_id == public_id, BillPayment.property_id.in_(property_ids)
    )
    found = db.session.scalar(ask.with_for_update())
    if found is None:
        return None
    whole = _whole().where(BillPayment.id == found).execution_options(populate_existing=True)
    return db.session.scalar(whole)


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """Which bills a guest paid with points, for their own export."""
    statement = (
        select(BillPayment)
        .options(joinedload(BillPayment.house), joinedload(BillPayment.account))
        .where(BillPayment.guest_id == person_id)
        .order_by(BillPayment.held_at, BillPayment.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {
            "bill": found.bill_no, "hotel": found.house.code, "company": found.account.name,
            "bill_cents": found.bill_cents, "points": found.points, "held_at": found.held_at.isoformat(),
            "paid_at": found.paid_at.isoformat() if found.paid_at and not found.undone_at else None,
        }
        for found in db.session.scalars(statement)
    ]  # fmt: skip


def _in_tab(tab: Tab, at: datetime) -> ColumnElement[bool]:
    is_open = and_(BillPayment.paid_at.is_(None), BillPayment.let_go_at.is_(None))
    is_paid = and_(BillPayment.paid_at.is_not(None), BillPayment.undone_at.is_(None))
    lapsed = and_(is_open, BillPayment.held_until <= at)
    return {
        Tab.HELD: and_(is_open, BillPayment.held_until > at),
        Tab.PAID: is_paid,
        Tab.ENDED: or_(lapsed, BillPayment.let_go_at.is_not(None), BillPayment.undone_at.is_not(None)),
        Tab.ALL: BillPayment.id.is_not(None),
    }[tab]


def _whole() -> Select[BillPayment]:
    return (
        select(BillPayment)
        .join(Person, Person.id == BillPayment.guest_id)
        .options(
            joinedload(BillPayment.account),
            joinedload(BillPayment.card).joinedload(Card.holder),
            joinedload(BillPayment.guest),
            joinedload(BillPayment.house),
            joinedload(BillPayment.held_by),
            joinedload(BillPayment.paid_by),
            joinedload(BillPayment.let_go_by),
        )
    )
