"""From each figure of an account to the folio lines it stands on, by the links of the pages."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from portal.audit.models import Sight
from portal.database import db
from portal.programme.ledger import queries as ledger
from portal.programme.movements import queries as movements
from portal.programme.movements.queries import EVERYTHING, MovementFilter
from portal.programme.standing import queries as standings
from portal.programme.standing.models import ReviewRecord
from portal.stays.models import FolioLine, Stay, StayStatus
from tests.cast import Cast
from tests.programme.told import Told
from tests.statements import assert_same_statements

JUNE = date(2026, 6, 14)


@pytest.fixture
def traced(house: Cast, told: Told, spend) -> Cast:
    """Acme's stays of two years, one with two folios, an allowance and a taxi; 500 points were spent."""
    for number in range(8):
        arrival = date(2025, 4 + number, 28)
        told.stay(house.acme, f"A{number}", arrival=arrival, nights=6, cents=60_000)
    lines = [("2", "rooms", -5_000), ("2", "food_and_drink", 4_210), ("1", "other_services", 3_000)]
    told.stay(house.acme, "mixed", arrival=date(2026, 5, 2), nights=2, cents=20_000, lines=lines)
    taxi = db.session.scalars(select(FolioLine).where(FolioLine.category == "other_services")).one()
    taxi.is_third_party, taxi.text = True, "Taxi"
    db.session.commit()
    told.play(house.acme, as_of=JUNE)
    spend(house.acme, 500)
    return house


def page(account, path):
    return f"/accounts/{account.public_id}/{path}"


def cells(answer, label):
    """What stands in the cells of a column, over the rows of the page."""
    return [
        "".join(node.itertext()).strip() for node in answer.page.all("td") if node.get("data-label") == label
    ]


def cents(text):
    """€1,234.50 is 123450; a dash is nothing."""
    digits = re.sub(r"[^\d.]", "", text)
    return (-1 if "−" in text else 1) * round(float(digits) * 100) if digits else 0


def links(answer, part):
    return [each for each in answer.page.links if part in each]


def every_page(client, url):
    while url:
        answer = client.get(url)
        assert answer.status_code == 200
        yield answer
        url = next((node.get("href") for node in answer.page.all("a") if node.get("rel") == "next"), None)


class TestTheBill:
    def bill(self, traced, client_as, name="mixed", who="anna"):
        stay = traced_stay(traced, name)
        return client_as(getattr(traced, who)).get(page(traced.acme, f"folios/{stay.natural_key}/1"))

    def test_says_what_earns_and_what_is_at_cost(self, traced: Cast, client_as):
        answer = self.bill(traced, client_as)

        assert answer.page.h1 == "€192.10 of this bill earned 576 points"
        assert cells(answer, "Earns from")[:4] == ["€200", "−€50", "€42.10", "at cost"]
        assert "The same as the points were given for" in answer.text

    def test_shows_what_one_folio_takes_back_from_another(self, traced: Cast, client_as):
        answer = self.bill(traced, client_as)

        assert cells(answer, "Taken back across folios") == ["–", "−€50", "€50"]
        assert cells(answer, "Earns from")[4:] == ["€42.10", "€150", "€0"]

    def test_that_does_not_add_up_says_so(self, traced: Cast, client_as):
        taxi = db.session.scalars(select(FolioLine).where(FolioLine.text == "Taxi")).one()
        taxi.is_third_party = False
        db.session.commit()

        assert "Not the same as the points were given for" in self.bill(traced, client_as).text

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("anna", 200),
            ("bruno", 403),
            ("carla", 404),
            ("tamara", 403),
            ("gleb", 200),
            ("nora", 200),
            ("lidia", 200),
            ("oskar", 200),
        ],
    )
    def test_is_for_who_runs_the_account_and_the_hotel(self, traced: Cast, client_as, name, expected):
        assert self.bill(traced, client_as, who=name).status_code == expected

    def test_of_another_hotel_is_closed_to_a_manager(self, traced: Cast, client_as):
        sheet = page(traced.acme, f"why/entry/{last_accrual(traced)}")
        client = client_as(traced.gleb)
        before = links(client.get(sheet), "/folios/")
        traced_stay(traced, "mixed").property_id = traced.townhouse.id
        db.session.commit()

        assert self.bill(traced, client_as, who="gleb").status_code == 403
        assert self.bill(traced, client_as, who="lidia").status_code == 200
        assert (len(before), links(client.get(sheet), "/folios/")) == (1, [])

    def test_of_a_guest_is_written_down_for_them(self, traced: Cast, client_as):
        traced_stay(traced, "mixed").guest_id = traced.tamara.id
        db.session.commit()

        self.bill(traced, client_as, who="lidia")

        db.session.rollback()
        seen = db.session.scalars(select(Sight).where(Sight.page == "programme.folio")).one()
        assert (seen.viewer_id, seen.subject_id) == (traced.lidia.id, traced.tamara.id)

    def test_of_many_lines_is_read_page_by_page_and_adds_up(self, house: Cast, told: Told, client_as):
        lines = [("1", "food_and_drink", 100 + number) for number in range(150)]
        long = told.stay(house.acme, "L", arrival=date(2026, 5, 2), nights=9, cents=9_000, lines=lines)
        told.play(house.acme, as_of=JUNE)
        url = page(house.acme, f"folios/{long.natural_key}/1")

        read = list(every_page(client_as(house.anna), url))

        rows = [each for answer in read for each in cells(answer, "Net")]
        assert (len(read), len(rows)) == (2, 151)
        assert sum(map(cents, rows)) == 9_000 + sum(range(100, 250))
        assert all("The same as the points were given for" in answer.text for answer in read)

    def test_of_a_no_show_earns_nothing(self, house: Cast, told: Told, client_as):
        none = told.stay(
            house.acme, "N", arrival=date(2026, 5, 2), nights=2, cents=9_000, status=StayStatus.NO_SHOW
        )

        answer = client_as(house.anna).get(page(house.acme, f"folios/{none.natural_key}/1"))

        assert answer.page.h1 == "No-show: this bill earns nothing"

    def test_that_was_told_anew_is_kept_as_it_was_counted(self, traced: Cast, told: Told, client_as):
        told.change(traced_stay(traced, "mixed"), traced.acme, cents=10_000)
        told.play(traced.acme, as_of=JUNE)

        answer = self.bill(traced, client_as)

        assert "The hotel has told this stay anew since" in answer.text
        assert answer.page.h1 == "€192.10 of this bill earned 576 points"


