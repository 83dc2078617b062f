"""Each page of each role, with the demo's data, in a real browser: readable, reachable, complete."""

import pytest

from portal.demo import people
from tests import look
from tests.sweep.house import EMAILS, served, speak

pytestmark = pytest.mark.browser

TARGETS = "a, button, input:not([type=hidden]), select, textarea, summary"
SMALL = """all => all.filter(one => one.offsetParent && !one.closest('.skip, .vh, p, li, td, dd'))
  .map(one => [(one.textContent.trim() || one.name || '').slice(0, 40), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([name]) => name)"""
STRANGER = "a stranger"
ROLES = {
    STRANGER: (
        "/sign-in", "/password/forgotten", "/password/forgotten/sent", "/password/new/{reset}",
        "/invitation/{invitation}", "/survey/{survey}?step=3", "/surveys/cases/second-word/{second}",
        "/join", "/join/sent", "/join/{joining}",
        "/pass/{pass_link}", "/p/{pass_number}", "/e/{reply}", "/invitations/{wish}",
    ),
    "anna": (
        "/corporate/company", "/corporate/company/savings", "/corporate/perks",
        "/corporate/bookings", "/corporate/bookings/new",
        "/corporate/halls", "/corporate/halls?view=week", "/corporate/quotes", "/corporate/quotes/{quote}",
        "/corporate/series/new/{open}",
        "/corporate/stays", "/corporate/people", "/corporate/people/new", "/corporate/people/{bruno}",
        "/corporate/people/import", "/corporate/people/{bruno}/end",
        "/corporate/agreement", "/corporate/review", "/corporate/family", "/corporate/family/{child}",
        "/corporate/family/{child}/bookings",
        "/corporate/bookings/{booking}", "/corporate/bookings/{open}/change",
        "/corporate/bookings/{open}/cancellation", "/corporate/choice", "/invitations",
        "/corporate/budgets", "/corporate/approvals", "/corporate/bookings/{waits}",
        "/corporate/approvals/together",
        "/corporate/approvals/{waits}/refusal", "/invitations/company", "/me", "/me/address",
        "/me/erasure", "/me/looks",
        "/me/password", "/insight/relationship",
        "/insight/relationship/purchases?kind=taxi", "/corporate/souvenirs",
        "/corporate/souvenirs/{souvenir}",
        "/corporate/souvenirs/reserved", "/corporate/souvenirs/reserved/{reserved}",
    ),
    "bruno": (
        "/corporate/passes", "/corporate/passes?tab=revoked", "/corporate/passes/new",
        "/corporate/passes/{pass}",
        "/corporate/events", "/corporate/events/{dinner}", "/corporate/events/{dinner}/registration",
        "/corporate/parties", "/corporate/parties/{party}", "/corporate/parties/{party}/names",
        "/corporate/parties/{party}/cancellation",
    ),
    "tamara": (
        "/corporate/card", "/corporate/card/live", "/corporate/card/offline", "/corporate/bookings",
        "/c/{card}",
    ),
    "dario": (
        "/corporate/concierge", "/corporate/concierge?waits=call_off", "/corporate/concierge/{enquiry}",
        "/desk/souvenirs", "/desk/souvenirs/{reserved}",
        "/desk/payments", "/desk/payments/{bill}", "/desk/payments/cards/{card}",
        "/desk", "/desk?q={card}", "/desk/passes/{pass_number}", "/desk?q=123456789012", "/desk?q=нет+такого",
        "/corporate/events/{dinner}/door?q=a", "/corporate/events/{dinner}/guests",
        "/desk?q=412", "/board", "/board?tab=done", "/board?department=housekeeping",
        "/board/requests", "/board/requests?tab=ended", "/board/requests/new",
        "/board/handovers", "/board/handovers/new", "/board/handovers/{shift}",
        "/staff/me", "/staff/me/contributions", "/staff/me/log", "/staff/contributions/{event}/contest",
        "/staff/score",
    ),
    "lidia": (
        "/stays/imports", "/stays/imports/{import}", "/accounts", "/accounts/{account}",
        "/programme/drafts/{draft}/publication", "/programme/versions", "/programme/versions/1",
        "/programme/rules", "/programme/drafts", "/programme/drafts/{draft}",
        "/programme/drafts/{draft}/tiers",
        "/programme/drafts/{draft}/vat", "/programme/drafts/{draft}/promotions",
        "/programme/credits", "/accounts/{account}/credit", "/programme/opening",
        "/accounts/{account}/contract", "/accounts/{account}/contract/new",
        "/programme/rehearsals", "/programme/rehearsals/{rehearsal}", "/programme/impact",
        "/programme/rehearsals/{rehearsal}/accounts", "/programme/rehearsals/{rehearsal}/accounts/{account}",
        "/accounts/{account}/price",
        "/accounts/{account}/statements", "/accounts/{account}/statements/2026-05", "/programme/statements",
        "/accounts/{account}/statements/2026-05/lots", "/accounts/{account}/statements/2026-05/savings",
        "/accounts/{account}/points?state=active&upto=9", "/accounts/{account}/statements/2026-05/counted",
        "/accounts/{account}/points", "/accounts/{account}/standing", "/accounts/{account}/lots",
        "/accounts/{account}/why/standing", "/accounts/{account}/why/entry/1",
        "/accounts/{account}/plan", "/accounts/{account}/counted/standing/0",
        "/accounts/{account}/counted/standing/0?of=orders",
        "/accounts/{account}/points?state=active", "/accounts/{account}/folios/{folio}/1",
        "/applications/rules", "/accounts/{account}/agreement", "/accounts/{account}/review",
        "/reviews", "/reviews?state=later", "/programme/agreements",
        "/programme/agreements/new", "/programme/agreements/{agreement}",
        "/programme/agreements/{agreement}?tab=accepted",
        "/corporate/bookings/{booking}/sheet", "/surveys", "/surveys/answers",
        "/souvenirs", "/souvenirs/{souvenir}", "/souvenirs/new", "/souvenirs/terms",
        "/corporate/events?tab=past", "/corporate/events/new", "/corporate/events/{dinner}",
        "/corporate/events/{dinner}/change", "/corporate/events/{dinner}/invitations",
        "/corporate/events/{dinner}/publication", "/corporate/events/{dinner}/cancellation",
        "/corporate/events/{evening}", "/insight/events/{evening}",
    ),
    "nora": (
        "/corporate/quotes/new", "/corporate/quotes",
        "/applications", "/applications/{application}",
        "/applications", "/applications/{application}", "/accounts/{account}/family?q=a",
        "/surveys/cases", "/surveys/cases/{case}", "/insight/relationship/{account}",
        "/insight/relationship/{account}/purchases?span=all",
    ),
    "gleb": (
        "/corporate/halls/house?day=2026-06-18", "/corporate/terms",
        "/insight/house", "/programme/liability", "/programme/liability/accounts?state=active",
        "/board/duties", "/board/breaches", "/board/breaches?tab=compensated", "/board/breaches?tab=decided",
        "/programme/liability/closes", "/programme/liability/closes/2026-05",
    ),
    "elena": ("/staff/team", "/staff/team/{dario}", "/staff/team/{dario}/contributions"),
    "oskar": ("/audit", "/accounts/{account}"),
    "ada": (
        "/people", "/people/{dario}", "/people/erasures", "/people/erasures/{erasure}",
        "/people/{dario}/erasure",
        "/invitations/house", "/settings", "/settings/properties/{property}",
        "/outbox", "/jobs", "/inbox", "/search?q=anna",
    ),
}  # fmt: skip


