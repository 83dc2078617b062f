"""The survey on a phone: a minute's work for a thumb, for every eye, and without script."""

import pytest
from sqlalchemy import select

from portal.database import db
from portal.surveys.answers.models import Compliment
from tests.look import axe_faults, small_targets, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]

PHONE = {"width": 390, "height": 844}
LEAST_TARGET = 56


@pytest.fixture
def phone(page_as, ask):
    """A stranger's phone at the first question."""

    def open_survey(**options):
        token = ask()
        page = page_as(None, viewport=PHONE, reduced_motion="reduce", **options)
        page.goto(f"/survey/{token}")
        return page

    return open_survey


def boxes(page):
    """What a thumb aims at: numbers, choices and buttons."""
    return [one.bounding_box() for one in page.locator("main :is(.pill, .option, .btn)").all()]


class TestOnAPhone:
    @pytest.mark.parametrize("script", [True, False])
    def test_takes_ten_taps_and_nothing_typed(self, phone, cast, script):
        page = phone(java_script_enabled=script)
        taps = 0

        def tap(locator):
            nonlocal taps
            locator.click()
            taps += 1

        tap(page.get_by_label("5", exact=True))
        tap(page.get_by_role("button", name="Continue"))
        tap(page.get_by_label("9", exact=True))
        tap(page.get_by_role("button", name="Continue"))
        tap(page.get_by_text("Laundry"))
        tap(page.get_by_role("button", name="Continue"))
        tap(page.get_by_role("button", name="Continue"))
        tap(page.get_by_text("Dario"))
        tap(page.get_by_role("button", name="Continue"))
        tap(page.get_by_role("button", name="Send"))

        assert page.get_by_role("heading", name="Your answer is with us").is_visible()
        assert taps <= 10
        db.session.rollback()
        assert [one.person_id for one in db.session.scalars(select(Compliment))] == [cast.dario.id]

    def test_says_what_is_missing_and_takes_the_focus(self, phone):
        page = phone()

        page.get_by_role("button", name="Continue").click()

        assert page.locator("[data-error-summary]").evaluate("one => one === document.activeElement")

    @pytest.mark.parametrize(("theme", "locale"), [("light", "en"), ("dark", "ru")])
    def test_is_readable_by_everybody(self, phone, cast, theme, locale):
        cast.tamara.locale = locale
        db.session.commit()
        page = phone(color_scheme=theme)
        base = page.url

        faults = {}
        for address in ("", "?step=2", "?step=3", "?step=4", "?step=5", "?step=6", "/opt-out"):
            page.goto(base + address)
            low = [box["height"] for box in boxes(page) if box["height"] < LEAST_TARGET]
            faults[address] = (axe_faults(page), small_targets(page), too_wide(page), low)
            page.set_viewport_size(PHONE)

        assert {address: found for address, found in faults.items() if any(found)} == {}
