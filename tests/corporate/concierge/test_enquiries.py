"""Partners: asked with a deadline; they answer yes, no or something else, and the price follows."""

import pytest
from sqlalchemy import select

from portal.corporate.bookings import actions as bookings
from portal.corporate.concierge import actions
from portal.corporate.concierge.queries import Desk
from portal.corporate.concierge.rules import EnquiryClosed, EnquiryOfOthers
from portal.corporate.enquiries.models import Enquiry
from portal.database import db, transaction
from portal.outbox.models import Letter
from portal.programme.ledger import queries as ledger
from tests.cast import NOW
from tests.corporate.bookings.conftest import give_points, make_order
from tests.corporate.concierge.conftest import ENQUIRY, HOUR, fresh, one, waiting


class TestAnEnquiry:
    def test_is_made_for_a_partner_who_has_a_term_and_due_before_the_cut_off(self, asking, book):
        booking = book()

        lines = {line.service.code: line for line in fresh(booking).lines}
        found = {each.line_id: each for each in db.session.scalars(select(Enquiry))}
        assert set(found) == {lines["interpreter"].id, lines["taxi"].id}
        assert found[lines["interpreter"].id].due_at == NOW + 24 * HOUR
        assert found[lines["taxi"].id].due_at == lines["taxi"].starts_at - 2 * HOUR

    def test_is_named_with_its_stand_before_the_booking_is_cancelled_or_changed(
        self, asking, book, do, client_as
    ):
        booking, bruno = book(), client_as(asking.bruno)
        do(actions.confirm, "taxi", reference="T-1")

        address = f"/corporate/bookings/{booking.public_id}"
        cancelling = bruno.get(f"{address}/cancellation").page.text
        changing = bruno.get(f"{address}/change").page.text

        assert "Interpreter: the partner was asked; the hotel tells them that nobody needs it" in cancelling
        assert "Taxi: the partner had confirmed; the hotel calls it off with them" in cancelling
        assert "A partner keeps your order and its reference where service, quantity and time" in changing

    def test_goes_with_its_booking(self, asking, book):
        booking = book()
        with transaction():
            bookings.cancel_booking(
                public_id=booking.public_id,
                account_id=asking.acme.id,
                reason="",
                by_id=asking.bruno.id,
                at=NOW,
            )

        assert waiting() == (0, 0, 2)

    def test_is_answered_once(self, asking, book, do):
        book(make_order(interpreter=1))
        asked = one("interpreter")
        do(actions.confirm, "interpreter", reference="A-1")

        with pytest.raises(EnquiryClosed), transaction():
            actions.decline(
                public_id=asked.public_id, desk=Desk(is_everywhere=True), reason="x",
                by_id=asking.dario.id, at=NOW,
            )  # fmt: skip

    def test_of_another_hotel_is_not_found(self, asking, book):
        book(make_order(interpreter=1))

        with pytest.raises(EnquiryOfOthers), transaction():
            actions.confirm(
                public_id=one("interpreter").public_id, desk=Desk((asking.townhouse.id,)), reference="x",
                by_id=asking.dario.id, at=NOW,
            )  # fmt: skip


class TestANo:
    def test_takes_the_line_out_and_keeps_the_discount_of_the_rest(self, asking, book, do):
        booking = book()

        do(actions.decline, "interpreter", reason="Ill")

        now = fresh(booking)
        # 987.50 less the interpreter's 120; still seven kinds, still 15 % of 750, still 2,125 points.
        assert (now.bill_cents, now.discount_cents, now.points_to_earn) == (86_750, 11_250, 2_125)
        assert now.revision == 2
        assert "interpreter" not in {line.service.code for line in now.standing_lines}

    def test_frees_the_points_that_may_no_longer_pay(self, asking, book, do):
        give_points(asking.acme.id, 30_000)
        booking = book(make_order(laundry=1, interpreter=1), points=3_700)

        do(actions.decline, "interpreter", reason="Ill")

        now = fresh(booking)
        assert now.points_used * 100 <= now.bill_cents * 30 + 9_999
        assert now.points_used < 3_700
        assert ledger.balance_of(asking.acme.id).held == now.points_used

    def test_ends_a_booking_of_which_nothing_is_left(self, asking, book, do):
        booking = book(make_order(interpreter=1))

        do(actions.decline, "interpreter", reason="Ill")

        assert fresh(booking).cancellation.kind == "by_hotel"


class TestAnOffer:
    def test_is_taken_at_its_time_and_price(self, asking, book, do):
        booking = book()
        line = next(line for line in fresh(booking).lines if line.service.code == "interpreter")
        later = line.starts_at + HOUR
        do(actions.offer, "interpreter", starts_at=later, unit_cents=10_000, reason="Busy before")

        do(actions.take_offer, "interpreter", by=asking.bruno)

        now = fresh(booking)
        moved = next(each for each in now.lines if each.id == line.id)
        assert now.bill_cents == 96_750
        assert moved.starts_at == later
        assert moved.total_cents == 10_000

    def test_is_left_and_the_line_goes(self, asking, book, do):
        booking = book()
        line = next(line for line in fresh(booking).lines if line.service.code == "interpreter")
        do(actions.offer, "interpreter", starts_at=line.starts_at, unit_cents=20_000, reason="")

        do(actions.leave_offer, "interpreter", by=asking.bruno)

        assert fresh(booking).bill_cents == 86_750


class TestThePages:
    def test_list_late_first_and_note_a_yes(self, asking, book, client_as, clock):
        booking = book()
        clock.set(NOW + 25 * HOUR)
        dario, bruno = client_as(asking.dario), client_as(asking.bruno)

        page = dario.get("/corporate/concierge").page
        link = next(filter(ENQUIRY.fullmatch, page.links))
        told = bruno.get(f"/corporate/bookings/{booking.public_id}").page.text
        late = dario.get("/inbox").page.text
        refused = dario.submit(dario.get(link).page, link, answer="confirmed")
        answer = dario.submit(dario.get(link).page, link, answer="confirmed", reference="LB-7")

        assert "Late: ask the partner about Interpreter" in late
        assert "no answer yet" in told
        assert refused.status_code == 422
        assert answer.status_code == 302
        assert "LB-7" in bruno.get(f"/corporate/bookings/{booking.public_id}").page.text
        assert any("Interpreter" in letter.subject for letter in db.session.scalars(select(Letter)))

    def test_let_the_client_decide_from_the_inbox(self, asking, book, client_as):
        booking = book()
        dario, bruno = client_as(asking.dario), client_as(asking.bruno)
        link = f"/corporate/concierge/{one('interpreter').public_id}"
        dario.submit(dario.get(link).page, link, answer="offered", price="99", reason="A colleague")

        assert "A partner offers something else: Interpreter" in bruno.get("/inbox").page.text
        answer = bruno.submit(bruno.get(f"{link}/offer").page, "/offer", take="1")

        assert answer.status_code == 302
        assert fresh(booking).bill_cents == 96_650
        assert client_as(asking.carla).get(f"{link}/offer").status_code == 404
