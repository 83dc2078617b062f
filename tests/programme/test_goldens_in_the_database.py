"""The golden numbers once more, this time through the tables of both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from portal.database import db, transaction
from portal.derivation import recompute
from portal.programme.chain.rules import Bucket
from portal.programme.holds import actions as ledger_actions
from portal.programme.ledger import queries as ledger
from portal.programme.standing import queries as standings
from portal.programme.timeline import actions as timeline
from tests.cast import NOW, Cast
from tests.programme.told import Told

TODAY = NOW.date()


@pytest.fixture
def gold(house: Cast, told: Told):
    """Acme is Gold: 75 nights at a cent each, which earn no point."""
    told.stay(house.acme, "a long one", arrival=TODAY - timedelta(days=100), nights=75, cents=75)
    told.play(house.acme, as_of=TODAY)
    told.new_import()
    return house.acme


def fulfil(account, bases, key="order", *, day=TODAY, is_event=True):
    with transaction():
        return timeline.fulfil_perk(
            account_id=account.id,
            key=key,
            reference=f"booking:{key}",
            fulfilled=day,
            paid=day,
            bases=bases,
            is_event=is_event,
            at=NOW,
        )


class TestGoldenNumbers:
    def test_1_three_nights_at_gold_earn_950_points(self, gold, told: Told):
        told.stay(gold, "three nights", arrival=TODAY - timedelta(days=3), nights=3, cents=23_760)

        told.play(gold, as_of=TODAY)

        assert ledger.balance_of(gold.id).pending == 950

    def test_2_the_bundle_earns_2125_points(self, gold):
        fulfil(gold, [("vip_bundle", 53_125)])

        assert ledger.balance_of(gold.id).pending == 2_125

    def test_4_62_nights_and_6400_of_events_make_silver(self, house: Cast, told: Told):
        told.stay(house.acme, "a long one", arrival=TODAY - timedelta(days=100), nights=62, cents=62)
        told.play(house.acme, as_of=TODAY)
        fulfil(house.acme, [("halls_and_equipment", 640_000)])

        view = standings.standing_of(house.acme.id)

        assert (view.tier, view.standing.credit_nights, view.standing.qualified_nights) == ("silver", 12, 74)
        ways = [(way.kind, way.nights, way.spend_cents) for way in view.ways.value.ways]
        assert {("nights", 1, 0), ("events", 0, 10_000)} <= set(ways)

    def test_5_1200_points_come_from_two_lots(self, house: Cast, told: Told):
        told.stay(house.acme, "first", arrival=date(2025, 3, 2), nights=3, cents=47_500)
        told.stay(house.acme, "second", arrival=date(2025, 5, 2), nights=3, cents=106_250)
        told.play(house.acme, as_of=TODAY)
        of = {"account_id": house.acme.id, "reference": "booking:1", "at": NOW, "day": TODAY}

        with transaction():
            ledger_actions.hold_points(key="h", points=1_200, **of)
            spent = ledger_actions.spend_held(key="s", hold_key="h", **of)

        parts = [posting.points for posting in spent.postings if posting.bucket is Bucket.SPENT]
        lots = {lot.expires_on: lot.active for lot in ledger.lots_of(house.acme.id).values()}
        assert parts == [950, 250]
        assert lots == {date(2027, 3, 31): 0, date(2027, 5, 31): 1_875}


class TestFulfilPerk:
    def test_counts_once_however_often_it_is_asked(self, gold):
        fulfil(gold, [("vip_bundle", 53_125)])

        again = fulfil(gold, [("vip_bundle", 53_125)])

        assert again.entries == []
        assert ledger.balance_of(gold.id).pending == 2_125

    def test_lifts_the_tier_at_once(self, gold):
        fulfil(gold, [("vip_bundle", 1_992_500)])

        assert standings.tier_of(gold.id) == "gold"
        fulfil(gold, [("vip_bundle", 7_425)], "a euro more")
        assert standings.tier_of(gold.id) == "platinum"

    def test_is_taken_back_once(self, gold):
        fulfil(gold, [("vip_bundle", 53_125)])

        for _ in range(2):
            with transaction():
                timeline.reverse_fulfilment(
                    account_id=gold.id, key="undo", reverses="order", day=TODAY, at=NOW
                )

        assert ledger.balance_of(gold.id).pending == 0
        assert standings.standing_of(gold.id).standing.event_cents == 0

    def test_in_a_frozen_demo_posts_on_its_own_day_and_moves_no_calendar(self, gold, house: Cast):
        db.session.execute(text(f"UPDATE hotel_group SET demo_as_of = '{TODAY}'"))
        db.session.commit()
        later = TODAY + timedelta(days=200)

        played = fulfil(gold, [("vip_bundle", 53_125)], day=later)

        view = standings.standing_of(gold.id)
        assert [entry.service_date for entry in played.entries] == [later]
        assert played.state.played_through == TODAY
        assert (view.tier, view.as_of) == ("gold", TODAY)
        assert view.standing.event_cents == 53_125


class TestDerivations:
    def test_of_every_entry_change_and_review_come_out_the_same(self, house: Cast, told: Told):
        for number in range(12):
            arrival = date(2024, 3, 4) + timedelta(days=31 * number)
            told.stay(house.acme, f"month {number}", arrival=arrival, nights=9, cents=81_000)
        told.play(house.acme, as_of=TODAY)

        stored = [entry.derivation for entry in ledger.chain_of(house.acme.id) if entry.derivation]
        for each in (*standings.changes_of(house.acme.id), *standings.reviews_of(house.acme.id).rows):
            stored += [each.standing, each.verdict]

        assert len(stored) > 30
        assert all(recompute(each).to_json() == each for each in stored)
