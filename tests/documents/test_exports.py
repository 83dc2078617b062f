"""Every list leaves the house as it is shown: narrowed as its page, of nobody else, and without a formula."""

import csv
import io
import re
import uuid
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from python_calamine import CalamineWorkbook

from portal.corporate.events import actions as event_actions
from portal.corporate.terms import actions as terms
from portal.corporate.terms.models import TermKind
from portal.database import db, transaction
from portal.documents import workbooks
from portal.documents.workbooks import ListSheet
from portal.staff.desk import actions as desk
from portal.staff.requests import actions as requests
from tests.cast import NOW
from tests.catalogue import stock
from tests.corporate.agreements.conftest import accept, publish
from tests.corporate.bookings.conftest import book_now, give_points, make_order
from tests.corporate.events.conftest import plan, register
from tests.corporate.families.conftest import link
from tests.corporate.passes.conftest import give_pass
from tests.corporate.reservations import conftest as souvenirs
from tests.programme.contracts.test_contracts import ask
from tests.programme.told import Told
from tests.staff.board.conftest import TEN
from tests.staff.handovers.conftest import leave_now
from tests.staff.payments.conftest import hold_now

TEMPLATES = Path(__file__).parents[2] / "templates"
ROOMS = ("corporate/", "staff/")
MARK = "=Mark()"
AGREEMENT = uuid.UUID(int=7)


@dataclass(frozen=True)
class Listed:
    """A list: who reads it, where and when, which filter leaves nothing of it, and who else may not see
    the rows.
    """

    who: str
    path: str
    nothing: str | None = None
    rival: str | None = "carla"
    at: datetime = NOW


LATE = TEN + timedelta(hours=1)
"""What is booked in this house was promised an hour ago."""
LISTS = {
    "admissions.guests_file": Listed("dario", "/corporate/events/{event}/guests", "q=nobody"),
    "agreements.companies_file": Listed("lidia", "/programme/agreements/{agreement}/companies", rival="nora"),
    "agreements.versions_file": Listed("lidia", "/programme/agreements/versions"),
    "applications.applications_file": Listed("nora", "/applications", "q=nobody"),
    "board.lines_file": Listed("dario", "/board/lines", "department=front_office", at=LATE),
    "bookings.bookings_file": Listed("bruno", "/corporate/bookings/bookings", "q=nobody"),
    "breaches.breaches_file": Listed("gleb", "/board/breaches/breaches", "tab=decided", "elena", LATE),
    "closed_events.events_file": Listed("nora", "/corporate/events/events", "q=nobody"),
    "closed_events.open_file": Listed("bruno", "/corporate/events/open"),
    "company.stays_file": Listed("anna", "/corporate/stays", "from=2030-01-01"),
    "company_people.people_file": Listed("anna", "/corporate/people/people", "q=nobody"),
    "concierge.enquiries_file": Listed("dario", "/corporate/concierge/enquiries", "waits=call_off", "nora"),
    "contracts.rates_file": Listed("nora", "/accounts/{acme}/contract"),
    "day.log_file": Listed("dario", "/staff/me/log", "day=2020-01-01", rival=None),
    "event_plans.invitations_file": Listed("lidia", "/corporate/events/{event}/invitations"),
    "passes.passes_file": Listed("bruno", "/corporate/passes/passes", "q=nobody"),
    "families.bookings_file": Listed("carla", "/corporate/family/{acme}/bookings", rival="anna"),
    "families.family_file": Listed("carla", "/corporate/family/companies", rival="anna"),
    "families.stays_file": Listed("carla", "/corporate/family/{acme}/stays", rival="anna"),
    "desk_payments.payments_file": Listed("dario", "/desk/payments/payments", "q=nobody"),
    "handovers.handovers_file": Listed("dario", "/board/handovers/handovers", "department=none"),
    "desk_souvenirs.reserved_file": Listed("dario", "/desk/souvenirs/reserved", "q=nobody"),
    "programme.accounts_file": Listed("nora", "/accounts", "q=nobody", rival=None),
    "programme.lots_file": Listed("anna", "/accounts/{acme}/lots", "day=2020-01-31"),
    "programme.points_file": Listed("anna", "/accounts/{acme}/points", "state=expired"),
    "quotes.quotes_file": Listed("anna", "/corporate/quotes/quotes"),
    "registrations.parties_file": Listed("bruno", "/corporate/parties"),
    "requests.requests_file": Listed("dario", "/board/requests/requests", "tab=ended"),
    "reservations.reserved_file": Listed("bruno", "/corporate/souvenirs/reserved", "q=nobody"),
    "reservations.shop_file": Listed("bruno", "/corporate/souvenirs/catalogue", "q=nobody", rival=None),
    "reviews.reviews_file": Listed("nora", "/reviews", "state=ends", rival="gleb"),
    "savings.savings_file": Listed("anna", "/corporate/company/savings", "from=2031-01-01"),
    "souvenirs.catalogue_file": Listed("lidia", "/souvenirs/souvenirs", "q=nobody"),
    "souvenirs.moves_file": Listed("lidia", "/souvenirs/{souvenir}/moves"),
    "statements.months_file": Listed("anna", "/accounts/{acme}/statements"),
    "terms.terms_file": Listed("gleb", "/corporate/terms/terms", "hotel=TWN", rival=None),
}
EMPTY_HERE = {
    "applications.applications_file",
    "quotes.quotes_file",
    "reviews.reviews_file",
    "statements.months_file",
}
"""Of what no test of this file makes a row: their own tests do."""
WITHOUT = {
    "corporate/approvals/approvals.html",
    "corporate/approvals/together.html",
    "staff/day/_events.html",
    "staff/team/team.html",
}
"""What waits for a key leaves with the list of bookings; how somebody's work is judged is read where it is
explained, and is no table to be passed on."""
EMPTY_FILES = {"rosters.template_file"}
"""What is handed out to be filled in is no list."""


