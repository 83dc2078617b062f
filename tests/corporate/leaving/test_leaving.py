"""Somebody leaves a company: access ends at once, and what is still to come has another name."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.corporate.bookings.models import Booking
from portal.corporate.leaving import queries
from portal.corporate.leaving.models import Departure
from portal.corporate.passes.models import GuestPass
from portal.database import db, transaction
from portal.outbox.models import Letter
from portal.people.models import Grant
from tests.cast import NOW
from tests.catalogue import stock
from tests.corporate.bookings.conftest import book_now, make_order
from tests.corporate.passes.conftest import give_pass


@pytest.fixture
def anna(cast, client_as):
    return client_as(cast.anna)


@pytest.fixture
def path(cast):
    return f"/corporate/people/{cast.bruno.public_id}/end"


@pytest.fixture
def brunos(cast):
    """A booking and a pass of Bruno's."""
    stock(cast)
    with transaction():
        return book_now(cast, make_order(), title="Board"), give_pass(cast, invitee="Olga Guest")


def in_company(someone):
    held = select(Grant.id).where(Grant.person_id == someone.id, Grant.ended_at.is_(None))
    return db.session.scalars(held).first() is not None


def looked_after_by(brunos):
    db.session.expire_all()
    booking, given = brunos
    return db.session.get(Booking, booking.id).booked_by_id, db.session.get(GuestPass, given.id).issued_by_id


class TestLeaving:
    def test_shows_what_is_still_to_come_and_hands_it_over(self, cast, brunos, anna, path):
        page = anna.get(path).page
        assert "Board" in page.text
        assert "Olga Guest" in page.text

        answer = anna.submit(page, path, successor=str(cast.anna.public_id))

        assert answer.location == "/corporate/people"
        assert not in_company(cast.bruno)
        assert looked_after_by(brunos) == (cast.anna.id, cast.anna.id)
        departure = db.session.scalars(select(Departure)).one()
        assert departure.handed["bookings"] == [str(brunos[0].public_id)]
        text = db.session.scalars(select(Letter.text).where(Letter.to_address == cast.anna.email)).all()[-1]
        assert "Bookings: 1, guest passes: 1, closed events: 0" in text
        assert [each["as"] for each in queries.personal_data(cast.anna.id)] == ["took over"]

    def test_is_refused_while_nobody_and_no_reason_is_named(self, cast, brunos, anna, path):
        answer = anna.submit(anna.get(path).page, path)

        assert (answer.status_code, in_company(cast.bruno)) == (422, True)
        assert "say why nobody does" in answer.page.text
        for wrong in (cast.bruno, cast.carla, cast.tamara):
            refused = anna.submit(anna.get(path).page, path, successor=str(wrong.public_id))
            assert (refused.status_code, in_company(cast.bruno)) == (422, True)

    def test_leaves_it_with_a_reason_where_nobody_takes_it_over(self, cast, brunos, anna, path):
        anna.submit(anna.get(path).page, path, reason="Called off.")

        assert not in_company(cast.bruno)
        assert looked_after_by(brunos) == (cast.bruno.id, cast.bruno.id)
        assert db.session.scalars(select(Departure.reason)).one() == "Called off."

    def test_asks_nothing_where_nothing_is_to_come(self, cast, brunos, anna, path, clock):
        brunos[0].starts_at, brunos[0].ends_at = NOW - timedelta(days=2), NOW - timedelta(days=1)
        brunos[1].revoked_at, brunos[1].revoked_by_id = NOW, cast.anna.id
        db.session.commit()

        anna.submit(anna.get(path).page, path)

        assert not in_company(cast.bruno)
        assert looked_after_by(brunos) == (cast.bruno.id, cast.bruno.id)

    def test_is_the_business_of_whoever_runs_the_account(self, cast, client_as, path):
        assert client_as(cast.bruno).get(path).status_code == 403
        assert client_as(cast.carla).get(path).status_code == 404
        assert client_as(cast.anna).get(f"/corporate/people/{uuid.uuid4()}/end").status_code == 404
