"""The programme's sentences: none is missing, none is left with a hole."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from polib import pofile

from portal import derivation
from portal.derivation import recompute
from portal.programme import rules as programme
from portal.programme import words
from portal.programme.bundles.rules import BundleLine, bundle_price
from portal.programme.chain.rules import Bucket, Kind
from portal.programme.compensation.rules import compensation
from portal.programme.earning.rules import accrual, credit_approvals, manual_credit
from portal.programme.ledger.rules import _revival
from portal.programme.nights.rules import Ask, nights_price
from portal.programme.opening.rules import opening_lot, opening_tier
from portal.programme.outlook.rules import Ahead, More, forecast
from portal.programme.paths.rules import Due, Have, Rate, path_to
from portal.programme.pricing.rules import invitee_price, stay_discount, stay_price
from portal.programme.redemption.rules import NotEnoughPoints, points_payment, redeem
from portal.programme.rules import HALLS_AND_EQUIPMENT, OTHER_SERVICES, ROOMS, Rules
from portal.programme.sheets.rules import comes_out_the_same
from portal.programme.sheets.words import IDLE, LABELS, input_rows
from portal.programme.standing.rules import Count, SpendFact, StayFact, carry, review, standing
from portal.programme.words import BUCKETS, CATEGORIES, KINDS, STEPS, TIERS, WORDS, refused
from portal.web.why import explain, fill
from tests.architecture.source import ROOT
from tests.programme.strategies import RULES

TODAY = date(2025, 6, 1)
ON_TOP = Rules.from_json(
    RULES.to_json()
    | {
        "combination": {
            "tier_and_promotion": "on_top",
            "contract_and_promotion": True,
            "hall_and_bundle": "on_top",
        }
    }
)
GENEROUS = Rules.from_json(RULES.to_json() | {"cap_bp": 700})


@pytest.fixture(autouse=True)
def reader() -> Iterator[None]:
    """Somebody who reads, with nothing of the portal but its words."""
    app = Flask(__name__)
    Babel(app)
    app.extensions["why.steps"] = STEPS
    app.extensions["why.words"] = WORDS
    with app.test_request_context(), force_locale("en"):
        yield


def order(rules):
    service = {"en": "Hall", "ru": "Зал"}
    hall = BundleLine(service, "hall", HALLS_AND_EQUIPMENT, 1, 10_000, 2000)
    held_up = BundleLine("waiter", "waiter", OTHER_SERVICES, 1, 10_000, 2000, floor_cents=9_900)
    at_list = BundleLine("laundry", "laundry", OTHER_SERVICES, 1, 10_000, 2000, frozen_bp=0)
    taxi = BundleLine("taxi", "taxi", OTHER_SERVICES, 1, 3_000, 2000, third_party=True)
    lines = [hall, held_up, at_list, taxi, *([taxi] if rules is RULES else [])]
    return [
        bundle_price(rules=rules, tier="gold", lines=lines),
        bundle_price(rules=rules, tier="gold", lines=[hall, taxi]),
        bundle_price(rules=RULES, tier="partner", lines=[held_up, taxi]),
    ]


def prices():
    terms = {"rules": GENEROUS, "bar_cents": 10_000, "nights": 3}
    return [
        stay_price(**terms, tier="gold", floor_cents=9_500),
        stay_price(**terms, tier="gold", promotion_bp=1500),
        stay_price(**terms, tier="gold", contract_cents=8_000, floor_cents=9_000),
        stay_price(**terms, tier="gold", contract_cents=20_000),
        stay_price(**terms, tier="gold", floor_cents=20_000),
        stay_price(
            rules=RULES,
            tier="gold",
            bar_cents=20_000,
            nights=3,
            vat_bp=2_000,
            contract_cents=10_000,
            contract_net_cents=8_333,
        ),
        invitee_price(rules=GENEROUS, tier="gold", kind="meals", price_cents=2400, floor_cents=2300),
        stay_price(**terms | {"rules": ON_TOP}, tier="gold", promotion_bp=1_000),
        stay_price(**terms | {"rules": ON_TOP}, tier="gold", promotion_bp=1_000, contract_cents=8_500),
        stay_discount(rules=ON_TOP, tier="gold", promotion_bp=1_000),
    ]


def broken_promises():
    """A line that was late, one that was short, and one that never came."""
    table = [
        {"breach": breach, "threshold": 1, "points": 100} for breach in ("late", "short", "not_delivered")
    ]
    version = Rules.from_json(RULES.to_json() | {"compensation": table})
    of = {"rules": version, "service": {"en": "Hall", "ru": "Зал"}, "earned_on": TODAY, "promised": 4}
    for delivered, late in ((4, 20), (3, 0), (0, 0)):
        yield compensation(**of, delivered=delivered, minutes_late=late)


def nights():
    """A stay whose nights differ: by promotion, blackout and a contract that is net of tax."""
    summer = {"en": "Summer", "ru": "Лето"}
    promotion = {"code": "summer", "name": summer, "discount_bp": 1500, "begins_on": TODAY.isoformat()}
    promotion |= {"ends_on": "2025-06-03", "blackout_dates": ["2025-06-02"]}
    vat = [{"kind": "room", "hotel": "", "valid_from": "2020-01-01", "vat_bp": 600}]
    version = Rules.from_json(RULES.to_json() | {"promotions": [promotion], "vat": vat})
    contract = {date(2025, 6, 3): 7_000}
    ask = Ask("SEA", TODAY, nights=3, bar_cents=9_000)
    return nights_price(versions=[version], tier="gold", ask=ask, contract=contract.get)


def tiers():
    month = [StayFact(str(n), TODAY - timedelta(days=1), 1, 100, TODAY) for n in range(30)]
    yield standing(rules=RULES, stays=month, spends=[], as_of=TODAY)
    yield standing(rules=RULES, stays=[], spends=[SpendFact("e", TODAY, 300_000)], as_of=TODAY)
    yield standing(rules=RULES, stays=[], spends=[], as_of=TODAY)
    yield standing(
        rules=RULES,
        stays=[],
        spends=[SpendFact(str(n), TODAY, 2_000_000) for n in range(2)],
        as_of=TODAY,
    )
    now, due = Have(60, 640_000, 300_000), Due(TODAY, TODAY - timedelta(days=1))
    for rates in ((), [Rate(None, 15_000)], [Rate({"en": "Seaside", "ru": "Море"}, 15_000)]):
        yield path_to(rules=RULES, have=now, target="gold", rates=rates, due=due)
    yield path_to(rules=RULES, have=now, target="silver")
    for reached, grace in (
        ("silver", None),
        ("gold", None),
        ("partner", None),
        ("partner", TODAY + timedelta(days=9)),
        ("partner", TODAY),
        ("silver", TODAY),
    ):
        yield review(rules=RULES, tier="silver", grace_until=grace, reached=reached, day=TODAY)
    fewer = replace(RULES, version=2, tiers=(RULES.tiers[0], *RULES.tiers[2:]))
    for reached in ("partner", "gold"):
        yield carry(before=RULES, rules=fewer, tier="silver", reached=reached, day=TODAY)
    lowest = replace(RULES, version=2, tiers=RULES.tiers[1:])
    yield carry(before=RULES, rules=lowest, tier="partner", reached="silver", day=TODAY)


def every_recipe():
    """Also what is said elsewhere, or on no sheet."""
    yield from every_derivation()
    days = {"earned_on": TODAY, "expires_on": TODAY, "day": TODAY}
    yield opening_lot(rules=RULES, points=700, **days)
    yield opening_tier(rules=RULES, tier="gold", since=TODAY, day=TODAY)
    yield stay_discount(rules=RULES, tier="gold")


def forecasts(rules=RULES):
    day, past = TODAY + timedelta(days=20), [More(3, 0, 9_000)] * 9
    for events, known in ((0, []), (0, past), (5, past)):
        ahead = Ahead(TODAY, day, Count(60, events, 9, 0), More(1, events, 9), More(2, events, 9))
        yield forecast(rules=rules, tier="silver", grace_until=None, ahead=ahead, past=known)


def of_one_door():
    """What is said where one kind of door leads to a tier, and a category earns in part."""
    now = Have(60, 640_000, 300_000)
    for doors in ("nights", "spend"):
        version = Rules.from_json(RULES.to_json() | {"doors": doors, "accrual": {"rooms_bp": 5_000}})
        yield path_to(rules=version, have=now, target="gold")
        yield accrual(rules=version, tier="gold", bases=[(ROOMS, 23_760)], earned_on=TODAY)
        yield stay_price(rules=version, tier="gold", bar_cents=9_000, nights=3)
        yield standing(rules=version, stays=[], spends=[SpendFact("e", TODAY, 300_000)], as_of=TODAY)
        yield from forecasts(version)
    hall = BundleLine("hall", "hall", HALLS_AND_EQUIPMENT, 1, 10_000, 2000)
    few = Rules.from_json(RULES.to_json() | {"doors": "nights", "credit_max_nights": 13})
    yield path_to(rules=few, have=now, target="gold")
    halves = Rules.from_json(RULES.to_json() | {"accrual": {"halls_and_equipment_bp": 5_000}})
    yield bundle_price(rules=halves, tier="gold", lines=[hall])


def every_derivation():
    yield from of_one_door()
    yield nights()
    yield from broken_promises()
    yield accrual(rules=RULES, tier="gold", bases=[(ROOMS, 23_760)], earned_on=TODAY)
    yield manual_credit(rules=RULES, points=500, earned_on=TODAY)
    yield credit_approvals(rules=RULES, role="desk", points=500)
    yield points_payment(rules=RULES, tier="gold", bill_cents=10_000, balance_points=5_000)
    yield redeem(rules=RULES, points=500, balance_points=5_000)
    yield _revival(version=1, day="2027-07-01", revival_days=30, lots=[1])
    yield from prices()
    yield from order(GENEROUS)
    yield from order(RULES)
    yield from order(ON_TOP)
    yield from tiers()
    yield from forecasts()


def all_refusals(kind=programme.Refusal):
    for refusal in kind.__subclasses__():
        yield refusal
        yield from all_refusals(refusal)


def all_sentences():
    """What every noun of the programme says when it refuses."""
    said = {}
    for path in sorted(Path(words.__file__).parent.rglob("words.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        said |= getattr(import_module(name), "REFUSALS", {})
    return said


class TestSteps:
    def test_fill_every_english_sentence(self):
        for result in every_derivation():
            sentences = explain(result.to_json()).sentences
            assert sentences
            assert not any("%(" in sentence for sentence in sentences)

    def test_fill_every_russian_sentence(self):
        catalogue = Path(words.__file__).parent / "translations/ru/LC_MESSAGES/messages.po"
        russian = {entry.msgid: entry.msgstr for entry in pofile(str(catalogue))}

        with force_locale("ru"):
            for result in every_derivation():
                for step in result.steps:
                    said = fill(russian[str(STEPS[step.code])], step.values)
                    assert said
                    assert not said.endswith("г..")

    def test_are_each_said_by_some_derivation(self):
        used = {step.code for result in every_derivation() for step in result.steps}

        assert used == set(STEPS)

    def test_come_from_inputs_that_each_have_a_name_on_the_sheet(self):
        shown = (
            "bundles.",
            "compensation.",
            "earning.accrual",
            "earning.credit",
            "ledger.",
            "outlook.",
            "paths.",
            "standing.",
        )
        derivations = [
            each for each in every_derivation() if each.rule.startswith((*shown, "redemption.payment"))
        ]

        assert {name for each in derivations for name in each.inputs} - set(LABELS) == set()
        for each in derivations:
            idle = IDLE[each.inputs.get("led_by", "either")] & each.inputs.keys()
            assert len(input_rows(each.to_json()["inputs"])) == len(each.inputs) - len(idle)

    @pytest.mark.parametrize("doors", ["nights", "spend"])
    def test_leave_out_only_inputs_on_which_no_tier_depends(self, doors):
        version = Rules.from_json(RULES.to_json() | {"doors": doors})
        spends = [SpendFact("e", TODAY, 300_000)]
        stored = standing(rules=version, stays=[], spends=spends, as_of=TODAY).to_json()

        other = dict.fromkeys(IDLE[doors] & stored["inputs"].keys(), 10000000)

        changed = recompute({**stored, "inputs": stored["inputs"] | other})
        assert other
        assert changed.value.tier == recompute(stored).value.tier

    def test_come_out_the_same_from_their_own_inputs_whatever_the_recipe(self):
        for each in every_recipe():
            assert comes_out_the_same(json.loads(json.dumps(each.to_json()))), each.rule

        ours = (
            "bundles",
            "earning",
            "ledger",
            "opening",
            "outlook",
            "paths",
            "pricing",
            "redemption",
            "standing",
        )
        known = {name for name in derivation._recipes if name.split(".")[0] in ours}
        assert known - {each.rule for each in every_recipe()} == set()

    def test_read_as_a_person_would_say_them(self):
        earned = accrual(rules=RULES, tier="gold", bases=[(ROOMS, 23_760)], earned_on=date(2025, 3, 10))

        first, second = explain(earned.to_json()).sentences

        assert first == "Rooms: €237.60 net × 4 per euro (Gold) = 950 points, fractions dropped."
        assert second == "Earned on 10 March 2025; can be spent from 24 March 2025 until 31 March 2027."


class TestRefusals:
    def test_each_have_a_sentence(self):
        ours = {refusal for refusal in all_refusals() if refusal.__module__.startswith("portal.programme.")}
        abstract = {programme.RulesInvalid}

        assert ours - abstract - set(all_sentences()) == set()

    def test_tell_what_is_wrong_and_the_remedy(self):
        try:
            points_payment(
                rules=RULES, tier="gold", bill_cents=100_000, balance_points=1299, requested_points=1300
            )
        except NotEnoughPoints as refusal:
            said = refused(refusal)

        assert said == "Can be spent: 1,299 points; wanted: 1,300 points. Choose fewer."

    def test_print_values_as_their_names_say(self):
        assert fill("%(share_bp)s %(tier)s", {"share_bp": 3000, "tier": "gold"}) == "30\u00a0% Gold"


class TestLabels:
    def test_name_every_code(self):
        assert set(TIERS) == {tier.code for tier in RULES.tiers}
        assert set(BUCKETS) == set(Bucket)
        assert set(KINDS) == set(Kind)
        assert len(CATEGORIES) == 5
