"""While a booking waits for its second key nobody works on it; with the key they do."""

import uuid

import pytest
from sqlalchemy import func, select

from portal.corporate.approvals import actions
from portal.corporate.bookings import queries as booked
from portal.corporate.bookings.models import BookingState
from portal.corporate.bookings.rules import Wanted
from portal.corporate.deliveries import queries as deliveries
from portal.corporate.enquiries.models import Enquiry
from portal.corporate.limits.rules import CostCentreMissing
from portal.corporate.quotes import actions as quotes
from portal.corporate.terms import actions as terms
from portal.corporate.terms.models import TermKind
from portal.database import db, transaction
from tests.cast import NOW
from tests.corporate.approvals.conftest import open_centre
from tests.corporate.bookings.conftest import make_order


def asked():
    return db.session.scalar(select(func.count(Enquiry.id)))


def promised():
    return db.session.scalar(select(func.count()).select_from(deliveries.promised_lines().subquery()))


def grant(cast, booking):
    with transaction():
        actions.grant(public_id=booking.public_id, account_id=cast.acme.id, by_id=cast.anna.id, at=NOW)


@pytest.fixture
def answers_due(gold, catalogue):
    """The interpreter answers the hotel within a day."""
    with transaction():
        terms.set_term(
            token=uuid.uuid4(), house=gold.seaside, property_ids=[gold.seaside.id],
            kind=TermKind.ANSWER_HOURS, service="interpreter", value=24, valid_from=NOW.date(),
            by_id=gold.gleb.id, at=NOW,
        )  # fmt: skip


class TestMeanwhile:
    def test_no_partner_is_asked_and_no_department_sees_it(self, gold, answers_due, requested):
        assert (asked(), promised()) == (0, 0)

        grant(gold, requested)
        grant(gold, requested)

        assert (asked(), promised()) == (1, 7)


class TestAQuoteAboveALimit:
    def test_waits_too_and_is_booked_on_a_cost_centre(self, gold, catalogue, limit):
        limit(100_00)
        centre = open_centre(gold)
        with transaction():
            quoted = quotes.quote_order(
                token=uuid.uuid4(), account_id=gold.acme.id, wanted=Wanted(gold.seaside, make_order()),
                is_from_house=True, by_id=gold.nora.id, at=NOW,
            )  # fmt: skip
        asked_for = {"public_id": quoted.public_id, "account_id": gold.acme.id, "by_id": gold.bruno.id}

        with pytest.raises(CostCentreMissing), transaction():
            quotes.accept_quote(**asked_for, cost_centre_id=None, at=NOW)
        with transaction():
            booking = quotes.accept_quote(**asked_for, cost_centre_id=centre.public_id, at=NOW)

        found = booked.booking_by_token(booking.public_id)
        assert (found.state, found.cost_centre_id) == (BookingState.REQUESTED, centre.id)
