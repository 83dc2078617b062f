"""Partners whom nobody wants any more are called off; whom a change leaves alone are not asked again."""

import uuid

import pytest

from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings.models import EndKind
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.concierge import actions, queries
from portal.corporate.concierge.queries import Desk, Waits
from portal.corporate.concierge.rules import EnquiryClosed
from portal.corporate.enquiries.queries import by_line
from portal.database import db, transaction
from portal.people.models import Role
from tests.cast import NOW, grant
from tests.corporate.bookings.conftest import make_order
from tests.corporate.concierge.conftest import ENQUIRY, HOUR, fresh, one, waiting
from tests.documents.test_exports import table

EVERYWHERE = Desk(is_everywhere=True)
LIST = "/corporate/concierge?waits=call_off"


@pytest.fixture
def change(asking):
    def change_it(booking, order, *, house=None, note=""):
        house = house or asking.seaside
        quote = bundles.quote(order, house=house, account_id=asking.acme.id, at=NOW)
        with transaction():
            return bookings.change_booking(
                public_id=booking.public_id, account_id=asking.acme.id, token=uuid.uuid4(),
                revision=fresh(booking).revision, wanted=Wanted(house, order, note=note),
                seen_cents=quote.price.value.bill_cents, by_id=asking.bruno.id, at=NOW,
            )  # fmt: skip

    return change_it


def cancel(cast, booking):
    with transaction():
        bookings.cancel_booking(
            public_id=booking.public_id, account_id=cast.acme.id, reason="", by_id=cast.bruno.id, at=NOW
        )


def to_call_off():
    return [
        (each.service.code, each.enquiry.reference)
        for each in queries.open_enquiries(EVERYWHERE, waits=Waits.CALL_OFF).rows
    ]


class TestAPartner:
    def test_who_had_confirmed_is_to_be_called_off_when_the_client_cancels(self, asking, book, do):
        booking = book()
        do(actions.confirm, "interpreter", reference="LB-7")

        cancel(asking, booking)

        assert to_call_off() == [("interpreter", "LB-7"), ("taxi", "")]

    def test_keeps_the_order_and_the_reference_through_a_change_of_all_else(self, asking, book, do, change):
        booking = book()
        do(actions.confirm, "interpreter", reference="LB-7")

        change(booking, make_order(hall=1, waiter=2, interpreter=1, taxi=1), note="By the window")

        line = next(each for each in fresh(booking).standing_lines if each.service.code == "interpreter")
        assert (waiting(), to_call_off()) == ((1, 0, 0), [])
        assert by_line([line.id])[line.id].reference == "LB-7"

    @pytest.mark.parametrize(
        "counts", [{"interpreter": 2}, {"laundry": 1}], ids=["another quantity", "without it"]
    )
    def test_is_called_off_where_the_change_touches_it(self, asking, book, do, change, counts):
        booking = book(make_order(interpreter=1))
        do(actions.confirm, "interpreter", reference="LB-7")

        change(booking, make_order(**counts))

        assert to_call_off() == [("interpreter", "LB-7")]
        assert waiting()[0] == counts.get("interpreter", 0) // 2

    def test_of_another_hotel_is_another_partner(self, asking, book, do, change):
        booking = book(make_order(interpreter=1))
        do(actions.confirm, "interpreter", reference="LB-7")

        change(booking, make_order(interpreter=1), house=asking.townhouse)

        assert to_call_off() == [("interpreter", "LB-7")]

    def test_who_said_no_or_came_in_vain_is_not(self, asking, book, do):
        refused, in_vain = book(make_order(interpreter=1, laundry=1)), book(make_order(taxi=1))
        do(actions.decline, "interpreter", reason="Ill")
        cancel(asking, refused)
        with transaction():
            bookings.end_by_hotel(
                public_id=in_vain.public_id, reach=Reach(is_everywhere=True), kind=EndKind.NO_SHOW,
                reason="Nobody", by_id=asking.dario.id, at=in_vain.ends_at,
            )  # fmt: skip

        assert waiting() == (0, 0, 0)

    def test_whose_offer_is_left_is_told_so(self, asking, book, do):
        booking = book(make_order(interpreter=1, laundry=1))
        later = fresh(booking).starts_at + HOUR
        do(actions.offer, "interpreter", starts_at=later, unit_cents=1, reason="")

        do(actions.leave_offer, "interpreter", by=asking.bruno)

        assert to_call_off() == [("interpreter", "")]


class TestThePages:
    def test_list_whom_to_call_and_note_that_it_was_done(self, asking, book, do, client_as):
        booking = book(make_order(interpreter=1))
        do(actions.confirm, "interpreter", reference="LB-7")
        cancel(asking, booking)
        dario = client_as(asking.dario)

        inbox, listed = dario.get("/inbox").page.text, dario.get(LIST).page
        rows = table(dario.get("/corporate/concierge/enquiries.csv?waits=call_off"))
        link = next(filter(ENQUIRY.fullmatch, listed.links))
        answer = dario.submit(dario.get(link).page, "/call-off", note="Ms Costa, no fee")

        assert "Call the partner off: Interpreter" in inbox
        assert "LB-7" in listed.text
        told = dict(zip(*rows, strict=True))
        assert (told["Booking"], told["Company"]) == (booking.title["en"], "Acme Logistics")
        assert (told["State"], told["Reference of the partner"]) == ("to be called off", "LB-7")
        assert told["No longer wanted since"] == "2026-06-15 10:00"
        grant(asking.carla, Role.FRONT_DESK, property_id=asking.townhouse.id)
        db.session.commit()
        elsewhere = client_as(asking.carla).get("/corporate/concierge/enquiries.csv?waits=call_off")
        assert len(table(elsewhere)) == 1
        assert answer.status_code == 302
        assert "Ms Costa, no fee" in dario.get(link).page.text
        assert waiting() == (0, 0, 0)
        assert "called off" in client_as(asking.bruno).get(
            f"/corporate/bookings/{booking.public_id}"
        ).page.text  # fmt: skip

    def test_do_it_once_and_for_nobody_who_is_still_wanted(self, asking, book, do):
        booking = book(make_order(interpreter=1))
        asked = one("interpreter")
        call = {"public_id": asked.public_id, "desk": EVERYWHERE, "note": "", "at": NOW}
        with pytest.raises(EnquiryClosed), transaction():
            actions.call_off(**call, by_id=asking.dario.id)
        cancel(asking, booking)

        for _ in range(2):
            with transaction():
                actions.call_off(**call, by_id=asking.dario.id)
        with pytest.raises(EnquiryClosed), transaction():
            actions.call_off(**call, by_id=asking.gleb.id)
