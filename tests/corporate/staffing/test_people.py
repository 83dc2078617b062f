"""People of the house: so many at once, counted by the half-hour, and never promised twice."""

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.corporate.bookings import actions as bookings
from portal.corporate.halls.rules import Window
from portal.corporate.staffing import actions, rules
from portal.corporate.staffing.models import StaffHalfHour, StaffPromise
from portal.corporate.staffing.rules import Promised, StaffBusy
from portal.corporate.terms import actions as terms
from portal.corporate.terms.models import HouseTerm, TermKind
from portal.database import db, transaction
from portal.hotel.models import Property
from tests.cast import NOW
from tests.corporate.bookings.conftest import DAY, book_now, make_order
from tests.documents.test_exports import table
from tests.races import race
from tests.statements import count_statements

LIMIT = 6
TODAY = NOW.date()


@pytest.fixture
def limited(cast, catalogue):
    """The seaside house has six waiters."""
    return limit(cast)


def limit(cast, value=LIMIT, *, valid_from=TODAY):
    with transaction():
        return terms.set_term(
            token=uuid.uuid4(), house=cast.seaside, property_ids=[cast.seaside.id],
            kind=TermKind.STAFF_AT_ONCE, service="waiter", value=value, valid_from=valid_from,
            by_id=cast.gleb.id, at=NOW,
        )  # fmt: skip


def most_taken():
    return db.session.scalar(select(func.max(StaffHalfHour.taken)))


def at(hour, minute=0):
    return datetime(2026, 6, 22, hour, minute, tzinfo=UTC)


class TestHalfHours:
    def test_are_those_that_a_time_touches(self):
        assert list(rules.half_hours(Window(at(10, 10), at(11)))) == [at(10), at(10, 30)]

    @given(
        st.lists(st.tuples(st.integers(1, 5), st.integers(0, 40), st.integers(1, 20))),
        st.integers(0, 40),
        st.integers(1, 20),
    )
    def test_never_leave_more_than_the_limit(self, promised, start, length):
        stand = [
            Promised(people, Window(at(0) + n * rules.HALF_HOUR, at(0) + (n + m) * rules.HALF_HOUR))
            for people, n, m in promised
        ]
        window = Window(at(0) + start * rules.HALF_HOUR, at(0) + (start + length) * rules.HALF_HOUR)

        free = rules.free_in(window, limit=LIMIT, promised=stand)

        taken = rules.taken_by_slot([*stand, *([Promised(free, window)] if free else [])])
        before = rules.taken_by_slot(stand)
        assert 0 <= free <= LIMIT
        assert all(
            taken[slot] <= max(LIMIT, before.get(slot, 0)) for slot in rules.half_hours(window) if free
        )


class TestPeople:
    def test_are_refused_beyond_the_limit_with_when_they_are_free(self, limited, book):
        book(make_order(waiter=4))

        with pytest.raises(StaffBusy) as refused:
            book(make_order(waiter=3))

        told = refused.value.values
        assert (told["people"], told["free"]) == (3, 2)
        assert datetime.fromisoformat(told["free_at"]) == at(13)  # Lisbon's 14:00
        assert book(make_order(waiter=2)).bill_cents == 9_000

    def test_are_said_on_the_form_with_a_time_to_take(self, cast, limited, book, client_as):
        book(make_order(waiter=6))
        bruno = client_as(cast.bruno)
        address = f"/corporate/bookings/new?hotel=SEA&waiter=3&day={DAY}"

        page = bruno.get(address).page

        assert "wanted 3, free 0" in page.text
        assert "Take 22 June 2026, 14:00" in page.text

    def test_of_another_hotel_are_offered_at_the_same_time(self, cast, limited, book, client_as):
        book(make_order(waiter=6))
        bruno = client_as(cast.bruno)
        address = f"/corporate/bookings/new?hotel=SEA&day={DAY}"

        with count_statements() as statements:
            page = bruno.get(f"{address}&waiter=3").page
        elsewhere = page.form("/corporate/bookings").filled({"switch_hotel": cast.townhouse.code})
        switched = bruno.post("/corporate/bookings/price", data=elsewhere).page

        assert "All of it can be had at the same time in another of our hotels." in page.text
        assert "Townhouse, €135" in page.text
        assert len(statements) <= 30
        assert "another of our hotels" not in bruno.get(f"{address}&waiter=3&hall=1").page.text
        assert "only" not in switched.text
        assert "Townhouse, 22 June 2026" in switched.text

    def test_are_free_again_after_a_cancellation_and_a_change(self, cast, limited, book):
        booking = book(make_order(waiter=6))
        with transaction():
            bookings.cancel_booking(
                public_id=booking.public_id, account_id=cast.acme.id, reason="", by_id=cast.bruno.id, at=NOW
            )

        again = book(make_order(waiter=6))

        assert again.public_id != booking.public_id
        assert most_taken() == LIMIT
        assert db.session.scalars(select(StaffPromise.given_back_at)).all().count(None) == 1

    def test_that_were_promised_before_there_was_a_limit_count(self, cast, catalogue, book):
        book(make_order(waiter=5))
        limit(cast)

        with pytest.raises(StaffBusy):
            book(make_order(waiter=2))
        book(make_order(waiter=1))
        assert most_taken() == LIMIT

    def test_may_be_fewer_than_are_promised_and_then_nobody_is_free(self, cast, catalogue, book):
        booking = book(make_order(waiter=5))
        limit(cast, 2)

        with pytest.raises(StaffBusy):
            book(make_order(waiter=1))
        with transaction():
            bookings.cancel_booking(
                public_id=booking.public_id, account_id=cast.acme.id, reason="", by_id=cast.bruno.id, at=NOW
            )
        book(make_order(waiter=2))

        assert most_taken() == 2