shelve = souvenirs.shelve


@pytest.fixture
def house(cast, shelve):
    """Something in every list, each with a name that would be a formula."""
    for one in (cast.tamara, cast.acme):
        one.name = f"{MARK} {one.name}"
    db.session.commit()
    catalogue = stock(cast)
    told = Told(cast)
    told.stay(cast.acme, "A", arrival=date(2026, 5, 4), nights=5, cents=45_000)
    told.play(cast.acme, as_of=NOW.date())
    ask(cast)
    notebook = shelve(name={"en": MARK, "ru": MARK})
    give_points(cast.acme.id, 1_400)
    link(cast.borealis, cast.acme, by=cast.carla)
    accept(publish(cast.lidia, token=AGREEMENT), cast.acme, cast.anna)
    service = catalogue.services["taxi"]
    with transaction():
        promise_answers(cast)
        book_now(cast, make_order(av=1, waiter=2, taxi=1), title=MARK)
        ask_the_desk(cast)
        souvenirs.reserve_now(cast, notebook)
        give_pass(cast, invitee=f"{MARK} Olga")
        hold_now(cast, number=MARK, points=500)
        leave_now(cast, note=MARK)
        desk.log_service(
            token=cast.tamaras_card.public_id,
            card=SimpleNamespace(
                id=cast.tamaras_card.id, account_id=cast.acme.id, blocked_at=None, has_left=False
            ),
            service_id=service.id,
            property_id=cast.seaside.id,
            by_id=cast.dario.id,
            at=NOW,
        )
        evening = hold_evening(cast)
    return cast, {"souvenir": notebook.public_id, "event": evening.public_id}


def promise_answers(cast):
    """The house asks its partners for taxis, and promises their answer within a day."""
    terms.set_term(
        token=uuid.uuid4(), house=cast.seaside, property_ids=[cast.seaside.id], kind=TermKind.ANSWER_HOURS,
        service="taxi", value=24, valid_from=NOW.date(), by_id=cast.gleb.id, at=NOW,
    )  # fmt: skip


def ask_the_desk(cast):
    requests.ask(
        token=uuid.uuid4(), department=cast.front_office, from_department_id=None, what=MARK, whom="412",
        wanted_at=LATE, by_id=cast.gleb.id, at=NOW,
    )  # fmt: skip


