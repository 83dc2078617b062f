"""What the desk writes: services, deliveries, and what is undone."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Card
from portal.corporate.bookings.models import Booking, Delivery
from portal.database import db, end_reads, transaction
from portal.people.models import Grant, Person
from portal.people.roles import actions as roles
from portal.staff.desk import actions, queries
from tests.races import meet_before, race, stopped_by_the_database, unguarded
from tests.staff.desk.conftest import NINE, colleague_of, log_entries, new_guest, number_of


@pytest.fixture
def deliver(dario, scan):
    """Send the form of a promise on Tamara's page: `deliver(quantity=2, time="08:30")`."""

    def send(**values):
        form = next(form for form in scan().forms if "/delivery" in form.action)
        return dario.post(form.action, data=form.filled(values))

    return send


class TestKey:
    def test_logs_a_service(self, cast, press, keys):
        answer = press("laundry")

        (entry,) = log_entries()
        assert answer.location.endswith(cast.tamaras_card.number)
        assert (entry.service_id, entry.card_id) == (keys.services["laundry"].id, cast.tamaras_card.id)
        assert (entry.by_id, entry.property_id, entry.done_at) == (cast.dario.id, cast.seaside.id, NINE)
        assert entry.line_id is None

    def test_says_what_was_logged_for_whom_and_when(self, press, dario, scan):
        press("laundry")

        assert "Laundry logged for Tamara Belova at 09:00" in scan().text

    def test_pressed_twice_logs_once(self, press):
        token = str(uuid.uuid4())

        press("laundry", token=token)
        again = press("laundry", token=token)

        assert again.status_code == 302
        assert len(log_entries()) == 1

    def test_whose_answer_was_lost_is_said_once(self, dario, scan):
        page = scan()
        for _ in range(2):
            answer = dario.submit(page, "/desk/services", service="laundry")

        assert dario.get(answer.location).page.text.count("Laundry logged for Tamara") == 1

    def test_of_a_promised_service_delivers_what_was_promised(self, promise, press):
        booking = promise(laundry=3)

        press("laundry")

        (entry,) = log_entries()
        delivery = db.session.scalars(select(Delivery)).one()
        assert entry.quantity == delivery.quantity == 3
        assert delivery.public_id == entry.public_id
        assert db.session.get(Booking, booking.id).fulfilled_at == NINE

    def test_delivers_it_after_more_promises_than_the_page_shows(self, promise, press):
        for _ in range(queries.OPEN_LINES):
            promise(taxi=1)
        booking = promise(laundry=3)

        press("laundry")

        (entry,) = log_entries()
        assert entry.quantity == 3
        assert db.session.get(Booking, booking.id).fulfilled_at == NINE

    def test_pressed_again_after_a_delivery_logs_one_more(self, promise, press):
        promise(laundry=3)
        press("laundry")

        press("laundry")

        assert [entry.line_id is None for entry in log_entries()] == [False, True]
        assert number_of(Delivery) == 1

    def test_does_not_deliver_what_was_promised_for_another_day(self, cast, promise, client_as, clock):
        promise(laundry=3)
        clock.set(NINE + timedelta(days=1))
        values = {"card": cast.tamaras_card.number, "service": "laundry", "token": str(uuid.uuid4())}

        client_as(cast.dario).post("/desk/services", data=values)

        assert number_of(Delivery) == 0
        assert [entry.line_id for entry in log_entries()] == [None]

    def test_of_a_blocked_card_logs_nothing(self, cast, press, dario, save):
        form_token = str(uuid.uuid4())
        values = {"card": cast.tamaras_card.number, "service": "laundry", "token": form_token}
        cast.tamaras_card.blocked_at, cast.tamaras_card.blocked_reason = NINE, "lost"

        dario.post("/desk/services", data=values)

        assert log_entries() == []
        assert "This card was blocked, so nothing was logged" in dario.get("/desk").page.text

    def test_of_a_guest_whom_the_house_let_go_logs_nothing(self, cast, dario, keys, scan):
        values = dict(scan().form("/desk/services").fields) | {"service": "laundry"}
        with transaction():
            roles.end_access(person_id=cast.tamara.id, by=cast.ada.id, at=NINE)

        dario.post("/desk/services", data=values)

        assert log_entries() == []
        assert "has left the company, so nothing was logged" in dario.get("/desk").page.text

    def test_of_a_guest_whose_only_role_the_house_ended_logs_nothing(self, cast, dario, keys, scan):
        values = dict(scan().form("/desk/services").fields) | {"service": "laundry"}
        [role] = db.session.scalars(select(Grant).where(Grant.person_id == cast.tamara.id))
        with transaction():
            roles.end_role(grant=role, by=cast.ada.id, at=NINE)

        dario.post("/desk/services", data=values)

        assert log_entries() == []
        assert "The holder has left the company" in scan().text

    def test_of_a_promise_to_a_guest_whom_the_house_let_go_delivers_nothing(self, cast, dario, promise, scan):
        promise(card=cast.tamaras_card, laundry=3)
        form = next(form for form in scan().forms if "/delivery" in form.action)
        with transaction():
            roles.end_access(person_id=cast.tamara.id, by=cast.ada.id, at=NINE)

        dario.post(form.action, data=form.filled({}))

        assert (log_entries(), number_of(Delivery)) == ([], 0)

    @pytest.mark.parametrize(
        ("field", "value", "status"),
        [("card", "000000000000", 404), ("service", "massage", 400), ("token", "1", 400), ("token", "", 400)],
    )
    def test_refuses_a_form_that_is_not_ours(self, cast, dario, field, value, status):
        values = {"card": cast.tamaras_card.number, "service": "laundry", "token": str(uuid.uuid4())}

        assert dario.post("/desk/services", data=values | {field: value}).status_code == status
        assert log_entries() == []

    def test_of_a_colleague_with_the_same_token_logs_nothing(self, cast, press, client_as, dario):
        token = str(uuid.uuid4())
        press("laundry", token=token)
        fatima = colleague_of(cast)

        press("laundry", token=token, browser=client_as(fatima))

        assert [entry.by_id for entry in log_entries()] == [cast.dario.id]

    @pytest.mark.race
    def test_pressed_twice_in_the_same_instant_logs_once(self, app, cast, promise, keys):
        promise(laundry=3)
        token, card_id, service_id = uuid.uuid4(), cast.tamaras_card.id, keys.services["laundry"].id
        house_id, by_id = cast.seaside.id, cast.dario.id
        day = {"since": NINE - timedelta(hours=9), "until": NINE + timedelta(hours=15), "at": NINE}

        def press_now():
            with transaction():
                card = db.session.get_one(
                    Card, card_id, options=[joinedload(Card.holder).selectinload(Person.grants)]
                )
                entry = actions.serve(
                    token=token, card=card, service_id=service_id, property_id=house_id, by_id=by_id, **day
                )
                return entry.public_id

        results = race(app, *[press_now] * 4)

        end_reads()
        assert set(results) == {token}
        assert len(log_entries()) == 1
        assert number_of(Delivery) == 1

    @pytest.mark.race
    def test_pressed_twice_would_be_entered_twice_without_the_guard(self, app, cast, keys, monkeypatch):
        token, card_id, service_id = uuid.uuid4(), cast.tamaras_card.id, keys.services["laundry"].id
        house_id, by_id = cast.seaside.id, cast.dario.id
        monkeypatch.setattr(actions, "_enter", enter_blindly)
        meet_before(monkeypatch, actions, "_enter")

        def press_now():
            with unguarded():
                card = db.session.get_one(
                    Card, card_id, options=[joinedload(Card.holder).selectinload(Person.grants)]
                )
                actions.log_service(
                    token=token, card=card, service_id=service_id, property_id=house_id, by_id=by_id, at=NINE
                )

        assert stopped_by_the_database(race(app, press_now, press_now)) == 1


