"""Where nights alone, or spend alone, lead to a tier: nobody is told of a door that does not open."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pytest
from sqlalchemy import select, update

from portal.database import db, transaction
from portal.outbox.models import Letter
from portal.programme.models import ProgrammeVersion
from portal.programme.notices import actions as notices
from portal.programme.publication import words as publication
from portal.programme.rules import BY_NIGHTS, BY_SPEND, Rules
from portal.programme.standing.models import PlayedStay
from portal.programme.standing.rules import Count
from portal.programme.windows.rules import Printed, adds_up
from tests.cast import NOW, Cast
from tests.programme.strategies import RULES
from tests.programme.told import Told

TODAY = NOW.date()
DECEMBER = date(2026, 12, 1)
# What is said of a door, and of nothing else, in either language.
OF_SPEND = (
    "eligible spend", "or spend", "Spend in a year", "and spend", " of spend", "Counts as spend", "€2,500",
    "учитываемых расходов", "Учитываемые расходы", "или сумма", "Сумма за год", "2 500 €",
)  # fmt: skip
OF_NIGHTS = (
    "nights to ", "night to ", "ualified nights", "Night credits", "Nights in a year", "Nights that count",
    "25 nights", "qualified", "slept", "What a night came to",
    " до уровня «Серебряный»: ", "валификационн", "Зачётных ночей", "Ночей за год", "25 ночей", "рожито",
)  # fmt: skip


class Doors(NamedTuple):
    opens: str
    closed: tuple[str, ...]


@pytest.fixture(params=[Doors(BY_NIGHTS, OF_SPEND), Doors(BY_SPEND, OF_NIGHTS)], ids=["nights", "spend"])
def doors(request, house: Cast):
    """Version 2, in force since 2020 began, knows one kind of door."""
    begins = date(2020, 1, 2)
    rules = db.session.get_one(ProgrammeVersion, 1).rules
    rules = rules | {"version": 2, "effective_from": begins.isoformat(), "doors": request.param.opens}
    db.session.add(ProgrammeVersion(number=2, effective_from=begins, rules=rules, published_at=NOW))
    db.session.commit()
    return request.param


@pytest.fixture(params=["en", "ru"])
def anna(request, house: Cast):
    house.anna.locale = request.param
    db.session.commit()
    return house.anna


@pytest.fixture
def partner(doors, house: Cast, told: Told):
    """Acme lacks 22 nights, and some spend, for Silver."""
    told.stay(house.acme, "first", arrival=date(2026, 5, 2), nights=3, cents=30_000)
    told.play(house.acme, as_of=TODAY)
    return house.acme


@pytest.fixture
def silver(doors, house: Cast, told: Told):
    """Acme was Silver for 30 nights that leave the window at the end of November 2026."""
    told.stay(house.acme, "long", arrival=date(2025, 10, 20), nights=30, cents=270_000)
    told.play(house.acme, as_of=TODAY)
    return house.acme


class TestThePages:
    @pytest.mark.parametrize(
        "page",
        [
            "/corporate/company",
            "/accounts/{}/standing",
            "/accounts/{}/plan",
            "/accounts/{}/counted/standing/0",
            "/accounts/{}/why/standing",
            "/programme/rules",
        ],
    )
    def test_of_a_company_on_its_way_speak_of_the_door_that_opens(
        self, partner, doors, anna, client_as, page
    ):
        answer = client_as(anna).get(page.format(partner.public_id))

        assert answer.status_code == 200
        assert [word for word in doors.closed if word in answer.page.text] == []

    def test_say_what_is_lacking_for_the_next_tier(self, partner, doors, house: Cast, client_as):
        answer = client_as(house.anna).get("/corporate/company")

        headline = "22 nights to Silver" if doors.opens == BY_NIGHTS else "€2,200 of spend to Silver"
        assert answer.page.h1 == headline

    def test_of_a_plan_say_what_is_lacking_at_each_review(self, partner, doors, house: Cast, client_as):
        answer = client_as(house.anna).get(f"/accounts/{partner.public_id}/plan")

        lacking = "22 nights" if doors.opens == BY_NIGHTS else "€2,200"
        assert f'data-label="Lacking">{lacking}<' in answer.text


class TestTheCount:
    @pytest.mark.parametrize(
        ("doors", "other", "is_same"),
        [
            ("either", {"slept_nights": 4}, False),
            ("either", {"spend_cents": 4}, False),
            ("nights", {"event_cents": 4}, False),
            ("nights", {"spend_cents": 4}, True),
            ("spend", {"spend_cents": 4}, False),
            ("spend", {"slept_nights": 4, "event_cents": 4}, True),
        ],
    )
    def test_adds_up_as_far_as_it_led_to_a_tier(self, doors, other, is_same):
        held = Count(slept_nights=3, event_cents=2, spend_cents=1, night_cents=0)

        assert adds_up(Printed(3, 2, 1), held, doors)
        assert adds_up(Printed(3, 2, 1), replace(held, **other), doors) == is_same

    def test_that_does_not_add_up_says_it_of_the_door_that_opens(self, partner, doors, anna, client_as):
        db.session.execute(update(PlayedStay).values(nights=9, base_cents=90_000))
        db.session.commit()

        text = client_as(anna).get(f"/accounts/{partner.public_id}/counted/standing/0").page.text

        assert ("Not the same" if anna.locale == "en" else "Не совпадает") in text
        assert [word for word in doors.closed if word in text] == []


class TestTheLetters:
    def of(self, account, day):
        with transaction():
            notices.advance_accounts(account_ids=[account.id], until=day, at=NOW)
        return db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()

    def test_of_grace_speak_of_the_door_that_opens(self, silver, doors, anna):
        letter = self.of(silver, DECEMBER)

        assert letter.dedupe_key.startswith("grace:")
        assert [word for word in doors.closed if word in letter.text] == []

    def test_of_a_tier_that_fell_speak_of_the_door_that_opens(self, silver, doors, anna):
        letter = self.of(silver, date(2027, 3, 2))

        assert letter.dedupe_key.startswith("tier:")
        assert [word for word in doors.closed if word in letter.text] == []

    def test_of_a_tier_that_rose_speak_of_the_door_that_opens(
        self, partner, doors, anna, house: Cast, told: Told
    ):
        told.new_import()
        told.stay(house.acme, "second", arrival=date(2026, 5, 10), nights=26, cents=260_000)
        told.play(house.acme, as_of=TODAY)

        letter = self.of(partner, date(2026, 6, 30))

        assert letter.dedupe_key.startswith("tier:")
        assert [word for word in doors.closed if word in letter.text] == []


class TestTheTableOfTiers:
    @pytest.mark.parametrize(
        ("opens", "labels"),
        [("either", ["Nights", "Or spend"]), ("nights", ["Nights"]), ("spend", ["Spend"])],
    )
    def test_for_clients_holds_the_doors_that_open(self, app, opens, labels):
        version = Rules.from_json(RULES.to_json() | {"doors": opens})

        with app.test_request_context():
            _, rows = publication.tier_table(version, for_clients=True)

        asked = {"Nights", "Or spend", "Spend", "Spend (opens no door)", "Nights (open no door)"}
        assert [label for label, _ in rows if label in asked] == labels
