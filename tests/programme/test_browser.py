"""The points of an account in a real browser."""

from datetime import date, timedelta

import pytest

from tests.cast import Cast
from tests.programme.told import Told

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


@pytest.fixture
def played(house: Cast, told: Told, spend) -> Cast:
    """Acme has been Gold and is in its days of grace; it has spent points."""
    for number in range(10):
        arrival = date(2025, 6, 1) + timedelta(days=9 * number)
        told.stay(house.acme, f"A{number}", arrival=arrival, nights=8, cents=72_000)
    told.play(house.acme, as_of=date(2026, 7, 14))
    spend(house.acme, 500)
    return house


class TestThePointsPage:
    def test_opens_a_why_by_keyboard_and_without_script(self, played: Cast, page_as):
        window = page_as(played.anna, java_script_enabled=False)
        window.goto(f"/accounts/{played.acme.public_id}/points")

        window.locator("details.why summary").first.focus()
        window.keyboard.press("Enter")

        assert window.locator("details.why[open]").count() == 1