def last_accrual(house):
    """The number of the entry that the stay `mixed` made."""
    key = f"stay:{traced_stay(house, 'mixed').natural_key}:1"
    return ledger.entry_by_key(house.acme.id, key).seq


def traced_stay(house, name):
    statement = select(Stay).where(
        Stay.reservation == name, Stay.account_id == house.acme.id, Stay.version == 1
    )
    return db.session.scalars(statement).one()


class TestTheWalk:
    def test_leads_from_every_movement_that_earned_to_lines_that_give_it(self, traced: Cast, client_as):
        client, earned = client_as(traced.anna), 0

        for listed in every_page(client, page(traced.acme, "points")):
            for sheet_url in dict.fromkeys(links(listed, "/why/entry/")):
                for bill_url in links(client.get(sheet_url), "/folios/"):
                    bill = client.get(bill_url)
                    assert "The same as the points were given for" in bill.text
                    earned += 1
                    total = sum(map(cents, cells(bill, "Net")))
                    at_cost = cents(bill.text.split("passed on at cost</dt><dd>")[1].split("<")[0])
                    assert total - at_cost == cents(bill.page.h1.split(" of ")[0])

        # Each stay by its accrual and by the day on which its points became active.
        assert earned >= 9 + 8

    @pytest.mark.parametrize("state", ["active", "pending", "held", "spent", "expired"])
    def test_leads_from_each_state_to_the_movements_that_come_to_it(self, traced: Cast, client_as, state):
        balance, url = ledger.balance_of(traced.acme.id), page(traced.acme, f"points?state={state}")

        shown = [
            int(re.sub(r"\D", "", each)) * (-1 if "−" in each else 1)
            for answer in every_page(client_as(traced.anna), url)
            for each in cells(answer, "Points")
        ]

        assert sum(shown) == getattr(balance, state)

    def test_leads_from_a_lot_to_its_entry_and_movements(self, traced: Cast, client_as):
        client = client_as(traced.anna)
        lots = client.get(page(traced.acme, "lots"))

        assert links(lots, "/why/entry/")
        for lot in ledger.living_lots(traced.acme.id).rows:
            for state in ("active", "pending", "held"):
                only = MovementFilter(movements.Bucket(state), lot.id)
                listed = movements.movements(traced.acme.id, zone="UTC", only=only).rows
                assert sum(only.change(each.entry) for each in listed) == getattr(lot, state)

    def test_leads_from_what_expires_to_its_lots(self, traced: Cast, client_as):
        client = client_as(traced.anna)
        points = client.get(page(traced.acme, "points"))

        for expiry in ledger.expiries_of(traced.acme.id):
            [url] = {each for each in links(points, "/lots?day=") if str(expiry.expires_on) in each}
            held = [
                cells(answer, label) for answer in every_page(client, url) for label in ("Active", "Pending")
            ]
            assert sum(int(each.replace(",", "")) for some in held for each in some) == expiry.points

    def test_leads_from_the_tier_to_stays_night_by_night(self, traced: Cast, client_as):
        standing = standings.standing_of(traced.acme.id).standing
        client, nights, spend = client_as(traced.anna), 0, 0

        for answer in every_page(client, page(traced.acme, "counted/standing/0")):
            nights += sum(int(each.split()[0]) for each in cells(answer, "Counted"))
            spend += sum(map(cents, cells(answer, "Counts as spend")))
            assert {client.get(each).status_code for each in links(answer, "/folios/")} == {200}
            assert "The same as was counted" in answer.text

        assert (nights, spend) == (standing.slept_nights, standing.spend_cents)

    def test_leads_from_each_review_and_change_to_what_it_counted(self, traced: Cast, client_as):
        client = client_as(traced.anna)
        numbers = list(db.session.scalars(select(ReviewRecord.id).order_by(ReviewRecord.id)))

        for number in numbers:
            answer = client.get(page(traced.acme, f"counted/review/{number}"))
            assert "The same as was counted" in answer.text, number
        change = standings.changes_of(traced.acme.id)[0].id

        assert len(numbers) > 3
        assert "The same as was counted" in client.get(page(traced.acme, f"counted/change/{change}")).text

    def test_leads_from_a_review_past_what_came_in_on_its_own_day(self, house: Cast, told: Told, client_as):
        told.stay(house.acme, "before", arrival=date(2026, 4, 2), nights=26, cents=26_000)
        told.stay(house.acme, "on the day", arrival=date(2026, 5, 30), nights=2, cents=2_000)
        told.play(house.acme, as_of=JUNE)
        of_june = select(ReviewRecord.id).where(ReviewRecord.day == date(2026, 6, 1))
        number = db.session.scalars(of_june.where(ReviewRecord.is_monthly)).one()

        answer = client_as(house.anna).get(page(house.acme, f"counted/review/{number}"))

        assert cells(answer, "Counted") == ["26"]
        assert "The same as was counted" in answer.text

    def test_of_what_was_counted_says_when_it_no_longer_is(self, traced: Cast, told: Told, client_as):
        told.change(traced_stay(traced, "A7"), traced.acme, cents=10_000, status=StayStatus.CANCELLED)
        standing = client_as(traced.anna).get(page(traced.acme, "counted/standing/0"))
        assert "The same as was counted" in standing.text
        db.session.execute(db.text("UPDATE played_stay SET nights = nights + 1"))
        db.session.commit()

        standing = client_as(traced.anna).get(page(traced.acme, "counted/standing/0"))

        assert "Not the same as was counted that day" in standing.text


