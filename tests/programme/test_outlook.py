"""The forecast of a standing: what is paid, what is booked, and what the account's own past lets expect."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import clock
from portal.clock import local_date
from portal.database import db
from portal.hotel import queries as hotel
from portal.programme.models import ProgrammeVersion
from portal.programme.outlook import queries as outlook
from portal.programme.outlook import words as outlook_words
from portal.programme.outlook.rules import Ahead, More, Reached, forecast, stretches
from portal.programme.standing import queries as standings
from portal.programme.standing.rules import Count, SpendFact, StayFact, count, standing
from portal.stays.models import StayStatus
from tests.cast import NOW, Cast
from tests.programme.again import recomputed
from tests.programme.strategies import RULES
from tests.programme.told import Told

TODAY = date(2026, 6, 14)
JULY = date(2026, 7, 1)
NOTHING = More()


def stay(days_ago, nights=1, cents=10_000):
    checkout = TODAY - timedelta(days=days_ago)
    return StayFact(f"s{days_ago}", checkout - timedelta(days=nights), nights, cents, checkout)


def told(past=(), *, tier="silver", paid=(20, 0, 0), booked=NOTHING, grace_until=None, rules=RULES):
    slept, event, spend = paid
    ahead = Ahead(TODAY, JULY, Count(slept, event, spend, 0), More(), booked)
    result = forecast(
        rules=rules, tier=tier, grace_until=grace_until, ahead=ahead, past=[More(*each) for each in past]
    )
    recomputed(result)
    return result


def publish_harder_silver(day):
    """A version that asks for 90 nights, or as much spend, for every tier from Silver on."""
    rules = db.session.get_one(ProgrammeVersion, 1).rules
    tiers = [rules["tiers"][0], *rules["tiers"][1:]]
    harder = [tier | {"nights": 90 + n, "spend_cents": 90_000_000 + n} for n, tier in enumerate(tiers[1:])]
    rules = rules | {"version": 2, "effective_from": day.isoformat(), "tiers": [tiers[0], *harder]}
    db.session.add(ProgrammeVersion(number=2, effective_from=day, rules=rules, published_at=NOW))
    db.session.commit()


class TestStretches:
    def test_lie_behind_each_other_and_wholly_within_the_past(self):
        found = stretches(stays=[stay(0), stay(19), stay(20, 3), stay(59)], spends=[], as_of=TODAY, days=20)

        assert [each.nights for each in found] == [2, 3, 1]

    def test_begin_a_fortnight_apart_where_they_are_short(self):
        found = stretches(stays=[stay(0), stay(5), stay(14), stay(16)], spends=[], as_of=TODAY, days=3)

        assert [each.nights for each in found] == [1, 2]

    def test_tell_events_from_other_spend(self):
        orders = [SpendFact("e", TODAY, 700), SpendFact("o", TODAY, 300, is_event=False)]

        assert stretches(stays=[stay(15)], spends=orders, as_of=TODAY, days=10)[0] == More(0, 700, 1_000)

    def test_of_no_days_bring_nothing(self):
        found = stretches(stays=[stay(0, 5), stay(40, 5)], spends=[], as_of=TODAY, days=0)

        assert found == [NOTHING] * 3

    def test_of_nothing_are_none(self):
        assert stretches(stays=[stay(3, cents=0)], spends=[], as_of=TODAY, days=10) == []

    @given(st.lists(st.integers(0, 1_200), min_size=1, max_size=40, unique=True), st.integers(14, 90))
    @settings(max_examples=60)
    def test_agree_with_counting_day_by_day(self, days_ago, days):
        found = stretches(stays=[stay(ago) for ago in days_ago], spends=[], as_of=TODAY, days=days)

        known = [ago for ago in days_ago if ago < 3 * 365]
        for place, each in enumerate(found):
            assert each.nights == sum(place * days <= ago < (place + 1) * days for ago in known)
        whole = (max(known) + 1) // days if known else 0
        assert len(found) == min(whole, 60)


class TestForecast:
    def test_says_what_is_paid_and_what_the_review_would_make_of_it(self):
        result = told(paid=(20, 0, 0))

        assert result.value.paid == Reached("partner", "grace_started", 20, 0)
        assert result.value.booked == result.value.paid
        assert not any("booked" in step.code for step in result.steps)

    def test_tells_what_is_paid_apart_from_what_may_still_be_cancelled(self):
        result = told(paid=(20, 0, 0), booked=More(5, 0, 40_000))

        assert result.value.paid == Reached("partner", "grace_started", 20, 0)
        assert result.value.booked == Reached("silver", "kept", 25, 40_000)
        said = [step.code for step in result.steps]
        assert said[:4] == [
            "outlook.counted_eventless", "outlook.paid", "outlook.booked_eventless", "outlook.with_booked"
        ]  # fmt: skip

    @pytest.mark.parametrize("doors", ["nights", "spend"])
    def test_says_nothing_of_a_door_that_opens_nothing(self, doors):
        result = told([(4, 0, 0)] * 9, booked=More(5, 0, 40_000), rules=replace(RULES, doors=doors))

        other = "cents" if doors == "nights" else "nights"
        spoken = [str(outlook_words.STEPS[step.code]) for step in result.steps]
        assert not any(f"_{other})s" in said for said in spoken if "event_cents" not in said)
        assert "outlook.at_least_booked" in [step.code for step in result.steps]

    @pytest.mark.parametrize("doors", ["either", "nights"])
    def test_speaks_of_events_only_where_there_are_any(self, doors):
        def spoken(booked):
            result = told(paid=(20, 0, 0), booked=booked, rules=replace(RULES, doors=doors))
            return [str(outlook_words.STEPS[step.code]) for step in result.steps]

        assert not any("event_cents" in said for said in spoken(More(5, 0, 40_000)))
        assert any("event_cents" in said for said in spoken(More(5, 1, 40_000)))

    @pytest.mark.parametrize(
        ("doors", "booked"), [("nights", More(0, 0, 40_000)), ("spend", More(5, 40_000, 0))]
    )
    def test_says_nothing_of_bookings_that_lead_to_no_tier(self, doors, booked):
        result = told([(4, 0, 0)] * 9, booked=booked, rules=replace(RULES, doors=doors))

        assert not any("booked" in step.code for step in result.steps)

    @pytest.mark.parametrize(("number", "is_enough"), [(8, False), (9, True), (10, True)])
    def test_needs_nine_stretches(self, number, is_enough):
        result = told([(4, 0, 0)] * number)

        assert result.value.is_enough is is_enough
        assert ("outlook.too_little" in [step.code for step in result.steps]) is not is_enough

    @pytest.mark.parametrize(
        ("number", "low", "high"), [(9, 20, 28), (18, 20, 37), (19, 21, 37), (29, 22, 46)]
    )
    def test_leaves_out_as_many_at_each_end_as_eight_in_ten_allow(self, number, low, high):
        found = told([(nights, 0, 0) for nights in range(number)]).value

        assert (found.low_nights, found.high_nights) == (low, high)
        assert found.middle_nights == 20 + (number - 1) // 2

    def test_counts_the_stretches_that_keep_the_tier(self):
        found = told([(4, 0, 0)] * 6 + [(5, 0, 0)] * 4).value

        assert (found.kept, found.stretches) == (4, 10)

    def test_gives_credits_for_events_of_a_stretch(self):
        found = told([(0, 250_000, 100)] * 9).value

        assert (found.kept, found.low_nights) == (9, 25)

    def test_never_expects_less_than_what_is_booked(self):
        found = told([(1, 0, 0)] * 9, booked=More(5, 0, 40_000)).value

        assert (found.booked.tier, found.low_nights, found.high_nights, found.kept) == ("silver", 25, 25, 9)

    @pytest.mark.parametrize(("grace_until", "outcome"), [(JULY, "down"), (date(2026, 8, 1), "in_grace")])
    def test_knows_the_days_of_grace(self, grace_until, outcome):
        assert told(grace_until=grace_until).value.paid.outcome == outcome

    @given(
        st.lists(st.tuples(st.integers(0, 360), st.integers(1, 9), st.integers(0, 50_000)), max_size=12),
        st.integers(1, 90),
    )
    @settings(max_examples=40)
    def test_of_nothing_more_is_the_standing_of_that_day(self, drawn, ahead_days):
        stays = [stay(ago, nights, cents) for ago, nights, cents in drawn]
        day = TODAY + timedelta(days=ahead_days)
        counted = count(window_days=365, stays=stays, spends=[], as_of=day)

        ahead = Ahead(TODAY, day, counted, More(), More())
        found = forecast(rules=RULES, tier="partner", grace_until=None, ahead=ahead, past=[]).value

        then = standing(rules=RULES, stays=stays, spends=[], as_of=day).value
        assert (found.paid.tier, found.paid.nights) == (then.tier, then.qualified_nights)


class TestThePage:
    def of(self, account):
        return [each.value for each in outlook.forecasts(standings.standing_of(account.id))]

    def test_counts_what_is_booked_and_will_leave_the_house_in_time(self, house: Cast, told: Told):
        told.stay(house.acme, "past", arrival=date(2026, 5, 2), nights=3, cents=30_000)
        told.play(house.acme, as_of=TODAY)
        expected = {"cents": 20_000, "status": StayStatus.EXPECTED}
        told.stay(house.acme, "in time", arrival=date(2026, 6, 28), nights=2, **expected)
        told.stay(house.acme, "too late", arrival=date(2026, 6, 29), nights=2, **expected)
        told.stay(house.acme, "unpaid", arrival=date(2026, 6, 10), nights=5, cents=50_000)
        db.session.execute(db.text("UPDATE stay SET settled_on = NULL WHERE reservation = 'unpaid'"))
        db.session.commit()

        [found] = self.of(house.acme)

        assert (found.day, found.paid.nights, found.paid.spend_cents) == (JULY, 3, 30_000)
        assert (found.booked.nights, found.booked.spend_cents) == (10, 100_000)
        assert not found.is_enough

    def test_expects_nothing_more_on_the_eve_of_a_review(self, house: Cast, told: Told):
        for number in range(24):
            arrival = date(2026, 6, 29) - timedelta(days=14 * number)
            told.stay(house.acme, f"A{number}", arrival=arrival, nights=1, cents=100)
        told.play(house.acme, as_of=date(2026, 6, 30))

        [found] = self.of(house.acme)

        assert found.is_enough
        assert (found.day, found.low_nights, found.high_nights) == (
            JULY,
            found.paid.nights,
            found.paid.nights,
        )

    def test_goes_by_the_rules_of_the_day_of_the_review(self, house: Cast, told: Told):
        told.stay(house.acme, "long", arrival=date(2025, 5, 20), nights=30, cents=300_000)
        told.play(house.acme, as_of=date(2026, 7, 2))
        publish_harder_silver(date(2026, 8, 15))

        view = standings.standing_of(house.acme.id)
        first, decides = outlook.forecasts(view)
        planned = outlook.plan(view, target="silver", day=date(2026, 9, 1))

        assert (first.version, decides.version) == (1, 2)
        assert (view.rules.version, view.keeps.version) == (1, 2)
        assert (view.keeps.value.lacks_nights, planned.path.value.lacks_nights) == (90, 90)
        assert [each.value.lacks_nights for each in planned.reviews] == [25, 90, 90, 90, 90, 90]

    def test_forecasts_the_deciding_review_too_while_in_grace(self, house: Cast, told: Told):
        told.stay(house.acme, "long", arrival=date(2025, 5, 20), nights=30, cents=300_000)
        told.play(house.acme, as_of=date(2026, 7, 2))

        found = self.of(house.acme)

        assert [each.day for each in found] == [date(2026, 8, 1), date(2026, 9, 1)]
        assert [each.paid.outcome for each in found] == ["in_grace", "down"]

    @pytest.mark.parametrize(("locale", "said"), [("en", "Silver kept in"), ("ru", "сохранён в")])
    def test_says_it_with_its_why(self, house: Cast, told: Told, client_as, locale, said):
        house.anna.locale = locale
        for number in range(30):
            arrival = date(2025, 1, 3) + timedelta(days=17 * number)
            told.stay(house.acme, f"A{number}", arrival=arrival, nights=1 + number % 4, cents=30_000)
        told.play(house.acme, as_of=TODAY)
        address = f"/accounts/{house.acme.public_id}"

        page = client_as(house.anna).get(f"{address}/standing")
        sheet = client_as(house.anna).get(f"{address}/why/standing")

        assert said in page.text
        assert sheet.text.count("Recomputed now: the same" if locale == "en" else "Пересчитано сейчас") == 3

    def test_of_an_account_that_was_never_played_looks_ahead_from_today(self, house: Cast):
        house.acme.opened_on = date(2025, 1, 1)
        db.session.commit()

        view = standings.standing_of(house.acme.id)

        assert view.as_of == local_date(clock.now(), hotel.house_zone()) > house.acme.opened_on
        assert self.of(house.acme)[0].day > view.as_of

    def test_of_an_account_without_a_past_says_that_it_is_not_enough(self, house: Cast, client_as):
        answer = client_as(house.anna).get(f"/accounts/{house.acme.public_id}/standing")

        assert "not enough data" in answer.text


class TestThePlan:
    @pytest.fixture
    def planning(self, house: Cast, told: Told, client_as):
        """Acme was Silver for 30 nights that leave the window during June 2026."""
        told.stay(house.acme, "long", arrival=date(2025, 5, 20), nights=30, cents=300_000)
        told.play(house.acme, as_of=date(2026, 5, 31))
        client = client_as(house.anna)
        return lambda query="": client.get(f"/accounts/{house.acme.public_id}/plan{query}")

    @pytest.mark.parametrize(
        ("query", "headline"),
        [
            ("?tier=silver&day=2026-06-18", "Silver on 18 June 2026: nothing is lacking"),
            ("?tier=silver&day=2026-06-19", "Silver on 19 June 2026: €2,500 of any eligible spend"),
            ("?tier=silver&day=2026-07-01", "Silver on 1 July 2026: €2,500 of any eligible spend"),
            ("", "Gold on 1 June 2026: €4,500 of any eligible spend"),
        ],
    )
    def test_moves_the_window_to_the_day(self, planning, query, headline):
        answer = planning(query)

        assert (answer.status_code, answer.page.h1) == (200, headline)

    def test_says_what_will_be_lacking_at_the_reviews_to_come(self, planning):
        answer = planning("?tier=silver&day=2026-07-01")

        assert "25 nights, at Seaside about €2,500" in answer.text
        assert "checked out and paid by 30 June 2026" in answer.text
        assert len({each for each in answer.page.links if "/plan?tier=silver&day=2026-" in each}) == 6

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("?day=2026-05-31", 422),
            ("?day=2027-06-01", 422),
            ("?day=x", 422),
            ("?tier=partner", 422),
            ("?tier=", 200),
        ],
    )
    def test_refuses_a_day_or_a_tier_that_nothing_leads_to(self, planning, query, status):
        assert planning(query).status_code == status

    def test_is_read_in_russian(self, planning, house: Cast):
        house.anna.locale = "ru"

        assert planning("?tier=platinum").status_code == 200
