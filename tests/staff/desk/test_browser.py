"""The desk in a real browser, with a scanner and without: two actions, or three."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select

from portal.corporate.reservations.models import Handover
from portal.database import db, end_reads, transaction
from portal.people.models import SignIn
from tests.cast import PASSWORD
from tests.corporate.reservations import conftest as souvenirs
from tests.look import small_targets, too_wide
from tests.scanner import scan
from tests.staff.desk.conftest import KEYS, NINE, log_entries, new_guest

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]

PERSON_MS = 120
TAXI = str(KEYS.index("taxi") + 1)
LAUNDRY = str(KEYS.index("laundry") + 1)
shelve, notebook, reserve = souvenirs.shelve, souvenirs.notebook, souvenirs.reserve
TABLET = {"viewport": {"width": 1180, "height": 820}}
# How a Russian layout answers where the Latin one has U.
PRESS_U_ON_A_RUSSIAN_LAYOUT = (
    "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'г', code: 'KeyU', bubbles: true}))"
)
READS_CODES = """
    window.BarcodeDetector = class {
        static async getSupportedFormats() { return ["qr_code"]; }
        async detect() { return [{rawValue: "https://house.example/c/%s"}]; }
    };
    navigator.mediaDevices.getUserMedia = async () => {
        const canvas = document.createElement("canvas");
        canvas.getContext("2d").fillRect(0, 0, 10, 10);
        return canvas.captureStream(10);
    };
"""
LISTEN = """
    window.played = [];
    window.AudioContext = class {
        currentTime = 0;
        createOscillator() {
            const frequency = {set value(hertz) { window.played.push(hertz); }};
            return {frequency, connect: to => to, start() {}, stop() {}};
        }
        createGain() {
            const gain = {setValueAtTime() {}, exponentialRampToValueAtTime() {}};
            return {gain, connect: to => to};
        }
    };
    localStorage.setItem("sound", "on");
"""


@pytest.fixture
def desk(cast, keys, clock, page_as):
    """Dario's tablet at the desk, with the scan box in focus."""
    clock.set(NINE)
    page = page_as(cast.dario, **TABLET)
    page.goto("/desk")
    return page


@pytest.fixture
def guest(desk, cast):
    """The same with Tamara's card open."""
    scan(desk, cast.tamaras_card.number)
    expect(desk.locator("h1")).to_have_text("Tamara Belova")
    return desk


def logged():
    end_reads()
    return [(entry.service_id, entry.quantity, entry.undone_at) for entry in log_entries()]


class TestActions:
    def test_are_two_with_a_scanner(self, cast, keys, promise, desk):
        promise(laundry=3)

        scan(desk, cast.tamaras_card.number)
        expect(desk.locator("h1")).to_have_text("Tamara Belova")
        desk.keyboard.press(LAUNDRY)

        expect(desk.get_by_text("Laundry logged for Tamara Belova")).to_be_visible()
        assert logged() == [(keys.services["laundry"].id, 3, None)]

    def test_are_three_with_the_keyboard_alone(self, keys, desk):
        desk.keyboard.type("belova", delay=PERSON_MS)
        desk.keyboard.press("Enter")
        expect(desk.locator("h1")).to_have_text("Tamara Belova")
        desk.keyboard.press(LAUNDRY)

        expect(desk.get_by_text("Laundry logged for Tamara Belova")).to_be_visible()
        assert logged() == [(keys.services["laundry"].id, 1, None)]

    def test_are_a_few_more_for_another_quantity_with_its_reason(self, keys, promise, guest):
        promise(taxi=3)
        guest.reload()

        guest.get_by_text("Another quantity or time").click()
        guest.get_by_label("Delivered").fill("2")
        guest.get_by_label("Why less, or later?").fill("One car was enough")
        guest.keyboard.press("Enter")

        expect(guest.get_by_text("Taxi logged for Tamara Belova")).to_be_visible()
        assert logged() == [(keys.services["taxi"].id, 2, None)]

    def test_to_undo_is_one_key(self, guest):
        guest.keyboard.press(LAUNDRY)
        expect(guest.get_by_text("Laundry logged")).to_be_visible()

        guest.keyboard.press("u")

        expect(guest.get_by_text("marked as undone")).to_be_visible()
        assert [undone_at for _, _, undone_at in logged()] == [NINE]

    def test_to_undo_is_the_same_key_on_a_russian_layout(self, guest):
        guest.keyboard.press(LAUNDRY)
        expect(guest.get_by_text("Laundry logged")).to_be_visible()

        guest.evaluate(PRESS_U_ON_A_RUSSIAN_LAYOUT)

        expect(guest.get_by_text("marked as undone")).to_be_visible()

    def test_work_without_script(self, cast, keys, clock, page_as):
        clock.set(NINE)
        page = page_as(cast.dario, java_script_enabled=False, **TABLET)
        page.goto("/desk")

        page.get_by_label("Scan a card").fill(cast.tamaras_card.number)
        page.get_by_role("button", name="Look up").click()
        page.get_by_role("button", name="Laundry").click()

        assert page.get_by_text("Laundry logged for Tamara Belova").count() == 1
        assert len(logged()) == 1


