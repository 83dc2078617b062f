"""Composing an order through the web: the price forms, is seen, and is confirmed once."""

import uuid
from datetime import date, time

import pytest
from sqlalchemy import select

from portal.corporate.bookings.models import Booking
from portal.database import db
from portal.hotel.models import ServicePrice
from portal.programme.ledger import queries as ledger
from tests.catalogue import GOLDEN
from tests.corporate.bookings.conftest import DAY, give_points, make_order
from tests.statements import count_statements

NEW = "/corporate/bookings/new"
MOST_STATEMENTS = 30


@pytest.fixture
def bruno(client_as, cast):
    return client_as(cast.bruno)


@pytest.fixture
def sheet(bruno, catalogue):
    """An empty order of the seaside hotel."""
    return bruno.get(f"{NEW}?hotel=SEA").page


def fields(page, *, day=DAY, **counts):
    """The values of an order, under the names that the page's rows have."""
    rows = {
        dict(page.form("/bookings").fields)[name]: name.removesuffix("-service")
        for name in page.form("/bookings").names
        if name.endswith("-service")
    }
    values = {f"{rows[service]}-count": str(count) for service, count in counts.items()}
    return {"day": day.isoformat(), "headcount": "10", **values}


def price_of(bruno, page, **values):
    """Send the order to its preview, as the button without script does."""
    form = page.form("/bookings")
    return bruno.post(f"{form.action}/price", data=form.filled(values))


def confirm(bruno, page, **values):
    return bruno.submit(page, "/bookings", **values)


def bookings():
    return list(db.session.scalars(select(Booking).order_by(Booking.id)))


class TestCompose:
    def test_opens_with_a_ready_bundle_that_need_only_be_confirmed(self, gold, catalogue, bruno):
        page = bruno.get(f"{NEW}?bundle={catalogue.board_meeting.public_id}").page

        answer = confirm(bruno, page)

        booking = bookings()[0]
        assert answer.status_code == 302
        assert booking.bundle_id == catalogue.board_meeting.id
        assert booking.title == {"en": "Board meeting", "ru": "Заседание совета"}
        # Hall 400, AV 150, waiter 45, −10 %; a taxi at cost.
        assert booking.bill_cents == 59_500 * 90 // 100 + 3_000

    def test_opens_with_an_earlier_booking_on_the_same_day_of_the_week(self, gold, book, bruno):
        earlier = book(make_order(hall=1, waiter=3, taxi=2, starts=time(11), ends=time(16)), title="Board")

        page = bruno.get(f"{NEW}?again={earlier.public_id}").page
        confirm(bruno, page)

        again = bookings()[1]
        assert (again.service_date.weekday(), again.title) == (DAY.weekday(), earlier.title)
        assert again.bill_cents == earlier.bill_cents
        assert (again.starts_at.hour, again.ends_at.hour) == (10, 15)

    def test_knows_no_booking_of_another_company(self, cast, book, client_as):
        page = client_as(cast.carla).get(f"{NEW}?again={book().public_id}").page

        assert "The price forms here" in page.text

    def test_asks_the_database_a_bounded_number_of_times(self, gold, catalogue, bruno):
        bruno.get(f"{NEW}?bundle={catalogue.board_meeting.public_id}")

        with count_statements() as statements:
            bruno.get(f"{NEW}?bundle={catalogue.board_meeting.public_id}")

        assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)


