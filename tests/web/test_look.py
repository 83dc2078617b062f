"""The look in a real browser: readable by everyone, at every width, with and without script."""

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from werkzeug.serving import make_server

from tests.web.guide import create_guide

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ["/guide?failed=1&flash=1", "/desk?l=ru", "/card", "/signin?who=stranger&failed=1", "/error/500"]
TARGETS = "a, button, input:not([type=hidden]), select, textarea, summary"


@pytest.fixture(scope="module")
def house():
    """The address of the guide, served for real."""
    server = make_server("127.0.0.1", 0, create_guide(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(house, new_context):
    """Open a page of the guide: `visit("/desk", viewport=…)`."""

    def open_page(address, **options):
        page = new_context(reduced_motion="reduce", **options).new_page()
        page.goto(house + address)
        return page

    return open_page


class TestAccessibility:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("address", PAGES)
    def test_leaves_axe_nothing_to_find(self, visit, address, scheme):
        page = visit(address, color_scheme=scheme)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")

        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})

        assert [
            (one["id"], [node["target"] for node in one["nodes"]]) for one in found.response["violations"]
        ] == []

    @pytest.mark.parametrize("address", PAGES)
    def test_needs_no_scrolling_sideways(self, visit, address):
        page = visit(address)

        for width in (1280, 768, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    @pytest.mark.parametrize("address", PAGES)
    def test_gives_every_control_a_target_of_24_pixels(self, visit, address):
        page = visit(address, viewport={"width": 390, "height": 800})

        small = page.eval_on_selector_all(
            TARGETS,
            "all => all.filter(one => one.offsetParent && !one.closest('.skip'))"
            ".map(one => [one.textContent.trim() || one.name, one.getBoundingClientRect()])"
            ".filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)",
        )

        assert small == []

    def test_gives_the_desk_targets_of_56_pixels(self, visit):
        page = visit("/desk", viewport={"width": 820, "height": 1180})

        heights = page.eval_on_selector_all(
            ".key, .scan .btn:not([hidden]), .toast .btn",
            "all => all.map(one => one.getBoundingClientRect().height)",
        )

        assert len(heights) >= 11
        assert min(heights) >= 56
        assert page.locator("#scan").bounding_box()["height"] == 72

    def test_lets_the_keyboard_skip_to_the_content(self, visit):
        page = visit("/card")

        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        assert page.evaluate("document.activeElement.id") == "main"

    def test_gives_the_focus_to_what_went_wrong(self, visit):
        page = visit("/signin?who=stranger&failed=1")

        assert page.evaluate("document.activeElement.matches('[data-error-summary]')")

    def test_keeps_edges_and_choices_visible_in_forced_colours(self, visit):
        page = visit("/guide", forced_colors="active")

        borders = page.eval_on_selector_all(
            ".btn, .card, .tag", "all => all.map(one => getComputedStyle(one).borderTopStyle)"
        )

        assert set(borders) == {"solid"}


class TestTheme:
    BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_follows_the_device_until_told_otherwise(self, visit, scheme):
        by_device = visit("/card", color_scheme=scheme).evaluate(self.BACKGROUND)
        by_choice = visit(f"/card?t={scheme}").evaluate(self.BACKGROUND)

        assert by_device == by_choice

    def test_follows_the_choice_against_the_device(self, visit):
        dark = visit("/card?t=dark", color_scheme="light").evaluate(self.BACKGROUND)
        light = visit("/card?t=light", color_scheme="dark").evaluate(self.BACKGROUND)

        assert dark != light

    @pytest.mark.parametrize(("scheme", "offered"), [("light", "dark"), ("dark", "light")])
    def test_offers_a_stranger_the_other_one(self, visit, scheme, offered):
        page = visit("/signin?who=stranger", color_scheme=scheme)

        shown = page.locator("button[name=theme]:visible")

        assert [shown.nth(place).get_attribute("value") for place in range(shown.count())] == [offered]

    def test_prints_black_on_white_without_the_bar(self, visit):
        page = visit("/guide?t=dark")
        page.emulate_media(media="print")

        assert page.evaluate(self.BACKGROUND) == "rgb(255, 255, 255)"
        assert not page.locator(".bar-nav").is_visible()
        assert not page.locator(".btn").first.is_visible()


class TestLoading:
    def test_asks_for_at_most_eight_things_from_this_house_alone(self, house, visit, new_context):
        page = new_context().new_page()
        asked, refused = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: refused.append(message.text))

        page.goto(house + "/guide", wait_until="networkidle")

        assert len(asked) <= 8
        assert all(address.startswith(house) for address in asked)
        assert refused == [], "the content security policy or the console complained"

    def test_does_not_move_once_it_is_drawn(self, house, new_context):
        page = new_context().new_page()
        page.add_init_script(
            "window.moved = 0; new PerformanceObserver(list => list.getEntries()"
            ".forEach(entry => window.moved += entry.value)).observe({type: 'layout-shift', buffered: true})"
        )

        page.goto(house + "/guide", wait_until="networkidle")

        assert page.evaluate("window.moved") < 0.01


class TestWithoutScript:
    def test_the_find_button_is_a_link_to_the_search_page(self, visit):
        page = visit("/guide", java_script_enabled=False)

        page.locator(".bar-end a[data-dialog]").click()

        assert page.url.endswith("/search")

    def test_the_menu_opens_and_signs_out(self, visit):
        page = visit("/guide", java_script_enabled=False)

        page.locator(".menu summary").click()

        assert page.get_by_role("button", name="Sign out").is_visible()

    def test_copy_and_print_are_not_offered(self, visit):
        page = visit("/guide", java_script_enabled=False)

        assert not page.locator("[data-copy]").is_visible()
        assert not page.locator("[data-print]").is_visible()

    def test_the_desk_looks_up_and_logs(self, visit):
        page = visit("/desk", java_script_enabled=False)

        page.locator("#scan").fill("70431187")
        page.locator("#scan").press("Enter")

        assert "q=70431187" in page.url
        assert page.locator(".key").first.is_enabled()
