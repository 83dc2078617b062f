"""A lean replay gives what playing gives, and compares rules fairly."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.programme.chain.rules import Bucket
from portal.programme.intake.rules import StayCheckedOut, earns_nothing
from portal.programme.replay.rules import Brought, Fact, Past, Player, Redeemed, replay
from portal.programme.rules import AccrualShares
from portal.programme.tariffs.rules import Tariff, schedule_of
from tests.programme.days import MONDAY, begin, perk, played, stay
from tests.programme.strategies import FIRST_DAY, RULES, histories, review_schedules

END = FIRST_DAY + timedelta(days=1000)
START = FIRST_DAY + timedelta(days=500)
LATER = replace(
    RULES,
    version=2,
    effective_from=START,
    window_days=200,
    grace_days=20,
    review_day=15,
    activation_days=3,
    lot_months=6,
    doors="nights",
    accrual=AccrualShares(rooms_bp=3_333, food_and_drink_bp=0),
    tiers=(RULES.tiers[0], *(replace(tier, nights=tier.nights // 5) for tier in RULES.tiers[1:])),
)


def facts_of(events):
    told = []
    for event in events:
        if earns_nothing(event) is not None:
            continue
        bases = tuple((category, cents) for category, cents in event.bases if cents > 0)
        cents, is_stay = sum(part for _, part in bases), isinstance(event, StayCheckedOut)
        told.append(
            Fact(
                day=event.day.toordinal(),
                key=event.key,
                first=(event.arrival if is_stay else event.day).toordinal(),
                nights=event.nights if is_stay else 0,
                counted_on=(event.checkout if is_stay else event.fulfilled).toordinal(),
                bases=bases,
                base_cents=cents,
                event_cents=0 if is_stay or not event.is_event else cents,
            )
        )
    return sorted(told)


def replayed(events, *drafts, versions=(RULES,), start=START, until=END, **past):
    ran = schedule_of(versions)
    schedules = [ran, *([Tariff(draft, begins=start.toordinal())] for draft in drafts)]
    return replay(
        past=Past(facts_of(events), **past),
        start=start.toordinal(),
        until=until.toordinal(),
        ran=ran,
        schedules=schedules,
    )


def value(outcome):
    return (outcome.tier, outcome.spans, outcome.outstanding_points, outcome.expired_points)


class TestReplaying:
    @given(histories(most=40), st.sampled_from([(RULES,), (RULES, LATER)]), st.integers(0, 1000))
    @settings(max_examples=60, deadline=None)
    def test_gives_the_tier_and_the_points_that_playing_gives(self, events, versions, start_days):
        end = FIRST_DAY + timedelta(days=1300)
        start = FIRST_DAY + timedelta(days=start_days)
        truth = played(events, end, versions=versions)

        (outcome,) = replayed(events, versions=versions, start=start, until=end)

        state, lots = truth.state, truth.state.ledger
        assert outcome.tier == state.tier
        assert outcome.outstanding_points == sum(
            lots.balances[bucket] for bucket in (Bucket.PENDING, Bucket.ACTIVE)
        )
        issued = [lot.issued for lot in lots.lots.values() if lot.earned_on >= start]
        assert outcome.points == sum(issued)
        changes = [change for change in truth.tier_changes if change.day >= start]
        assert outcome.rises + outcome.falls == len(changes)

    @given(histories(most=40), review_schedules(), st.integers(0, 1000))
    @settings(max_examples=60, deadline=None)
    def test_reviews_on_the_days_on_which_playing_does(self, events, versions, start_days):
        end, start = FIRST_DAY + timedelta(days=1300), FIRST_DAY + timedelta(days=start_days)
        truth = played(events, end, versions=versions)

        (outcome,) = replayed(events, versions=versions, start=start, until=end)

        changes = [change for change in truth.tier_changes if change.day >= start]
        assert (outcome.tier, outcome.rises + outcome.falls) == (truth.state.tier, len(changes))

    @given(histories(most=40), st.integers(1, 28), st.integers(0, 1000))
    @settings(max_examples=60, deadline=None)
    def test_of_a_draft_reviews_as_if_it_had_been_in_force(self, events, review_day, start_days):
        start = FIRST_DAY + timedelta(days=start_days)
        draft = replace(RULES, version=2, review_day=review_day, effective_from=start)
        truth = played(events, END, versions=[RULES, draft])

        _, outcome = replayed(events, draft, start=start)

        changes = [change for change in truth.tier_changes if start <= change.day]
        assert (outcome.tier, outcome.rises + outcome.falls) == (truth.state.tier, len(changes))

    @given(histories(), st.integers(0, 1000))
    @settings(max_examples=60, deadline=None)
    def test_under_the_same_rules_gives_the_same_to_the_last_point(self, events, start_days):
        start = FIRST_DAY + timedelta(days=start_days)

        ran, draft = replayed(events, replace(RULES, version=7), start=start)

        assert value(draft) == value(ran)
        assert draft.worth_cents == ran.worth_cents

    @given(histories(most=40), st.data())
    @settings(max_examples=60, deadline=None)
    def test_lets_nobody_lose_by_rules_that_are_better_everywhere(self, events, data):
        better = data.draw(improvements())

        ran, draft = replayed(events, better)

        assert draft.worth_cents >= ran.worth_cents
        assert draft.points >= ran.points
        assert draft.discount_cents >= ran.discount_cents
        assert draft.rank >= ran.rank


@st.composite
def improvements(draw):
    """Rules in which every number is as kind as before, or kinder."""
    more = st.integers(0, 300)
    tiers, low = [], (0, 0, 0)
    for tier in RULES.tiers:
        better = replace(
            tier,
            nights=tier.nights * draw(st.integers(50, 100)) // 100,
            spend_cents=tier.spend_cents * draw(st.integers(50, 100)) // 100,
            stay_discount_bp=max(tier.stay_discount_bp + draw(more), low[0]),
            points_per_euro=max(tier.points_per_euro + draw(st.integers(0, 2)), low[1]),
            hall_av_bp=max(tier.hall_av_bp + draw(more), low[2]),
        )
        low = (better.stay_discount_bp, better.points_per_euro, better.hall_av_bp)
        tiers.append(better)
    return replace(
        RULES,
        version=2,
        tiers=tuple(tiers),
        cap_bp=RULES.cap_bp + draw(more),
        grace_days=RULES.grace_days + draw(st.integers(0, 60)),
        window_days=RULES.window_days + draw(st.integers(0, 90)),
        credit_max_nights=RULES.credit_max_nights + draw(st.integers(0, 20)),
        lot_months=RULES.lot_months + draw(st.integers(0, 12)),
    )


class TestReplay:
    def test_begins_where_the_account_really_stood(self):
        silver = [stay("a", MONDAY, 25), stay("b", MONDAY + timedelta(days=40), 2, 20_000)]
        strict = replace(RULES, tiers=tuple(replace(t, nights=t.nights * 9) for t in RULES.tiers))

        ran, draft = replayed(
            silver, strict, start=MONDAY + timedelta(days=1), until=MONDAY + timedelta(days=50)
        )

        assert (ran.tier, draft.tier) == ("silver", "silver")
        assert list(draft.spans) == ["silver"]

    def test_takes_the_discount_off_what_was_paid_and_points_from_all_of_it(self):
        kinder = replace(RULES, tiers=(replace(RULES.tiers[0], stay_discount_bp=700), *RULES.tiers[1:]))

        ran, draft = replayed([stay("a", MONDAY, 1, 10_050)], kinder, start=MONDAY, until=MONDAY)

        assert (ran.discount_cents, draft.discount_cents) == (503, 704)
        assert (ran.points, draft.points) == (201, 201)
        assert ran.spans["partner"].nights == 1

    def test_takes_no_more_off_than_the_cap(self):
        capped = replace(RULES, cap_bp=300)

        _, draft = replayed([stay("a", MONDAY, 1, 10_000)], capped, start=MONDAY, until=MONDAY)

        assert draft.discount_cents == 300

    @pytest.mark.parametrize(("value_cents", "spent"), [(1, 150), (2, 75)])
    def test_pays_with_points_what_was_really_paid_with_them(self, value_cents, spent):
        other = replace(RULES, point_value_cents=value_cents)
        redeemed = [Redeemed((MONDAY + timedelta(days=20)).toordinal(), 150)]

        ran, draft = replayed(
            [stay("a", MONDAY)], other, start=MONDAY, until=MONDAY + timedelta(days=30), redeemed=redeemed
        )

        assert (ran.spent_points, ran.outstanding_points) == (150, 50)
        assert (draft.spent_points, draft.outstanding_points) == (spent, 200 - spent)

    def test_pays_only_as_far_as_the_points_go(self):
        redeemed = [Redeemed((MONDAY + timedelta(days=20)).toordinal(), 900)]

        (ran,) = replayed(
            [stay("a", MONDAY)], start=MONDAY, until=MONDAY + timedelta(days=30), redeemed=redeemed
        )

        assert (ran.spent_points, ran.outstanding_points) == (200, 0)

    def test_earns_nothing_before_the_company_has_joined_where_it_must(self):
        from_joining = replace(RULES, earning_starts="joining")
        events = [stay("a", MONDAY), stay("b", MONDAY + timedelta(days=1))]

        _, draft = replayed(
            events,
            from_joining,
            start=MONDAY,
            until=MONDAY + timedelta(days=1),
            joined=(MONDAY + timedelta(days=1)).toordinal(),
        )

        assert (draft.points, draft.spans["partner"].nights) == (200, 2)

    def test_gives_an_account_the_tier_it_has_reached_where_its_own_is_gone(self):
        one, two = RULES.tiers[0], RULES.tiers[2]
        other = replace(RULES, tiers=(replace(one, code="open"), replace(two, code="club", nights=20)))
        events = [stay("a", MONDAY, 25)]

        _, draft = replayed(events, other, start=MONDAY + timedelta(days=1), until=MONDAY + timedelta(days=2))

        assert draft.tier == "club"

    def test_counts_the_events_of_orders_as_nights(self):
        events = [stay("a", MONDAY, 24, 10_000), perk("p", MONDAY + timedelta(days=1), 50_000)]

        (ran,) = replayed(events, start=MONDAY, until=MONDAY + timedelta(days=1))

        assert ran.tier == "silver"


def test_a_tier_that_was_brought_along_is_kept_until_reviews_find_otherwise():
    events = [stay("a", MONDAY + timedelta(days=3)), stay("b", MONDAY + timedelta(days=300))]
    brought, end = MONDAY, MONDAY + timedelta(days=301)
    state = begin()
    state.tier, state.tier_since, state.played_through = "gold", brought, brought
    truth = played(events, end, state=state)

    for start in (MONDAY - timedelta(days=9), MONDAY, MONDAY + timedelta(days=90)):
        ran, _draft = replayed(
            events, RULES, start=start, until=end, brought=[Brought(brought.toordinal(), "gold")]
        )

        assert (ran.tier, ran.outstanding_points) == (truth.state.tier, outstanding(truth))
        assert ran.falls == len([change for change in truth.tier_changes if change.day >= start])
    assert truth.tier_changes


def test_a_tier_that_was_brought_along_takes_nothing_from_rules_that_gave_a_higher_one():
    kinder = replace(RULES, tiers=tuple(replace(tier, nights=tier.nights // 10) for tier in RULES.tiers))
    brought = [Brought((MONDAY + timedelta(days=40)).toordinal(), "silver")]

    ran, draft = replayed(
        [stay("a", MONDAY, 20)], kinder, start=MONDAY, until=MONDAY + timedelta(days=41), brought=brought
    )

    assert (ran.tier, draft.tier) == ("silver", "platinum")


def test_points_do_not_wait_in_the_purse_to_the_end():
    player = Player(schedule_of([RULES]), None)
    for fact in facts_of([stay(str(day), MONDAY + timedelta(days=day)) for day in range(0, 700, 7)]):
        player.play(fact)

    assert len(player.purse.waiting) < 10


def outstanding(truth):
    balances = truth.state.ledger.balances
    return balances[Bucket.PENDING] + balances[Bucket.ACTIVE]


def test_a_year_is_a_period_both_days_included():
    events = [stay("a", date(2024, 1, 1)), stay("b", date(2024, 12, 31)), stay("c", date(2025, 1, 1))]

    (ran,) = replayed(events, start=date(2024, 1, 1), until=date(2024, 12, 31))

    assert ran.spans["partner"].stays == 2
