"""What the desk takes back: within ten minutes, one's own, and for good."""

import uuid

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.corporate.bookings.models import Booking, Delivery
from portal.database import db
from tests.staff.desk.conftest import NINE, colleague_of, log_entries, number_of


@pytest.fixture
def undo(dario):
    """Undo an entry, in Dario's browser or in another."""

    def send(entry, browser=None):
        return (browser or dario).post(f"/desk/log/{entry.public_id}/undo")

    return send


class TestUndo:
    def test_takes_back_the_entry_and_keeps_it_in_the_log(self, press, undo, dario):
        press("laundry")

        undo(log_entries()[0])

        (entry,) = log_entries()
        assert entry.undone_at == NINE
        page = dario.get("/desk").page
        assert "Undone" in page.text
        assert "Logged today: 0" in page.text

    def test_takes_back_the_delivery(self, promise, press, undo):
        booking = promise(laundry=3)
        press("laundry")

        undo(log_entries()[0])

        assert number_of(Delivery) == 0
        assert db.session.get(Booking, booking.id).fulfilled_at is None

    def test_lets_the_same_be_delivered_anew(self, promise, press, undo):
        promise(laundry=3)
        press("laundry")
        undo(log_entries()[0])

        press("laundry")

        assert number_of(Delivery) == 1

    def test_at_the_tenth_minute_still_works(self, press, undo, clock):
        press("laundry")
        clock.advance(minutes=10)

        undo(log_entries()[0])

        assert log_entries()[0].undone_at is not None

    def test_after_the_tenth_minute_does_not(self, press, undo, clock, dario):
        press("laundry")
        clock.advance(minutes=10, seconds=1)

        undo(log_entries()[0])

        assert log_entries()[0].undone_at is None
        assert "More than ten minutes have passed" in dario.get("/desk").page.text

    def test_is_offered_as_long_as_it_works(self, press, clock, dario):
        press("laundry")

        clock.advance(minutes=10)
        assert [form for form in dario.get("/desk").page.forms if "/undo" in form.action]
        clock.advance(seconds=1)
        assert not [form for form in dario.get("/desk").page.forms if "/undo" in form.action]

    def test_of_a_colleagues_entry_is_refused(self, cast, press, undo, client_as):
        press("laundry")
        colleague = client_as(colleague_of(cast))

        undo(log_entries()[0], browser=colleague)

        assert log_entries()[0].undone_at is None
        assert "A colleague logged this" in colleague.get("/desk").page.text

    def test_at_another_hotel_is_not_found(self, cast, press, undo, client_as):
        press("laundry")

        answer = undo(log_entries()[0], browser=client_as(colleague_of(cast, house=cast.townhouse)))

        assert answer.status_code == 404

    def test_twice_is_once(self, press, undo, clock):
        press("laundry")
        undo(log_entries()[0])
        clock.advance(minutes=1)

        undo(log_entries()[0])

        assert log_entries()[0].undone_at == NINE

    def test_leaves_its_trace_in_the_audit(self, cast, press, undo):
        press("laundry")
        undo(log_entries()[0])

        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "desk.undo")).one()
        assert entry.actor_id == cast.dario.id

    def test_makes_the_old_press_worthless(self, press, undo, dario):
        token = str(uuid.uuid4())
        press("laundry", token=token)
        undo(log_entries()[0])

        press("laundry", token=token)

        assert len(log_entries()) == 1
        assert "This entry was undone" in dario.get("/desk").page.text