class TestALostConnection:
    def test_is_said_keeps_the_press_and_logs_it_once(self, cast, keys, guest):
        expect(guest.locator("[data-lost]")).to_be_hidden()
        guest.context.set_offline(True)
        expect(guest.get_by_text("kept and sent when the connection is back")).to_be_visible()

        guest.keyboard.press(LAUNDRY)
        expect(guest.get_by_text("Nothing is lost")).to_be_visible()
        assert logged() == []
        guest.context.set_offline(False)

        expect(guest.get_by_text("Laundry logged for Tamara Belova")).to_be_visible()
        assert len(logged()) == 1

        # This time it arrives, and the answer is what gets lost.
        guest.route("**/desk/services", lambda route: (route.fetch(max_redirects=0), route.abort()))
        guest.keyboard.press(LAUNDRY)
        expect(guest.get_by_text("Nothing is lost")).to_be_visible()
        assert len(logged()) == 2
        guest.unroute("**/desk/services")
        guest.get_by_role("button", name="Try again now").click()

        expect(guest.get_by_text("Laundry logged for Tamara Belova")).to_be_visible()
        assert len(logged()) == 2

    def test_keeps_all_that_is_pressed_and_sends_each_once_in_order(
        self, cast, keys, promise, reserve, guest
    ):
        promise(av=1)
        found = reserve()
        guest.reload()
        guest.context.set_offline(True)

        guest.keyboard.press(LAUNDRY)
        guest.wait_for_timeout(200)  # between two keys of a person
        guest.keyboard.press(LAUNDRY)
        guest.wait_for_timeout(200)
        guest.keyboard.press(TAXI)
        guest.get_by_label("Passport").check()
        guest.get_by_role("button", name="Hand over").click()
        expect(guest.get_by_text("Waiting to be sent: 3")).to_be_visible()
        # Looking up would leave what is kept.
        scan(guest, "123456789012")
        expect(guest.locator("h1")).to_have_text("Tamara Belova")
        guest.context.set_offline(False)

        expect(guest.get_by_text("Notebook handed over to Tamara Belova")).to_be_visible()
        assert logged() == [(keys.services[code].id, 1, None) for code in ("laundry", "taxi")]
        assert db.session.scalars(select(Handover.reservation_id)).all() == [found.id]

    def test_and_a_sign_in_that_ended_meanwhile_lose_nothing(self, cast, keys, guest):
        guest.context.set_offline(True)
        guest.keyboard.press(LAUNDRY)
        expect(guest.get_by_text("Nothing is lost")).to_be_visible()
        with transaction():
            db.session.execute(delete(SignIn))
        guest.context.set_offline(False)

        expect(guest.get_by_text("You are no longer signed in")).to_be_visible()
        assert logged() == []
        with guest.context.expect_page() as opened:
            guest.get_by_role("link", name="Sign in").click()
        other = opened.value
        other.get_by_label("E-mail").fill(cast.dario.email)
        other.get_by_label("Password").fill(PASSWORD)
        other.get_by_role("button", name="Sign in").click()
        expect(other.get_by_role("heading", level=1)).to_be_attached()
        other.close()
        guest.get_by_role("button", name="Try again now").click()

        expect(guest.get_by_text("Laundry logged for Tamara Belova")).to_be_visible()
        assert len(logged()) == 1


class TestTheCamera:
    def test_reads_a_code_where_the_browser_can_and_is_shut_everywhere_else(self, cast, desk):
        expect(desk.get_by_role("button", name="Camera")).to_be_hidden()
        desk.add_init_script(READS_CODES % cast.tamaras_card.number)
        desk.reload()

        desk.get_by_role("button", name="Camera").click()

        expect(desk.locator("h1")).to_have_text("Tamara Belova")
        policies = [desk.goto(path).headers["permissions-policy"] for path in ("/desk", "/board")]
        assert ["camera=(self)" in policy for policy in policies] == [True, False]


class TestTraps:
    def test_digits_in_the_field_are_text(self, guest):
        guest.keyboard.press("/")

        guest.keyboard.type("412", delay=PERSON_MS)

        assert guest.locator("#scan").input_value().endswith("412")
        assert logged() == []

    def test_a_burst_replaces_the_guest_and_logs_nothing(self, cast, guest):
        other = new_guest(cast, "Ingrid Holm", serial=555)

        scan(guest, other.number)

        expect(guest.locator("h1")).to_have_text("Ingrid Holm")
        assert logged() == []

    def test_a_code_from_a_phone_is_read_by_its_last_digits(self, cast, desk):
        scan(desk, f"http://127.0.0.1/c/{cast.tamaras_card.number}")

        expect(desk.locator("h1")).to_have_text("Tamara Belova")

    def test_a_scan_repeated_within_two_seconds_is_one(self, cast, guest):
        # A held card: the second burst comes before anybody could have pressed a key.
        requests = []
        # The page's own icon may still be on its way.
        guest.on("request", lambda it: requests.append(it.url) if it.is_navigation_request() else None)

        scan(guest, cast.tamaras_card.number)
        guest.wait_for_timeout(400)

        assert requests == []

    @pytest.mark.parametrize("typed", ["белова", ",tkjdf", "иудщмф", "belova"])
    def test_a_name_is_found_in_the_wrong_alphabet_or_layout(self, cast, desk, typed):
        desk.locator("#scan").fill(typed)
        desk.keyboard.press("Enter")

        expect(desk.locator("h1")).to_have_text("Tamara Belova")

    def test_a_result_is_colour_word_icon_and_sound(self, cast, desk):
        desk.add_init_script(LISTEN)
        desk.reload()

        scan(desk, "123456789012")

        result = desk.locator(".result.bad")
        expect(result).to_contain_text("cannot be right")
        assert result.locator("svg").count() == 1
        assert desk.evaluate("window.played") == [330, 220]


class TestPage:
    def test_fits_every_width_and_every_finger(self, promise, guest):
        promise(laundry=3)
        guest.reload()

        assert small_targets(guest) == []
        assert too_wide(guest) == []

    def test_gives_the_keys_targets_of_56_pixels(self, guest):
        heights = guest.eval_on_selector_all(
            ".key", "all => all.map(one => one.getBoundingClientRect().height)"
        )

        assert len(heights) == len(KEYS)
        assert min(heights) >= 56
