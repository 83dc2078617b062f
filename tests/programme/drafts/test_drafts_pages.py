"""The pages of drafts: begun, edited section by section, refused at the field that is wrong."""

from dataclasses import replace
from datetime import date

import pytest

from portal.database import transaction
from portal.programme.drafts import actions, queries
from portal.programme.drafts.rules import SECTIONS
from portal.programme.models import ProgrammeVersion
from portal.programme.rules import FieldOutOfRange, default_rules
from portal.programme.terms.rules import Combination, Names
from tests.cast import NOW


@pytest.fixture
def draft(cast):
    """Lidia's draft of the next version."""
    with transaction():
        return actions.begin(name="Spring", start="in_force", by_id=cast.lidia.id, at=NOW)


@pytest.fixture
def lidia(client_as, cast):
    return client_as(cast.lidia)


def address(draft, section=""):
    return f"/programme/drafts/{draft.public_id}" + (f"/{section}" if section else "")


def held(draft):
    return queries.rules_of(queries.draft(draft.public_id))


class TestDrafts:
    def test_begins_one_from_a_classic_scheme(self, lidia):
        page = lidia.get("/programme/drafts").page

        answer = lidia.submit(page, "/programme/drafts", name="Points only", start="points_money")

        assert "Points as money" in lidia.get(answer.location).page.text

    def test_shows_to_whoever_reads_only_no_way_to_edit(self, client_as, cast, draft):
        oskar = client_as(cast.oskar)

        assert "Begin a draft" not in oskar.get("/programme/drafts").page.text
        page = oskar.get(address(draft)).page
        assert "Nothing changes yet" in page.text
        within = [link for link in page.links if link.startswith(address(draft) + "/")]
        assert within == [address(draft, "publication")]


