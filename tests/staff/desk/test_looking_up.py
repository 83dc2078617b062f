"""What the desk finds for what was scanned or typed."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.rules import card_number
from portal.audit.models import Sight
from portal.database import db
from portal.people.models import Role
from portal.programme.standing.models import AccountStanding
from portal.stays.models import Import, Stay
from tests.cast import NOW, grant, person
from tests.staff.desk.conftest import NINE, new_guest
from tests.statements import assert_same_statements


def one_digit_wrong(number):
    return number[:4] + str((int(number[4]) + 1) % 10) + number[5:]


class TestCard:
    def test_opens_the_guest_with_tier_and_company(self, cast, scan, save):
        save(AccountStanding(account_id=cast.acme.id, tier="gold", played_through=NOW.date(), night_cents=0))

        page = scan()

        assert page.h1 == "Tamara Belova"
        assert "Acme Logistics" in page.text
        assert "Gold" in page.text

    def test_tells_what_to_offer_by_right_of_the_tier(self, cast, scan, save):
        save(AccountStanding(account_id=cast.acme.id, tier="gold", played_through=NOW.date(), night_cents=0))

        text = scan().text

        assert "Late check-out until 16:00" in text
        assert "12 % off the open rate" in text

    def test_shows_what_the_guest_told_the_hotel(self, cast, scan, save):
        cast.tamara.needs = "A quiet floor."

        assert "A quiet floor." in scan().text

    @pytest.mark.parametrize("typed", ["{0} {1} {2}", "https://rapport.example/c/{0}{1}{2}", "{0}-{1}-{2}"])
    def test_is_read_in_groups_and_in_a_phones_address(self, cast, dario, typed):
        number = cast.tamaras_card.number

        answer = dario.get("/desk", query_string={"q": typed.format(number[:4], number[4:8], number[8:])})

        assert answer.page.h1 == "Tamara Belova"

    def test_with_one_digit_wrong_says_so_and_shows_nobody(self, cast, scan):
        page = scan(one_digit_wrong(cast.tamaras_card.number))

        assert "This card number cannot be right" in page.text
        assert "Tamara" not in page.text

    def test_that_was_never_issued_says_so(self, scan):
        assert "No guest has this card" in scan(card_number(123)).text

    def test_of_the_wrong_length_is_no_card(self, scan):
        assert "That is not a card of ours" in scan("1234567").text

    def test_that_was_blocked_says_since_when_and_why(self, cast, scan, clock, save):
        cast.tamaras_card.blocked_at, cast.tamaras_card.blocked_reason = NINE, "lost in a taxi"

        page = scan()

        assert "This card is blocked" in page.text
        assert "lost in a taxi" in page.text
        assert not [form for form in page.forms if "/desk/services" in form.action]

    def test_of_whom_the_house_let_go_says_so_and_offers_no_key(self, cast, scan):
        cast.tamara.left_at = NINE
        db.session.commit()

        page = scan()

        assert "The holder has left the company" in page.text
        assert not [form for form in page.forms if "/desk/services" in form.action]


class TestName:
    @pytest.mark.parametrize(
        "typed",
        [
            "Соколова", "соколова", "СОКОЛОВА АННА", "Sokolova", "sokolov",  # the other alphabet
            "Cjrjkjdf",  # the Latin layout under a Russian name
            "Ыщлщдщмф",  # the Russian layout under a Latin one
        ],
    )  # fmt: skip
    def test_is_found_in_any_alphabet_and_layout(self, cast, dario, typed):
        card = new_guest(cast, "Анна Соколова", serial=222)

        answer = dario.get("/desk", query_string={"q": typed})

        assert answer.status_code == 302
        assert answer.location.endswith(f"q={card.number}")

    @pytest.mark.parametrize("typed", ["Семенов", "Семёнов", "Semenov"])
    def test_is_found_with_and_without_the_dots(self, cast, dario, typed):
        card = new_guest(cast, "Пётр Семёнов", serial=333)

        assert dario.get("/desk", query_string={"q": typed}).location.endswith(card.number)

    def test_of_several_guests_lists_them(self, cast, scan):
        new_guest(cast, "Anna Belova", serial=444)

        page = scan("Belova")

        assert "2 guests answer to" in page.text
        assert len([link for link in page.links if "/desk?q=" in link]) == 2

    def test_of_a_company_finds_its_guests(self, cast, dario):
        assert dario.get("/desk", query_string={"q": "Acme"}).location.endswith(cast.tamaras_card.number)

    def test_that_nobody_has_says_so(self, scan):
        assert "Nobody answers to" in scan("Zuckerkandl").text

    def test_of_a_blocked_card_is_not_offered(self, cast, scan):
        cast.tamaras_card.blocked_at, cast.tamaras_card.blocked_reason = NINE, "lost"

        assert "Nobody answers to" in scan("Belova").text

    def test_of_whom_the_house_let_go_is_not_offered(self, cast, scan):
        cast.tamara.left_at = NINE
        db.session.commit()

        assert "Nobody answers to" in scan("Belova").text

    def test_of_several_guests_is_recorded_for_each_to_read(self, cast, scan, client_as):
        new_guest(cast, "Tatiana Belova", serial=556)

        scan("Belova")

        sights = db.session.scalars(select(Sight).order_by(Sight.subject_id)).all()
        assert [(sight.viewer_id, sight.page) for sight in sights] == [(cast.dario.id, "desk.names")] * 2
        text = client_as(cast.tamara).get("/me/looks").page.text
        assert "your name among those that a front desk found" in text


class TestPage:
    def test_of_a_guest_is_recorded_for_the_guest_to_read(self, cast, dario, scan, client_as):
        scan()

        sight = db.session.scalars(select(Sight)).one()
        assert (sight.viewer_id, sight.subject_id, sight.page) == (cast.dario.id, cast.tamara.id, "desk")
        assert "your card at a front desk" in client_as(cast.tamara).get("/me/looks").page.text

    def test_of_nobody_is_not(self, scan):
        scan("Zuckerkandl")

        assert db.session.scalars(select(Sight)).all() == []

    def test_shows_promises_of_today(self, promise, scan):
        promise(laundry=3)

        text = scan().text

        assert "planned 3" in text
        assert "still open" not in text

    @pytest.mark.parametrize(("days", "is_shown"), [(1, True), (7, True), (8, False)])
    def test_keeps_an_older_promise_in_sight_for_a_week(self, promise, scan_after, days, is_shown):
        promise(laundry=3)

        assert ("still open" in scan_after(days).text) == is_shown

    def test_shows_what_was_promised_to_another_guest_only_to_that_one(self, cast, promise, scan):
        other = new_guest(cast, "Ingrid Holm", serial=555)
        promise(other, laundry=3)

        assert "planned 3" not in scan().text
        assert "planned 3" in scan(other.number).text

    def test_does_not_show_promises_of_the_other_hotel(self, cast, promise, scan, client_as, clock):
        promise(laundry=3)
        colleague = person("Rui Prado", "rui@circle.example")
        db.session.add(colleague)
        db.session.flush()
        grant(colleague, Role.FRONT_DESK, property_id=cast.townhouse.id)

        page = client_as(colleague).get("/desk", query_string={"q": cast.tamaras_card.number}).page

        assert "planned 3" not in page.text

    def test_says_the_same_to_the_database_for_few_and_many_promises(self, cast, promise, dario):
        def arrange(number):
            for _ in range(number):
                promise(laundry=1)

        def visit():
            dario.get("/desk", query_string={"q": cast.tamaras_card.number})

        assert_same_statements(1, 6, arrange=arrange, visit=visit)

    def test_is_in_russian_for_whoever_reads_russian(self, cast, dario, promise, save):
        promise(laundry=3)
        cast.dario.locale = "ru"
        db.session.commit()

        page = dario.get("/desk", query_string={"q": cast.tamaras_card.number}).page

        assert "Прачечная" in page.text


class TestPlace:
    def test_is_the_one_that_was_chosen(self, cast, dario):
        grant(cast.dario, Role.FRONT_DESK, property_id=cast.townhouse.id)
        page = dario.get("/desk").page

        dario.submit(page, "/desk/place", property_id=cast.townhouse.id)

        assert "Townhouse" in dario.get("/desk").page.kicker

    def test_of_another_hotel_is_not_found(self, cast, dario):
        assert dario.post("/desk/place", data={"property_id": cast.townhouse.id}).status_code == 404


class TestRoom:
    @pytest.fixture
    def sleep(self, cast, save):
        """Somebody has room 412 of Dario's hotel: `sleep(guest)`, `sleep()` where no guest is named."""

        def stay(guest=None, *, days=(-1, 1), room_no="412", house=None, status="in_house"):
            told = save(
                Import(
                    public_id=uuid.uuid4(), source="demo", filename="f", digest="d", companies_only=True,
                    shift_weeks=0, uploaded_at=NOW, as_of=NOW.date(), counts={}, accepted_at=NOW,
                )
            )  # fmt: skip
            arrival, departure = (NINE.date() + timedelta(days=day) for day in days)
            return save(
                Stay(
                    natural_key=uuid.uuid4().hex, version=1, content_digest="d", import_id=told.id, row_no=2,
                    source="demo", reservation="1", property_id=(house or cast.seaside).id,
                    account_id=cast.acme.id, guest_id=guest.id if guest else None, status=status,
                    arrival=arrival, departure=departure, nights=2, adults=1, children=0, room_type="A",
                    room_no=room_no, segment="corporate", currency="EUR", room_revenue_cents=0, is_late=False,
                )
            )  # fmt: skip

        return stay

    @pytest.mark.parametrize("days", [(-2, 0), (0, 3)])
    def test_opens_the_guest_who_sleeps_there(self, cast, dario, sleep, days):
        sleep(cast.tamara, days=days)

        answer = dario.get("/desk", query_string={"q": "412"})

        assert answer.location.endswith(f"q={cast.tamaras_card.number}")

    def test_without_a_named_guest_offers_those_of_the_company(self, cast, scan, sleep):
        new_guest(cast, "Ingrid Holm", serial=555)
        sleep()

        page = scan("412")

        assert "2 guests answer to “Acme Logistics”" in page.text

    def test_of_the_day_before_or_of_the_other_hotel_is_nobodys(self, cast, scan, sleep):
        sleep(cast.tamara, days=(-2, -1))
        sleep(cast.tamara, days=(1, 2))
        sleep(cast.tamara, house=cast.townhouse)

        text = scan("412").text

        assert "No client is in room 412 today" in text
        assert "Tamara" not in text
