"""The terms of the demo's hotels, and quotes: one that waits for the client, one the client keeps."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from portal.accounts.models import Account
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as orders
from portal.corporate.bundles.models import Bundle
from portal.corporate.bundles.rules import Order, Wish
from portal.corporate.quotes import actions as quotes
from portal.corporate.terms import actions as terms
from portal.corporate.terms.models import TermKind
from portal.database import db
from portal.hotel.models import Property
from portal.people.models import Person

TERMS = (
    (TermKind.QUOTE_DAYS, None, 14),
    (TermKind.STAFF_AT_ONCE, "waiter", 12),
    (TermKind.ANSWER_HOURS, "interpreter", 24),
    (TermKind.ANSWER_HOURS, "ticket", 12),
)
GALA_IN_DAYS, TRAINING_IN_DAYS = 37, 22


def agree(houses: Collection[Property], *, manager: Person, today: date, at: datetime) -> None:
    """Set the terms of every hotel from today on."""
    for house in houses:
        for kind, service, value in TERMS:
            terms.set_term(
                token=_token(f"term/{house.code}/{kind}/{service}"), house=house, property_ids=[house.id],
                kind=kind, service=service, value=value, valid_from=today, by_id=manager.id, at=at,
            )  # fmt: skip


def make(
    account: Account, *, house: Property, manager: Person, booker: Person, today: date, at: datetime
) -> None:
    """A ready bundle that the account manager offers, and an order whose price the booker keeps."""
    statement = select(Bundle.public_id).where(Bundle.code == "board_meeting")
    bundle = bundles.bundle_by_public_id(db.session.scalars(statement).one())
    if bundle is None:
        raise LookupError
    offered = orders.order_of_bundle(
        bundles.ready_lines(bundle.lines),
        day=orders.next_working_day(today + timedelta(days=GALA_IN_DAYS)),
        starts=time(9, 30),
        headcount=20,
    )
    day = orders.next_working_day(today + timedelta(days=TRAINING_IN_DAYS))
    kept = Order(day, time(9), time(17), 12, (Wish("hall", 1), Wish("av", 1), Wish("waiter", 2)))
    for key, by, wanted in (
        (
            "offered",
            manager,
            Wanted(house, offered, bundle=bundle, note="По вашей просьбе: зал с видом на сад."),
        ),
        ("kept", booker, Wanted(house, kept, title="Обучение новых сотрудников")),
    ):
        quotes.quote_order(
            token=_token(f"quote/{key}"), account_id=account.id, wanted=wanted,
            is_from_house=key == "offered", by_id=by.id, at=at,
        )  # fmt: skip


def _token(key: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:{key}")
