"""What tiers are called: words of the code for the first four, until a version names its own."""

import json
from dataclasses import replace
from datetime import date

import pytest
from flask_babel import force_locale

from portal.database import db
from portal.derivation import recompute
from portal.programme.comparison import words as comparison
from portal.programme.comparison.rules import differences
from portal.programme.earning.rules import accrual
from portal.programme.models import ProgrammeVersion
from portal.programme.ranks.rules import called
from portal.programme.rehearsal import words as rehearsal
from portal.programme.rehearsal.rules import Findings, begun, left_out
from portal.programme.rules import ROOMS, Rules, TierNamedHalf, TierNameTwice, default_rules
from portal.programme.sheets.rules import comes_out_the_same
from portal.programme.standing.rules import Count, standing_of
from portal.programme.terms.rules import Names
from portal.programme.tiers import words
from portal.statistics.cells import Cell
from portal.surveys.results import words as results
from portal.surveys.results.rules import Index
from portal.web.why import explain
from tests.cast import NOW, Cast
from tests.programme.told import Told

FIRST = default_rules()
PEARL = Names("Pearl", "Жемчужный")
JUNE = date(2026, 6, 14)


def named(first=FIRST, *, version=2, begins=date(2026, 1, 1), **names):
    """The next version, with other names: `named(gold=PEARL)`."""
    tiers = tuple(replace(tier, name=names.get(tier.code, tier.name)) for tier in first.tiers)
    return replace(first, version=version, effective_from=begins, tiers=tiers)


def publish(rules):
    db.session.add(
        ProgrammeVersion(
            number=rules.version, effective_from=rules.effective_from, rules=rules.to_json(), published_at=NOW
        )
    )
    db.session.commit()


class TestNames:
    def test_of_a_version_without_them_are_not_in_its_data(self):
        stored = json.loads(json.dumps(FIRST.to_json()))

        assert all("name" not in tier for tier in stored["tiers"])
        assert json.dumps(Rules.from_json(stored).to_json()) == json.dumps(stored)
        assert FIRST.tier("gold").called == Names("Gold", "Золотой")

    def test_are_kept_with_the_version(self):
        stored = named(gold=PEARL).to_json()

        assert Rules.from_json(stored).tier("gold").called == PEARL
        assert [("name" in tier) for tier in stored["tiers"]] == [False, False, True, False]

    @pytest.mark.parametrize(
        ("name", "refusal", "field"),
        [
            (Names("Pearl", ""), TierNamedHalf, "tiers[2].ru"),
            (Names(" ", "Жемчужный"), TierNamedHalf, "tiers[2].en"),
            (Names("silver", "Жемчужный"), TierNameTwice, "tiers[2].en"),
            (Names("Pearl", "Серебряный "), TierNameTwice, "tiers[2].ru"),
        ],
    )
    def test_are_whole_and_of_one_tier_only(self, name, refusal, field):
        with pytest.raises(refusal) as refused:
            Rules.from_json(named(gold=name).to_json())

        assert refused.value.values["field"] == field

    def test_on_a_day_are_those_of_the_version_in_force(self):
        versions = [FIRST, named(gold=PEARL)]

        assert called(versions, date(2025, 12, 31))["gold"].en == "Gold"
        assert called(versions, date(2026, 1, 1))["gold"] == PEARL
        assert list(called(versions, JUNE)) == ["partner", "silver", "gold", "platinum"]

    def test_that_change_are_told_field_by_field_and_cost_nobody_anything(self, app):
        with app.test_request_context(), force_locale("en"):
            told = [
                (comparison.label(one), comparison.before(one), comparison.after(one))
                for one in differences(FIRST, named(gold=PEARL))
            ]

        assert told == [
            ("Tiers, Gold: Name in English", "Gold", "Pearl"),
            ("Tiers, Gold: Name in Russian", "Золотой", "Жемчужный"),
        ]
        assert left_out(FIRST, named(gold=PEARL)) == []


class TestARehearsal:
    @pytest.mark.parametrize("is_back", [False, True])
    def test_calls_a_tier_on_each_side_as_that_side_does(self, app, is_back):
        sides = (named(gold=PEARL), FIRST) if is_back else (FIRST, named(gold=PEARL))
        found = Findings.from_json(json.loads(json.dumps(begun(*sides).to_json())))

        with app.test_request_context(), force_locale("en"):
            said = [rehearsal.side_tier(found, side, "gold") for side in ("before", "after")]
            assert rehearsal.side_tier(found, "after", "silver") == "Silver"

        assert said == (["Pearl", "Gold"] if is_back else ["Gold", "Pearl"])


