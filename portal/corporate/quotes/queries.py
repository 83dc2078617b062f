"""Quotes: a company's own, and those that an account manager made; an order at its quoted prices."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.clock import local_date
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as bundle_rules
from portal.corporate.bundles.rules import Order, Quote
from portal.corporate.quotes import rules
from portal.corporate.quotes.models import PriceQuote
from portal.corporate.receipts.rules import Promise, Receipt, receipt
from portal.corporate.settlements.actions import rules_of
from portal.database import db
from portal.derivation import recompute
from portal.people.models import Grant, Person, Role
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
READERS = 20
COMPANIES = 300


class Tab(StrEnum):
    """The tabs of the list."""

    OPEN = "open"
    ACCEPTED = "accepted"
    ENDED = "ended"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class QuoteReach:
    """Whose quotes somebody sees: of a company, of the companies somebody manages, of hotels, or all."""

    account_id: int | None = None
    manager_id: int | None = None
    property_ids: tuple[int, ...] = ()
    is_everywhere: bool = False

    def condition(self) -> ColumnElement[bool]:
        if self.is_everywhere:
            return true()
        seen: list[ColumnElement[bool]] = []
        if self.account_id is not None:
            seen.append(PriceQuote.account_id == self.account_id)
        if self.manager_id is not None:
            managed = select(Account.id).where(Account.manager_id == self.manager_id)
            seen.append(PriceQuote.account_id.in_(managed))
        if self.property_ids:
            seen.append(PriceQuote.property_id.in_(self.property_ids))
        return or_(*seen) if seen else false()


def quote_for(reach: QuoteReach, public_id: uuid.UUID) -> PriceQuote | None:
    """One quote with all its page shows; what is not in reach is not found."""
    return db.session.scalar(_whole().where(PriceQuote.public_id == public_id, reach.condition()))


def quote_by_token(token: uuid.UUID) -> PriceQuote | None:
    return db.session.scalar(_whole().where(PriceQuote.public_id == token))


def lock_quote(public_id: uuid.UUID, reach: QuoteReach) -> PriceQuote | None:
    """A quote in reach, locked until the end of the transaction and loaded as it is now."""
    ask = select(PriceQuote.id).where(PriceQuote.public_id == public_id, reach.condition())
    quote_id = db.session.scalar(ask.with_for_update())
    if quote_id is None:
        return None
    fresh = _whole().where(PriceQuote.id == quote_id).execution_options(populate_existing=True)
    return db.session.scalar(fresh)


def taken_numbers(numbers: Sequence[str]) -> set[str]:
    return set(db.session.scalars(select(PriceQuote.number).where(PriceQuote.number.in_(numbers))))


def quotes(
    reach: QuoteReach,
    *,
    tab: Tab,
    at: datetime,
    text: str = "",
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[PriceQuote]:
    """A page of quotes, the latest first; with a text those that answer to it."""
    statement = (
        _whole()
        .where(reach.condition(), _in_tab(tab, at), _answers_to(text))
        .order_by(PriceQuote.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_key(after, int)) is not None:
        statement = statement.where(PriceQuote.id < key[0])
    found = list(db.session.scalars(statement))
    more = encode_key(found[limit - 1].id) if len(found) > limit else None
    return Page(found[:limit], more)


def counts(reach: QuoteReach, *, at: datetime, text: str = "") -> dict[Tab, int]:
    """How many quotes each tab holds, of those that answer to a text."""
    columns = [func.count(PriceQuote.id).filter(_in_tab(tab, at)).label(tab.value) for tab in Tab]
    row = db.session.execute(select(*columns).where(reach.condition(), _answers_to(text))).one()
    return {tab: int(getattr(row, tab.value)) for tab in Tab}


def to_answer(account_id: int, *, at: datetime, limit: int) -> list[PriceQuote]:
    """Open quotes that the house made for a company: they wait for its answer."""
    statement = (
        _whole()
        .where(PriceQuote.account_id == account_id, PriceQuote.is_from_house.is_(True), _in_tab(Tab.OPEN, at))
        .order_by(PriceQuote.valid_until, PriceQuote.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def readers_of(account_id: int) -> list[Person]:
    """Who answers quotes for a company: whoever books for it."""
    statement = (
        select(Person)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            Grant.account_id == account_id,
            Grant.role.in_((Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER)),
            Grant.ended_at.is_(None),
            Person.email.is_not(None),
            Person.left_at.is_(None),
        )
        .order_by(Person.id)
        .distinct()
        .limit(READERS)
    )
    return list(db.session.scalars(statement))


def managed_by(person_id: int) -> list[Account]:
    """The companies that somebody manages, by name."""
    statement = select(Account).where(Account.manager_id == person_id, Account.claimed_at.is_not(None))
    return list(db.session.scalars(statement.order_by(Account.search_key, Account.id).limit(COMPANIES)))


def agreed(found: PriceQuote, order: Order, *, at: datetime) -> Quote:
    """A quote as the order that can be booked: planned anew, at the prices, rules and tier of its day.

    The order may be at another time than the quoted one; on another day only if the price list is the same.
    """
    house, then = found.property, bundles.offers_at(found.property_id, on=order.day)
    if order.day != found.service_date:
        rules.check_same_list(bundles.offers_at(house.id, on=found.service_date), then, order)
    offers = rules.at_quoted_prices(then, found.offers)
    planned = bundle_rules.plan(order, offers=offers, zone=house.zone)
    version = rules_of(found.price["version"])
    price = bundle_rules.price_of(planned, rules=version, tier=found.tier)
    return Quote(planned, price, version, found.tier, local_date(at, house.zone))


def receipt_of(found: PriceQuote) -> Receipt:
    """The price of a quote as it is printed, worked out anew from its own derivation."""
    price = recompute(found.price).value
    promises = [
        Promise(
            unit=line["unit"],
            quantity=line["quantity"],
            starts_at=datetime.fromisoformat(line["starts_at"]),
            ends_at=datetime.fromisoformat(line["ends_at"]),
            is_momentary=line["is_momentary"],
        )
        for line in found.order["lines"]
    ]
    return receipt(price, promises)


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The quotes that somebody made, as plain data for their own export."""
    statement = select(PriceQuote).where(PriceQuote.by_id == person_id).order_by(PriceQuote.id)
    return [
        {
            "number": each.number,
            "title": each.title,
            "note": each.note,
            "issued_at": each.issued_at.isoformat(),
        }
        for each in db.session.scalars(statement)
    ]


