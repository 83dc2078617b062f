"""The readable outbox in a real browser."""

import pytest

from portal.outbox.actions import Attachment

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


@pytest.fixture
def window(cast, write, settle_settings, page_as, live_server):
    """Bruno's window on his letter, in the demo; what the browser complained about is in `complaints`."""
    settle_settings(portal_mode="demo", base_url=live_server)
    letter = write(
        person_id=cast.bruno.id, what="Dinner", attachments=[Attachment("menu.txt", "text/plain", b"Soup")]
    )
    window = page_as(cast.bruno)
    window.complaints = []
    window.on("console", lambda message: window.complaints.append(message.text))
    window.goto(f"/outbox/{letter.public_id}")
    return window


class TestALetter:
    def test_is_shown_as_a_mail_program_would(self, window):
        frame = window.frame_locator("iframe")

        colour = frame.locator("a", has_text="Send again").evaluate("node => getComputedStyle(node).color")

        assert frame.locator("h1").inner_text() == "Outbox: Dinner"
        assert colour == "rgb(253, 250, 243)"
        assert window.complaints == []

    def test_leads_on_in_the_window_around_it(self, window):
        window.frame_locator("iframe").locator("a", has_text="Send again").click()

        window.wait_for_url("**/outbox?after=x%26y")
        assert window.locator("h1").inner_text() == "Outbox"

    def test_hands_out_its_files(self, window):
        with window.expect_download() as download:
            window.get_by_role("link", name="menu.txt").click()

        assert download.value.suggested_filename == "menu.txt"
        assert download.value.path().read_bytes() == b"Soup"
