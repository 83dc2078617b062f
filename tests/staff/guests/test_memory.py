"""What the desk knows of a guest: needs with their source, what went wrong, and whether it was made good."""

from datetime import timedelta

import pytest

from portal.corporate.bookings.models import Booking
from portal.database import db, transaction
from portal.staff.desk import actions as desk
from portal.staff.desk import queries as desk_queries
from tests.corporate.bookings.test_actions import deliver
from tests.corporate.bookings.test_terms import COMPENSATION
from tests.corporate.bookings.test_terms import agree as agree  # noqa: PLC0414 -- a fixture
from tests.staff.board.conftest import TEN, lines_of
from tests.staff.board.conftest import catalogue as catalogue  # noqa: PLC0414 -- a fixture
from tests.staff.board.conftest import housekeeping as housekeeping  # noqa: PLC0414 -- a fixture
from tests.staff.board.conftest import promise as promise  # noqa: PLC0414 -- a fixture


@pytest.fixture(autouse=True)
def _one_key(catalogue):
    catalogue.services["taxi"].desk_key = 3
    db.session.commit()


def scan(cast, client_as):
    return client_as(cast.dario).get("/desk", query_string={"q": cast.tamaras_card.number}).page.text


class TestNeeds:
    def test_say_who_told_them(self, cast, promise, client_as):
        booking = promise(laundry=3, taxi=1)
        db.session.get(Booking, booking.id).note = "She arrives with two colleagues"
        cast.tamara.needs = "No feathers, please"
        db.session.commit()

        text = scan(cast, client_as)

        assert "No feathers, please" in text
        assert "the guest’s own words" in text
        assert "She arrives with two colleagues" in text
        spoken = booking.spoken_reference.replace("\N{NO-BREAK SPACE}", " ")
        assert f"note to booking {spoken} of 15 June 2026" in text.replace("\N{NO-BREAK SPACE}", " ")


class TestWhatWentWrong:
    def test_says_that_it_was_made_good(self, cast, agree, promise, client_as):
        agree(compensation=COMPENSATION)
        deliver(cast, promise(laundry=3), laundry=0)

        text = scan(cast, client_as)

        assert "Laundry did not come, 22 June 2026" in text
        assert "made good: 1,000 points" in text

    def test_says_what_was_late_and_that_the_table_gives_nothing(self, cast, promise, client_as, clock):
        line_id = lines_of(promise(laundry=3))[0].public_id
        late = TEN + timedelta(minutes=16)
        clock.set(late)
        with transaction():
            line = desk_queries.line_at(line_id, property_id=cast.seaside.id)
            desk.deliver_line(
                token=line_id,
                line=line,
                card=None,
                by_id=cast.dario.id,
                quantity=3,
                delivered_at=late,
                at=late,
            )

        text = scan(cast, client_as)

        assert "Laundry came 16 minutes late" in text
        assert "the table gives nothing for it" in text

    def test_says_nothing_of_what_was_kept_or_is_of_another_guest(self, cast, promise, client_as):
        deliver(cast, promise(laundry=3))
        group = promise(taxi=1)
        db.session.get(Booking, group.id).guest_id = None
        db.session.commit()
        deliver(cast, group, taxi=0)

        assert "Went wrong before" not in scan(cast, client_as)
