"""The pages of an account: points, lots, tier and derivation sheets, for the company and the hotel."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from portal.audit.models import Sight
from portal.database import db, of_one_instant
from portal.people.models import Role
from portal.programme import views
from portal.programme.ledger import queries as ledger
from portal.programme.models import ProgrammeVersion
from portal.programme.movements import queries as movements
from portal.programme.overview import queries as overview
from portal.programme.overview.queries import AccountFilter, Reach
from portal.programme.standing.models import AccountStanding
from portal.stays.models import Stay
from portal.web.paging import every_row
from tests.cast import NOW, Cast, grant
from tests.cast import account as company
from tests.programme.told import Told
from tests.statements import assert_same_statements

JUNE = date(2026, 6, 14)
PAGES = ("points", "lots", "standing", "why/standing", "why/entry/1", "points.csv")


@pytest.fixture
def played(house: Cast, told: Told, spend) -> Cast:
    """Acme slept through a spring and spent 500 points; Borealis slept once."""
    for number in range(6):
        arrival = date(2026, 1 + number % 5, 3 + number)
        told.stay(house.acme, f"A{number}", arrival=arrival, nights=5, cents=45_000)
    told.stay(house.borealis, "B1", arrival=date(2026, 4, 2), nights=2, cents=20_000)
    told.play(house.acme, house.borealis, as_of=JUNE)
    spend(house.acme, 500)
    return house


def next_of(read):
    """The address of the next page of a list."""
    return next((node.get("href") for node in read.all("a") if node.get("rel") == "next"), None)


def page(account, path):
    return f"/accounts/{account.public_id}/{path}".rstrip("/")


class TestReading:
    @pytest.mark.parametrize("path", PAGES)
    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_is_open_in_both_languages(self, played: Cast, client_as, path, locale):
        played.anna.locale = locale

        assert client_as(played.anna).get(page(played.acme, path)).status_code == 200

    @pytest.mark.parametrize(
        "path", ["/accounts", "/accounts?q=acm&sort=points&tier=silver", "/accounts.csv"]
    )
    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_of_the_list_is_open_in_both_languages(self, played: Cast, client_as, path, locale):
        played.lidia.locale = locale

        assert client_as(played.lidia).get(path).status_code == 200

    def test_of_the_list_leaves_with_what_it_was_narrowed_to(self, played: Cast, client_as):
        workbook = client_as(played.lidia).get("/accounts.xlsx?q=acm&tier=silver").data

        with zipfile.ZipFile(io.BytesIO(workbook)) as sheets:
            told = sheets.read("xl/worksheets/sheet1.xml").decode()
        assert "Search: acm" in told
        assert "Tier: Silver" in told

    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_before_anything_has_happened(self, house: Cast, client_as, locale):
        house.anna.locale = house.lidia.locale = locale

        answers = [
            client_as(house.anna).get(page(house.acme, path)) for path in ("points", "lots", "standing")
        ]
        answers.append(client_as(house.lidia).get(page(house.acme, "")))

        assert [answer.status_code for answer in answers] == [200] * 4

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("anna", [200, 404]),
            ("bruno", [200, 404]),
            ("carla", [404, 200]),
            ("tamara", [403, 403]),
            ("dario", [403, 403]),
            ("elena", [403, 403]),
            ("ada", [403, 403]),
            ("lidia", [200, 200]),
            ("gleb", [200, 200]),
            ("oskar", [200, 200]),
        ],
    )
    @pytest.mark.parametrize("path", PAGES)
    def test_is_for_whose_account_it_is(self, played: Cast, client_as, path, name, expected):
        client = client_as(getattr(played, name))

        answers = [client.get(page(each, path)).status_code for each in (played.acme, played.borealis)]

        assert answers == expected

    def test_by_an_account_manager_is_of_their_own_accounts(self, played: Cast, client_as):
        played.borealis.manager_id = None
        client = client_as(played.nora)

        answers = [client.get(page(each, "")).status_code for each in (played.acme, played.borealis)]

        assert answers == [200, 404]
        assert "Borealis" not in client.get("/accounts").text

    def test_by_a_manager_is_of_the_guests_of_their_own_hotels(self, played: Cast, client_as):
        theirs = select(Stay).where(Stay.account_id == played.borealis.id)
        for stay in db.session.scalars(theirs):
            stay.property_id = played.townhouse.id
        db.session.commit()
        client = client_as(played.gleb)

        answers = [client.get(page(each, "")).status_code for each in (played.acme, played.borealis)]

        assert answers == [200, 404]
        assert "Borealis" not in client.get("/accounts").text
        assert "Borealis" not in client.get("/accounts.csv").text

    def test_of_the_hotels_page_is_not_the_companys(self, played: Cast, client_as):
        client = client_as(played.anna)

        assert [client.get(path).status_code for path in ("/accounts", page(played.acme, ""))] == [403, 403]

    def test_leads_a_company_to_its_own_points(self, played: Cast, client_as):
        answer = client_as(played.bruno).get("/points")

        assert answer.location == page(played.acme, "points")

    def test_leads_nowhere_from_a_company_of_which_one_is_only_a_guest(self, played: Cast, client_as):
        grant(played.bruno, Role.TRAVELLER, account=played.borealis)
        db.session.commit()
        client = client_as(played.bruno)
        assert "/points" in client.get("/me").text
        with client.session_transaction() as session:
            session["account_id"] = played.borealis.id

        assert client.get("/points").status_code == 403
        assert "/points" not in client.get("/me").text


class TestThePointsPage:
    def test_says_what_can_be_spent_and_why(self, played: Cast, client_as):
        answer = client_as(played.anna).get(page(played.acme, "points"))

        assert "5,350 points can be spent" in answer.text
        assert "Stay of 08/01/2026 – 13/01/2026, Seaside" in answer.text
        assert "Rooms: €450 net × 2 per euro (Partner) = 900 points" in answer.text

    def test_reads_as_many_statements_for_thirty_movements_as_for_one(
        self, house: Cast, told: Told, client_as
    ):
        names = iter(range(100))

        def arrange(more):
            for _ in range(more):
                number = next(names)
                arrival = date(2026, 1, 1) + timedelta(days=3 * number)
                told.stay(house.acme, f"A{number}", arrival=arrival, nights=1, cents=9_000)
            told.play(house.acme, as_of=JUNE)

        client = client_as(house.anna)

        assert_same_statements(1, 15, arrange=arrange, visit=lambda: client.get(page(house.acme, "points")))

    def test_goes_through_all_movements_page_by_page(self, house: Cast, told: Told, client_as):
        for number in range(40):
            arrival = date(2026, 1, 1) + timedelta(days=number)
            told.stay(house.acme, f"A{number}", arrival=arrival, nights=1, cents=9_000)
        told.play(house.acme, as_of=JUNE)
        client, url, seen = client_as(house.anna), page(house.acme, "points"), 0

        while url:
            answer = client.get(url)
            seen += answer.text.count("The sheet of this movement")
            url = next_of(answer.page)

        assert seen == 80

    def test_are_worth_what_the_rules_of_the_day_say(self, played: Cast, client_as):
        default = db.session.scalars(select(ProgrammeVersion)).one()
        rules = default.rules | {"version": 2, "effective_from": "2026-06-01", "point_value_cents": 2}
        begins = date(2026, 6, 1)
        db.session.add(ProgrammeVersion(number=2, effective_from=begins, rules=rules, published_at=NOW))
        db.session.commit()
        anna = client_as(played.anna)

        for path in (page(played.acme, "points"), "/corporate/company"):
            assert "worth €107 " in anna.get(path).page.text

    def test_does_not_say_that_nothing_moved_where_only_the_list_is_empty(self, played: Cast, client_as):
        answer = client_as(played.anna).get(page(played.acme, "points?state=reversed"))

        assert "No movement belongs to this list" in answer.text
        assert "Nothing has moved yet" not in answer.text

    def test_gives_every_movement_as_a_table(self, played: Cast, client_as):
        answer = client_as(played.anna).get(page(played.acme, "points.csv"))

        rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert sum(int(row["Active"]) for row in rows) == 5_350
        assert [int(row["Number"]) for row in rows] == list(range(1, len(rows) + 1))
        assert len(rows) == ledger.ledgers([played.acme.id])[played.acme.id].seq

    def test_cuts_no_table_however_many_rows_are_read_at_once(self, played: Cast, client_as, monkeypatch):
        path, client = page(played.acme, "points.csv"), client_as(played.anna)
        whole = client.get(path).data
        monkeypatch.setattr(movements, "DESCRIBED_AT_ONCE", 3)
        monkeypatch.setattr(views, "ROWS_AT_ONCE", 1)

        assert client.get(path).data == whole
        answer = client_as(played.lidia).get("/accounts.csv?sort=points")
        rows = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
        assert [row["Company"].split()[0] for row in rows] == ["Acme", "Borealis"]

    def test_misses_no_company_that_moves_while_a_table_is_read(self, played: Cast):
        only = AccountFilter(Reach(is_whole=True), sort="points")
        pages = every_row(lambda after: overview.accounts(only, after=after, limit=1))
        lines = of_one_instant(pages)
        first = next(lines).name
        with db.engine.begin() as elsewhere:  # Borealis comes to stand before Acme
            elsewhere.execute(
                text(
                    "UPDATE point_balance SET active = 99999, issued = issued - 99999 + active"
                    " WHERE account_id = :id"
                ),
                {"id": played.borealis.id},
            )

        assert [first, *(line.name for line in lines)] == [played.acme.name, played.borealis.name]


class TestTheSheet:
    def test_is_done_again_and_is_the_same(self, played: Cast, client_as):
        answer = client_as(played.anna).get(page(played.acme, "why/entry/1"))

        assert "Recomputed now: the same" in answer.text

    def test_says_so_when_it_is_not_the_same(self, played: Cast, client_as):
        standing = db.session.get(AccountStanding, played.acme.id)
        inputs = standing.derivation["inputs"] | {"slept_nights": 31}
        standing.derivation = standing.derivation | {"inputs": inputs}

        answer = client_as(played.anna).get(page(played.acme, "why/standing"))

        assert "Recomputed now: not the same" in answer.text

    @pytest.mark.parametrize("path", ["why/entry/999", "why/change/999", "why/review/999", "why/nonsense/1"])
    def test_that_does_not_exist_is_not_found(self, played: Cast, client_as, path):
        assert client_as(played.anna).get(page(played.acme, path)).status_code == 404

    def test_of_each_change_and_review_opens_from_the_page_of_the_tier(self, played: Cast, client_as):
        client = client_as(played.anna)
        tier_page = client.get(page(played.acme, "standing"))

        links = [each for each in tier_page.page.links if "/why/" in each]

        assert len(links) >= 3
        assert {client.get(link).status_code for link in links} == {200}


class TestTheList:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Acme", "Borealis"]),
            ("?sort=points", ["Acme", "Borealis"]),
            ("?sort=tier", ["Acme", "Borealis"]),
            ("?q=бореалис", ["Borealis"]),
            ("?q=фсьу", ["Acme"]),
            ("?tier=gold", []),
            ("?tier=partner", ["Borealis"]),
            ("?sort=nonsense&tier=nonsense&after=nonsense", ["Acme", "Borealis"]),
        ],
    )
    def test_finds_and_sorts(self, played: Cast, client_as, query, names):
        answer = client_as(played.lidia).get(f"/accounts.csv{query}")

        rows = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
        assert [row["Company"].split()[0] for row in rows] == names

    def test_goes_through_every_company_once_in_every_order(self, house: Cast, client_as, save):
        save(*(company(f"Company {number}") for number in range(65)))
        client = client_as(house.lidia)

        for sort in ("name", "tier", "points"):
            url, seen = f"/accounts?sort={sort}", []
            while url:
                answer = client.get(url)
                seen += [each for each in answer.page.links if each.startswith("/accounts/")]
                url = next_of(answer.page)
            assert len(seen) == len(set(seen)) == 67

    def test_reads_as_many_statements_for_thirty_companies_as_for_one(self, house: Cast, client_as, save):
        names = iter(range(100))
        client = client_as(house.lidia)

        assert_same_statements(
            1,
            28,
            arrange=lambda more: save(*(company(f"Company {next(names)}") for _ in range(more))),
            visit=lambda: client.get("/accounts"),
        )


class TestTheHotelsPage:
    def test_records_that_its_people_were_looked_at(self, played: Cast, client_as):
        client_as(played.lidia).get(page(played.acme, ""))

        db.session.rollback()
        seen = db.session.scalars(select(Sight).where(Sight.viewer_id == played.lidia.id)).all()
        assert {sight.subject_id for sight in seen} == {
            played.anna.id, played.bruno.id, played.tamara.id
        }  # fmt: skip

    def test_is_found_by_its_name(self, played: Cast, client_as):
        answer = client_as(played.lidia).get("/search?q=acme")

        assert page(played.acme, "") in answer.text
