"""Terms: what a version agrees beside tiers and points, and how it is looked up."""

from datetime import date, timedelta

import pytest
from hypothesis import given

from portal.hotel.models import Category, ServiceKind
from portal.programme import rules
from portal.programme.rules import Rules
from portal.programme.terms import rules as terms
from tests.programme.strategies import FIRST_DAY, RULES, versions

SUMMER = {
    "code": "summer",
    "name": {"en": "Summer", "ru": "Лето"},
    "discount_bp": 1_000,
    "begins_on": "2025-07-01",
    "ends_on": "2025-07-31",
    "hotels": ["city"],
    "blackout_dates": ["2025-07-14"],
}


def version(**fields):
    return Rules.from_json(RULES.to_json() | fields)


def floor(kind, cents, hotel=""):
    return {"hotel": hotel, "kind": kind, "floor_cents": cents}


def vat(kind, share_bp, day, hotel=""):
    return {"kind": kind, "hotel": hotel, "valid_from": day, "vat_bp": share_bp}


class TestReading:
    @given(versions)
    def test_comes_back_from_plain_data(self, drawn):
        assert Rules.from_json(drawn.to_json()) == drawn

    def test_takes_a_version_that_is_older_than_a_field(self):
        old = {
            name: value for name, value in RULES.to_json().items() if name not in {"doors", "vat", "accrual"}
        }

        assert Rules.from_json(old) == RULES

    @pytest.mark.parametrize(
        ("fields", "refusal", "field"),
        [
            ({"doors": "both"}, rules.ChoiceUnknown, "doors"),
            ({"earning_starts": "never"}, rules.ChoiceUnknown, "earning_starts"),
            ({"accrual": {"rooms_bp": 10_001}}, rules.FieldOutOfRange, "accrual.rooms_bp"),
            ({"accrual": {"spa_bp": 1}}, rules.FieldUnknown, "accrual.spa_bp"),
            ({"notice_days": 367}, rules.FieldOutOfRange, "notice_days"),
            ({"promotions": [SUMMER, SUMMER]}, terms.TermTwice, "promotions[1].code"),
            ({"promotions": [SUMMER | {"code": " "}]}, rules.FieldMissing, "promotions[0].code"),
            (
                {"promotions": [SUMMER | {"name": {"en": "Summer", "ru": ""}}]},
                rules.FieldMissing,
                "promotions[0].name.ru",
            ),
            (
                {"promotions": [SUMMER | {"ends_on": "2025-06-30"}]},
                terms.PromotionEndsBeforeItBegins,
                "promotions[0].ends_on",
            ),
            (
                {"promotions": [SUMMER | {"blackout_dates": ["soon"]}]},
                rules.FieldMistyped,
                "promotions[0].blackout_dates[0]",
            ),
            ({"floors": [floor("spa", 1)]}, rules.ChoiceUnknown, "floors[0].kind"),
            ({"floors": [floor("hall", -1)]}, rules.FieldOutOfRange, "floors[0].floor_cents"),
            ({"floors": [floor("hall", 1), floor("hall", 2)]}, terms.TermTwice, "floors[1].kind"),
            ({"vat": [vat("hall", 1, "2025-01-01")] * 2}, terms.TermTwice, "vat[1].valid_from"),
            (
                {"compensation": [{"breach": "rude", "threshold": 0, "points": 1}]},
                rules.ChoiceUnknown,
                "compensation[0].breach",
            ),
        ],
    )
    def test_refuses_by_name_and_says_where(self, fields, refusal, field):
        with pytest.raises(refusal) as refused:
            version(**fields)

        assert refused.value.values["field"] == field

    def test_calls_services_as_the_hotel_does(self):
        assert set(terms.KINDS) == {kind.value for kind in ServiceKind}
        assert set(terms.CATEGORIES) == {category.value for category in Category}


class TestPromotion:
    @pytest.mark.parametrize(
        ("hotel", "night", "holds"),
        [
            ("city", "2025-06-30", False),
            ("city", "2025-07-01", True),
            ("city", "2025-07-31", True),
            ("city", "2025-08-01", False),
            ("city", "2025-07-14", False),
            ("resort", "2025-07-01", False),
        ],
    )
    def test_holds_in_its_nights_at_its_hotels(self, hotel, night, holds):
        found = version(promotions=[SUMMER]).promotion(hotel=hotel, night=date.fromisoformat(night))

        assert (found is not None) == holds

    def test_is_the_best_of_those_that_hold(self):
        everywhere = SUMMER | {"code": "all", "hotels": [], "discount_bp": 1_200}
        both = version(promotions=[SUMMER, everywhere])

        assert both.promotion(hotel="city", night=date(2025, 7, 2)).code == "all"

    @given(versions)
    def test_is_never_worse_than_another_that_holds(self, drawn):
        night = FIRST_DAY + timedelta(days=30)

        best = drawn.promotion(hotel="city", night=night)

        others = [one.discount_bp for one in drawn.promotions if one.holds("city", night)]
        assert (best.discount_bp if best else None) == max(others, default=None)


class TestTables:
    def test_say_of_a_hotel_before_all_hotels_and_of_a_kind_before_its_category(self):
        agreed = version(
            floors=[
                floor("halls_and_equipment", 4),
                floor("hall", 3),
                floor("halls_and_equipment", 2, hotel="city"),
                floor("hall", 1, hotel="city"),
            ]
        )

        def found(hotel, kind):
            return agreed.floor_cents(hotel=hotel, kind=kind, category="halls_and_equipment")

        assert [found("city", "hall"), found("city", "av"), found("spa", "hall"), found("spa", "av")] == [
            1,
            2,
            3,
            4,
        ]
        assert agreed.floor_cents(hotel="city", kind="taxi", category="other_services") == 0

    @pytest.mark.parametrize(
        ("day", "share_bp"), [("2024-12-31", None), ("2025-01-01", 700), ("2025-07-01", 900)]
    )
    def test_tell_the_tax_of_the_day(self, day, share_bp):
        agreed = version(vat=[vat("rooms", 900, "2025-07-01"), vat("rooms", 700, "2025-01-01")])

        found = agreed.vat_bp(hotel="city", kind="room", category="rooms", day=date.fromisoformat(day))

        assert found == share_bp

    @pytest.mark.parametrize(("minutes", "points"), [(14, 0), (15, 200), (59, 200), (60, 900)])
    def test_compensate_by_the_highest_threshold_reached(self, minutes, points):
        lines = [
            {"breach": "late", "threshold": 60, "points": 900},
            {"breach": "late", "threshold": 15, "points": 200},
        ]

        assert version(compensation=lines).compensation_points(breach="late", size=minutes) == points
        assert version(compensation=lines).compensation_points(breach="short", size=minutes) == 0
