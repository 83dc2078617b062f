"""The timeline: history and today are played by one engine, whole or in parts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.programme.chain.rules import Bucket, Kind
from portal.programme.earning.rules import manual_credit
from portal.programme.intake.rules import StayCheckedOut, TakenBack
from portal.programme.ledger.rules import credit
from portal.programme.rules import FOOD_AND_DRINK, ROOMS, Rules, default_rules
from portal.programme.state.rules import AccountState, new_state
from portal.programme.timeline import rules as timeline
from tests.programme.days import MONDAY, begin, perk, played, stay, told
from tests.programme.strategies import RULES


class TestCalendar:
    def test_activates_fourteen_days_after_the_later_of_check_out_and_payment(self):
        late_payer = stay("a", MONDAY, paid=MONDAY + timedelta(days=10))

        before = played([late_payer], MONDAY + timedelta(days=23))
        after = played([late_payer], MONDAY + timedelta(days=24))

        assert told(before) == [("accrual", MONDAY + timedelta(days=10), 200)]
        assert told(after)[1:] == [("activation", MONDAY + timedelta(days=24), 200)]
        assert after.entries[0].service_date == MONDAY

    def test_lets_a_lot_die_the_day_after_the_month_end(self):
        on_the_last = played([stay("a", MONDAY)], date(2026, 3, 31))
        after = played([stay("a", MONDAY)], date(2026, 4, 1))

        assert on_the_last.state.ledger.balances[Bucket.ACTIVE] == 200
        assert told(after)[-1] == ("expiry", date(2026, 4, 1), 200)

    def test_reviews_on_the_first_of_each_month_after_the_first_event(self):
        result = played([stay("a", date(2024, 3, 1))], date(2024, 6, 1))

        assert [review.day for review in result.reviews] == [date(2024, m, 1) for m in (4, 5, 6)]
        assert {review.verdict.value.outcome for review in result.reviews} == {"kept"}

    @pytest.mark.parametrize(("first_day", "reviewed"), [(14, date(2024, 1, 15)), (15, date(2024, 2, 15))])
    def test_reviews_on_another_day_of_the_month_if_the_rules_say_so(self, first_day, reviewed):
        other = Rules.from_json(default_rules().to_json() | {"review_day": 15})

        result = played([stay("a", date(2024, 1, first_day))], date(2024, 2, 15), versions=[other])

        assert result.reviews[0].day == reviewed

    @pytest.mark.parametrize(("days", "kept"), [(364, 1), (365, 0)])
    def test_forgets_what_no_window_will_hold_again(self, days, kept):
        result = played([stay("a", MONDAY), perk("p", MONDAY, 100)], MONDAY + timedelta(days=days))

        assert (len(result.state.stays), len(result.state.spends)) == (kept, kept)

    def test_begins_days_in_the_zone_it_is_given(self):
        result = played([stay("a", MONDAY)], MONDAY, zone=ZoneInfo("Europe/Moscow"))

        assert result.entries[0].at == datetime(2024, 3, 3, 21, tzinfo=UTC)

    def test_takes_the_instant_of_an_event_that_has_one(self):
        at = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)

        assert played([stay("a", MONDAY, at=at)], MONDAY).entries[0].at == at

    def test_waits_for_the_first_event_of_an_account_without_a_past(self):
        result = played([], MONDAY)

        assert result.state.played_through is None
        assert result.state == begin()

    def test_plays_points_given_by_hand_before_any_event(self):
        state = begin()
        earned = manual_credit(rules=RULES, points=500, earned_on=MONDAY)
        at = datetime(2024, 3, 4, 12, tzinfo=UTC)
        credit(state.ledger, key="c", reference="c", earned=earned, at=at, service_date=MONDAY)

        result = played([], date(2026, 4, 1), state)

        assert told(result) == [("expiry", date(2026, 4, 1), 500)]

    def test_refuses_the_future_and_the_past(self):
        with pytest.raises(timeline.NotYetHappened):
            played([stay("a", MONDAY)], MONDAY - timedelta(days=1))
        state = played([stay("a", MONDAY)], MONDAY).state
        with pytest.raises(timeline.PlayedFurther):
            played([], MONDAY - timedelta(days=1), state)

    def test_stands_still_after_the_day_on_which_a_demo_is_frozen(self):
        frozen = MONDAY + timedelta(days=5)
        state = played([stay("a", MONDAY)], frozen, standstill=frozen).state

        result = played(
            [stay("b", frozen + timedelta(days=60))], frozen + timedelta(days=60), state, standstill=frozen
        )

        assert told(result) == [("accrual", frozen + timedelta(days=60), 200)]
        assert result.reviews == []
        assert result.late == []
        assert result.state.played_through == frozen


class TestEarning:
    def test_is_by_the_tier_of_the_moment(self):
        events = [
            stay("a", MONDAY, 24),
            stay("b", MONDAY + timedelta(days=1)),
            stay("c", MONDAY + timedelta(days=2)),
        ]

        result = played(events, MONDAY + timedelta(days=2))

        assert [(p.before, p.after, p.day) for p in result.tier_changes] == [
            ("partner", "silver", MONDAY + timedelta(days=1))
        ]
        assert [points for _, _, points in told(result)] == [200, 200, 300]

    def test_floors_each_category_of_a_folio(self):
        folio = StayCheckedOut(
            "a", "a", MONDAY, 1, MONDAY + timedelta(days=1), MONDAY, ((ROOMS, 199), (FOOD_AND_DRINK, 99))
        )

        assert told(played([folio], MONDAY + timedelta(days=1)))[0][2] == 3 + 1

    @pytest.mark.parametrize(
        ("nights", "cents", "why"),
        [
            (0, 10_000, "zero_nights"),
            (2, 0, "no_positive_rate"),
            (2, -100, "no_positive_rate"),
            (1, 49, "below_one_point"),
        ],
    )
    def test_reports_what_earns_nothing(self, nights, cents, why):
        result = played([stay("a", MONDAY, nights, cents)], MONDAY)

        assert result.entries == []
        assert [(skipped.key, skipped.why) for skipped in result.skipped] == [("a", why)]
        assert len(result.state.stays) == (why == "below_one_point")

    @pytest.mark.parametrize(("day", "points"), [(0, 0), (1, 100)])
    def test_gives_points_from_the_day_of_joining_and_counts_what_lay_before(self, day, points):
        version = Rules.from_json(RULES.to_json() | {"earning_starts": "joining"})
        state = new_state(account="a", rules=version)
        state.joined_on = MONDAY + timedelta(days=1)
        event = stay("a", MONDAY + timedelta(days=day), 25, 5_000)

        result = timeline.play(state=state, events=[event], until=event.day, versions=[version])

        assert sum(lot.pending for lot in state.ledger.lots.values()) == points
        assert [skipped.why for skipped in result.skipped] == ([] if points else ["before_joining"])
        assert state.tier == "silver"
        assert AccountState.from_plain(state.to_plain()).joined_on == state.joined_on

    def test_counts_night_credits_of_events_but_not_of_other_orders(self):
        events = [stay("a", MONDAY, 24), perk("event", MONDAY, 50_000)]
        others = [stay("a", MONDAY, 24), perk("order", MONDAY, 50_000, is_event=False)]

        assert played(events, MONDAY).state.tier == "silver"
        assert played(others, MONDAY).state.tier == "partner"

    def test_says_that_an_event_was_played_before(self):
        state = played([stay("a", MONDAY), stay("b", MONDAY, 1, 10)], MONDAY).state
        before = state.to_plain()

        again = played([stay("a", MONDAY), stay("b", MONDAY, 1, 10)], MONDAY, state)

        assert [skipped.why for skipped in again.skipped] == ["already_done"] * 2
        assert again.entries == []
        assert again.state.to_plain() == before


class TestTiers:
    def test_fall_one_level_at_the_first_review_after_sixty_days_of_grace(self):
        # 75 nights end on 4 March 2024, so from the review of 1 February 2025 they are too few.
        result = played([stay("a", MONDAY, 75)], date(2026, 2, 1))

        steps = [
            (review.day, review.verdict.value.outcome, review.verdict.value.tier)
            for review in result.reviews
            if review.verdict.value.outcome not in {"kept", "in_grace"}
        ]
        assert steps == [
            (MONDAY, "up", "gold"),
            (date(2025, 1, 1), "grace_started", "gold"),
            (date(2025, 4, 1), "down", "silver"),
            (date(2025, 5, 1), "grace_started", "silver"),
            (date(2025, 7, 1), "down", "partner"),
        ]
        assert result.state.tier_since == date(2025, 7, 1)

    def test_are_kept_by_qualifying_again_within_the_grace(self):
        again = stay("b", date(2025, 2, 20), 75)

        result = played([stay("a", MONDAY, 75), again], date(2025, 6, 1))

        cleared = [r for r in result.reviews if r.verdict.value.outcome == "grace_cleared"]
        assert [(r.day, r.monthly) for r in cleared] == [(date(2025, 2, 20), False)]
        assert result.state.tier == "gold"
        assert result.state.grace_until is None

    def test_do_not_depend_on_the_balance_of_points(self):
        state = begin()
        earned = manual_credit(rules=RULES, points=1_000_000, earned_on=MONDAY)
        at = datetime(2024, 3, 4, 12, tzinfo=UTC)
        credit(state.ledger, key="c", reference="c", earned=earned, at=at, service_date=MONDAY)

        assert played([stay("a", MONDAY)], date(2024, 6, 1), state).state.tier == "partner"

    def test_follow_a_new_version_of_the_rules_from_its_day(self):
        data = default_rules().to_json() | {"version": 2, "effective_from": "2024-04-01"}
        data["tiers"][1]["nights"] = 10
        versions = [RULES, Rules.from_json(data)]

        result = played([stay("a", MONDAY, 12)], date(2024, 4, 1), versions=versions)

        assert [(change.day, change.after) for change in result.tier_changes] == [
            (date(2024, 4, 1), "silver")
        ]
        assert result.tier_changes[0].standing.version == 2


class TestLateRows:
    def test_are_posted_today_with_their_own_service_date(self):
        state = played([stay("a", MONDAY)], date(2024, 6, 1)).state
        reviews_before = state.to_plain()["tier_since"]

        result = played([stay("late", date(2024, 3, 20), 30)], date(2024, 6, 2), state)

        accrual, activation = result.entries
        assert (accrual.kind, accrual.at.date(), accrual.service_date) == (
            Kind.ACCRUAL,
            date(2024, 6, 2),
            date(2024, 3, 20),
        )
        assert (activation.kind, activation.at.date()) == (Kind.ACTIVATION, date(2024, 6, 2))
        assert result.late == ["late"]
        assert reviews_before == MONDAY.isoformat()

    def test_hold_no_review_again_but_lift_the_tier_today(self):
        state = played([stay("a", MONDAY)], date(2024, 6, 1)).state

        result = played([stay("late", date(2024, 3, 20), 30)], date(2024, 6, 2), state)

        assert [(review.day, review.monthly) for review in result.reviews] == [(date(2024, 6, 2), False)]
        assert [(change.day, change.after) for change in result.tier_changes] == [
            (date(2024, 6, 2), "silver")
        ]

    def test_that_come_after_their_lot_has_died_leave_nothing(self):
        state = played([stay("a", MONDAY)], date(2026, 6, 1)).state

        result = played([stay("late", MONDAY)], date(2026, 6, 2), state)

        assert [entry.kind.value for entry in result.entries] == ["accrual", "activation", "expiry"]
        assert result.state.ledger.balances[Bucket.ACTIVE] == 0

    def test_of_today_are_not_late(self):
        state = played([stay("a", MONDAY)], MONDAY).state

        assert played([stay("b", MONDAY)], MONDAY, state).late == []


class TestTakenBack:
    def test_reverses_and_posts_anew_what_was_changed(self):
        state = played([stay("stay:1", MONDAY, 2, 20_000)], date(2024, 6, 1)).state
        changed = [
            TakenBack("stay:1", "r", date(2024, 6, 2)),
            stay("stay:2", MONDAY, 3, 30_000),
        ]

        result = played(changed, date(2024, 6, 2), state)

        assert [entry.kind.value for entry in result.entries] == ["reversal", "accrual", "activation"]
        assert result.state.ledger.balances[Bucket.ACTIVE] == 600
        assert [(fact.key, fact.nights) for fact in result.state.stays] == [("stay:2", 3)]

    def test_does_not_count_a_changed_stay_twice_at_once(self):
        state = played([stay("stay:1", MONDAY, 15)], date(2024, 3, 5)).state
        today = date(2024, 3, 5)
        changed = [stay("stay:2", MONDAY, 16), TakenBack("stay:1", "r", today)]

        assert played(changed, today, state).tier_changes == []

    def test_of_the_same_day_follows_what_it_takes_back(self):
        events = [TakenBack("z", "r", MONDAY), stay("z", MONDAY), stay("zz", MONDAY, 2)]

        result = played(events, MONDAY)

        assert [entry.kind.value for entry in result.entries] == ["accrual", "reversal", "accrual"]
        assert [fact.key for fact in result.state.stays] == ["zz"]

    def test_moves_no_tier_before_the_next_review(self):
        state = played([stay("a", MONDAY, 30)], MONDAY).state

        result = played([TakenBack("a", "r", date(2024, 3, 20))], date(2024, 4, 1), state)

        assert result.state.tier == "silver"
        assert [review.verdict.value.outcome for review in result.reviews] == ["grace_started"]

    def test_of_a_stay_without_points_only_forgets_it(self):
        state = played([stay("a", MONDAY, 1, 10)], MONDAY).state

        result = played([TakenBack("a", "r", MONDAY)], MONDAY, state)

        assert [skipped.why for skipped in result.skipped] == ["nothing_to_reverse"]
        assert result.state.stays == []

    def test_happens_once(self):
        state = played([stay("a", MONDAY)], MONDAY).state
        played([TakenBack("a", "r", MONDAY)], MONDAY, state)

        again = played([TakenBack("a", "r", MONDAY)], MONDAY, state)

        assert [skipped.why for skipped in again.skipped] == ["already_done"]