class TestPrice:
    def test_forms_line_by_line_up_to_the_golden_total(self, gold, bruno, sheet):
        page = price_of(bruno, sheet, **fields(sheet, **GOLDEN)).page

        for said in ("€400", "€150", "€180", "€20", "−€112.50", "€120", "€30", "€200", "€987.50"):
            assert said in page.text
        assert "VAT of €164.58 included" in page.text
        assert "Earns 2,125 points once it is delivered." in page.text
        assert "Bundle of 7 kinds, −15 %" in page.text

    def test_takes_the_larger_of_bundle_and_tier_line_by_line(self, gold, bruno, sheet):
        page = price_of(bruno, sheet, **fields(sheet, hall=1, waiter=1)).page

        assert "Bundle of 2 kinds, −5 % −€2.25" in page.text
        assert "Halls and equipment, −10 % −€40" in page.text

    def test_shows_what_points_pay_and_what_they_leave(self, gold, bruno, sheet):
        give_points(gold.acme.id, 4_605)
        page = bruno.get(f"{NEW}?hotel=SEA").page

        shown = price_of(bruno, page, **fields(page, laundry=20), points="3000").page

        assert "Paid with points 3,000 points −€30" in shown.text
        assert "Leaves 1,605 of 4,605 points." in shown.text

    def test_refuses_more_points_than_the_share_and_keeps_them_in_the_form(self, gold, bruno, sheet):
        give_points(gold.acme.id, 9_000)
        page = bruno.get(f"{NEW}?hotel=SEA").page

        answer = price_of(bruno, page, **fields(page, laundry=20), points="3100")

        assert answer.status_code == 422
        assert "Points pay up to 30 % of this bill" in answer.page.text
        assert dict(answer.page.form("/bookings").fields)["points"] == "3100"

    def test_fills_in_as_many_points_as_may_pay(self, gold, bruno, sheet):
        give_points(gold.acme.id, 9_000)
        page = bruno.get(f"{NEW}?hotel=SEA").page
        form = page.form("/bookings")

        shown = bruno.post(
            f"{form.action}/price", data=form.filled(fields(page, laundry=20)) | {"most": "1"}
        ).page

        assert dict(shown.form("/bookings").fields)["points"] == "3000"

    def test_offers_another_time_where_the_hall_is_taken(self, gold, book, bruno, sheet):
        book(make_order(hall=1, headcount=30))

        answer = price_of(bruno, sheet, **(fields(sheet, hall=1) | {"headcount": "30"}))

        assert answer.status_code == 422
        assert "is free again on 22 June 2026, 14:30" in answer.page.text
        instead = next(n for n in answer.page.all("button") if n.get("name") == "instead")
        moved = price_of_pressed(bruno, answer.page, instead).page
        assert dict(moved.form("/bookings").fields)["starts"] == "14:30"
        assert dict(moved.form("/bookings").fields)["ends"] == "18:30"

    def test_offers_the_bundles_own_quantities_for_so_many_guests(self, gold, catalogue, bruno):
        page = bruno.get(f"{NEW}?bundle={catalogue.board_meeting.public_id}").page

        shown = price_of(bruno, page, headcount="25").page
        button = next(n for n in shown.all("button") if n.get("name") == "suggested")
        taken = price_of_pressed(bruno, shown, button).page

        assert "3 × Waiter" in taken.text

    def test_changes_the_hotel_and_keeps_what_was_entered(self, gold, bruno, sheet):
        form = sheet.form("/bookings")
        data = form.filled(fields(sheet, taxi=2, hall=1)) | {"switch_hotel": "TWN"}

        page = bruno.post(f"{form.action}/price", data=data).page

        assert "Townhouse, 22 June 2026" in page.text
        assert "2 × Taxi" in page.text
        assert "Meeting hall" not in page.text

    def test_says_at_each_field_what_is_wrong_and_keeps_the_values(self, gold, bruno, sheet):
        answer = price_of(bruno, sheet, **(fields(sheet, waiter=41) | {"headcount": "0", "day": ""}))

        assert answer.status_code == 422
        assert "Choose the day." in answer.page.text
        assert "We seat from 1 to 2,000 guests." in answer.page.text
        assert dict(answer.page.form("/bookings").fields)["headcount"] == "0"

    def test_says_a_limit_at_the_service(self, gold, bruno, sheet):
        answer = price_of(bruno, sheet, **fields(sheet, waiter=41))

        assert answer.status_code == 422
        assert "Waiter: That is more than we can promise: at most 40 people." in answer.page.text

    def test_says_beside_the_live_price_what_is_wrong(self, gold, bruno, sheet):
        form = sheet.form("/bookings")
        answer = bruno.post(
            f"{form.action}/price",
            data=form.filled(fields(sheet, waiter=41)),
            headers={"X-Part": "1"},
        )

        assert answer.status_code == 200
        assert "That is more than we can promise" in answer.page.text

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1999-01-01", "yesterday"])
    def test_refuses_a_day_of_which_no_calendar_is_made(self, bruno, sheet, day):
        answer = price_of(bruno, sheet, **(fields(sheet, taxi=1) | {"day": day}))

        assert answer.status_code == 422

    @pytest.mark.parametrize("at", ["", "now", "0001-01-01T00:00:00+00:00", "2026-06-22T10:00:00"])
    def test_takes_no_other_time_than_its_buttons_bear(self, bruno, sheet, at):
        form = sheet.form("/bookings")
        data = form.filled(fields(sheet, taxi=1)) | {"instead": at}

        assert bruno.post(f"{form.action}/price", data=data).status_code == 400

    def test_changes_nothing(self, gold, bruno, sheet):
        price_of(bruno, sheet, **fields(sheet, **GOLDEN))

        assert bookings() == []

    @pytest.mark.parametrize("field", ["count", "moment", "starts", "ends"])
    @pytest.mark.parametrize("value", ["x", "-1", "99:99", "1" * 100, "=1+1", "½", "١٢"])
    def test_survives_whatever_is_typed(self, gold, bruno, sheet, field, value):
        form = sheet.form("/bookings")
        name = next(name for name in sorted(form.names) if name.endswith(f"-{field}"))

        answer = price_of(bruno, sheet, **(fields(sheet, taxi=1) | {name: value}))

        assert answer.status_code in {200, 422}

    def test_survives_more_rows_than_a_hotel_has_services(self, gold, bruno, sheet):
        form = sheet.form("/bookings")
        rows = {f"lines-{number}-count": "1" for number in range(200, 1_400)}

        answer = bruno.post(f"{form.action}/price", data=form.filled(fields(sheet, taxi=1)) | rows)

        assert answer.status_code in {200, 422}


