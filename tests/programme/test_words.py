"""The programme's sentences: none is missing, none is left with a hole."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from polib import pofile

from portal.programme import rules as programme
from portal.programme import words
from portal.programme.bundles.rules import BundleLine, bundle_price
from portal.programme.chain.rules import Bucket, Kind
from portal.programme.earning.rules import accrual, credit_approvals, manual_credit
from portal.programme.ledger.rules import _revival
from portal.programme.pricing.rules import invitee_price, stay_price
from portal.programme.redemption.rules import NotEnoughPoints, points_payment, redeem
from portal.programme.rules import HALLS_AND_EQUIPMENT, OTHER_SERVICES, ROOMS, Rules
from portal.programme.standing.rules import SpendFact, Standing, StayFact, review, standing, ways_to
from portal.programme.words import BUCKETS, CATEGORIES, KINDS, REFUSALS, STEPS, TIERS, WORDS, refused
from portal.web.why import explain, fill
from tests.programme.strategies import RULES

TODAY = date(2025, 6, 1)
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
        invitee_price(rules=GENEROUS, tier="gold", kind="meals", price_cents=2400, floor_cents=2300),
    ]


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
    now = Standing("silver", 60, 12, 72, 300_000, 640_000)
    for night_cents in (0, 15_000):
        yield ways_to(rules=RULES, standing=now, target="gold", night_cents=night_cents)
    yield ways_to(rules=RULES, standing=now, target="silver")
    for reached, grace in (
        ("silver", None),
        ("gold", None),
        ("partner", None),
        ("partner", TODAY + timedelta(days=9)),
        ("partner", TODAY),
        ("silver", TODAY),
    ):
        yield review(rules=RULES, tier="silver", grace_until=grace, reached=reached, day=TODAY)


def every_derivation():
    yield accrual(rules=RULES, tier="gold", bases=[(ROOMS, 23_760)], earned_on=TODAY)
    yield manual_credit(rules=RULES, points=500, earned_on=TODAY)
    yield credit_approvals(rules=RULES, role="desk", points=500)
    yield points_payment(rules=RULES, tier="gold", bill_cents=10_000, balance_points=5_000)
    yield redeem(rules=RULES, points=500, balance_points=5_000)
    yield _revival(version=1, day="2027-07-01", revival_days=30, lots=[1])
    yield from prices()
    yield from order(GENEROUS)
    yield from order(RULES)
    yield from tiers()


def all_refusals(kind=programme.Refusal):
    for refusal in kind.__subclasses__():
        yield refusal
        yield from all_refusals(refusal)


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

    def test_read_as_a_person_would_say_them(self):
        earned = accrual(rules=RULES, tier="gold", bases=[(ROOMS, 23_760)], earned_on=date(2025, 3, 10))

        first, second = explain(earned.to_json()).sentences

        assert first == "Rooms: €237.60 net × 4 per euro (Gold) = 950 points, fractions dropped."
        assert second == "Earned on 10 March 2025; can be spent from 24 March 2025 until 31 March 2027."


class TestRefusals:
    def test_each_have_a_sentence(self):
        ours = {refusal for refusal in all_refusals() if refusal.__module__.startswith("portal.programme.")}
        abstract = {programme.RulesInvalid}

        assert ours - abstract - set(REFUSALS) == set()

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
