"""Quotes: a price that is kept, accepted while it is free and valid, withdrawn, copied, printed."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.audit.models import AuditEntry
from portal.corporate.bookings.models import Booking
from portal.corporate.bookings.rules import Wanted
from portal.corporate.halls.rules import AllTaken
from portal.corporate.quotes import actions, queries, rules
from portal.corporate.quotes.models import PriceQuote
from portal.corporate.quotes.queries import QuoteReach
from portal.corporate.quotes.rules import QuoteNotOpen, QuoteOfOthers
from portal.database import db, transaction
from portal.hotel.models import Property, ServicePrice
from portal.outbox.models import Letter
from tests.cast import NOW
from tests.corporate.bookings.conftest import DAY, make_order
from tests.races import race
from tests.statements import assert_same_statements

GOLDEN_CENTS = 98_750


@pytest.fixture
def quote(cast, catalogue):
    """Quote an order for Acme at the seaside."""

    def quote_it(order=None, *, is_from_house=False, by=None, **other):
        with transaction():
            return actions.quote_order(
                token=uuid.uuid4(),
                account_id=cast.acme.id,
                wanted=Wanted(cast.seaside, order or make_order(), **other),
                is_from_house=is_from_house,
                by_id=(by or cast.bruno).id,
                at=NOW,
            )

    return quote_it


@pytest.fixture
def accept(cast):
    def accept_it(quoted, *, at=NOW, account=None):
        with transaction():
            return actions.accept_quote(
                public_id=quoted.public_id,
                account_id=(account or cast.acme).id,
                cost_centre_id=None,
                by_id=cast.bruno.id,
                at=at,
            )

    return accept_it


@pytest.fixture
def bruno(client_as, cast):
    return client_as(cast.bruno)


def address(quoted, more=""):
    return f"/corporate/quotes/{quoted.public_id}{more}"


def make_dearer():
    db.session.execute(update(ServicePrice).values(unit_price_cents=ServicePrice.unit_price_cents * 2))
    db.session.commit()


class TestAQuote:
    def test_is_booked_at_its_price_whatever_it_would_cost_now(self, gold, quote, accept):
        quoted = quote()
        make_dearer()

        booking = accept(quoted)

        assert quoted.bill_cents == booking.bill_cents == GOLDEN_CENTS
        assert booking.points_to_earn == 2_125
        assert sum(line.total_cents for line in _lines(booking)) == GOLDEN_CENTS

    def test_is_booked_once(self, gold, quote, accept):
        quoted = quote()

        assert accept(quoted).id == accept(quoted).id
        assert db.session.scalar(select(func.count(Booking.id))) == 1

    def test_holds_nothing(self, gold, quote, book, accept):
        quoted = quote(make_order(hall=1, headcount=30))
        book(make_order(hall=1, headcount=30))

        with pytest.raises(AllTaken):
            accept(quoted)

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=1)])
    def test_is_over_in_the_minute_of_its_end(self, gold, quote, accept, late):
        quoted = quote(make_order(taxi=1, day=DAY + timedelta(days=60)))

        assert quoted.valid_until == NOW + timedelta(days=14)
        with pytest.raises(QuoteNotOpen):
            accept(quoted, at=quoted.valid_until + late)
        assert accept(quoted, at=quoted.valid_until - timedelta(minutes=1)).bill_cents == 3_000

    def test_is_not_valid_longer_than_it_can_be_ordered(self, gold, quote):
        quoted = quote(make_order(hall=1))

        assert quoted.valid_until == quoted.starts_at - timedelta(hours=48)

    def test_is_not_found_by_another_company(self, gold, quote, accept, client_as):
        quoted = quote()

        with pytest.raises(QuoteOfOthers):
            accept(quoted, account=gold.borealis)
        carla = client_as(gold.carla)
        assert carla.get(address(quoted)).status_code == 404
        assert carla.get(address(quoted, "/quote.pdf")).status_code == 404

    def test_prints_its_price_and_why_on_paper(self, gold, quote, bruno):
        quoted = quote()

        answer = bruno.get(address(quoted, "/quote.pdf"))

        assert answer.data.startswith(b"%PDF")
        assert (
            rules.check_code(quoted).replace("\N{NO-BREAK SPACE}", " ")
            in bruno.get(address(quoted)).page.text
        )

    def test_has_another_code_when_anything_of_it_is_another(self, gold, quote):
        quoted = quote()
        before = rules.check_code(quoted)

        quoted.bill_cents -= 1

        assert rules.check_code(quoted) != before


class TestThePages:
    def test_keep_the_price_of_an_order_and_book_it(self, gold, catalogue, bruno):
        page = bruno.get(f"/corporate/bookings/new?hotel=SEA&hall=1&day={DAY}").page
        form = page.form("/bookings")

        made = bruno.post("/corporate/bookings/quote", data=form.filled({}))
        shown = bruno.get(made.location).page
        booked = bruno.submit(shown, "/acceptance")

        assert "The price is kept; nothing is held" in shown.text
        assert bruno.get(booked.location).page.text.count("€360") >= 1

    def test_say_what_was_taken_meanwhile(self, gold, quote, book, bruno):
        quoted = quote(make_order(hall=1, headcount=30))
        page = bruno.get(address(quoted)).page
        book(make_order(hall=1, headcount=30))

        make_dearer()
        answer = bruno.submit(page, "/acceptance")

        assert answer.status_code == 422
        assert "is taken" in answer.page.text
        assert "The price is kept: take another time for it." in answer.page.text
        [free_at, *_earlier] = buttons(answer.page, "instead")
        form = answer.page.form("/acceptance")
        booked = bruno.post(form.action, data=form.filled({}) | {"instead": free_at})
        made = db.session.scalars(select(Booking).order_by(Booking.id.desc()).limit(1)).one()
        assert booked.status_code == 302
        assert (made.bill_cents, made.starts_at.isoformat()) == (quoted.bill_cents, free_at)

    def test_book_another_day_at_the_quoted_price_where_the_price_list_is_the_same(
        self, gold, quote, bruno, catalogue, save
    ):
        quoted = quote(make_order(taxi=1))
        autumn = DAY + timedelta(days=90)
        save(
            ServicePrice(
                **{
                    column.name: getattr(first, column.name)
                    for first in [taxi_price(catalogue, gold)]
                    for column in ServicePrice.__table__.columns
                    if column.name not in {"id", "valid_from", "unit_price_cents"}
                },
                valid_from=autumn,
                unit_price_cents=45_00,
            )
        )
        form = bruno.get(address(quoted)).page.form("/acceptance")

        def press(**entered):
            return bruno.post(form.action, data=dict(form.fields) | {"move": "1"} | entered)

        assert "Choose the day and when it begins" in press().page.text
        dearer = press(day=autumn.isoformat(), starts="10:00")
        same = press(day=(DAY + timedelta(days=7)).isoformat(), starts="08:30")

        assert "has other prices than on the quoted day" in dearer.page.text
        made = db.session.scalars(select(Booking)).one()
        assert same.status_code == 302
        assert (made.bill_cents, made.service_date) == (30_00, DAY + timedelta(days=7))

    @pytest.mark.parametrize("instead", ["noon", "2026-06-22T10:00:00", "0001-01-01T00:00:00+00:00"])
    def test_take_no_time_that_none_of_their_buttons_bears(self, gold, quote, bruno, instead):
        form = bruno.get(address(quote(make_order(taxi=1)))).page.form("/acceptance")

        answer = bruno.post(form.action, data=dict(form.fields) | {"instead": instead})

        assert answer.status_code == 422
        assert db.session.scalar(select(func.count(Booking.id))) == 0

    def test_withdraw_a_quote_and_copy_it(self, gold, quote, bruno):
        quoted = quote(make_order(taxi=2))

        bruno.submit(bruno.get(address(quoted)).page, "/withdrawal")
        page = bruno.get(address(quoted)).page
        copy = bruno.get(f"/corporate/bookings/new?quote={quoted.public_id}").page

        assert "Withdrawn" in page.text
        assert not any("/acceptance" in form.action for form in page.forms)
        assert "€60" in copy.text

    def test_find_a_quote_by_its_number_its_title_and_its_company(self, gold, quote, bruno, client_as):
        quoted, _other = quote(make_order(taxi=1), title="Совет директоров"), quote(make_order(taxi=1))
        nora = client_as(gold.nora)

        for text in (quoted.number, "совет", "sovet", "cjdtn"):
            page = bruno.get(f"/corporate/quotes?q={text}").page
            assert address(quoted) in page.links
            assert "1 quote, latest first" in page.text
        assert "2 quotes, latest first" in nora.get("/corporate/quotes?q=acme").page.text
        assert "Nothing found" in bruno.get("/corporate/quotes?q=nobody").page.text
        assert bruno.get("/corporate/quotes/quotes.csv?q=sovet").text.count("\r\n") == 2
        assert address(quoted) in bruno.get("/search?q=sovet").page.links
        assert address(quoted) not in client_as(gold.carla).get("/search?q=sovet").page.links

    def test_list_quotes_in_as_many_statements_for_one_as_for_thirty(self, gold, quote, bruno):
        assert_same_statements(
            1,
            12,
            arrange=lambda n: [quote(make_order(taxi=1)) for _ in range(n)],
            visit=lambda: bruno.get("/corporate/quotes"),
        )

    def test_let_the_account_manager_offer_a_bundle(self, gold, catalogue, client_as):
        nora, bruno = client_as(gold.nora), client_as(gold.bruno)
        page = nora.get("/corporate/quotes/new").page

        made = nora.submit(
            page, "/quotes/new", company=str(gold.acme.public_id), hotel="SEA",
            bundle=str(catalogue.board_meeting.public_id), day=(DAY + timedelta(days=21)).isoformat(),
        )  # fmt: skip

        assert made.status_code == 302
        assert db.session.scalar(select(func.count(Letter.id))) == 2  # Anna and Bruno
        assert "Answer a quote: Board meeting" in bruno.get("/inbox").page.text
        assert bruno.submit(bruno.get(made.location).page, "/acceptance").status_code == 302
        assert "Answer a quote" not in bruno.get("/inbox").page.text

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_refuse_a_day_of_no_calendar(self, gold, catalogue, client_as, day):
        nora = client_as(gold.nora)

        answer = nora.submit(
            nora.get("/corporate/quotes/new").page, "/quotes/new", company=str(gold.acme.public_id),
            hotel="SEA", bundle=str(catalogue.board_meeting.public_id), day=day, starts="00:00",
        )  # fmt: skip

        assert answer.status_code == 422
        assert "Choose a day of this century" in answer.page.text

    def test_do_not_let_a_manager_quote_for_the_company_of_another(self, gold, catalogue, save, client_as):
        nora = client_as(gold.nora)
        page = nora.get("/corporate/quotes/new").page
        gold.borealis.manager_id = None
        db.session.commit()

        answer = nora.submit(page, "/quotes/new", company=str(gold.borealis.public_id), hotel="SEA")

        assert answer.status_code in {404, 422}
        assert db.session.scalar(select(func.count(PriceQuote.id))) == 0


@pytest.mark.race
def test_one_form_sent_twice_in_one_second_is_one_quote_and_one_entry(app, gold, catalogue):
    token, house_id, acme_id, bruno_id = uuid.uuid4(), gold.seaside.id, gold.acme.id, gold.bruno.id
    db.session.commit()

    def press():
        with transaction():
            return actions.quote_order(
                token=token, account_id=acme_id, is_from_house=False, by_id=bruno_id, at=NOW,
                wanted=Wanted(db.session.get(Property, house_id), make_order(taxi=1)),
            ).public_id  # fmt: skip

    assert race(app, press, press) == [token, token]
    issued = select(func.count(AuditEntry.id)).where(AuditEntry.action == "quote.issue")
    assert db.session.scalar(issued) == 1


def buttons(page, name):
    return [node.get("value") for node in page.all("button") if node.get("name") == name]


def taxi_price(catalogue, cast):
    priced = (
        ServicePrice.service_id == catalogue.services["taxi"].id, ServicePrice.property_id == cast.seaside.id
    )  # fmt: skip
    return db.session.scalars(select(ServicePrice).where(*priced)).one()


def _lines(booking):
    db.session.refresh(booking, ["lines"])
    return booking.lines


def test_a_stored_order_is_the_order_it_was_made_of(gold, quote):
    order = make_order()
    quoted = quote(order)

    again = queries.quote_for(QuoteReach(account_id=gold.acme.id), quoted.public_id)

    assert rules.order_from_json(again.order) == order
