"""How many clicks and keys the main jobs take: counted by the browser, held against the targets."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from portal.corporate.bookings import actions
from portal.corporate.bookings import queries as bookings
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.orders.queries import order_again
from portal.corporate.registrations.models import EventGuest
from portal.database import db, transaction
from portal.demo import people
from tests.cast import NOW
from tests.scanner import scan
from tests.sweep.house import EMAILS, served

pytestmark = pytest.mark.browser

# Through every page of the window; a click that a key makes has no detail, and is a key.
COUNT = """
    const count = what => sessionStorage.setItem(what, 1 + Number(sessionStorage.getItem(what) || 0));
    addEventListener("click", event => event.isTrusted && event.detail && count("clicks"), true);
    addEventListener("keydown", event => event.isTrusted && count("keys"), true);
"""
COUNTED = "['clicks', 'keys'].map(what => Number(sessionStorage.getItem(what) || 0))"
TWENTY = 20
BOOKED = re.compile(r"/corporate/bookings/[0-9a-f-]{36}$")


def what_was_saved(anna, _places):
    expect(anna.get_by_text(re.compile("saved", re.IGNORECASE)).first).to_be_visible()


def the_last_bundle_again(bruno, _places):
    bruno.get_by_role("link", name=re.compile("again", re.IGNORECASE)).first.click()
    bruno.get_by_role("button", name="Confirm the booking").click()
    bruno.wait_for_url(BOOKED)


def a_bundle_for_a_known_guest(bruno, _places):
    bruno.locator("a[href*='bundle=']").first.click()
    guest = bruno.get_by_label("For whom")
    guest.click()
    guest.select_option(index=1)
    bruno.get_by_role("button", name="Confirm the booking").click()
    bruno.wait_for_url(BOOKED)


def the_own_card(tamara, _places):
    expect(tamara.locator("main svg, main img").first).to_be_visible()


def the_pass_of_a_letter(invitee, _places):
    expect(invitee.locator(".live-code svg").first).to_be_visible()
    expect(invitee.get_by_text(re.compile("left"))).to_be_visible()


def a_yes_to_an_invitation(invitee, places):
    # The page speaks the guest's language; there is one filled button on it.
    invitee.locator("main .btn.primary").click()
    expect(invitee.locator("main .notice.ok")).to_be_visible()
    assert places["reply"] in invitee.url


def a_service_for_a_card(dario, places):
    scan(dario, places["card"])
    expect(dario.locator("h1")).to_contain_text("Белова")
    dario.keyboard.press("1")
    expect(dario.get_by_text(re.compile("logged for", re.IGNORECASE)).first).to_be_visible()


def the_own_score(dario, _places):
    dario.get_by_role("link", name="My day").first.click()
    expect(dario.locator("main h1")).to_be_visible()


def the_tier_on_paper(anna, _places):
    with anna.expect_download() as paper:
        anna.get_by_role("link", name="Certificate of the tier (PDF)").click()
    assert paper.value.suggested_filename.endswith(".pdf")


def twenty_approvals(anna, _places):
    anna.get_by_role("link", name=re.compile("20 bookings wait for your word")).click()
    anna.get_by_role("button", name="Approve the chosen").click()
    expect(anna.get_by_text("20 bookings are approved.")).to_be_visible()


def the_house_at_a_glance(gleb, _places):
    expect(gleb.locator("main h1")).to_be_visible()
    expect(gleb.get_by_text("%").first).to_be_visible()


def the_page_of_a_client(nora, _places):
    nora.locator("main a[href*='/accounts/']").first.click()
    nora.wait_for_url(re.compile(r"/accounts/[0-9a-f-]{36}"))
    expect(nora.locator("main h1")).to_be_visible()


JOBS = (
    ("anna", what_was_saved, 0, 0),
    ("anna", the_tier_on_paper, 1, 0),
    ("anna", twenty_approvals, 2, 0),
    ("bruno", the_last_bundle_again, 2, 0),
    ("bruno", a_bundle_for_a_known_guest, 3, 0),
    ("tamara", the_own_card, 0, 0),
    ("dario", a_service_for_a_card, 0, 1),
    ("dario", the_own_score, 1, 0),
    ("gleb", the_house_at_a_glance, 0, 0),
    ("nora", the_page_of_a_client, 1, 0),
)
"""Who does what from their first screen, and with how many clicks and keys.

Promised are a known guest in four clicks (a choice from the open list is one that no browser reports), the
last bundle in two, twenty approvals within a minute, a scan and one key at the desk, and none for what was
saved and for the GM.
"""


FROM_A_LETTER = (
    ("/pass/{pass_link}", the_pass_of_a_letter, 1),
    ("/e/{reply}", a_yes_to_an_invitation, 2),
)
"""What an invitee does, who has no sign-in: the tap on the link in the letter is the first."""


@pytest.fixture(scope="module")
def house(tmp_path_factory, kept_demo):
    with served(tmp_path_factory.mktemp("clicks"), kept=kept_demo) as house:
        let_twenty_wait(*house[::2])
        let_nobody_have_answered(house[0])
        yield house


def let_twenty_wait(app, places):
    """What waits for Anna's word, and the same again each week."""
    with app.app_context(), transaction():
        first = bookings.booking_by_token(uuid.UUID(str(places["waits"])))
        for week in range(1, TWENTY):
            order = replace(order_again(first), day=first.service_date + timedelta(weeks=week))
            asked = Wanted(first.property, order, cost_centre=first.cost_centre)
            priced = bundles.quote(order, house=first.property, account_id=first.account_id, at=NOW)
            actions.book_bundle(
                token=uuid.uuid4(), account_id=first.account_id, wanted=asked,
                seen_cents=priced.price.value.bill_cents, by_id=first.booked_by_id, at=NOW,
            )  # fmt: skip


def let_nobody_have_answered(app):
    """Whoever is invited to an event has not said yet whether they come."""
    with app.app_context(), transaction():
        db.session.execute(
            update(EventGuest).values(confirmed_at=None).where(EventGuest.declined_at.is_(None))
        )


def test_are_as_few_as_promised(house, new_context):
    faults = []
    for who, job, clicks, keys in JOBS:
        page = new_context(base_url=house[1], locale="en-GB").new_page()
        page.goto("/sign-in")
        page.fill("input[name=email]", EMAILS[who])
        page.fill("input[name=password]", people.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
        page.add_init_script(COUNT)
        page.goto("/")
        job(page, house[2])
        counted = tuple(page.evaluate(COUNTED))
        if counted != (clicks, keys):
            faults.append(f"{who}, {job.__name__}: {counted[0]} clicks and {counted[1]} keys")
        page.context.close()

    assert faults == []


def test_an_invitee_is_there_with_two_taps_at_most(house, new_context):
    for address, job, taps in FROM_A_LETTER:
        page = new_context(
            base_url=house[1], locale="en-GB", viewport={"width": 390, "height": 844}
        ).new_page()
        page.add_init_script(COUNT)
        page.goto(address.format(**house[2]))
        job(page, house[2])
        clicks, keys = page.evaluate(COUNTED)
        assert (1 + clicks, keys) == (taps, 0), job.__name__
        page.context.close()
