"""The price of a stay night by night: contract, promotion and blackout, floor, tax and versions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.database import db
from portal.programme.contracts.models import ContractRate
from portal.programme.models import ProgrammeVersion
from portal.programme.nights.rules import Ask, NightsNotPossible, nights_price
from portal.programme.pricing.rules import stay_price
from portal.programme.rules import Floor, VatRate
from portal.programme.terms.rules import Names, Promotion
from tests.cast import NOW
from tests.programme.again import recomputed
from tests.programme.strategies import RULES, cents, tiers

ARRIVAL = date(2026, 7, 10)
SUMMER = Promotion("summer", Names("Summer", "Лето"), 1_500, date(2026, 7, 11), date(2026, 7, 13))


def price(ask=None, *, versions=(RULES,), tier="gold", contract=None, **terms):
    asked = ask or Ask("SEA", ARRIVAL, **{"nights": 3, "bar_cents": 9_000} | terms)
    return nights_price(versions=versions, tier=tier, ask=asked, contract=(contract or {}).get)


def by_night(found):
    return [
        (each.first.day, each.last.day, each.price.night_cents, each.by) for each in found.value.stretches
    ]


class TestTheNights:
    def test_that_agree_are_one_stay_with_the_golden_price(self):
        found = price().value

        assert [each.price.night_cents for each in found.stretches] == [7_920]
        assert (found.total_cents, found.points) == (23_760, 950)

    def test_change_with_a_promotion_and_its_blackout(self):
        version = replace(RULES, promotions=(replace(SUMMER, blackout_dates=(date(2026, 7, 12),)),))
        found = price(versions=[version], nights=5)

        assert by_night(found) == [
            (10, 10, 7_920, "tier"), (11, 11, 7_650, "promotion"), (12, 12, 7_920, "tier"),
            (13, 13, 7_650, "promotion"), (14, 14, 7_920, "tier"),
        ]  # fmt: skip
        codes = [step.code for step in found.steps]
        assert codes.count("pricing.blackout") == 1
        assert codes.count("pricing.promotion_holds") == 2
        assert codes.count("pricing.points") == 1

    def test_of_another_hotel_know_no_promotion_of_this_one(self):
        version = replace(RULES, promotions=(replace(SUMMER, hotels=("TWN",)),))

        assert by_night(price(versions=[version], nights=5)) == [(10, 14, 7_920, "tier")]

    def test_take_the_contract_where_it_holds_and_the_open_rate_is_no_lower(self):
        contract = {date(2026, 7, 11): 7_000, date(2026, 7, 12): 9_001}

        assert by_night(price(contract=contract)) == [
            (10, 10, 7_920, "tier"), (11, 11, 7_000, "contract"), (12, 12, 7_920, "tier"),
        ]  # fmt: skip

    def test_set_tax_on_a_net_contract_where_the_list_is_gross(self):
        version = replace(RULES, vat=(VatRate("room", "", date(2020, 1, 1), 2_000),))
        contract = {ARRIVAL: 7_000}

        gross = price(versions=[version], nights=1, contract=contract).value
        net = price(versions=[version], nights=1, contract=contract, gross=False).value

        assert (gross.total_cents, gross.net_cents, gross.gross_cents) == (8_400, 7_000, 8_400)
        assert (net.total_cents, net.net_cents, net.gross_cents) == (7_000, 7_000, 8_400)
        assert gross.points == net.points == 280

    @pytest.mark.parametrize(
        ("net_cents", "nights", "vat_bp", "total"),
        [(8_333, 3, 2_000, 29_999), (9_001, 60, 700, 577_864), (12_345, 30, 1_000, 407_385)],
    )
    def test_multiply_the_net_rate_of_a_contract_whatever_the_list(self, net_cents, nights, vat_bp, total):
        contract = {ARRIVAL + timedelta(days=n): net_cents for n in range(nights)}
        asked = {"nights": nights, "contract": contract, "bar_cents": 20_000, "vat_bp": vat_bp}

        gross, net = price(**asked), price(**asked, gross=False)

        for found in (gross.value, net.value):
            assert (found.net_cents, found.gross_cents) == (net_cents * nights, total)
        assert gross.value.points == net.value.points
        recomputed(gross)

    def test_say_why_a_contract_or_a_floor_does_not_hold(self):
        floor = replace(RULES, floors=(Floor("SEA", "room", 12_000),))

        for gross in (True, False):
            above = price(contract={ARRIVAL: 9_001}, nights=1, gross=gross)
            assert "pricing.contract_above" in [step.code for step in above.steps]
        raised = price(versions=[floor], bar_cents=10_000)
        assert raised.value.stretches[0].price.night_cents == 10_000
        codes = [step.code for step in raised.steps]
        assert ("pricing.floor_above" in codes, "pricing.floor" in codes) == (True, False)

    def test_take_the_tax_of_their_day_and_that_of_the_list_where_the_rules_are_silent(self):
        version = replace(RULES, vat=(VatRate("rooms", "SEA", date(2026, 7, 11), 1_000),))
        found = price(versions=[version], nights=2, vat_bp=2_000).value

        assert [each.price.vat_cents for each in found.stretches] == [1_320, 720]

    def test_never_fall_below_the_floor_of_the_rules(self):
        version = replace(RULES, floors=(Floor("SEA", "room", 8_500),))

        assert by_night(price(versions=[version])) == [(10, 12, 8_500, "tier")]

    def test_follow_the_version_of_their_own_date_and_earn_by_that_of_the_departure(self):
        gold = next(tier for tier in RULES.tiers if tier.code == "gold")
        better = [replace(gold, stay_discount_bp=1_500, points_per_euro=5), *RULES.tiers[3:]]
        later = replace(RULES, version=2, effective_from=date(2026, 7, 12), tiers=(*RULES.tiers[:2], *better))

        found = price(versions=[RULES, later])

        assert by_night(found) == [(10, 11, 7_920, "tier"), (12, 12, 7_650, "tier")]
        assert (found.version, found.value.points) == (2, 23_490 * 5 // 100)

    def test_are_one_at_least_and_sixty_at_most(self):
        for nights in (0, 61):
            with pytest.raises(NightsNotPossible):
                price(nights=nights)
        assert price(nights=60).value.stretches[0].price.nights == 60


@settings(max_examples=60)
@given(
    tier=tiers, bar=cents, nights=st.integers(1, 8), listed=st.tuples(st.booleans(), st.integers(0, 3_000)),
    contracts=st.lists(st.none() | cents.filter(bool), min_size=8, max_size=8),
)  # fmt: skip
def test_every_price_recomputes_adds_up_and_is_that_of_its_nights(tier, bar, nights, listed, contracts):
    gross, vat = listed
    agreed = {ARRIVAL + timedelta(days=n): each for n, each in enumerate(contracts) if each is not None}
    found = price(
        Ask("SEA", ARRIVAL, nights, bar, gross, vat), tier=tier, contract=agreed,
        versions=[replace(RULES, promotions=(SUMMER,))],
    )  # fmt: skip

    assert recomputed(found) == found
    value = found.value
    assert value.net_cents + value.vat_cents == value.gross_cents
    assert value.list_cents - value.discount_cents == value.total_cents
    assert sum(each.price.nights for each in value.stretches) == nights
    if not agreed and nights == 1:
        one = stay_price(rules=RULES, tier=tier, bar_cents=bar, nights=1, vat_bp=vat, gross=gross).value
        assert (value.total_cents, value.points) == (one.total_cents, one.points)


ASKED = "hotel=SEA&arrival=2026-07-10&nights=3&bar=90&listed=gross"


class TestThePage:
    @pytest.fixture(autouse=True)
    def rate(self, cast, save):
        save(
            ContractRate(
                public_id=cast.acme.public_id, account_id=cast.acme.id, property_id=cast.seaside.id,
                room_kind="", night_cents=7_000, begins_on=date(2026, 7, 12), ends_on=date(2026, 7, 12),
                contract="C-1", by_id=cast.nora.id, asked_at=NOW, expires_at=NOW, outcome="agreed",
                settled_at=NOW, settled_by_id=cast.lidia.id,
            )
        )  # fmt: skip

    def test_shows_a_booker_the_nights_the_contract_and_the_why(self, client_as, cast):
        bruno = client_as(cast.bruno)
        address = bruno.get("/price").location
        assert "/price" in bruno.get("/corporate/perks").page.links

        page = bruno.get(f"{address}?{ASKED}").page

        assert page.h1 == "3 nights for €241"  # 2 × 85.50 for a Partner + 70
        assert "10/07/2026 – 11/07/2026 2 nights" in page.text
        assert "12/07/2026 1 night" in page.text
        assert "Rate of the contract: €70 a night." in page.text
        assert "every kind of room" in page.text

    def test_follows_the_tax_of_a_version_in_force(self, client_as, cast):
        stored = db.session.get_one(ProgrammeVersion, 1)
        vat = [{"kind": "room", "hotel": "", "valid_from": "2020-01-01", "vat_bp": 600}]
        rules = stored.rules | {"version": 2, "effective_from": "2026-07-01", "vat": vat}
        db.session.add(
            ProgrammeVersion(number=2, effective_from=date(2026, 7, 1), rules=rules, published_at=NOW)
        )
        db.session.commit()

        page = client_as(cast.lidia).get(f"/accounts/{cast.acme.public_id}/price?{ASKED}").page

        assert "Tax of 6 %" in page.text.replace("\u00a0", " ")
        assert "The contract agrees €70 net; with tax of 6 % that is €74.20." in page.text.replace(
            "\u00a0", " "
        )

    def test_prices_an_invitees_meal(self, client_as, cast):
        query = "i-hotel=SEA&i-kind=meals&i-day=2026-07-10&i-price=24"

        page = client_as(cast.anna).get(f"/accounts/{cast.acme.public_id}/price?{query}").page

        assert page.h1 == "An invitee pays €22.80"

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("hotel=SEA&arrival=2026-07-10&nights=61&bar=90", "Enter from 1 to 60 nights."),
            ("hotel=SEA&arrival=&nights=1&bar=x", "Enter a number, like 12.5."),
            ("hotel=SEA&arrival=2001-01-01&nights=1&bar=90&listed=net", "No rules were in force"),
            ("i-hotel=SEA&i-kind=halls&i-day=2026-07-10&i-price=0", "Enter a price from 0.01"),
        ],
    )
    def test_says_what_cannot_be(self, client_as, cast, query, said):
        answer = client_as(cast.anna).get(f"/accounts/{cast.acme.public_id}/price?{query}")

        assert said in answer.page.text

    def test_is_closed_to_other_companies(self, client_as, cast):
        assert client_as(cast.carla).get(f"/accounts/{cast.acme.public_id}/price").status_code == 404
