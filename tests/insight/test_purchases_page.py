"""The purchases behind the figures of a relationship: the same sums, page by page, within one's reach."""

import uuid
from datetime import date, timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.deliveries import actions as deliveries
from portal.database import db, transaction
from portal.hotel.models import ServiceKind
from portal.insight.measures.rules import KindBought, breadth, kinds_bought
from portal.insight.purchases import queries as purchases
from portal.insight.purchases.rules import Purchase, latest_first, place_of
from portal.insight.purchases.words import KINDS
from portal.insight.relationship import queries, rules
from portal.statistics.ranks import Rank
from portal.web import formats
from tests.cast import account
from tests.catalogue import stock
from tests.corporate.bookings.conftest import book_now, make_order
from tests.insight.profiles import SECRET, roll_up
from tests.statements import count_statements

DAY = date(2026, 6, 1)


def bought(day=DAY, key="stay:1", kinds=(("room", 100),)):
    return Purchase(day, sum(cents for _kind, cents in kinds), 1, 1, tuple(kinds), key)


class TestPagesOfPurchases:
    def test_hold_every_purchase_once_the_latest_first(self):
        everything = [bought(DAY - timedelta(days=number // 3), f"stay:{number}") for number in range(10)]

        seen, after = [], None
        while True:
            rows, after = latest_first(everything, after=after, limit=4)
            seen += rows
            if after is None:
                break

        assert [place_of(one) for one in seen] == sorted(map(place_of, everything), reverse=True)
        assert sorted(seen) == sorted(everything)

    def test_end_where_a_page_is_just_full(self):
        rows, after = latest_first([bought(), bought(key="stay:2")], after=None, limit=2)

        assert (len(rows), after) == (2, None)

    def test_open_what_is_a_booking(self):
        assert bought(key="booking:1-2").booking == "1-2"
        assert bought(key="stay:7").booking is None


class TestKindsBought:
    def test_are_those_that_breadth_counts(self):
        year = [bought(key=f"stay:{number}", kinds=[("room", 1_000)]) for number in range(2)]
        year += [bought(key="booking:a", kinds=[("taxi", 1), ("hall", 500)])]

        kinds = kinds_bought(year)

        assert kinds == [
            KindBought("hall", 1, 500, counts=True),  # once, but more than 2 % of the spend
            KindBought("room", 2, 2_000, counts=True),
            KindBought("taxi", 1, 1, counts=False),
        ]
        assert breadth(year, as_of=DAY, offered=9).value.kinds == 2

    def test_have_a_name_each(self):
        assert set(KINDS) == {*ServiceKind, "other"}


@pytest.fixture
def booked(known):
    """Acme's taxi and laundry, delivered and settled; the booking's public id."""
    stock(known)
    with transaction():
        booking = book_now(known, make_order(taxi=1, laundry=2))
    lines = db.session.scalars(select(BookingLine).where(BookingLine.booking_id == booking.id)).all()
    for line_id, quantity, starts_at in [(one.id, one.quantity, one.starts_at) for one in lines]:
        with transaction():
            deliveries.deliver_line(
                line_id=line_id, quantity=quantity, delivered_at=starts_at,
                by_id=known.dario.id, token=uuid.uuid4(), at=starts_at,
            )  # fmt: skip
    return db.session.scalars(select(Booking)).one()


class TestTheHotelsPage:
    def test_comes_to_the_figures_of_the_relationship(self, known, client_as):
        roll_up()
        found = queries.whole(accounts.account(known.acme.id)).hotel
        address = f"/insight/relationship/{known.acme.public_id}"
        nora = client_as(known.nora)

        opened = [link for link in nora.get(address).page.links if f"{address}/purchases" in link]
        year, everything = (
            nora.get(f"{address}/purchases").page,
            nora.get(f"{address}/purchases?span=all").page,
        )

        assert len(opened) == 4
        told = found.shared
        assert year.h1 == f"{told.breadth.value.purchases} purchases"
        assert f"{told.depth.value.nights} nights" in year.text
        assert f"days with a purchase: {found.frequency.value.days}" in year.text
        assert everything.h1 == "57 purchases"

    def test_pages_through_all_of_them(self, known, client_as):
        roll_up()
        nora = client_as(known.nora)
        address = f"/insight/relationship/{known.acme.public_id}/purchases?span=all"

        first = nora.get(address).page
        [following] = [link for link in first.links if "after=" in link]
        second = nora.get(following).page

        days = [node.get("datetime") for page in (first, second) for node in page.all("time")]
        assert len([day for day in days if day]) == 57
        assert "To the beginning" in second.text

    def test_is_the_first_page_for_a_key_that_is_not_ours(self, known, client_as):
        roll_up()
        address = f"/insight/relationship/{known.acme.public_id}/purchases"

        for strange in ("after=x", "after=W10", "kind=nothing", "span=other"):
            assert client_as(known.nora).get(f"{address}?{strange}").page.h1 == "26 purchases"

    def test_of_a_company_out_of_reach_is_not_found(self, known, client_as, save):
        other = save(account("Out of reach"))
        address = f"/insight/relationship/{other.public_id}/purchases"

        assert client_as(known.nora).get(address).status_code == 404
        assert client_as(known.gleb).get(address).status_code == 404
        assert client_as(known.lidia).get(address).page.h1 == "0 purchases"

    def test_costs_the_same_for_few_and_for_many(self, known, slept, client_as):
        roll_up()
        lidia = client_as(known.lidia)
        address = f"/insight/relationship/{known.borealis.public_id}/purchases"
        lidia.get(address)
        with count_statements() as none:
            lidia.get(address)
        slept(known.borealis, list(range(1, 20)))
        with count_statements() as many:
            lidia.get(address)

        assert len(none) == len(many) <= 20


class TestABookingAmongThem:
    def test_opens_and_is_found_by_its_kinds(self, known, booked, client_as):
        day = booked.service_date
        roll_up(day)
        address = f"/insight/relationship/{known.acme.public_id}/purchases"
        link = f"/corporate/bookings/{booked.public_id}"

        page = client_as(known.nora).get(f"{address}?kind=taxi").page

        assert page.h1 == "1 purchase: taxi"
        assert "taxi, laundry" in page.text
        assert link in page.links

    def test_comes_to_what_the_kind_had_in_it(self, known, booked, client_as):
        roll_up(booked.service_date)
        whole = purchases.purchases(until=booked.service_date, account_ids=[known.acme.id])[known.acme.id]
        [shares] = [dict(one.kinds) for one in whole if one.booking]

        page = (
            client_as(known.nora)
            .get(f"/insight/relationship/{known.acme.public_id}/purchases?kind=taxi")
            .page
        )

        taxi, laundry = shares["taxi"], shares["laundry"]
        assert 0 < taxi != taxi + laundry
        with force_locale("en"):
            assert page.text.count(formats.cents(taxi)) == 3  # in the sum, beside the kind, in the row
            assert formats.cents(taxi + laundry) not in page.text

    @pytest.mark.parametrize(("house", "opens"), [("seaside", True), ("townhouse", False)])
    def test_leads_a_house_only_to_its_own(self, known, booked, client_as, house, opens):
        booked.property_id = getattr(known, house).id
        db.session.commit()
        roll_up(booked.service_date)
        address = f"/insight/relationship/{known.acme.public_id}/purchases"
        link = f"/corporate/bookings/{booked.public_id}"

        for who, is_led in ((known.gleb, opens), (known.lidia, True), (known.nora, True)):
            browser = client_as(who)
            assert (link in browser.get(address).page.links) is is_led
            assert (browser.get(link).status_code == 200) is is_led


class TestTheClientsPage:
    def test_is_their_own_and_leads_to_their_booking(self, known, booked, client_as):
        roll_up(booked.service_date)
        anna = client_as(known.anna)

        page = anna.get("/insight/relationship/purchases").page

        assert page.h1 == "27 purchases"
        assert f"/corporate/bookings/{booked.public_id}" in page.links
        assert [word for word in SECRET if word in page.text] == []

    def test_is_for_whoever_runs_the_account(self, known, client_as):
        for other in (known.bruno, known.tamara, known.nora):
            assert client_as(other).get("/insight/relationship/purchases").status_code == 403

    def test_says_so_where_there_is_nothing(self, known, client_as):
        roll_up()
        page = client_as(known.carla).get("/insight/relationship/purchases").page

        assert "No purchases yet" in page.text


class TestThePlaceOfTheSpend:
    def test_is_among_the_same_peers_and_the_hotels_alone(self, known, client_as):
        roll_up()
        whole = queries.whole(accounts.account(known.acme.id))

        assert whole.found.spend_place == whole.hotel.spend_place == Rank(12, 0, 12)
        assert "spend_place" not in rules.ClientEdition.__dataclass_fields__
        assert (
            "Spend, net"
            in client_as(known.nora).get(f"/insight/relationship/{known.acme.public_id}").page.text
        )
        assert "Spend, net" not in client_as(known.anna).get("/insight/relationship").page.text