def hold_evening(cast):
    """An event that Acme is invited to by name, and comes to."""
    planned = plan(cast, title={"en": MARK, "ru": MARK})
    evening = event_actions.draft_event(token=uuid.uuid4(), planned=planned, by_id=cast.lidia.id, at=NOW)
    event_actions.name_company(event=evening, account=cast.acme, tier="gold", by_id=cast.lidia.id, at=NOW)
    event_actions.publish_event(public_id=evening.public_id, by_id=cast.lidia.id, at=NOW)
    register(evening, cast.acme, f"{MARK} Ada", by_id=cast.bruno.id)
    return evening


def table(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def sheet(content):
    """The rows of a workbook, from its header on; no cell of it may be a formula."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        told = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in told
    head = int(re.search(r'autoFilter ref="[A-Z]+(\d+)', told)[1])
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)[head - 1 :]


class TestEveryList:
    def test_is_named_here(self, app):
        found = {rule.endpoint for rule in app.url_map.iter_rules() if "<any(csv, xlsx):form>" in rule.rule}

        assert found == set(LISTS) | EMPTY_FILES

    @pytest.mark.parametrize("endpoint", LISTS)
    def test_leaves_in_both_forms_as_its_reader_may_see_it(self, house, client_as, clock, endpoint):
        listed, (house, places) = LISTS[endpoint], house
        clock.set(listed.at)
        path = listed.path.format(acme=house.acme.public_id, agreement=AGREEMENT, **places)
        reader = client_as(getattr(house, listed.who))

        rows = table(reader.get(f"{path}.csv"))
        book = sheet(reader.get(f"{path}.xlsx").data)

        assert book[0] == rows[0]
        assert len(book) == len(rows)
        assert len(rows) > 1 or endpoint in EMPTY_HERE
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]
        if listed.nothing is not None:
            assert len(table(reader.get(f"{path}.csv?{listed.nothing}"))) == 1
            assert len(sheet(reader.get(f"{path}.xlsx?{listed.nothing}").data)) == 1
        if listed.rival is not None:
            answer = client_as(getattr(house, listed.rival)).get(f"{path}.csv")
            assert answer.status_code in {200, 403, 404}
            assert MARK not in answer.text

    def test_is_linked_with_the_filter_of_its_page(self, house, client_as):
        page = client_as(house[0].anna).get("/corporate/stays?from=2026-05-01&after=x&endpoint=y").page

        assert "/corporate/stays.xlsx?from=2026-05-01&endpoint=y" in page.links
        assert "/corporate/stays.csv?from=2026-05-01&endpoint=y" in page.links

    def test_with_pages_says_how_it_leaves(self):
        said = {
            path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*.html")
        }
        paged = {name for name, text in said.items() if name.startswith(ROOMS) and "lists.pager(" in text}

        # A part that renews itself leaves with the page around it.
        around = {
            name: [text for text in said.values() if f'{{% include "{name}" %}}' in text] for name in paged
        }
        leaves = {
            name for name in paged if any("lists.exports(" in text for text in [said[name], *around[name]])
        }
        assert paged - leaves == WITHOUT


class TestAWorkbookOfAList:
    def test_says_what_it_was_narrowed_to_and_holds_days_and_times_as_such(self):
        target = io.BytesIO()
        row = [date(2026, 1, 1), NOW.replace(tzinfo=None), workbooks.money(12_345)]
        workbooks.write_list(
            target, ListSheet("Roll", ["Day", "Time", "EUR"], [row], ["Only Mondays"]), author="Circle"
        )

        told = sheet(target.getvalue())
        assert told[1] == [date(2026, 1, 1), NOW.replace(tzinfo=None), 123.45]
        with zipfile.ZipFile(target) as book:
            assert b"Only Mondays" in book.read("xl/worksheets/sheet1.xml")

    def test_that_is_too_long_for_a_sheet_ends_with_dots(self, monkeypatch):
        monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
        target = io.BytesIO()
        days = [[date(2026, 1, 1) + timedelta(days=number)] for number in range(9)]
        workbooks.write_list(target, ListSheet("Roll", ["Day"], days), author="Circle")

        assert len(told := sheet(target.getvalue())) == 5
        assert told[-1] == ["…"]
