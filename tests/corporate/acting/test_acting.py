"""Two windows, two companies: a form of one is never sent for the other."""

import pytest

from portal.corporate.bookings.models import Booking
from portal.database import db
from portal.people.models import Grant, Person, Role
from tests.cast import grant


@pytest.fixture
def anna(cast, client_as):
    """Anna runs Borealis beside Acme."""
    grant(cast.anna, Role.ACCOUNT_ADMINISTRATOR, account=cast.borealis)
    db.session.commit()
    return client_as(cast.anna)


def travellers(account):
    statement = db.select(Person.name).where(Person.grants.any(account_id=account.id, role=Role.TRAVELLER))
    return set(db.session.scalars(statement))


def turn_to(client, account):
    return client.submit(client.get("/corporate/company").page, f"/corporate/choice/{account.public_id}")


class TestAFormOfAnotherCompany:
    def test_is_refused_until_one_acts_for_its_company_again(self, cast, anna):
        form = anna.get("/corporate/people/new").page
        turn_to(anna, cast.borealis)

        answer = anna.submit(form, "/corporate/people/new", name="Only At Acme")

        assert answer.status_code == 409
        assert answer.page.h1 == "Nothing was sent: you act for another company now"
        assert "was opened for Acme Logistics; meanwhile you act for Borealis Foods" in answer.page.text
        assert travellers(cast.borealis) == set()
        assert "Act for Acme Logistics" in answer.page.text
        turn_to(anna, cast.acme)
        assert anna.submit(form, "/corporate/people/new", name="Only At Acme").status_code == 302
        assert "Only At Acme" in travellers(cast.acme)
        assert travellers(cast.borealis) == set()

    def test_books_nothing(self, cast, anna):
        assert anna.post("/corporate/bookings", data={"acting": "forged"}).status_code == 409
        assert db.session.scalars(db.select(Booking.id)).all() == []

    def test_that_says_nothing_is_refused_to_whoever_has_two(self, cast, anna, client_as):
        answer = anna.post("/corporate/people/new", data={"name": "Nobody's"})
        assert (answer.status_code, "does not say for which company" in answer.page.text) == (409, True)
        assert client_as(cast.carla).post("/corporate/people/new", data={"name": "X"}).status_code == 422

    def test_is_refused_after_the_role_there_has_ended(self, cast, anna, clock):
        turn_to(anna, cast.borealis)
        form = anna.get("/corporate/people/new").page
        there = (Grant.person_id == cast.anna.id, Grant.account_id == cast.borealis.id)
        db.session.scalars(db.select(Grant).where(*there)).one().ended_at = clock.at
        db.session.commit()

        assert anna.submit(form, "/corporate/people/new", name="Late").status_code == 409


class TestTheTopBar:
    def test_names_the_company_and_offers_the_others(self, cast, anna, client_as):
        page = anna.get("/corporate/company").page
        assert "You act for Acme Logistics" in page.text

        anna.submit(page, f"/corporate/choice/{cast.borealis.public_id}")

        assert "You act for Borealis Foods" in anna.get("/corporate/company").page.text
        assert "You act for" not in client_as(cast.carla).get("/corporate/company").page.text
        assert "You act for" not in client_as(cast.lidia).get("/accounts").page.text
