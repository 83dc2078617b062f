"""A desk with nine keys, a guest with a card, and what was promised to them for today."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Card
from portal.corporate.bookings.models import Booking
from portal.database import db, transaction
from portal.people.models import Person, Role
from portal.staff.desk.models import LoggedService
from tests.cast import Cast, grant, issue, person
from tests.catalogue import Catalogue, stock
from tests.corporate.bookings.conftest import book_now, make_order

NINE = datetime(2026, 6, 22, 8, 0, tzinfo=UTC)
"""Nine o'clock at the seaside, on the day for which the bookings of these tests are made."""
KEYS = ("hall", "laundry", "taxi", "av", "waiter", "interpreter", "conference_call", "ticket")


@pytest.fixture
def keys(cast: Cast) -> Catalogue:
    """What the hotels offer, each service on a key: the hall on 1, laundry on 2, a taxi on 3 …"""
    catalogue = stock(cast)
    for number, code in enumerate(KEYS, start=1):
        catalogue.services[code].desk_key = number
    db.session.commit()
    return catalogue


@pytest.fixture
def promise(cast: Cast, keys: Catalogue) -> Callable[..., Booking]:
    """Book for Acme at the seaside, a week before: `promise(laundry=3)`, `promise(taxi=1, card=card)`."""

    def book(card: Card | None = None, **counts: int) -> Booking:
        with transaction():
            found = db.session.get(Card, card.id) if card is not None else None
            if found is not None:
                db.session.refresh(found, ["holder"])
            return book_now(cast, make_order(**counts), card=found)

    return book


@pytest.fixture
def dario(cast: Cast, keys: Catalogue, clock: Any, client_as: Callable[..., Any]) -> Any:
    """Dario's browser, at nine o'clock on the day of the bookings."""
    clock.set(NINE)
    return client_as(cast.dario)


@pytest.fixture
def scan(dario: Any, cast: Cast) -> Callable[..., Any]:
    """The desk's page of a card: `scan()` is Tamara's."""

    def open_page(number: str | None = None) -> Any:
        return dario.get("/desk", query_string={"q": number or cast.tamaras_card.number}).page

    return open_page


@pytest.fixture
def scan_after(cast: Cast, clock: Any, client_as: Callable[..., Any]) -> Callable[[int], Any]:
    """The page of Tamara's card so many days later, in the browser of whoever is on duty then."""

    def open_page(days: int) -> Any:
        clock.set(NINE + timedelta(days=days))
        return client_as(cast.dario).get("/desk", query_string={"q": cast.tamaras_card.number}).page

    return open_page


@pytest.fixture
def press(dario: Any, scan: Callable[..., Any]) -> Callable[..., Any]:
    """Scan Tamara's card and press the key of a service; the same token twice is a double click."""

    def log(service: str, *, token: str | None = None, browser: Any = None) -> Any:
        form = scan().form("/desk/services")
        values = dict(form.fields) | {"service": service, "token": token or str(uuid.uuid4())}
        return (browser or dario).post("/desk/services", data=values)

    return log


def log_entries() -> list[LoggedService]:
    """The whole log, in the order of writing."""
    return list(db.session.scalars(select(LoggedService).order_by(LoggedService.id)))


def number_of(model: type[Any]) -> int:
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def new_guest(cast: Cast, name: str, *, serial: int, company: Any = None) -> Card:
    """A traveller with a card, without a sign-in."""
    guest = person(name, None)
    db.session.add(guest)
    db.session.flush()
    grant(guest, Role.TRAVELLER, account=company or cast.acme)
    card = issue(guest, company or cast.acme, serial=serial)
    db.session.commit()
    return card


def colleague_of(cast: Cast, *, house: Any = None) -> Person:
    """Fatima, who works at the desk of Dario's hotel, or of another."""
    fatima = person("Fatima Nunes", "fatima@circle.example")
    db.session.add(fatima)
    db.session.flush()
    grant(fatima, Role.FRONT_DESK, property_id=(house or cast.seaside).id)
    db.session.commit()
    return fatima
