"""The card where there is no network: kept for one person on one phone, and it recognises only."""

import re
import threading

import pytest
from flask import request
from playwright.sync_api import Error, expect

from tests.cast import PASSWORD

DIGITS = "0007 0431 1870"
IS_KEPT = "Boolean(await caches.match('/corporate/card/offline'))"
IS_FORGOTTEN = "!(await caches.has('card'))"
TRIES = 600


class TestWhatIsKept:
    def test_is_a_page_without_wishes_tokens_or_live_code(self, cast, client_as):
        cast.tamara.needs = "A quiet floor."

        answer = client_as(cast.tamara).get("/corporate/card/offline")

        assert "0007\xa00431\xa01870" in answer.page.html
        for said in ("quiet floor", "data-live", "/needs", "/loss", "Sign out"):
            assert said not in answer.page.html

    def test_is_nothing_for_whoever_has_no_card(self, cast, client_as):
        bruno = client_as(cast.bruno)

        assert bruno.get("/corporate/card/offline").status_code == 404
        assert "X-Card" not in bruno.get("/corporate/card").headers
        assert client_as(cast.tamara).get("/corporate/card").headers["X-Card"]

    def test_is_kept_by_code_that_may_serve_the_page_of_the_card_alone(self, client):
        answer = client.get("/corporate/card/worker.js")

        assert answer.mimetype == "text/javascript"
        assert answer.headers["Service-Worker-Allowed"] == "/corporate/card"
        assert answer.headers["Cache-Control"] == "no-cache"

    def test_is_forgotten_when_somebody_signs_in_or_out(self, cast, client, client_as):
        page = client.get("/sign-in").page
        signed_in = client.submit(page, "/sign-in", email=cast.tamara.email, password=PASSWORD)
        signed_out = client_as(cast.tamara).post("/sign-out")

        for answer in (signed_in, signed_out):
            assert answer.headers["Clear-Site-Data"] == '"storage"'


@pytest.fixture
def house(app):
    """The house that the phone talks to, with trouble at its word."""
    house = House(app)
    yield house
    house.leave()


@pytest.mark.browser
@pytest.mark.engines("sqlite")
class TestOnAPhone:
    def test_opens_without_network_for_its_holder_and_for_nobody_after_them(self, cast, page_as):
        page = page_as(cast.tamara, viewport={"width": 390, "height": 844})
        page.goto("/corporate/card")
        place = page.locator("#card-code")
        expect(place).to_have_attribute("data-state", "live")
        assert comes_true(page, IS_KEPT)

        page.context.set_offline(True)
        expect(place).to_have_attribute("data-state", "still")
        expect(place).to_contain_text("Recognises only")
        page.goto("/corporate/card")

        expect(page.get_by_text(re.compile("Without network the card recognises you"))).to_be_visible()
        expect(page.locator(".guest-card")).to_contain_text(DIGITS.replace(" ", "\xa0"))
        assert page.evaluate("document.fonts.check('1rem Onest')")
        assert opens_nothing(page, "/corporate/bookings")

        page.context.set_offline(False)
        page.goto("/corporate/card")
        page.locator("summary").first.click()
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile("/sign-in"))
        assert comes_true(page, IS_FORGOTTEN)
        page.context.set_offline(True)
        assert opens_nothing(page, "/corporate/card")

    def test_is_not_lost_when_the_house_fails_or_a_file_of_it_is_missing(self, cast, page_as, house):
        page = page_as(cast.tamara, viewport={"width": 390, "height": 844})
        page.goto("/corporate/card")
        assert comes_true(page, IS_KEPT)

        for status in (500, 503, 429):
            house.answers = {"/corporate/card": status, "/corporate/card/offline": status}
            page.goto("/corporate/card")
            expect(page.get_by_text(re.compile("Without network the card recognises you"))).to_be_visible()
        house.answers = {}
        house.names_a_file_that_is_missing = True
        page.goto("/corporate/card")

        assert house.was_asked_for_it.wait(10)
        assert page.evaluate(f"(async () => {IS_KEPT})()")


class House:
    """The served application, with trouble between it and the phone."""

    MISSING = "/static/dist/missing.css"

    def __init__(self, app):
        self.answers, self.names_a_file_that_is_missing = {}, False
        self.was_asked_for_it = threading.Event()
        # By hand, and taken off again: the next test has the same application.
        self.before = app.before_request_funcs.setdefault(None, [])
        self.after = app.after_request_funcs.setdefault(None, [])
        self.before.insert(0, self.fail)
        self.after.append(self.name_it)

    def leave(self):
        self.before.remove(self.fail)
        self.after.remove(self.name_it)

    def fail(self):
        if request.path == self.MISSING:
            self.was_asked_for_it.set()
        status = self.answers.get(request.path)
        return None if status is None else ("The house is being painted.", status)

    def name_it(self, answer):
        if self.names_a_file_that_is_missing and request.path == "/corporate/card/offline":
            answer.set_data(answer.get_data() + f'<link href="{self.MISSING}">'.encode())
        return answer


def comes_true(page, condition):
    """Whether it does within 30 s. `wait_for_function` takes a promise itself for an answer."""
    return page.evaluate(
        f"""async () => {{
            for (let n = 0; n < {TRIES} && !({condition}); n++) await new Promise((go) => setTimeout(go, 50));
            return {condition};
        }}"""
    )


def opens_nothing(page, path):
    """Whether the browser shows its own page of no network."""
    try:
        page.goto(path)
    except Error as error:
        return "ERR_INTERNET_DISCONNECTED" in str(error) or "ERR_FAILED" in str(error)
    return False
