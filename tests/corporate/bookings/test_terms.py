"""What the rules agree beside tiers reaches an order: taxes, floors, and points for a broken promise."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.corporate.bookings import queries
from portal.corporate.bundles import queries as bundles
from portal.database import db
from portal.programme.books import queries as books
from portal.programme.chain.rules import Kind
from portal.programme.ledger import queries as ledger
from portal.programme.models import ProgrammeVersion
from tests.cast import NOW
from tests.corporate.bookings.conftest import DAY, make_order
from tests.corporate.bookings.test_actions import deliver
from tests.corporate.bookings.test_deliveries import undo

COMPENSATION = [
    {"breach": "late", "threshold": 30, "points": 200},
    {"breach": "not_delivered", "threshold": 1, "points": 1_000},
]


@pytest.fixture
def agree(catalogue):
    """Put a version in force that agrees more: `agree(vat=[…])`."""

    def put(*, begins=date(2026, 6, 1), **more):
        first = db.session.scalars(select(ProgrammeVersion).order_by(ProgrammeVersion.number)).first()
        number = len(db.session.scalars(select(ProgrammeVersion)).all()) + 1
        stored = first.rules | {"version": number, "effective_from": begins.isoformat()} | more
        db.session.add(ProgrammeVersion(number=number, effective_from=begins, published_at=NOW, rules=stored))
        db.session.commit()

    return put


def latest(booking, service):
    found = queries.booking_by_token(booking.public_id)
    return next(line for line in found.lines if line.service.kind == service)


class TestTaxesAndFloors:
    def test_of_the_rules_go_before_those_of_the_price_list_from_their_day_on(self, cast, agree):
        agree(
            vat=[{"kind": "laundry", "hotel": "SEA", "valid_from": DAY.isoformat(), "vat_bp": 700}],
            floors=[{"kind": "other_services", "hotel": "", "floor_cents": 450}],
        )

        before, on = (
            {offer.kind: offer for offer in bundles.offers_at(cast.seaside.id, on=day)}
            for day in (DAY - timedelta(days=1), DAY)
        )

        assert [each["laundry"].vat_bp for each in (before, on)] == [2_000, 700]
        assert on["taxi"].vat_bp == before["taxi"].vat_bp
        assert on["laundry"].floor_cents == 450

    def test_hold_up_a_discount_and_are_frozen_at_confirmation(self, gold, book, agree):
        agree(floors=[{"kind": "laundry", "hotel": "", "floor_cents": 490}])
        booking = book(make_order(laundry=10, waiter=2))
        agree(begins=date(2026, 6, 10), floors=[])

        line = latest(booking, "laundry")

        assert (line.list_cents, line.total_cents, line.floor_cents) == (5_000, 4_900, 490)
        deliver(gold, booking)
        settled = queries.booking_by_token(booking.public_id)
        assert settled.settlement.bill_cents == settled.bill_cents


class TestABrokenPromise:
    def test_gives_the_points_of_the_table_once_and_takes_them_back_when_undone(
        self, cast, book, agree, client_as
    ):
        agree(compensation=COMPENSATION)
        booking = book(make_order(laundry=10, waiter=2))

        token = deliver(cast, booking, only="laundry", laundry=0)["laundry"]

        assert ledger.balance_of(cast.acme.id).active == 1_000
        page = client_as(cast.anna).get(f"/corporate/bookings/{booking.public_id}").page
        assert "was promised and did not come: the table gives 1,000 points" in page.text
        undo(cast, token, at=latest(booking, "laundry").delivery.recorded_at)

        db.session.rollback()
        assert ledger.balance_of(cast.acme.id).active == 0
        kinds = [entry.kind for entry in ledger.chain_of(cast.acme.id)]
        assert kinds[-2:] == [Kind.CREDIT, Kind.REVERSAL]
        deliver(cast, booking, only="laundry", laundry=0)
        assert ledger.balance_of(cast.acme.id).active == 1_000
        assert books.verify().broken == ()
        assert list(books.disagreements()) == []

    def test_gives_nothing_where_it_was_kept_or_the_table_is_silent(self, cast, book, agree):
        silent = book(make_order(laundry=10))
        agree(compensation=COMPENSATION)
        kept = book(make_order(laundry=10))

        deliver(cast, silent, laundry=0)
        deliver(cast, kept)

        assert latest(silent, "laundry").delivery.compensation is None
        assert latest(kept, "laundry").delivery.compensation is None
        assert ledger.balance_of(cast.acme.id).active == 0
