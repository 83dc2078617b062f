"""Each behaviour of portal/static/js in a real browser; scanners are played at their own speed."""

import threading

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.scanner import burst, scan
from tests.web.guide import create_guide

pytestmark = pytest.mark.browser

CARD = "70431187"
PERSON_MS = 140


@pytest.fixture
def guide():
    return create_guide()


@pytest.fixture
def heard(guide):
    """What the guide was sent: (name, fields)."""
    return guide.config["HEARD"]


@pytest.fixture
def page(guide, new_context):
    server = make_server("127.0.0.1", 0, guide, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    context = new_context(base_url=f"http://127.0.0.1:{server.server_port}", reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    server.shutdown()
    server.server_close()


def names(heard):
    return [name for name, _ in heard]


def open_desk(page):
    """The desk before a guest comes: whoever types has seen the field take the focus."""
    page.goto("/desk")
    expect(page.locator("#scan")).to_be_focused()


class TestDesk:
    def test_takes_a_burst_outside_the_field_for_a_scan(self, page, heard):
        page.goto("/desk?guest=1")

        scan(page, CARD)

        page.wait_for_url(f"**q={CARD}*")
        assert heard == []

    def test_takes_a_burst_of_digits_for_a_scan_even_without_enter(self, page):
        page.goto("/desk?guest=1")

        burst(page, CARD)

        page.wait_for_url(f"**q={CARD}*")

    def test_replaces_the_guest_whose_button_holds_the_focus(self, page, heard):
        page.goto("/desk?guest=1")
        page.locator(".key").first.focus()

        scan(page, CARD)

        page.wait_for_url(f"**q={CARD}*")
        assert heard == []

    def test_logs_a_service_at_a_lone_digit(self, page, heard):
        page.goto("/desk?guest=1")

        with page.expect_navigation():
            page.keyboard.press("4")

        assert [(name, fields["service"]) for name, fields in heard] == [("log", "4")]

    def test_takes_back_at_u_on_any_layout(self, page, heard):
        page.goto("/desk?guest=1")

        with page.expect_navigation():
            page.evaluate(
                "document.body.dispatchEvent("
                "new KeyboardEvent('keydown', {key: 'г', code: 'KeyU', bubbles: true}))"
            )

        assert names(heard) == ["undo"]

    def test_does_nothing_while_a_key_is_held(self, page, heard):
        page.goto("/desk?guest=1")

        page.keyboard.down("1")
        for _ in range(12):
            page.keyboard.down("1")
        page.keyboard.up("1")
        page.wait_for_load_state("networkidle")

        assert names(heard) == ["log"]

    def test_takes_digits_in_the_field_for_text(self, page, heard):
        open_desk(page)

        page.keyboard.type("412", delay=PERSON_MS)

        assert page.locator("#scan").input_value() == "412"
        assert heard == []

    def test_reads_a_scan_over_a_half_typed_name(self, page):
        open_desk(page)
        page.keyboard.type("Sok", delay=PERSON_MS)

        scan(page, CARD)

        page.wait_for_url(f"**q={CARD}*")

    def test_reads_the_whole_of_a_scan_that_stuttered(self, page):
        open_desk(page)
        burst(page, "1234")
        page.wait_for_timeout(PERSON_MS)

        scan(page, CARD)

        page.wait_for_url(f"**q=1234{CARD}*")

    def test_takes_a_scan_out_of_a_quantity_again(self, page, heard):
        page.goto("/desk?guest=1")
        page.locator("#headcount").fill("3")

        scan(page, CARD)

        page.wait_for_url(f"**q={CARD}*")
        assert heard == []

    def test_leaves_a_quantity_as_it_was_when_the_scan_is_a_repeat(self, page, heard):
        page.goto("/desk?guest=1")
        scan(page, CARD)
        page.wait_for_url(f"**q={CARD}*")
        page.locator("#headcount").fill("3")

        scan(page, CARD)

        expect(page.locator("#headcount")).to_have_value("3")
        assert heard == []

    def test_lets_a_person_type_a_quantity_and_press_enter(self, page, heard):
        page.goto("/desk?guest=1")
        page.locator("#headcount").fill("")
        page.locator("#headcount").press_sequentially("12", delay=PERSON_MS)

        with page.expect_navigation():
            page.keyboard.press("Enter")

        assert [(name, fields["headcount"]) for name, fields in heard] == [("quantity", "12")]

    def test_ignores_the_same_card_within_two_seconds(self, page):
        page.goto("/desk?guest=1")
        scan(page, CARD)
        page.wait_for_url(f"**q={CARD}*")
        expect(page.locator("#scan")).to_be_focused()
        page.evaluate("window.stillHere = true")

        page.evaluate("document.activeElement.blur()")
        scan(page, CARD)
        page.wait_for_timeout(300)

        assert page.evaluate("window.stillHere")

    def test_takes_another_card_at_once(self, page):
        page.goto("/desk?guest=1")
        scan(page, CARD)
        page.wait_for_url(f"**q={CARD}*")
        expect(page.locator("#scan")).to_be_focused()

        page.evaluate("document.activeElement.blur()")
        scan(page, "70431195")

        page.wait_for_url("**q=70431195*")

    def test_takes_a_scan_whole_when_the_field_takes_the_focus_under_it(self, page):
        open_desk(page)
        page.evaluate(
            """() => {
                const field = document.querySelector("#scan");
                field.value = "70431187";
                field.blur();
                addEventListener("keydown", () => field.focus(), {once: true});
            }"""
        )

        scan(page, "70431195")

        page.wait_for_url("**q=70431195")

    def test_goes_to_the_field_at_a_slash(self, page):
        page.goto("/desk?guest=1")

        page.keyboard.press("/")

        expect(page.locator("#scan")).to_be_focused()
        expect(page.locator("#scan")).to_have_value("")


class TestShortcuts:
    def test_press_the_control_that_prints_them(self, page):
        page.goto("/guide")

        page.keyboard.press("n")

        assert page.url.endswith("#main")

    def test_are_text_in_a_field(self, page):
        page.goto("/guide")

        page.locator("#guest").press_sequentially("nn")

        assert page.locator("#guest").input_value() == "nn"
        assert not page.url.endswith("#main")

    def test_can_be_switched_off(self, page):
        page.goto("/guide")
        page.evaluate("document.documentElement.dataset.shortcuts = 'off'")

        page.keyboard.press("n")

        assert not page.url.endswith("#main")
        assert not page.locator(".page-actions kbd").is_visible()


class TestFind:
    def test_opens_at_control_k_and_leads_to_pages_and_results(self, page):
        page.goto("/guide")

        page.keyboard.press("Control+k")
        page.keyboard.type("boo")

        assert page.locator("#find nav a:visible").all_inner_texts() == ["Bookings"]
        page.get_by_text("Nordwind for boo").wait_for()

    def test_walks_with_the_arrows(self, page):
        page.goto("/guide")
        page.keyboard.press("Control+k")

        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")

        assert page.evaluate("document.activeElement.textContent.trim()") == "Perks"

    def test_closes_at_escape_and_gives_the_focus_back(self, page):
        page.goto("/guide")
        page.locator("[data-dialog]").click()

        page.keyboard.press("Escape")

        assert not page.locator("#find").is_visible()
        assert page.evaluate("document.activeElement.dataset.dialog") == "find"


class TestSending:
    def test_twice_sends_once(self, page):
        page.route("**/hear/booking", lambda _route: None)  # an answer that never comes
        page.goto("/guide")
        sent = []
        page.on("request", lambda request: request.method == "POST" and sent.append(request.url))

        page.evaluate(
            "async () => {"
            "const button = document.querySelector('form[data-preview-url] .primary');"
            "for (let i = 0; i < 3; i++) {"
            "button.click(); await new Promise((done) => setTimeout(done, 60)); } }"
        )

        assert len(sent) == 1

    def test_says_that_it_works_after_a_while_and_not_before(self, page):
        page.route("**/hear/booking", lambda _route: None)  # an answer that never comes
        page.goto("/guide")

        said = page.evaluate(
            "async () => {"
            "const button = document.querySelector('form[data-preview-url] .primary');"
            "const wait = (ms) => new Promise((done) => setTimeout(done, ms));"
            "button.click(); await wait(200); const before = button.ariaBusy;"
            "await wait(200); return [before, button.ariaBusy]; }"
        )

        assert said == [None, "true"]


class TestPreview:
    def test_forms_the_price_while_one_chooses(self, page, heard):
        page.goto("/guide")

        page.locator("#headcount").fill("7")
        page.get_by_text("7 guests").wait_for()

        assert names(heard) == ["preview"]
        assert heard[0][1]["csrf_token"]

    def test_asks_once_for_a_burst_of_changes(self, page, heard):
        page.goto("/guide")
        page.locator("#headcount").fill("")

        page.locator("#headcount").press_sequentially("123", delay=40)
        page.get_by_text("123 guests").wait_for()
        page.wait_for_timeout(300)  # longer than the pause after which another would have been sent

        assert len(heard) == 1

    def test_keeps_the_last_price_when_the_answer_is_lost(self, page):
        page.goto("/guide")
        page.route("**/preview", lambda route: route.abort())

        page.locator("#headcount").fill("9")
        page.wait_for_selector("[data-preview][data-stale]")

        assert page.get_by_text("€977.50").is_visible()


class TestPoll:
    def test_asks_until_the_work_is_done(self, page, guide):
        page.goto("/job")

        page.locator("#job span", has_text="4 / 4").wait_for()
        page.wait_for_timeout(300)

        assert guide.config["ASKED"] == 4
        assert page.locator("#job").count() == 1


class TestSmallThings:
    def test_copy_copies_and_says_so(self, page):
        page.goto("/guide")

        page.locator("[data-copy]").click()
        page.get_by_text("Copied").wait_for()

        assert page.evaluate("navigator.clipboard.readText()") == "7043 1187"

    def test_a_menu_closes_at_escape_and_elsewhere(self, page):
        page.goto("/guide")
        page.locator(".menu summary").click()

        page.keyboard.press("Escape")
        after_escape = page.locator(".menu").get_attribute("open")
        page.locator(".menu summary").click()
        page.locator("h1").click()

        assert after_escape is None
        assert page.locator(".menu").get_attribute("open") is None

    def test_a_link_of_the_error_summary_reaches_into_the_field(self, page):
        page.goto("/guide?failed=1")

        page.locator("[data-error-summary] a").last.click()

        assert page.evaluate("document.activeElement.name") == "pay"