class TestSection:
    def test_sent_without_a_line_is_shown_again(self, lidia, draft):
        assert lidia.post(address(draft, "tiers"), data={"revision": draft.revision}).status_code == 422

    @pytest.mark.parametrize("section", SECTIONS)
    def test_saved_as_it_is_changes_nothing(self, lidia, draft, section):
        before = held(draft)
        page = lidia.get(address(draft, section)).page

        answer = lidia.submit(page, address(draft, section))

        assert answer.status_code == 302
        assert held(draft) == before
        assert queries.draft(draft.public_id).revision == 2

    def test_saves_percents_and_says_what_changes(self, lidia, draft):
        page = lidia.get(address(draft, "tiers")).page

        lidia.submit(
            page, address(draft, "tiers"), **{"tiers-2-stay_discount_bp": "12,5", "tiers-2-nights": "70"}
        )

        assert held(draft).tier("gold").stay_discount_bp == 1250
        text = lidia.get(address(draft, "tiers")).page.text
        assert "Tiers, Gold: Nights" in text
        assert "before: 75 nights" in text
        assert "2 changes" in lidia.get(address(draft)).page.text

    @pytest.mark.parametrize(
        ("section", "fields", "fault"),
        [
            ("tiers", {"tiers-2-nights": "20"}, ("tiers-2-nights", "at least as much as the one below")),
            ("tiers", {"tiers-0-nights": "1"}, ("tiers-0-nights", "open to all")),
            ("tiers", {"tiers-1-nights": "many"}, ("tiers-1-nights", "Enter a whole number.")),
            ("points", {"activation_days": "700"}, ("activation_days", "Let them live longer")),
            ("points", {"lot_months": ""}, ("lot_months", "Enter it.")),
            ("discounts", {"cap_bp": "101"}, ("cap_bp", "at most 100")),
            (
                "contact",
                {"contact_budget-quiet_from": "99:00"},
                ("contact_budget-quiet_from", "a time of the day"),
            ),
            ("floors", {"floors-0-kind": "hall"}, ("floors-0-floor_cents", "is missing")),
            ("promotions", {"promotions-0-code": "x"}, ("promotions-0-discount_bp", "is missing")),
            ("effect", {"notice_days": "367"}, ("notice_days", "at most 366")),
            # One wrong digit in the year would be the last change for ever.
            ("effect", {"effective_from": "2206-08-01"}, ("effective_from", "Check the year.")),
            ("effect", {"effective_from": "0001-01-01"}, ("effective_from", "Check the year.")),
            ("tiers", {"tiers-2-late_checkout": "13:00"}, ("tiers-2-late_checkout", "the one below")),
            ("tiers", {"tiers-2-souvenir": "card"}, ("tiers-2-souvenir", "the one below")),
            ("discounts", {"cap_bp": "1e999999"}, ("cap_bp", "Enter a number, like 12.5.")),
            (
                "contact",
                {"contact_budget-quiet_from": "20:30", "contact_budget-quiet_until": "20:10"},
                ("contact_budget-quiet_until", "Leave one at least."),
            ),
            # A new line is whole or wholly empty.
            ("floors", {"floors-0-floor_cents": "100"}, ("floors-0-kind", "or empty the line")),
            ("vat", {"vat-0-vat_bp": "20", "vat-0-hotel": "SEA"}, ("vat-0-kind", "or empty the line")),
            ("compensation", {"compensation-0-points": "0"}, ("compensation-0-breach", "or empty the line")),
            ("promotions", {"promotions-0-name-en": "x"}, ("promotions-0-code", "or empty the line")),
            (
                "discounts",
                {"bundle_ladder-0-kinds": "0"},
                ("bundle_ladder-0-kinds", "at least 1"),
            ),
        ],
    )
    def test_refuses_at_the_field_that_is_wrong_and_keeps_what_was_entered(
        self, lidia, draft, section, fields, fault
    ):
        (at, said), page = fault, lidia.get(address(draft, section)).page

        answer = lidia.submit(page, address(draft, section), **fields)

        assert answer.status_code == 422
        assert said in answer.page.text
        html = answer.get_data(as_text=True)
        assert f'id="{at}-error"' in html
        chosen = {"hall", "SEA", "card"}
        assert all(f'value="{value}"' in html for value in fields.values() if value and value not in chosen)
        assert queries.draft(draft.public_id).revision == 1

    def test_adds_and_removes_lines(self, lidia, draft):
        page = lidia.get(address(draft, "floors")).page
        added = {"floors-0-kind": "hall", "floors-0-hotel": "SEA", "floors-0-floor_cents": "120.50"}

        lidia.submit(page, address(draft, "floors"), **added)

        assert held(draft).floor_cents(hotel="SEA", kind="hall", category="halls_and_equipment") == 12_050
        page = lidia.get(address(draft, "floors")).page
        lidia.submit(page, address(draft, "floors"), **{"floors-0-remove": "y"})
        assert held(draft).floors == ()

    def test_saves_how_discounts_meet_and_says_what_changes(self, lidia, draft):
        page = lidia.get(address(draft, "discounts")).page
        entered = {"tier_and_promotion": "on_top", "contract_and_promotion": "y"}

        lidia.submit(
            page,
            address(draft, "discounts"),
            **{f"combination-{name}": one for name, one in entered.items()},
        )

        assert held(draft).combination == Combination("on_top", contract_and_promotion=True)
        text = lidia.get(address(draft, "discounts")).page.text
        assert "How discounts meet: Tier and promotion the larger counts one after the other" in text

    def test_tells_doors_that_open_nothing(self, lidia, draft):
        page = lidia.get(address(draft, "tiers")).page

        lidia.submit(page, address(draft, "tiers"), doors="nights")

        text = lidia.get(address(draft, "tiers")).page.text
        assert "Spend (opens no door)" in text
        assert "Or spend" not in text

    def test_adds_a_promotion(self, lidia, draft):
        page = lidia.get(address(draft, "promotions")).page
        entered = {
            "code": "summer",
            "name-en": "Summer",
            "name-ru": "Лето",
            "discount_bp": "10",
            "begins_on": "2026-09-01",
            "ends_on": "2026-09-30",
            "hotels": ["SEA"],
            "blackout_dates": "2026-09-14, 2026-09-15",
        }

        lidia.submit(
            page,
            address(draft, "promotions"),
            **{f"promotions-0-{name}": one for name, one in entered.items()},
        )

        (summer,) = held(draft).promotions
        assert (summer.name.ru, summer.discount_bp, summer.hotels) == ("Лето", 1000, ("SEA",))
        assert [day.day for day in summer.blackout_dates] == [14, 15]

    def test_refuses_a_form_that_another_has_overtaken_and_keeps_it(self, lidia, draft):
        page = lidia.get(address(draft, "points")).page
        lidia.submit(page, address(draft, "points"), lot_months="36")

        answer = lidia.submit(page, address(draft, "points"), lot_months="48")

        assert answer.status_code == 422
        assert "Somebody saved this draft while you were editing" in answer.page.text
        assert held(draft).lot_months == 36

    def test_is_shut_once_the_draft_is_withdrawn(self, lidia, draft):
        page = lidia.get(address(draft)).page
        section = lidia.get(address(draft, "points")).page
        lidia.submit(page, f"{address(draft)}/withdrawal")

        answer = lidia.submit(section, address(draft, "points"), lot_months="48")

        assert answer.status_code == 422
        assert "is not edited any more" in answer.page.text
        assert "Withdrawn" in lidia.get(address(draft)).page.text