class TestThePages:
    PATHS = (
        "counted/standing/0", "counted/standing/0?of=orders", "points?state=active", "points?lot=1",
        "points?state=held&lot=1", "lots?day=2027-05-31", "lots?day=nonsense", "points?state=issued",
    )  # fmt: skip

    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_are_open_in_both_languages(self, traced: Cast, client_as, locale):
        traced.anna.locale = locale
        client = client_as(traced.anna)
        bill = f"folios/{traced_stay(traced, 'mixed').natural_key}/1"

        assert {client.get(page(traced.acme, path)).status_code for path in (*self.PATHS, bill)} == {200}

    @pytest.mark.parametrize(
        "path", ["counted/entry/1", "counted/review/999", "counted/nonsense/0", "folios/abc/1"]
    )
    def test_of_what_does_not_exist_are_not_found(self, traced: Cast, client_as, path):
        assert client_as(traced.anna).get(page(traced.acme, path)).status_code == 404

    def test_of_what_was_counted_read_as_many_statements_for_thirty_stays_as_for_one(
        self, house: Cast, told: Told, client_as
    ):
        names = iter(range(100))

        def arrange(more):
            for _ in range(more):
                number = next(names)
                arrival = date(2026, 1, 1 + number)
                told.stay(house.acme, f"A{number}", arrival=arrival, nights=1, cents=9_000)
            told.play(house.acme, as_of=JUNE)

        client = client_as(house.anna)

        visit = lambda: client.get(page(house.acme, "counted/standing/0"))  # noqa: E731 -- one address
        assert_same_statements(1, 15, arrange=arrange, visit=visit)

    def test_of_all_movements_are_narrowed_to_nothing(self, traced: Cast):
        assert EVERYTHING.condition(traced.acme.id) == []