class TestADerivation:
    def test_keeps_the_name_of_its_version(self, app):
        rules = named(gold=PEARL)
        earned = accrual(rules=rules, tier="gold", bases=[(ROOMS, 10_000)], earned_on=JUNE).to_json()
        stands = standing_of(rules=rules, counted=Count(80, 0, 0, 0), as_of=JUNE).to_json()

        with app.test_request_context(), force_locale("ru"):
            assert "Жемчужный" in explain(earned).sentences[0]
            assert "Жемчужный" in explain(stands).sentences[-1]
        assert comes_out_the_same(json.loads(json.dumps(earned)))
        assert recompute(stands).value.tier == "gold"

    def test_of_a_version_without_names_is_as_it_was(self):
        earned = accrual(rules=FIRST, tier="gold", bases=[(ROOMS, 10_000)], earned_on=JUNE).to_json()

        assert set(earned) == {"rule", "version", "inputs", "steps"}


@pytest.fixture
def renamed(house: Cast, told: Told) -> Cast:
    """Acme is Silver since spring, which is called Pearl from the first of June."""
    for number in range(6):
        told.stay(house.acme, f"A{number}", arrival=date(2026, 1 + number % 4, 3), nights=5, cents=45_000)
    told.play(house.acme, as_of=date(2026, 5, 14))
    publish(named(silver=PEARL, begins=date(2026, 6, 1)))
    told.new_import()
    told.stay(house.acme, "B", arrival=date(2026, 6, 3), nights=5, cents=45_000)
    told.play(house.acme, as_of=JUNE)
    return house


class TestPages:
    @pytest.mark.parametrize("locale", ["en", "ru"])
    @pytest.mark.parametrize(
        ("who", "path"),
        [
            ("lidia", "/accounts"),
            ("lidia", "/accounts.csv"),
            ("lidia", "/accounts/{account}"),
            ("anna", "/corporate/company"),
            ("anna", "/corporate/perks"),
            ("anna", "/accounts/{account}/plan?tier=silver"),
            ("anna", "/accounts/{account}/why/standing"),
            ("anna", "/programme/rules"),
        ],
    )
    def test_say_the_name_of_the_version_in_force(self, renamed, client_as, who, path, locale):
        person = getattr(renamed, who)
        person.locale = locale

        answer = client_as(person).get(path.format(account=renamed.acme.public_id))

        text = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert getattr(PEARL, locale) in text
        assert getattr(FIRST.tier("silver").called, locale) not in text

    def test_say_of_a_day_what_was_said_then(self, renamed, client_as):
        text = client_as(renamed.anna).get(f"/accounts/{renamed.acme.public_id}/standing").page.text

        assert "from Partner" in text
        assert "Silver" in text
        assert "Pearl" in text

    def test_tell_a_tier_that_is_gone_from_the_one_that_took_its_name(self, renamed, app):
        gone = replace(
            FIRST,
            version=3,
            effective_from=JUNE,
            tiers=(FIRST.tiers[0], replace(FIRST.tiers[1], name=Names("Gold", "Золотой")), FIRST.tiers[3]),
        )
        publish(gone)

        with app.test_request_context(), force_locale("en"):
            today = {code: str(name) for code, name in words.today().items()}
            index = Index(Cell.HIDDEN)
            parts = results.tiers({"gold": index, "silver": index})
        with app.test_request_context(), force_locale("ru"):
            assert str(words.under(gone, [FIRST, gone])["gold"]) == "Золотой (прежний)"

        assert today == {
            "partner": "Partner", "silver": "Gold", "platinum": "Platinum", "gold": "Gold (former)",
        }  # fmt: skip
        assert list(parts) == ["Gold", "Gold (former)"]

    def test_are_words_for_a_letter_in_its_own_language(self, renamed, app):
        called_now = words.today()["silver"]

        with app.test_request_context(), force_locale("ru"):
            assert str(called_now) == "Жемчужный"
        with app.test_request_context(), force_locale("en"):
            assert str(called_now) == "Pearl"
