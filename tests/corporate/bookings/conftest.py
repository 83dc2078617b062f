"""A stocked house, a company of any tier with points, and bookings made in one line."""

import uuid
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from portal.corporate.bookings import actions, queries
from portal.corporate.bookings.models import Booking
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles.rules import Order, Wish
from portal.database import db, transaction
from portal.programme.earning.rules import manual_credit
from portal.programme.ledger import actions as ledger
from portal.programme.ledger import rules as ledger_rules
from portal.programme.models import ProgrammeVersion
from portal.programme.rules import default_rules
from portal.programme.standing.models import AccountStanding
from tests.cast import NOW, Cast
from tests.catalogue import GOLDEN, Catalogue, stock

DAY = date(2026, 6, 22)
"""The Monday after NOW: in time for every service."""
TEN, TWO = time(10), time(14)


@pytest.fixture
def catalogue(cast: Cast) -> Catalogue:
    """What the cast's hotels offer, with the default programme in force."""
    if db.session.scalar(select(ProgrammeVersion).limit(1)) is None:
        rules = default_rules()
        row = ProgrammeVersion(number=1, effective_from=rules.effective_from, published_at=NOW)
        row.rules = rules.to_json()
        db.session.add(row)
        db.session.commit()
    return stock(cast)


@pytest.fixture
def gold(cast: Cast) -> Cast:
    """Acme is Gold."""
    raise_tier(cast.acme.id, "gold")
    return cast


@pytest.fixture
def order() -> Callable[..., Order]:
    """An order for the day: `order(hall=1, waiter=4)`; nothing named is the golden one."""
    return make_order


@pytest.fixture
def book(cast: Cast, catalogue: Catalogue) -> Callable[..., Booking]:
    """Book for Acme at the seaside, at whatever it costs: `book(make_order(taxi=1), points=500)`."""

    def book_it(asked: Order | None = None, **wanted: Any) -> Booking:
        with transaction():
            return book_now(cast, asked or make_order(), **wanted)

    return book_it


def make_order(
    *, day: date = DAY, starts: time = TEN, ends: time = TWO, headcount: int = 10, **counts: int
) -> Order:
    wishes = tuple(Wish(service, count) for service, count in (counts or GOLDEN).items())
    return Order(day, starts, ends, headcount, wishes)


def book_now(
    cast: Cast, asked: Order, *, token: uuid.UUID | None = None, seen_cents: int | None = None, **more: Any
) -> Booking:
    """Book inside a transaction; without a price that was seen, at the one that is."""
    at, card_id = more.pop("at", NOW), more.pop("card_id", None)
    if card_id is not None:
        more["card"] = queries.traveller(cast.acme.id, card_id)
    if seen_cents is None:
        quote = bundles.quote(asked, house=cast.seaside, account_id=cast.acme.id, at=at)
        seen_cents = quote.price.value.bill_cents
    return actions.book_bundle(
        token=token or uuid.uuid4(),
        account_id=cast.acme.id,
        wanted=Wanted(house=cast.seaside, order=asked, **more),
        seen_cents=seen_cents,
        by_id=cast.bruno.id,
        at=at,
    )


def raise_tier(account_id: int, tier: str) -> None:
    """Put a company into a tier."""
    db.session.add(
        AccountStanding(
            account_id=account_id,
            tier=tier,
            tier_since=NOW.date(),
            grace_until=None,
            played_through=NOW.date(),
            derivation=None,
            night_cents=0,
        )
    )
    db.session.commit()


def give_points(account_id: int, points: int) -> None:
    """Credit points by hand: active at once."""
    with transaction():
        books = ledger.lock_ledgers([account_id])[account_id]
        earned = manual_credit(rules=default_rules(), points=points, earned_on=NOW.date())
        entry = ledger_rules.credit(
            books,
            key=f"test:{uuid.uuid4()}",
            reference="test",
            earned=earned,
            at=NOW,
            service_date=NOW.date(),
        )
        ledger.write_moves([ledger.Moved(account_id, books, [entry])])