def enter_blindly(entry):
    db.session.add(entry)
    db.session.flush()
    return entry


class TestDelivery:
    def test_notes_the_true_quantity_and_time(self, promise, deliver):
        promise(laundry=3)

        deliver(quantity=2, time="08:30", note="one shirt was lost")

        delivery = db.session.scalars(select(Delivery)).one()
        assert (delivery.quantity, delivery.recorded_at) == (2, NINE)
        assert delivery.delivered_at == NINE - timedelta(minutes=30)

    def test_without_a_time_is_now(self, promise, deliver):
        promise(laundry=3)

        deliver()

        assert db.session.scalars(select(Delivery)).one().delivered_at == NINE

    def test_at_a_later_time_was_yesterday(self, promise, deliver):
        promise(laundry=3)

        deliver(time="23:30")

        assert db.session.scalars(select(Delivery)).one().delivered_at == NINE - timedelta(hours=9.5)

    def test_of_an_earlier_day_was_on_that_day_and_needs_its_time(
        self, cast, promise, client_as, clock, scan
    ):
        promise(laundry=3)
        clock.set(NINE + timedelta(days=2))
        browser = client_as(colleague_of(cast))
        page = browser.get("/desk", query_string={"q": cast.tamaras_card.number}).page
        form = next(form for form in page.forms if "/delivery" in form.action)

        browser.post(form.action, data=form.filled({}))
        assert number_of(Delivery) == 0
        browser.post(form.action, data=form.filled({"time": "09:00"}))

        assert db.session.scalars(select(Delivery)).one().delivered_at == NINE

    def test_of_none_at_all_is_a_delivery_of_none(self, promise, deliver):
        promise(laundry=3)

        deliver(quantity=0, note="the machine is broken")

        assert db.session.scalars(select(Delivery)).one().quantity == 0

    @pytest.mark.parametrize("quantity", ["", "many", "-1", "10001"])
    def test_of_no_number_says_what_to_enter_and_delivers_nothing(self, promise, deliver, scan, quantity):
        promise(laundry=3)

        deliver(quantity=quantity)

        assert number_of(Delivery) == 0
        assert "Enter" in scan().text

    def test_of_absurdly_many_is_refused_in_words(self, promise, deliver, scan):
        promise(laundry=3)

        deliver(quantity=9_000)

        assert number_of(Delivery) == 0
        assert len(log_entries()) == 0

    def test_notes_no_card_of_another_company(self, cast, promise, dario, scan):
        promise(laundry=3)
        stranger = new_guest(cast, "Ingrid Holm", serial=555, company=cast.borealis)
        form = next(form for form in scan().forms if "/delivery" in form.action)

        dario.post(form.action, data=form.filled({"card": stranger.number}))

        assert [entry.card_id for entry in log_entries()] == [None]

    def test_at_another_hotel_is_not_found(self, cast, promise, dario, client_as):
        line_id = promise(laundry=3).public_id
        fatima = colleague_of(cast, house=cast.townhouse)

        answer = client_as(fatima).post(
            f"/desk/lines/{line_id}/delivery", data={"token": str(uuid.uuid4()), "quantity": 1}
        )

        assert answer.status_code == 404
