"""Every kind of document, in both languages: no fault against PDF/UA-1, and the same bytes twice."""

import pytest
from sqlalchemy import select

from portal.database import db, transaction
from portal.programme.ledger.models import LedgerEntry
from tests.catalogue import stock
from tests.corporate.bookings.conftest import book_now, give_points, make_order, raise_tier
from tests.documents import papers

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def addresses(cast):
    """Where each kind of paper is to be had, and by whom."""
    stock(cast)
    raise_tier(cast.acme.id, "gold")
    with transaction():
        booking = book_now(cast, make_order(taxi=1, laundry=2))
    give_points(cast.acme.id, 700)
    return {
        "card": (cast.tamara, f"/corporate/cards/{cast.tamaras_card.public_id}.pdf"),
        "certificate": (cast.anna, "/corporate/company/certificate.pdf"),
        "confirmation": (cast.bruno, f"/corporate/bookings/{booking.public_id}/confirmation.pdf"),
        "order": (cast.bruno, f"/corporate/bookings/{booking.public_id}/sheet.pdf"),
        "sheet": (cast.anna, f"/accounts/{cast.acme.public_id}/why/standing/0.pdf"),
        "movement": (cast.anna, f"/accounts/{cast.acme.public_id}/why/entry/1.pdf"),
    }


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize("kind", ["card", "certificate", "confirmation", "order", "sheet", "movement"])
def test_has_no_fault_and_the_same_bytes_twice(addresses, client_as, kind, locale):
    who, address = addresses[kind]
    who.locale = locale
    db.session.commit()
    browser = client_as(who)

    first, second = browser.get(address).data, browser.get(address).data

    assert papers.faults(first) == []
    assert first == second


def test_a_certificate_names_company_tier_and_day(addresses, client_as):
    who, address = addresses["certificate"]

    said = papers.words(client_as(who).get(address).data)

    assert "Acme Logistics" in said
    assert "Gold" in said
    assert "True as of" in said


def test_a_sheet_prints_the_steps_the_inputs_and_the_seal(addresses, client_as):
    who, address = addresses["movement"]
    [seal] = db.session.scalars(select(LedgerEntry.hash))

    said = papers.words(client_as(who).get(address).data)

    assert "Why 700 points?" in said
    assert "Credited by the hotel: 700 points." in said
    assert "Months of life" in said
    assert "the same." in said
    assert seal in said.replace(" ", "")


def test_the_sheet_of_an_order_prints_each_line_with_what_earns(addresses, client_as):
    who, address = addresses["order"]

    said = papers.words(client_as(who).get(address).data)

    assert "Why this price" in said
    assert "at cost" in said
    assert "Different kinds of service: 2." in said
