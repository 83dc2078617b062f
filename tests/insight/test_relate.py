"""One relationship among others: what it is compared with, and that like is compared with like."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.corporate.promises.rules import Promised
from portal.insight.activity.rules import Reference, Stage
from portal.insight.purchases.rules import Purchase
from portal.insight.relationship import rules
from portal.insight.relationship.rules import House
from portal.statistics.cells import Cell
from portal.surveys.results.rules import Index

TODAY = date(2026, 6, 15)
NOTHING = Promised(lines=0, delivered=0, kept=0, cancelled=0, ended_by_hotel=0, people=0)


def bought(*backs, rooms=1, cents=10_000):
    days = [TODAY - timedelta(days=back) for back in backs]
    return [
        Purchase(day, cents, 1, 1, (("room", cents),), f"stay:{day}:{room}")
        for day in days
        for room in range(rooms)
    ]


def among(own, *others, tier="gold", others_tier="gold"):
    """The first measured among the others."""
    blank = House(TODAY, 4, None, ())
    rows = [(1, tier, own), *((number, others_tier, rows) for number, rows in enumerate(others, 2))]
    peers = [rules.profile(one, its, rows, as_of=TODAY, house=blank) for one, its, rows in rows]
    house = replace(blank, peers=peers)
    return rules.relate(peers[0], own, house=house, recommends=None, before=None)


def frequency(own, *others, **tiers):
    found = among(own, *others, **tiers).frequency
    return found.value if found else None


class TestFrequency:
    def test_counts_days_and_not_rooms_on_all_sides(self):
        """Twelve rooms on two evenings are two, of the own year before as well as among peers."""
        assert frequency(bought(10, 100, rooms=6) + bought(700), *[bought(20, 90, 700)] * 10).days == 2
        own = bought(10, 100) + bought(400, 500, rooms=9) + bought(900)
        assert frequency(own).expected.centi == 200
        usual = frequency(bought(10, 100, 700), *[bought(20, 90, 700, rooms=5)] * 10)
        assert (usual.expected.centi, usual.index_bp) == (200, 10_000)

    def test_is_compared_with_the_own_year_then_the_tier_then_all(self):
        own, other = bought(10, 100, 700), bought(20, 90, 200, 700)

        assert frequency(own + bought(400, 900), *[other] * 10).expected.reference is Reference.OWN_YEAR
        assert frequency(own, *[other] * 10).expected.reference is Reference.TIER
        assert frequency(own, *[other] * 10, others_tier="silver").expected.reference is Reference.ALL
        assert frequency(own, *[other] * 9) is None

    def test_of_a_median_leaves_the_client_out(self):
        """Ten others are needed, and one's own days do not pull the middle of an even number."""
        others = [bought(20, 700)] * 5 + [bought(20, 40, 60, 700)] * 5

        assert frequency(bought(*range(1, 300, 3), 700), *others).expected.centi == 200

    def test_is_unknown_of_and_among_clients_of_less_than_a_year(self):
        """Their first day is certain and the months to come again are few: eleven of them are no usual."""
        young, old = bought(10, 200), bought(10, 200, 366)

        assert frequency(young, *[old] * 10) is None
        assert frequency(old, *[young] * 10) is None
        assert frequency(old, *[old] * 10).index_bp == 10_000

    def test_is_printed_with_the_usual_it_is_of(self):
        found = among(bought(10, 100, 700), *[bought(20, 700)] * 5, *[bought(20, 40, 700)] * 5).frequency

        assert found.steps[0].values["usual_centi"] == 150

    def test_of_a_full_year_is_exactly_one(self):
        for days in range(1, 60):
            own = bought(*range(1, 1 + 6 * days, 6), 800)

            assert frequency(own, *[own] * 10).index_bp == 10_000


class Read(list):
    """Peers that count how often somebody goes through all of them."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


class TestHouse:
    def test_goes_through_its_peers_as_often_for_many_relationships_as_for_one(self):
        """It went through all of them a dozen times for each: a roll-up of 3,000 took half a minute."""
        histories = [bought(3 + number, 90, 200, 400) for number in range(30)] + [bought(5)] * 6
        blank = House(TODAY, 4, None, ())
        peers = Read(
            rules.profile(number, "gold", own, as_of=TODAY, house=blank)
            for number, own in enumerate(histories)
        )
        house = replace(blank, peers=peers)

        def measure(own):
            return rules.relate(own, histories[own.account_id], house=house, recommends=None, before=None)

        measure(peers[0])
        for_one = peers.times
        found = [measure(peers[number]) for number in range(len(histories))]

        assert peers.times == for_one
        assert all(one.places and one.spend_place and one.silence for one in found)

    def test_compares_a_fresh_figure_with_the_others_and_not_with_the_own_that_was_kept(self):
        """Bought since the roll-up: the own row of then stands in another group, and is left out there."""
        blank = House(TODAY, 4, None, ())
        rows = [bought(20, 90, 200)] * 11
        peers = [rules.profile(n, "gold", own, as_of=TODAY, house=blank) for n, own in enumerate(rows)]
        fresh = replace(peers[0], nights_centi=peers[0].nights_centi + 1)

        found = rules.places(fresh, replace(blank, peers=peers))

        assert (found.peers, found.depth.below, found.depth.level) == (10, 10, 0)


class TestStage:
    def test_of_a_small_tier_is_told_by_all(self):
        """Five of six Platinum clients could never become regular for want of ten peers."""
        own, other = bought(10, 60, 100, 200), bought(20, 90, 200)

        assert among(own, *[other] * 10, tier="platinum").stage.value is Stage.REGULAR
        assert among(own).stage.value is Stage.REGULAR


class TestBill:
    @pytest.mark.parametrize(("rooms", "is_above"), [(1, False), (6, True)])
    def test_is_of_a_day_on_both_sides(self, rooms, is_above):
        """Five rooms of one day against one room a day are not less, and not compared room by room."""
        once = [bought(30 + number, rooms=5) for number in range(6)]

        own = among(bought(*range(1, 300, 30), rooms=rooms), *once)

        assert own.criteria.bill_above is is_above


def test_the_client_is_told_the_length_to_the_day_in_the_same_words_silent_or_not():
    silent = among(bought(300, 310, 320, 330, 340, 800))
    awake = among(bought(3, 310, 320, 330, 340, 800))

    assert silent.length.steps[0].code == "length.silent"
    assert silent.together.steps[0] == awake.together.steps[0]
    assert silent.together.value.months > silent.length.value.months


def test_the_place_of_the_clients_length_is_of_the_length_they_read():
    """Else the place of a silent client among peers that they can count would tell of the silence."""
    peers = [bought(3, 90, 180, 270, back) for back in range(400, 800, 40)] + [bought(700)] * 2

    silent, awake = (
        among(bought(*backs), *peers) for backs in ((300, 310, 320, 330, 750), (3, 310, 320, 330, 750))
    )

    told = [
        rules.client_edition(one, company="Acme", promised=NOTHING, saved_cents=0, guests=Index(Cell.HIDDEN))
        for one in (silent, awake)
    ]
    assert told[0].places.length == told[1].places.length
    assert told[0].places.length.below == 9
    assert silent.places.length != awake.places.length
