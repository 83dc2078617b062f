"""The golden numbers of the programme: each is a promise made in print."""

import json
from datetime import UTC, date, datetime, timedelta

from portal.programme.bundles.rules import BundleLine, bundle_price
from portal.programme.chain.rules import Bucket, Entry
from portal.programme.earning.rules import accrual
from portal.programme.intake.rules import StayCheckedOut
from portal.programme.ledger.rules import accrue, activate, hold, open_ledger, spend
from portal.programme.paths.rules import Have, Way, path_to
from portal.programme.pricing.rules import invitee_price, stay_price
from portal.programme.redemption.rules import points_payment
from portal.programme.rules import HALLS_AND_EQUIPMENT, OTHER_SERVICES, ROOMS, default_rules
from portal.programme.standing.rules import SpendFact, StayFact, standing
from portal.programme.state.rules import new_state
from portal.programme.timeline.rules import play

RULES = default_rules()
NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def in_house(service, kind, category, quantity, unit_price_cents):
    return BundleLine(service, kind, category, quantity, unit_price_cents, vat_bp=2000)


def third_party(service, kind, quantity, unit_price_cents):
    return BundleLine(
        service, kind, OTHER_SERVICES, quantity, unit_price_cents, vat_bp=2000, third_party=True
    )


class TestGoldenNumbers:
    def test_1_gold_pays_79_20_a_night_and_earns_950_points(self):
        price = stay_price(rules=RULES, tier="gold", bar_cents=9000, nights=3).value

        assert price.night_cents == 7920
        assert price.total_cents == 23760
        assert price.points == 950
        earned = accrual(rules=RULES, tier="gold", bases=[(ROOMS, 23760)], earned_on=date(2025, 3, 10))
        assert earned.value.points == 950

    def test_2_a_gold_bundle_of_seven_kinds_costs_987_50_and_earns_2125_points(self):
        lines = [
            in_house("hall", "hall", HALLS_AND_EQUIPMENT, 1, 40000),
            in_house("av", "av", HALLS_AND_EQUIPMENT, 1, 15000),
            in_house("waiter", "waiter", OTHER_SERVICES, 4, 4500),
            in_house("laundry", "laundry", OTHER_SERVICES, 1, 2000),
            third_party("interpreter", "interpreter", 1, 12000),
            third_party("taxi", "taxi", 1, 3000),
            third_party("ticket", "ticket", 4, 5000),
        ]

        price = bundle_price(rules=RULES, tier="gold", lines=lines).value

        assert (price.kinds, price.bundle_bp) == (7, 1500)
        assert price.list_cents == 110000
        assert price.discount_cents == 11250
        assert price.bill_cents == 98750
        assert price.eligible_cents == 53125
        assert price.points == 2125

    def test_3_a_gold_invitee_pays_20_40_for_a_meal_of_24(self):
        pays = invitee_price(rules=RULES, tier="gold", kind="meals", price_cents=2400)

        assert pays.value == 2040

    def test_4_62_nights_and_6400_of_events_are_silver_and_100_euros_short_of_gold(self):
        as_of = date(2025, 6, 1)
        slept = [StayFact(f"s{n}", as_of - timedelta(days=n + 2), 1, 100, as_of) for n in range(62)]
        events = [SpendFact("e", as_of - timedelta(days=30), 640000)]

        now = standing(rules=RULES, stays=slept, spends=events, as_of=as_of).value
        have = Have(now.slept_nights, now.event_cents, now.spend_cents)
        ways = path_to(rules=RULES, have=have, target="gold").value

        assert (now.slept_nights, now.credit_nights, now.qualified_nights) == (62, 12, 74)
        assert now.tier == "silver"
        assert Way("nights", 1, 0, None) in ways.ways
        assert ways.cheapest == Way("events", 0, 10000, 10000)

    def test_5_the_lot_that_dies_first_is_spent_first(self):
        ledger = open_ledger("acme")
        for tier, cents, day in (("gold", 23760, date(2025, 3, 10)), ("gold", 53125, date(2025, 5, 20))):
            earned = accrual(rules=RULES, tier=tier, bases=[(ROOMS, cents)], earned_on=day)
            accrue(ledger, key=f"stay:{day}", reference="r", earned=earned, at=NOON, service_date=day)
            activate(ledger, lot=ledger.seq, at=NOON, day=day + timedelta(days=14))
        assert [(lot.issued, lot.expires_on) for lot in ledger.lots.values()] == [
            (950, date(2027, 3, 31)),
            (2125, date(2027, 5, 31)),
        ]

        hold(ledger, key="h", reference="perk", points=1200, at=NOON, day=NOON.date())
        entry = spend(ledger, key="p", hold="h", at=NOON, day=NOON.date())

        assert isinstance(entry, Entry)
        spent = [(p.lot, p.points) for p in entry.postings if p.bucket is Bucket.SPENT]
        assert spent == [(1, 950), (3, 250)]
        assert ledger.balances[Bucket.ACTIVE] == 1875

    def test_6_platinum_with_a_promotion_pays_85_then_80_because_of_the_cap(self):
        small, large = (
            stay_price(rules=RULES, tier="platinum", bar_cents=10000, nights=1, promotion_bp=bp).value
            for bp in (1000, 2500)
        )

        assert small.night_cents == 8500
        assert large.night_cents == 8000

    def test_7_gold_pays_at_most_30_euros_of_a_bill_of_100_with_points(self):
        payment = points_payment(rules=RULES, tier="gold", bill_cents=10000, balance_points=50000)

        assert payment.value.points == 3000
        assert payment.value.pays_cents == 3000
        assert payment.value.remains_cents == 7000

    def test_8_the_same_stays_twice_give_the_same_ledger_byte_for_byte(self):
        first = date(2024, 1, 1)
        stays = [
            StayCheckedOut(
                f"stay:{n}",
                f"r{n}",
                day,
                3,
                day + timedelta(days=3),
                day + timedelta(days=3),
                ((ROOMS, 9990),),
            )
            for n in range(60)
            for day in [first + timedelta(days=9 * n)]
        ]
        until = date(2026, 9, 1)
        once = play(state=new_state(account="a", rules=RULES), events=stays, until=until, versions=[RULES])
        again = play(
            state=new_state(account="a", rules=RULES), events=reversed(stays), until=until, versions=[RULES]
        )
        stored = json.dumps(once.state.to_plain(), sort_keys=True)

        second = play(state=once.state, events=stays, until=until, versions=[RULES])

        assert [entry.hash for entry in once.entries] == [entry.hash for entry in again.entries]
        assert second.entries == []
        assert json.dumps(second.state.to_plain(), sort_keys=True) == stored
