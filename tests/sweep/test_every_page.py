"""Each main page of each role, with the demo's data, in a real browser: readable, reachable, complete."""

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask_migrate import upgrade
from sqlalchemy import select
from werkzeug.serving import make_server

from portal.accounts.models import Account, Card
from portal.corporate.bookings.models import Booking
from portal.database import db
from portal.demo import load as demo
from portal.demo import people
from portal.factory import create_app
from portal.people.models import Person
from portal.stays.models import Import
from tests.cast import NOW
from tests.databases import settings_for

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGETS = "a, button, input:not([type=hidden]), select, textarea, summary"
SMALL = """all => all.filter(one => one.offsetParent && !one.closest('.skip, .vh, p, li, td, dd'))
  .map(one => [(one.textContent.trim() || one.name || '').slice(0, 40), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([name]) => name)"""
EMAILS = {one.key: one.email for one in people.sign_ins()}
OPEN_ALL = "for (const part of document.querySelectorAll('main details')) part.open = true"
ROLES = {
    "anna": (
        "/corporate/company", "/corporate/perks", "/corporate/bookings", "/corporate/bookings/new",
        "/corporate/stays", "/corporate/people", "/corporate/people/new", "/corporate/bookings/{booking}",
        "/corporate/choice", "/invitations", "/me",
    ),
    "tamara": ("/corporate/card", "/corporate/bookings"),
    "dario": ("/desk", "/desk?q={card}", "/desk?q=123456789012", "/desk?q=нет+такого"),
    "lidia": (
        "/stays/imports", "/stays/imports/{import}", "/accounts", "/accounts/{account}",
        "/accounts/{account}/points", "/accounts/{account}/standing", "/accounts/{account}/lots",
        "/accounts/{account}/why/standing",
    ),
    "oskar": ("/audit", "/accounts/{account}"),
    "ada": ("/people", "/settings", "/outbox", "/jobs", "/inbox", "/search?q=anna"),
}  # fmt: skip


@pytest.fixture(scope="module")
def demo_house(tmp_path_factory):
    """The demo, loaded once and served for real: its address, and what its pages are addressed by."""
    database = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    app = create_app(settings_for(f"sqlite:///{database}"), clock=lambda: NOW)
    with app.app_context():
        upgrade()
        demo.load(at=NOW)
        places = _places()
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", places
    server.shutdown()
    server.server_close()


@pytest.fixture
def enter(demo_house, new_context):
    """Sign in as somebody of the demo, in a window of one's own."""
    house, _places = demo_house

    def sign_in(name, **options):
        page = new_context(base_url=house, reduced_motion="reduce", **options).new_page()
        page.goto("/sign-in")
        page.fill("input[name=email]", EMAILS[name])
        page.fill("input[name=password]", people.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
        return page

    return sign_in


@pytest.mark.parametrize("name", ROLES)
def test_leaves_nothing_to_find_on_any_page(demo_house, enter, name):
    """axe in both themes, 320 px without sideways scrolling, targets of 24 px, nothing refused by the CSP."""
    page = enter(name)
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)

    faults = [
        f"{address}: {fault}"
        for address in ROLES[name]
        for fault in _look(page, address.format(**demo_house[1]))
    ]

    assert faults + said == []


@pytest.mark.parametrize("name", ROLES)
def test_answers_without_script(demo_house, enter, name):
    """Every page shows its headline when script is off."""
    page = enter(name, java_script_enabled=False)

    faults = [
        address
        for address in ROLES[name]
        if page.goto(address.format(**demo_house[1])).status != 200 or page.locator("h1").count() != 1
    ]

    assert faults == []


def _places():
    tamara = db.session.scalars(select(Person).where(Person.email == EMAILS["tamara"])).one()
    card = db.session.scalars(select(Card).where(Card.holder_id == tamara.id)).one()
    return {
        "booking": db.session.scalars(select(Booking).order_by(Booking.id).limit(1)).one().public_id,
        "card": card.number,
        "account": db.session.get_one(Account, card.account_id).public_id,
        "import": db.session.scalars(select(Import)).one().public_id,
    }


def _look(page, address):
    answer = page.goto(address)
    faults = [] if answer.status == 200 else [f"answers {answer.status}"]
    page.evaluate(OPEN_ALL)
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        faults += [
            f"{theme}, {one['id']}: {[node['target'] for node in one['nodes']][:3]}"
            for one in found.response["violations"]
        ]
    page.set_viewport_size({"width": 320, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    faults += [f"is {width} px wide at 320"] if width > 320 else []
    faults += [f"small target: {name}" for name in page.eval_on_selector_all(TARGETS, SMALL)]
    page.set_viewport_size({"width": 1280, "height": 800})
    return faults
