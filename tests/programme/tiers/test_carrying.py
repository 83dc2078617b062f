"""Companies whose tier is gone: carried to the nearest below that remains, or as high as they reach."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.derivation import recompute
from portal.programme.chain.rules import Bucket
from portal.programme.improvement.rules import worsened
from portal.programme.ranks.rules import held, merged, nearest
from portal.programme.rehearsal.rules import left_out
from portal.programme.replay.rules import Brought
from portal.programme.rules import in_force
from portal.programme.sheets.rules import comes_out_the_same
from portal.programme.terms.rules import Names
from tests.programme.days import played, stay, stored
from tests.programme.strategies import FIRST_DAY, RULES, histories
from tests.programme.test_replay import replayed, value

PARTNER, SILVER, GOLD, PLATINUM = RULES.tiers
PEARL = replace(SILVER, code="pearl", nights=50, spend_cents=500_000, name=Names("Pearl", "Жемчужный"))
RUBY = replace(PLATINUM, code="ruby", nights=300, spend_cents=3_000_000, name=Names("Ruby", "Рубиновый"))
EVERY = (PARTNER, SILVER, PEARL, GOLD, PLATINUM, RUBY)
NEW_YEAR = date(2025, 1, 1)
END = FIRST_DAY + timedelta(days=1300)


def version(*tiers, number=2, begins=NEW_YEAR, **more):
    first, *others = tiers
    lowest = replace(first, nights=0, spend_cents=0)
    return replace(RULES, version=number, effective_from=begins, tiers=(lowest, *others), **more)


@st.composite
def tier_schedules(draw):
    """Versions with some of the tiers, each from a day of its own; the first one from long before."""
    begins = draw(st.lists(st.integers(0, 900), max_size=4, unique=True))
    found = [RULES]
    for number, begin in enumerate(sorted(begins), start=2):
        kept = draw(st.lists(st.sampled_from(range(6)), min_size=2, unique=True))
        tiers = [EVERY[place] for place in sorted(kept)]
        window = draw(st.sampled_from([100, 365]))
        day = FIRST_DAY + timedelta(days=begin)
        found.append(version(*tiers, number=number, begins=day, window_days=window))
    return found


def silver_since_autumn():
    """25 nights in autumn: Silver until they leave the window."""
    return [stay(f"s{n}", date(2024, 10, 2 + 5 * n), nights=5) for n in range(5)]


def gold_since_autumn():
    return [stay(f"g{n}", date(2024, 10, 2 + n), nights=15) for n in range(5)]


class TestOrder:
    def test_nearest_is_the_first_below_that_remains(self):
        assert nearest(["a", "b", "c", "d"], ["a", "b", "d"], "c") == "b"
        assert nearest(["a", "b", "c", "d"], ["a", "d"], "c") == "a"
        assert nearest(["a", "b"], ["c", "b"], "a") == "c"
        assert nearest(["a", "b"], ["a", "b"], "z") == "a"

    def test_of_both_versions_keeps_what_is_gone_in_its_place(self):
        before, now = RULES.codes, version(PARTNER, SILVER, PEARL, PLATINUM).codes

        assert merged(before, now) == ["partner", "silver", "gold", "pearl", "platinum"]
        assert merged(now, before) == ["partner", "silver", "pearl", "gold", "platinum"]
        assert merged(before, before) == list(before)

    def test_of_a_day_before_the_version_begins_there_is_the_nearest_too(self):
        versions = [RULES, version(*EVERY)]

        assert held(versions, "pearl", NEW_YEAR) == "pearl"
        assert held(versions, "pearl", NEW_YEAR - timedelta(days=1)) == "silver"


class TestCarrying:
    def test_goes_down_to_the_nearest_that_remains_on_the_first_day_of_the_version(self):
        result = played(
            gold_since_autumn(), date(2025, 12, 31), versions=[RULES, version(PARTNER, SILVER, PLATINUM)]
        )

        change = next(one for one in result.tier_changes if one.before == "gold")
        assert (change.day, change.after) == (NEW_YEAR, "silver")
        review = next(one for one in result.reviews if one.verdict.value.outcome == "carried")
        assert (review.day, review.verdict.value.grace_until) == (NEW_YEAR, None)
        assert review.verdict.version == 2
        assert comes_out_the_same(json.loads(json.dumps(review.verdict.to_json())))

    def test_goes_as_high_as_the_past_year_reaches(self):
        easier = replace(PLATINUM, nights=70)

        result = played(gold_since_autumn(), NEW_YEAR, versions=[RULES, version(PARTNER, SILVER, easier)])

        assert result.state.tier == "platinum"
        verdict = result.tier_changes[-1].verdict
        assert [step.code for step in verdict.steps] == ["standing.carried_higher"]
        assert recompute(verdict.to_json()).value.tier == "platinum"

    def test_has_days_of_grace_before_the_tier_it_came_to_is_lost_too(self):
        """The first review finds too little for Silver: that is a fall like any other."""
        result = played(
            [stay("once", date(2024, 3, 1), nights=75)],
            date(2025, 6, 30),
            versions=[RULES, version(PARTNER, SILVER, PLATINUM, begins=date(2025, 3, 15))],
        )

        told = [(one.day, one.verdict.value.outcome, one.verdict.value.tier) for one in result.reviews]
        assert (date(2025, 1, 1), "grace_started", "gold") in told
        assert (date(2025, 3, 15), "carried", "silver") in told
        assert (date(2025, 4, 1), "grace_started", "silver") in told
        assert (date(2025, 6, 1), "down", "partner") in told

    @pytest.mark.parametrize("until", [date(2025, 11, 30), date(2026, 6, 30)])
    def test_ends_a_grace_where_nothing_is_below_any_more(self, until):
        """A silent company too: its days of grace would be shown for ever."""
        versions = [RULES, version(SILVER, GOLD, PLATINUM, begins=date(2025, 11, 15))]

        result = played(silver_since_autumn(), until, versions=versions)

        graces = [one for one in result.reviews if one.verdict.value.outcome == "grace_started"]
        assert [one.day for one in graces] == [date(2025, 10, 1)]
        is_over = until >= date(2025, 12, 1)
        assert (result.state.tier, result.state.grace_until is None) == ("silver", is_over)

    def test_calls_what_remains_as_the_version_does_that_carries(self):
        """Also where that goes back to the usual name."""
        rose = replace(SILVER, name=Names("Rose", "Розовый"))
        pearl = replace(GOLD, name=Names("Pearl", "Жемчужный"))
        before = version(PARTNER, rose, pearl, PLATINUM, begins=date(2024, 9, 1))
        versions = [RULES, before, version(PARTNER, SILVER, PLATINUM, number=3)]

        verdict = played(gold_since_autumn(), NEW_YEAR, versions=versions).tier_changes[-1].verdict

        assert verdict.names == {"gold": {"en": "Pearl", "ru": "Жемчужный"}}
        assert comes_out_the_same(json.loads(json.dumps(verdict.to_json())))

    def test_is_not_touched_by_a_tier_that_comes(self):
        events = silver_since_autumn()

        before = played(events, date(2025, 5, 1))
        after = played(
            events, date(2025, 5, 1), versions=[RULES, version(PARTNER, SILVER, GOLD, PLATINUM, RUBY)]
        )

        assert [one.verdict.value for one in after.reviews] == [one.verdict.value for one in before.reviews]

    def test_of_a_lowest_tier_that_is_gone_begins_in_the_new_one(self):
        versions = [RULES, version(SILVER, GOLD)]

        new = played([stay("a", date(2025, 2, 2))], date(2025, 2, 2), versions=versions)
        old = played([stay("a", date(2024, 2, 2))], date(2025, 2, 2), versions=versions)

        assert (new.state.tier, new.tier_changes) == ("silver", [])
        assert [(one.before, one.after) for one in old.tier_changes] == [("partner", "silver")]
        # What is said is true: nothing below it remains.
        (step,) = old.tier_changes[0].verdict.steps
        assert step.code == "standing.carried_lowest"

    def test_where_the_calendar_stands_still_happens_as_soon_as_something_comes_in(self):
        versions = [RULES, version(PARTNER, SILVER, PLATINUM)]
        state = played(gold_since_autumn(), date(2024, 12, 31), versions=versions).state

        result = played(
            [stay("late", date(2025, 2, 1), cents=1_000)], date(2025, 2, 1), state=state, versions=versions,
            standstill=date(2024, 12, 31),
        )  # fmt: skip

        assert result.state.tier == "silver"
        assert result.entries[-1].derivation["inputs"]["tier"] == "silver"

    @given(histories(most=40), tier_schedules(), st.integers(0, 1300))
    @settings(max_examples=80, deadline=None)
    def test_leaves_nobody_without_a_tier_and_plays_the_same_in_parts(self, events, versions, cut_days):
        cut = FIRST_DAY + timedelta(days=cut_days)
        whole = played(events, END, versions=versions)
        first = played([one for one in events if one.day <= cut], cut, versions=versions)
        rest = played(
            [one for one in events if one.day > cut], END, state=stored(first.state), versions=versions
        )

        assert not events or whole.state.tier in in_force(versions, END).codes
        assert all(one.after in in_force(versions, one.day).codes for one in whole.tier_changes)
        assert rest.state.tier == whole.state.tier
        assert [*first.tier_changes, *rest.tier_changes] == whole.tier_changes
        assert [*first.entries, *rest.entries] == whole.entries
        for one in whole.reviews:
            assert comes_out_the_same(json.loads(json.dumps(one.verdict.to_json())))


class TestRehearsing:
    @given(histories(most=40), tier_schedules(), st.integers(0, 1000))
    @settings(max_examples=80, deadline=None)
    def test_gives_the_tier_and_the_points_that_playing_gives(self, events, versions, start_days):
        start = FIRST_DAY + timedelta(days=start_days)
        truth = played(events, END, versions=versions)

        (outcome,) = replayed(events, versions=versions, start=start, until=END)

        lots = truth.state.ledger
        issued = [lot.issued for lot in lots.lots.values() if lot.earned_on >= start]
        assert outcome.tier == (
            truth.state.tier if truth.state.tier_since else in_force(versions, END).codes[0]
        )
        assert outcome.points == sum(issued)
        assert outcome.outstanding_points == sum(
            lots.balances[bucket] for bucket in (Bucket.PENDING, Bucket.ACTIVE)
        )

    @given(histories(most=40), tier_schedules())
    @settings(max_examples=60, deadline=None)
    def test_of_a_draft_with_other_tiers_gives_each_a_tier_of_it(self, events, versions):
        draft = replace(versions[-1], version=9)

        ran, tried, same = replayed(events, draft, replace(RULES, version=8))

        assert tried.tier in draft.codes
        assert tried.tier == draft.codes[tried.rank]
        assert value(same) == value(ran)

    def test_gives_a_tier_that_was_brought_along_what_follows_it(self):
        begin = FIRST_DAY + timedelta(days=600)
        gold = [Brought(begin.toordinal(), "gold")]

        _, tried = replayed([], version(PARTNER, SILVER, PLATINUM), brought=gold, until=begin)

        assert tried.tier == "silver"

    @given(histories(most=40), st.sampled_from([(PARTNER, SILVER, PEARL, GOLD, PLATINUM), EVERY]))
    @settings(max_examples=40, deadline=None)
    def test_of_a_tier_more_makes_no_loser(self, events, tiers):
        more = version(*tiers)
        assert worsened(RULES, more) == ()

        ran, tried = replayed(events, more)

        assert tried.worth_cents >= ran.worth_cents
        order = merged(RULES.codes, more.codes)
        assert order.index(tried.tier) >= order.index(ran.tier)

    @pytest.mark.parametrize(
        "tiers", [(PARTNER, SILVER, GOLD), (SILVER, GOLD, PLATINUM), (PARTNER, PEARL, PLATINUM)]
    )
    def test_of_a_tier_less_is_no_improvement(self, tiers):
        assert worsened(RULES, version(*tiers)) == ("tiers",)

    def test_tells_what_the_past_cannot_say_of_a_tier_that_comes(self):
        found = left_out(RULES, version(*EVERY))

        assert {"invitee_meals_bp", "late_checkout", "souvenir"} <= set(found)
        assert not {"tiers", "nights", "code", "en", "ru"} & set(found)
