"""The pages of an account: points, lots, tier and derivation sheets, for the company and the hotel."""

from datetime import date

import pytest

from tests.cast import Cast
from tests.programme.told import Told


@pytest.fixture
def played(house: Cast, told: Told) -> Cast:
    """Acme has slept through a spring and had a stay struck out; Borealis slept once."""
    for number in range(6):
        told.stay(house.acme, f"A{number}", arrival=date(2026, 1 + number % 5, 3 + number), nights=5, cents=45_000)
    told.stay(house.borealis, "B1", arrival=date(2026, 4, 2), nights=2, cents=20_000)
    told.play(house.acme, house.borealis, as_of=date(2026, 6, 14))
    return house


class TestPages:
    @pytest.mark.parametrize("path", ["points", "lots", "standing", "why/standing", "why/entry/1", "points.csv"])
    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_open_for_the_companys_administrator(self, played: Cast, client_as, path, locale):
        played.anna.locale = locale

        answer = client_as(played.anna).get(f"/accounts/{played.acme.public_id}/{path}")

        assert answer.status_code == 200

    @pytest.mark.parametrize("path", ["/accounts", "/accounts.csv", "/accounts?q=acm&sort=points&tier=silver"])
    def test_open_for_the_hotel(self, played: Cast, client_as, path):
        answer = client_as(played.lidia).get(path)

        assert answer.status_code == 200

    def test_open_a_company_for_the_hotel(self, played: Cast, client_as):
        answer = client_as(played.lidia).get(f"/accounts/{played.acme.public_id}")

        assert answer.status_code == 200
