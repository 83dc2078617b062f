"""What was asked for together is one letter and one answer; what ended is told as what it was."""

from datetime import timedelta

import pytest
from flask_migrate import downgrade
from sqlalchemy import select, text

from portal.corporate.approvals import rules
from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings.models import BookingState, EndKind
from portal.corporate.bookings.queries import Reach
from portal.database import db, transaction
from portal.outbox.models import Letter
from tests.cast import NOW
from tests.corporate.approvals.test_approvals import decide, state_of, work
from tests.corporate.bookings.conftest import DAY, make_order

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
TWENTY = 20


@pytest.fixture
def waiting(gold, limit, book):
    """So many bookings that wait for Anna's word, asked for in one instant."""
    limit(0)

    def ask(number, *, at=NOW):
        return [
            book(make_order(day=DAY + n * WEEK, laundry=1), title=f"Shirts {n}", at=at) for n in range(number)
        ]

    return ask


def letters(template):
    found = select(Letter).where(Letter.template == f"corporate/{template}").order_by(Letter.id)
    return list(db.session.scalars(found))


class TestOneLetter:
    def test_asks_for_all_that_was_asked_for_at_once(self, app, gold, waiting):
        waiting(3)
        waiting(1, at=NOW - HOUR)

        work(app)

        alone, together = sorted(letters("approval_wanted"), key=lambda each: len(each.text))
        assert "2 more bookings were asked for together with it" in together.text
        assert "€15" in together.text
        assert "/corporate/approvals" in together.text
        assert "together" not in alone.text

    def test_names_only_what_still_waits_when_it_is_written(self, app, gold, waiting):
        first, *_others = waiting(3)
        decide(gold, first, gold.anna)

        work(app)

        [letter] = letters("approval_wanted")
        assert "1 more booking was asked for together with it" in letter.text
        assert "Shirts 1" in letter.text


class TestTogether:
    def test_approves_twenty_in_one_go_and_tells_what_could_not_be(self, gold, waiting, client_as, clock):
        asked = waiting(TWENTY)
        anna = client_as(gold.anna)
        page = anna.get("/corporate/approvals/together").page
        with transaction():
            bookings.cancel_booking(
                public_id=asked[1].public_id, account_id=gold.acme.id, reason="", by_id=gold.bruno.id, at=NOW
            )

        chosen = [node.get("value") for node in page.all("input") if node.get("name") == "booking"]
        form = page.form("/approvals/together")
        answer = anna.post(form.action, data={**dict(form.fields), "booking": chosen})
        told = anna.get(answer.location).page.text

        assert page.h1 == "20 bookings for €100"
        assert "19 bookings are approved." in told
        assert "Shirts 1" in told
        assert [state_of(each) for each in asked].count(BookingState.CONFIRMED) == TWENTY - 1

    def test_takes_no_word_for_what_is_another_company_s_or_one_s_own(self, gold, waiting, client_as):
        [booking] = waiting(1)

        def press(person):
            return client_as(person).post(
                "/corporate/approvals/together", data={"booking": str(booking.public_id)}
            )

        assert press(gold.carla).status_code == 404
        assert press(gold.bruno).status_code == 302
        anna = client_as(gold.anna)
        assert anna.post("/corporate/approvals/together", data={}).status_code == 422
        assert anna.post("/corporate/approvals/together", data={"booking": "all"}).status_code == 400
        assert state_of(booking) is BookingState.REQUESTED

    def test_counts_all_that_waits_and_leads_to_all_of_one_s_own(self, gold, waiting, client_as):
        waiting(31)

        anna = client_as(gold.anna)
        assert anna.get("/corporate/approvals").page.h1 == "31 bookings wait for your word"
        inbox = anna.get("/inbox").page.text
        assert "31 bookings wait for your word" in inbox
        assert "€155 together" in inbox
        assert "All 31 of them" in client_as(gold.bruno).get("/corporate/approvals").page.text


class TestWhatEnded:
    def test_is_approved_by_nobody_any_more(self, gold, requested):
        decide(gold, requested, gold.anna)
        with transaction():
            bookings.cancel_booking(
                public_id=requested.public_id, account_id=gold.acme.id, reason="", by_id=gold.bruno.id, at=NOW
            )

        with pytest.raises(rules.DecidedAlready):
            decide(gold, requested, gold.anna)

    def test_by_the_hotel_is_no_withdrawal_in_the_letter(self, app, gold, requested):
        with transaction():
            bookings.end_by_hotel(
                public_id=requested.public_id, reach=Reach(is_everywhere=True), kind=EndKind.BY_HOTEL,
                reason="A burst pipe.", by_id=gold.lidia.id, at=NOW,
            )  # fmt: skip
        work(app)

        [letter] = letters("booking_ended")
        assert "had to end your request" in letter.text
        assert "withdrawn" not in letter.text

    def test_in_silence_says_whether_there_is_time_left(self, app, gold, limit, book, clock):
        limit(0)
        book(make_order(day=DAY + WEEK, laundry=1))
        book(make_order(day=NOW.date() + timedelta(days=2), laundry=1))
        clock.advance(hours=48)

        work(app)

        far, near = sorted(letters("booking_ended"), key=lambda each: "There is still time" not in each.text)
        assert "There is still time" in far.text
        assert "two clicks" not in near.text
        assert "There is still time" not in near.text

    def test_before_it_was_approved_promises_no_calendar(self, gold, requested, client_as):
        page = client_as(gold.bruno).get(f"/corporate/bookings/{requested.public_id}/cancellation").page

        assert page.h1.startswith("Withdraw “")
        assert "calendar entry" not in page.text


@pytest.mark.engines("sqlite")
class TestTheWayBack:
    def test_waits_for_an_answer_where_points_are_held(self, requested, caplog):
        with pytest.raises(SystemExit):
            downgrade(revision="0058")

        assert "that wait for approval and hold points: 1" in caplog.text

    def test_frees_what_was_kept(self, gold, limit, book):
        stands = book(make_order(hall=1, waiter=2)).id
        limit(0)
        waits = book(make_order(day=DAY + WEEK, hall=1, waiter=2)).id
        db.session.remove()

        downgrade(revision="0058")

        with db.engine.connect() as connection:
            held = connection.execute(
                text("SELECT DISTINCT booking_id FROM resource_slot JOIN booking_line b ON b.id = line_id")
            )
            promised = connection.execute(
                text(
                    "SELECT booking_id FROM staff_promise JOIN booking_line ON booking_line.id = line_id"
                    " WHERE given_back_at IS NULL"
                )
            )
            assert held.scalars().all() == promised.scalars().all() == [stands] != [waits]