def _whole() -> Select[PriceQuote]:
    return select(PriceQuote).options(
        joinedload(PriceQuote.account),
        joinedload(PriceQuote.property),
        joinedload(PriceQuote.bundle),
        joinedload(PriceQuote.by),
        joinedload(PriceQuote.booking),
    )


def _answers_to(text: str) -> ColumnElement[bool]:
    """By number and title, or the company's name; all of them without a text."""
    if not text:
        return true()
    forms = query_forms(text)
    named = or_(*(Account.search_key.contains(form, autoescape=True) for form in forms))
    own = (PriceQuote.search_key.contains(form, autoescape=True) for form in forms)
    return or_(*own, PriceQuote.account_id.in_(select(Account.id).where(named))) if forms else false()


def _in_tab(tab: Tab, at: datetime) -> ColumnElement[bool]:
    waits = and_(PriceQuote.accepted_at.is_(None), PriceQuote.withdrawn_at.is_(None))
    return {
        Tab.OPEN: and_(waits, PriceQuote.valid_until > at),
        Tab.ACCEPTED: PriceQuote.accepted_at.is_not(None),
        Tab.ENDED: or_(PriceQuote.withdrawn_at.is_not(None), and_(waits, PriceQuote.valid_until <= at)),
        Tab.ALL: true(),
    }[tab]