PAGES_AT_ONCE = 12
"""So many of a role's pages are one test: neither worker shall be left with all of the longest."""
PARTS = [
    pytest.param(name, addresses[start : start + PAGES_AT_ONCE], id=f"{name}-{start + 1}")
    for name, addresses in ROLES.items()
    for start in range(0, len(addresses), PAGES_AT_ONCE)
]


@pytest.fixture(scope="session")
def demo_house(tmp_path_factory, kept_demo):
    """Once for each worker, whatever it does in between; the first of them loads the demo for all."""
    with served(tmp_path_factory.mktemp("demo"), kept=kept_demo) as house:
        yield house


@pytest.fixture
def enter(demo_house, new_context):
    """Sign in as somebody of the demo, in a window of one's own."""

    def sign_in(name):
        page = new_context(base_url=demo_house[1], reduced_motion="reduce").new_page()
        if name == STRANGER:
            return page
        page.goto("/sign-in")
        page.fill("input[name=email]", EMAILS[name])
        page.fill("input[name=password]", people.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
        return page

    return sign_in


@pytest.mark.parametrize(("name", "paths"), PARTS)
def test_leaves_nothing_to_find_on_any_page(demo_house, enter, name, paths):
    """axe in both themes, no sideways scrolling at any width, nor at 320 px in Russian, targets of 24 px, no
    refusal by the CSP, and the headline is there before any script runs.
    """
    app, _address, places = demo_house
    page = enter(name)
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    addresses = [path.format(**places) for path in paths]

    faults = [f"{address}: {fault}" for address in addresses for fault in _look(page, address)]
    speak(app, "ru")
    page.context.add_cookies([{"name": "locale", "value": "ru", "url": demo_house[1]}])
    page.set_viewport_size({"width": 320, "height": 800})
    faults += [f"{address}, in Russian: {fault}" for address in addresses for fault in _fits(page, address)]
    speak(app, "en")

    assert faults + said == []


def _look(page, address):
    answer = page.goto(address)
    faults = [] if answer.status == 200 else [f"answers {answer.status}"]
    faults += [] if answer.text().count("<h1") == 1 else ["has not one headline without script"]
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        # By night only the colours are others.
        faults += [f"{theme}, {fault}" for fault in look.axe_faults(page, colours_only=theme == "dark")]
    faults += [f"is scrolled sideways at {width} px" for width in look.too_wide(page)]
    faults += [f"small target: {name}" for name in page.eval_on_selector_all(TARGETS, SMALL)]
    page.set_viewport_size({"width": 1280, "height": 800})
    return faults


def _fits(page, address):
    page.goto(address)
    language, width = page.evaluate("[document.documentElement.lang, document.documentElement.scrollWidth]")
    faults = [f"is {width} px wide at 320"] if width > 320 else []
    return [*faults, *([] if language == "ru" else [f"is in {language}"])]