class TestBook:
    def test_confirms_the_price_that_was_seen(self, gold, bruno, sheet):
        shown = price_of(bruno, sheet, **fields(sheet, **GOLDEN)).page

        answer = confirm(bruno, shown)

        booking = bookings()[0]
        assert answer.location == f"/corporate/bookings/{booking.public_id}"
        assert (booking.bill_cents, booking.points_to_earn) == (98_750, 2_125)

    def test_pays_the_golden_share_with_points(self, gold, bruno, sheet):
        give_points(gold.acme.id, 3_000)
        page = bruno.get(f"{NEW}?hotel=SEA").page
        shown = price_of(bruno, page, **fields(page, laundry=20), points="3000").page

        confirm(bruno, shown)

        assert (bookings()[0].bill_cents, bookings()[0].points_used) == (10_000, 3_000)
        assert ledger.balance_of(gold.acme.id).held == 3_000

    def test_refuses_a_bundle_that_there_is_not(self, gold, bruno, sheet):
        form = price_of(bruno, sheet, **fields(sheet, **GOLDEN)).page.form("/bookings")

        answer = bruno.post("/corporate/bookings", data=form.filled({"bundle": str(gold.acme.public_id)}))

        assert (answer.status_code, bookings()) == (422, [])
        assert "not sent as the page made it" in answer.page.text

    def test_leads_a_double_click_to_the_same_booking(self, gold, bruno, sheet):
        shown = price_of(bruno, sheet, **fields(sheet, **GOLDEN)).page

        first, second = confirm(bruno, shown), confirm(bruno, shown)

        assert first.location == second.location
        assert len(bookings()) == 1

    def test_finds_nothing_under_the_token_of_another_company(self, cast, book, client_as):
        stranger = client_as(cast.carla)
        page = stranger.get(f"{NEW}?hotel=SEA").page
        shown = price_of(stranger, page, **fields(page, taxi=1)).page

        answer = stranger.submit(shown, "/bookings", token=str(book().public_id))

        assert answer.status_code == 404

    def test_shows_the_new_price_and_asks_again_when_it_changed_meanwhile(self, gold, bruno, sheet):
        shown = price_of(bruno, sheet, **fields(sheet, laundry=20)).page
        for price in db.session.scalars(select(ServicePrice).where(ServicePrice.unit_price_cents == 500)):
            price.unit_price_cents = 600
        db.session.commit()

        answer = confirm(bruno, shown)

        assert answer.status_code == 422
        assert "The price is now €120." in answer.page.text
        assert bookings() == []
        assert confirm(bruno, answer.page).status_code == 302
        assert bookings()[0].bill_cents == 12_000

    def test_asks_again_when_the_quantities_were_changed_without_looking_at_the_price(
        self, gold, bruno, sheet
    ):
        answer = confirm(bruno, sheet, **fields(sheet, taxi=1))

        assert answer.status_code == 422
        assert "The price is now €30." in answer.page.text

    def test_names_the_cut_off_that_has_passed(self, gold, bruno, sheet):
        answer = confirm(bruno, sheet, **fields(sheet, day=date(2026, 6, 16), hall=1))

        assert answer.status_code == 422
        assert "It has to be ordered 48 h ahead" in answer.page.text
        assert "The earliest beginning now is 17 June 2026, 10:15." in answer.page.text

    def test_keeps_what_was_typed_when_the_form_is_refused(self, gold, bruno, sheet):
        answer = confirm(bruno, sheet, **fields(sheet), title="Board", note="Tea, please.")

        kept = dict(answer.page.form("/bookings").fields)
        assert answer.status_code == 422
        assert (kept["title"], kept["note"]) == ("Board", "Tea, please.")
        assert "Nothing is chosen yet." in answer.page.text

    def test_takes_no_form_whose_ids_were_tampered_with(self, gold, bruno, sheet):
        answer = confirm(bruno, sheet, **fields(sheet, taxi=1), token="not-a-uuid")

        assert answer.status_code == 422
        assert bookings() == []

    def test_takes_no_empty_form(self, catalogue, bruno):
        assert bruno.post("/corporate/bookings").status_code == 422
        assert bruno.post("/corporate/bookings/price").status_code == 422

    def test_books_for_a_traveller(self, cast, gold, bruno, sheet):
        shown = price_of(bruno, sheet, **fields(sheet, taxi=1), guest=str(cast.tamaras_card.public_id)).page

        confirm(bruno, shown)

        assert (bookings()[0].guest_id, bookings()[0].card_id) == (cast.tamara.id, cast.tamaras_card.id)

    def test_is_closed_to_a_traveller(self, cast, catalogue, client_as):
        assert client_as(cast.tamara).get(NEW).status_code == 403


def price_of_pressed(bruno, page, button):
    form = page.form("/bookings")
    data = form.filled({}) | {button.get("name"): button.get("value")}
    return bruno.post(button.get("formaction"), data=data)


def test_tokens_are_new_for_each_form(bruno, catalogue):
    tokens = {dict(bruno.get(NEW).page.form("/bookings").fields)["token"] for _ in range(2)}

    assert len({uuid.UUID(token) for token in tokens}) == 2
