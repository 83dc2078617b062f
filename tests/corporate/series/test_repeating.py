"""A series from forms as they come: sent twice, with a day twice, on a centre that closed, above a limit."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.corporate.bookings import queries as booked
from portal.corporate.bookings.models import Booking
from portal.corporate.limits import actions as limits
from portal.corporate.series import actions, queries, rules
from portal.corporate.series.actions import Chosen
from portal.corporate.series.models import BookingSeries, Rhythm, SeriesBooking
from portal.database import db, transaction
from tests.cast import NOW
from tests.corporate.approvals.conftest import limit, open_centre  # noqa: F401 -- a fixture beside
from tests.corporate.bookings.conftest import DAY, make_order
from tests.corporate.series.test_series import address, count, days_in
from tests.races import race

WEEK = timedelta(weeks=1)


@pytest.fixture
def bruno(client_as, gold):
    return client_as(gold.bruno)


def repeat(bruno, first, *, days=None, **more):
    """Book the series of the next three weeks."""
    page = bruno.get(address(first, rhythm="weekly", until=DAY + 3 * WEEK)).page
    form = page.form("/series/new")
    return bruno.post(form.action, data={**dict(form.fields), "day": days or days_in(page), **more})


class TestAForm:
    def test_that_names_a_day_twice_books_it_once(self, book, bruno):
        first = book(make_order(taxi=1))
        [day, *_rest] = days_in(bruno.get(address(first, until=DAY + 3 * WEEK)).page)

        answer = repeat(bruno, first, days=[day, day])

        assert answer.status_code == 302
        assert count(SeriesBooking.id) == 1

    def test_with_the_token_of_another_company_finds_nothing(self, gold, book, bruno, save):
        first, token = book(make_order(taxi=1)), uuid.uuid4()
        save(
            BookingSeries(
                public_id=token, account_id=gold.borealis.id, first_id=first.id, by_id=gold.carla.id,
                rhythm=Rhythm.WEEKLY, until=DAY, at=NOW,
            )
        )  # fmt: skip

        assert repeat(bruno, first, token=str(token)).status_code == 404

    @pytest.mark.race
    def test_sent_twice_in_one_second_books_once(self, app, gold, book):
        first_id, token = book(make_order(taxi=1)).public_id, uuid.uuid4()
        by_id = gold.bruno.id
        db.session.commit()

        def press():
            with transaction():
                first = booked.booking_by_token(first_id)
                wanted = rules.Wanted(house=first.property, order=make_order(taxi=1))
                return actions.book_series(
                    token=token, first=first, wanted=wanted, rhythm=Rhythm.WEEKLY, until=DAY + WEEK,
                    chosen=[Chosen(DAY + WEEK, 30_00)], by_id=by_id, at=NOW,
                ).public_id  # fmt: skip

        assert race(app, press, press) == [token, token]
        assert (count(SeriesBooking.id), count(Booking.id)) == (1, 2)
        done = select(func.count(AuditEntry.id)).where(AuditEntry.action == "series.book")
        assert db.session.scalar(done) == 1


class TestACostCentre:
    def test_that_closed_meanwhile_is_chosen_anew(self, gold, book, bruno, limit):  # noqa: F811 -- a fixture
        centre = open_centre(gold)
        first = book(make_order(taxi=1), cost_centre=centre)
        with transaction():
            limits.close_cost_centre(centre=db.session.merge(centre), by_id=gold.anna.id, at=NOW)
            limits.open_cost_centre(
                token=uuid.uuid4(), account_id=gold.acme.id, code="4712", name="Events", by_id=gold.anna.id,
                at=NOW,
            )  # fmt: skip

        assert repeat(bruno, first, cost_centre=str(centre.public_id)).status_code == 422
        assert repeat(bruno, first).status_code == 302

        [again] = db.session.scalars(select(Booking.cost_centre_id).where(Booking.id != first.id).distinct())
        assert again != centre.id

    def test_can_be_given_to_what_had_none(self, gold, book, bruno):
        first = book(make_order(taxi=1))
        centre = open_centre(gold)

        assert repeat(bruno, first, cost_centre=str(centre.public_id)).status_code == 302


class TestAboveALimit:
    def test_is_told_to_wait(self, gold, book, bruno, limit):  # noqa: F811 -- a fixture
        first = book(make_order(taxi=1))
        limit(40_00)

        answer = repeat(bruno, first)

        told = bruno.get(answer.location).page.text
        assert "2 bookings of the series are above a limit and wait for approval" in told
        assert queries.waiting_in(db.session.scalars(select(BookingSeries.id)).one()) == 2


class TestACard:
    def test_that_no_longer_holds_is_not_booked_for_again(self, cast, gold, book, bruno):
        first = book(make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        cast.tamara.left_at = NOW
        db.session.commit()

        assert "card no longer holds" in bruno.get(address(first)).page.text
        assert repeat(bruno, first).status_code == 302
        assert set(db.session.scalars(select(Booking.guest_id).where(Booking.id != first.id))) == {None}
