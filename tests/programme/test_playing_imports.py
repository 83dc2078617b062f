"""What an accepted import does to points and tiers."""

from datetime import date

from portal.programme.ledger import queries as ledger
from tests.cast import Cast
from tests.programme.told import Told


class TestPlayImport:
    def test_gives_the_points_of_a_stay(self, house: Cast, told: Told):
        told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=23_760)

        told.play(house.acme, as_of=date(2026, 6, 15))

        assert ledger.balance_of(house.acme.id).active == 475

    def test_does_nothing_the_second_time(self, house: Cast, told: Told):
        told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=23_760)
        told.play(house.acme, as_of=date(2026, 6, 15))
        before = list(ledger.chain_of(house.acme.id))

        told.play(house.acme, as_of=date(2026, 6, 15))

        assert list(ledger.chain_of(house.acme.id)) == before