class TestWhoCouldLose:
    def said(self, lidia, draft, section, **fields):
        page = lidia.get(address(draft, section)).page
        lidia.submit(page, address(draft, section), **fields)
        return lidia.get(address(draft)).page.text

    def test_is_nobody_where_everything_is_as_good_or_better(self, lidia, draft):
        said = self.said(lidia, draft, "tiers", **{"tiers-2-nights": "70"})

        assert "as good for every company as what it replaces, or better. No notice is needed" in said

    def test_is_told_tier_by_tier_with_the_notice_that_holds(self, lidia, draft):
        said = self.said(lidia, draft, "tiers", **{"tiers-2-nights": "76", "tiers-3-points_per_euro": "4"})

        assert "at least 30 days before it takes effect" in said
        assert "Gold: Nights companies that are Gold, or on their way to it" in said
        assert "Platinum: Points per euro companies that are Platinum" in said

    def test_is_told_of_other_parts_by_whom_they_concern(self, lidia, draft):
        said = self.said(lidia, draft, "contact", **{"contact_budget-survey_days": "30"})

        assert "Contact budget everybody whom the hotels write to" in said

    def test_leaves_taxes_to_the_law(self, lidia, draft):
        fields = {"vat-0-kind": "hall", "vat-0-valid_from": "2027-01-01", "vat-0-vat_bp": "20"}

        assert "It changes taxes, which are law and need no notice." in self.said(
            lidia, draft, "vat", **fields
        )

    def test_is_not_asked_where_nothing_changes(self, lidia, draft):
        assert "Who could lose by it" not in lidia.get(address(draft)).page.text


