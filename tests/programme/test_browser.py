"""The pages of an account in a real browser: for every eye, finger and width."""

from datetime import date, timedelta

import pytest

from tests import look
from tests.cast import Cast
from tests.programme.told import Told

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]

PAGES = ("", "/points", "/lots", "/standing", "/why/standing", "/why/entry/1")


@pytest.fixture
def played(house: Cast, told: Told, spend) -> Cast:
    """Acme has been Gold and is in its days of grace; it has spent points."""
    for number in range(10):
        arrival = date(2025, 6, 1) + timedelta(days=9 * number)
        told.stay(house.acme, f"A{number}", arrival=arrival, nights=8, cents=72_000)
    told.play(house.acme, as_of=date(2026, 7, 14))
    spend(house.acme, 500)
    return house


@pytest.mark.parametrize(("theme", "locale"), [("light", "en"), ("dark", "ru")])
class TestEveryPageOfAnAccount:
    def test_is_readable_by_everybody(self, played: Cast, page_as, theme, locale):
        played.lidia.locale = locale
        addresses = ["/accounts", *(f"/accounts/{played.acme.public_id}{path}" for path in PAGES)]
        window = page_as(played.lidia, color_scheme=theme, reduced_motion="reduce")

        faults = {}
        for address in addresses:
            window.goto(address)
            faults[address] = (look.axe_faults(window), look.too_wide(window), look.small_targets(window))

        assert {address: fault for address, fault in faults.items() if any(fault)} == {}


class TestThePointsPage:
    def test_opens_a_why_by_keyboard_and_without_script(self, played: Cast, page_as):
        window = page_as(played.anna, java_script_enabled=False)
        window.goto(f"/accounts/{played.acme.public_id}/points")

        window.locator("details.why summary").first.focus()
        window.keyboard.press("Enter")

        assert window.locator("details.why[open]").count() == 1