@pytest.mark.race
class TestTheLastWaiters:
    def press(self, app, cast, bookers):
        house_id, account_id, booker_id = cast.seaside.id, cast.acme.id, cast.bruno.id

        def one():
            with transaction():
                people = SimpleNamespace(
                    seaside=db.session.get(Property, house_id),
                    acme=SimpleNamespace(id=account_id),
                    bruno=SimpleNamespace(id=booker_id),
                )
                return book_now(people, make_order(waiter=1)).public_id

        db.session.commit()
        results = race(app, *[one] * bookers)
        db.session.expire_all()
        return sorted(type(each).__name__ for each in results)

    def test_go_to_as_many_as_there_are(self, app, cast, limited):
        results = self.press(app, cast, 16)

        assert results == ["StaffBusy"] * (16 - LIMIT) + ["UUID"] * LIMIT
        assert most_taken() == LIMIT

    @pytest.mark.engines("postgresql")
    def test_would_go_to_more_if_it_were_only_looked_at_before(self, app, cast, limited, monkeypatch):
        def look_then_take(property_id, service_id, slots, *, people, limit):
            rows = db.session.scalars(
                select(StaffHalfHour).where(*actions._these(property_id, service_id, slots))
            ).all()
            return len(slots) if all(row.taken + people <= limit for row in rows) else 0

        monkeypatch.setattr(actions, "_take", look_then_take)

        assert self.press(app, cast, 8).count("UUID") > LIMIT


class TestTerms:
    ADDRESS = "/corporate/terms?hotel=SEA"

    def test_are_set_by_the_manager_of_the_hotel_and_told_to_all(self, cast, catalogue, client_as):
        gleb = client_as(cast.gleb)

        answer = gleb.submit(gleb.get(self.ADDRESS).page, "/terms", term="quote_days", value="7")

        assert answer.status_code == 302
        nora = client_as(cast.nora)
        page, rows = nora.get(self.ADDRESS).page, table(nora.get("/corporate/terms/terms.csv?hotel=SEA"))
        assert rows[1:] == [
            ["Quotes are valid for", "7", "7 days", "2026-06-15", "Gleb Orlov", "2026-06-15 10:00"]
        ]
        assert "7 days" in page.text
        assert "Gleb Orlov" in page.text

    @pytest.mark.parametrize(
        ("value", "said"), [("0", "from 1 to 90"), ("91", "from 1 to 90"), ("x", "Error")]
    )
    def test_refuse_what_makes_no_sense(self, cast, catalogue, client_as, value, said):
        gleb = client_as(cast.gleb)

        answer = gleb.submit(gleb.get(self.ADDRESS).page, "/terms", term="quote_days", value=value)

        assert answer.status_code == 422
        assert said in answer.page.text

    def test_of_another_hotel_are_not_found(self, cast, catalogue, client_as):
        gleb = client_as(cast.gleb)
        page = gleb.get(self.ADDRESS).page
        form = page.form("/terms")

        answer = gleb.post(
            "/corporate/terms?hotel=TWN", data=form.filled({"term": "quote_days", "value": "7"})
        )

        assert answer.status_code == 404
        assert db.session.scalar(select(func.count(HouseTerm.id))) == 0

    def test_hold_from_their_day_on(self, cast, catalogue, book):
        limit(cast, 1, valid_from=DAY + timedelta(days=1))

        book(make_order(waiter=5))
        with pytest.raises(StaffBusy):
            book(make_order(day=DAY + timedelta(days=1), waiter=2))