class TestTiers:
    def added(self, lidia, draft, **fields):
        page = lidia.get(address(draft, "tiers")).page
        entered = {"en": "Pearl", "ru": "Жемчужный", "above": "silver"} | fields
        return lidia.submit(page, address(draft, "added-tiers"), **entered)

    def removed(self, lidia, draft, code):
        page = lidia.get(address(draft, "tiers")).page
        return lidia.submit(page, address(draft, f"removed-tiers/{code}"))

    def test_are_renamed_in_both_languages_and_back_again(self, lidia, draft):
        page = lidia.get(address(draft, "tiers")).page
        lidia.submit(page, address(draft, "tiers"), **{"tiers-2-en": "Pearl ", "tiers-2-ru": "Жемчужный"})

        assert (held(draft).codes[2], held(draft).tiers[2].called) == ("gold", Names("Pearl", "Жемчужный"))
        again = lidia.get(address(draft, "tiers")).page
        assert "Tiers, Gold: Name in English" in again.text
        lidia.submit(again, address(draft, "tiers"), **{"tiers-2-en": "Gold", "tiers-2-ru": "Золотой"})
        assert held(draft).tiers == default_rules().tiers

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"tiers-2-en": "silver"}, "another tier is called"),
            ({"tiers-2-ru": " "}, "Enter it."),
            ({"tiers-2-en": "x" * 31}, "Keep it within 30 characters."),
        ],
    )
    def test_are_not_renamed_to_what_nobody_could_tell_apart(self, lidia, draft, fields, said):
        (field,) = fields
        page = lidia.get(address(draft, "tiers")).page

        answer = lidia.submit(page, address(draft, "tiers"), **fields)

        assert answer.status_code == 422
        assert said in answer.page.text
        assert f'id="{field}-error"' in answer.get_data(as_text=True)

    def test_are_one_more_with_the_numbers_of_the_one_below(self, lidia, draft):
        answer = self.added(lidia, draft)

        assert answer.status_code == 302
        assert held(draft).codes == ("partner", "silver", "pearl", "gold", "platinum")
        pearl = held(draft).tier("pearl")
        assert (pearl.called, pearl.nights, pearl.points_per_euro) == (Names("Pearl", "Жемчужный"), 25, 3)
        text = lidia.get(address(draft)).page.text
        assert "Tiers, Pearl" in text

    def test_keep_their_codes_whatever_they_are_called(self, lidia, draft):
        self.added(lidia, draft)
        page = lidia.get(address(draft, "tiers")).page
        lidia.submit(page, address(draft, "tiers"), **{"tiers-2-en": "Ruby", "tiers-2-ru": "Рубиновый"})

        self.added(lidia, draft, above="platinum")

        assert held(draft).codes == ("partner", "silver", "pearl", "gold", "platinum", "pearl_2")
        assert [tier.called.en for tier in held(draft).tiers[2::3]] == ["Ruby", "Pearl"]

    @pytest.mark.parametrize(
        ("en", "above", "code"),
        [
            ("Gold", "silver", "gold"),
            ("gold ", "silver", "gold"),
            # Whoever is Gold today would be above Platinum tomorrow, or in what is Gold by its code alone.
            ("Gold", "platinum", "gold_2"),
            ("Gold", "partner", "gold_2"),
            ("Rose", "silver", "rose"),
        ],
    )
    def test_are_brought_back_by_their_name_into_their_old_place_only(self, lidia, draft, en, above, code):
        self.removed(lidia, draft, "gold")

        self.added(lidia, draft, en=en, ru="Золотой", above=above)

        assert (set(held(draft).codes) - {"partner", "silver", "platinum"}) == {code}
        (added,) = [tier for tier in held(draft).tiers if tier.code == code]
        assert added.called == Names(en.strip(), "Золотой")

    def test_take_no_code_of_another_that_is_called_otherwise_now(self, lidia, draft, save):
        first = default_rules()
        silver = replace(first.tiers[1], name=Names("Pearl", "Жемчужный"))
        tiers = (first.tiers[0], silver, *first.tiers[2:])
        second = replace(first, version=7, effective_from=date(2026, 1, 1), tiers=tiers)
        save(
            ProgrammeVersion(
                number=7, effective_from=second.effective_from, rules=second.to_json(), published_at=NOW
            )
        )
        self.removed(lidia, draft, "silver")

        self.added(lidia, draft, en="Silver", ru="Серебряный", above="partner")

        assert held(draft).codes == ("partner", "silver_2", "gold", "platinum")

    @pytest.mark.parametrize(
        ("fields", "at", "said"),
        [
            ({"en": "Gold"}, "en", "another tier is called"),
            ({"ru": ""}, "ru", "Enter it."),
        ],
    )
    def test_are_not_one_more_without_a_name_of_its_own(self, lidia, draft, fields, at, said):
        answer = self.added(lidia, draft, **fields)

        assert answer.status_code == 422
        assert said in answer.page.text
        assert f'id="{at}-error"' in answer.get_data(as_text=True)
        assert len(held(draft).tiers) == 4

    def test_are_two_at_least_and_six_at_most(self, lidia, draft):
        for number in (5, 6):
            self.added(lidia, draft, en=f"Tier {number}", ru=f"Уровень {number}")

        assert "Add a tier" not in lidia.get(address(draft, "tiers")).page.text
        for code in ("tier_5", "tier_6", "gold", "silver"):
            self.removed(lidia, draft, code)
        assert held(draft).codes == ("partner", "platinum")
        assert "Remove Partner" not in lidia.get(address(draft, "tiers")).page.text
        with pytest.raises(FieldOutOfRange), transaction():
            actions.remove_tier(
                draft=queries.draft(draft.public_id), seen_revision=7, code="platinum", by_id=1, at=NOW
            )

    def test_that_are_gone_say_where_their_companies_go(self, lidia, draft):
        self.removed(lidia, draft, "gold")

        said = "its companies go over to Silver, or as high as their past year reaches"
        assert said in lidia.get(address(draft)).page.text
        assert said in lidia.get(address(draft, "publication")).page.text
        assert "Gold" in lidia.get(address(draft)).page.text

    def test_of_which_the_lowest_goes_leave_one_that_is_open_to_all(self, lidia, draft):
        self.removed(lidia, draft, "partner")

        assert held(draft).codes[0] == "partner"
        assert "open to all" in lidia.get(address(draft, "tiers")).page.text
        page = lidia.get(address(draft, "tiers")).page
        lidia.submit(page, address(draft, "tiers"), **{"tiers-1-nights": "0", "tiers-1-spend_cents": "0"})
        self.removed(lidia, draft, "partner")
        assert held(draft).codes == ("silver", "gold", "platinum")

    def test_are_not_changed_over_somebody_elses_head(self, lidia, draft):
        page = lidia.get(address(draft, "tiers")).page
        self.removed(lidia, draft, "gold")

        lidia.submit(page, address(draft, "removed-tiers/silver"))

        assert held(draft).codes == ("partner", "silver", "platinum")
        assert "Somebody saved this draft" in lidia.get(address(draft)).page.text
