"""The terms of the demo's hotels, and quotes: one that waits for the client, one the client keeps."""

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from portal.accounts.models import Account
from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as orders
from portal.corporate.bundles.models import Bundle
from portal.corporate.bundles.rules import Order, Wish
from portal.corporate.concierge import actions as answers
from portal.corporate.concierge import queries as concierge
from portal.corporate.concierge.queries import Desk
from portal.corporate.quotes import actions as quotes
from portal.corporate.terms import actions as terms
from portal.corporate.terms.models import TermKind
from portal.database import db
from portal.demo import halls
from portal.hotel.models import Property
from portal.people.models import Person
from portal.web.folding import search_key

TERMS = (
    (TermKind.QUOTE_DAYS, None, 14),
    (TermKind.STAFF_AT_ONCE, "waiter", 12),
    (TermKind.ANSWER_HOURS, "interpreter", 24),
    (TermKind.ANSWER_HOURS, "ticket", 12),
)
GALA_IN_DAYS, TRAINING_IN_DAYS, EVENING_IN_DAYS = 37, 22, 6
EVENING = {"en": "An evening with partners from Osaka", "ru": "Вечер с партнёрами из Осаки"}
TALKS = {"en": "Talks about deliveries", "ru": "Переговоры о поставках"}
TRAINING = {"en": "Training of new colleagues", "ru": "Обучение новых сотрудников"}
"""What is celebrated, in the language of whoever looks."""


def furnish(
    account: Account,
    *,
    houses: Mapping[str, Property],
    staff: Mapping[str, Person],
    booker: Person,
    today: date,
    at: datetime,
) -> None:
    """Terms, quotes and what is being mended."""
    agree(houses.values(), manager=staff["gleb"], today=today, at=at)
    make(account, house=houses["city"], manager=staff["nora"], booker=booker, today=today, at=at)
    ask(account, house=houses["city"], booker=booker, clerk=staff["dario"], today=today, at=at)
    halls.mend(list(houses.values()), keeper=staff["gleb"], today=today, at=at)


def ask(
    account: Account, *, house: Property, booker: Person, clerk: Person, today: date, at: datetime
) -> None:
    """Guests from abroad: one interpreter is confirmed, one not wanted any more, the theatre silent."""
    day = orders.next_working_day(today + timedelta(days=EVENING_IN_DAYS))
    evening = Order(
        day, time(15), time(19), 6, (Wish("waiter", 1), Wish("interpreter", 1), Wish("ticket", 6))
    )
    later = orders.next_working_day(day + timedelta(days=1))
    talks = Order(later, time(11), time(13), 4, (Wish("interpreter", 1),))
    desk = Desk(property_ids=(house.id,))
    for name, title, order, reference in (
        ("evening", EVENING, evening, "LB-20417"),
        ("talks", TALKS, talks, "LB-20423"),
    ):
        quote = bundles.quote(order, house=house, account_id=account.id, at=at)
        booking = bookings.book_bundle(
            token=_token(f"booking/{name}"), wanted=Wanted(house, order, title=title["en"]),
            seen_cents=quote.price.value.bill_cents, account_id=account.id, by_id=booker.id, at=at,
        )  # fmt: skip
        booking.title = title
        booking.search_key = search_key(" ".join([booking.reference, *title.values()]))
        interpreter = next(
            each for each in concierge.open_enquiries(desk).rows if each.service.code == "interpreter"
        )
        answers.confirm(
            public_id=interpreter.enquiry.public_id, desk=desk, reference=reference, by_id=clerk.id, at=at
        )
    bookings.cancel_booking(
        public_id=_token("booking/talks"), reason="Гости говорят по-английски", account_id=account.id,
        by_id=booker.id, at=at,
    )  # fmt: skip


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
        ("kept", booker, Wanted(house, kept, title=TRAINING["en"])),
    ):
        found = quotes.quote_order(
            token=_token(f"quote/{key}"), account_id=account.id, wanted=wanted,
            is_from_house=key == "offered", by_id=by.id, at=at,
        )  # fmt: skip
        if by is booker:
            found.title = TRAINING


def _token(key: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:{key}")
