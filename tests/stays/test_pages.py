"""The pages of imports, as the loyalty manager and the auditor see them."""

import functools
import gzip
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.accounts.models import AccountCode
from portal.database import db
from portal.stays.imports import rules, views
from portal.stays.models import Import, ImportRow
from tests.cast import Cast
from tests.statements import assert_same_statements
from tests.stays.exports import FOLIO, current, folios, preview, take
from tests.stays.uploads import LIST, address, the_import, upload
from tests.web.client import PortalClient


class TestList:
    def test_invites_to_the_first_file(self, lidia: PortalClient):
        page = lidia.get(LIST)

        assert "No stays have been imported yet" in page.text

    def test_says_how_many_previews_wait(self, lidia: PortalClient, acme_code: AccountCode):
        preview(folios({}))
        preview(folios({"reservation_id": "R-2"}))

        assert "2 previews wait for you" in lidia.get(LIST).text

    def test_shows_the_auditor_everything_but_the_form(
        self, cast: Cast, client_as: Callable[..., PortalClient]
    ):
        take(folios({"company_code": "", "company_name": ""}))

        page = client_as(cast.oskar).get(LIST)

        assert "1 stay was taken over" in page.text
        assert 'type="file"' not in page.text

    def test_asks_as_much_for_many_as_for_few(self, lidia: PortalClient, acme_code: AccountCode):
        def arrange(number: int) -> None:
            for _ in range(number):
                preview(folios({"reservation_id": uuid.uuid4().hex}))

        assert_same_statements(2, 6, arrange=arrange, visit=lambda: lidia.get(LIST))

    def test_pages_by_key(self, lidia: PortalClient, acme_code: AccountCode):
        for number in range(32):
            preview(folios({"reservation_id": f"R-{number}"}))

        first = lidia.get(LIST)
        following = re.search(r'href="([^"]*after=[^"]*)"', first.text)[1].replace("&amp;", "&")

        assert first.text.count("<time") == 30
        assert lidia.get(following).text.count("<time") == 2

    def test_a_key_of_somebody_else_is_the_first_page(self, lidia: PortalClient):
        assert lidia.get(f"{LIST}?after=WyJ4IiwgMV0").status_code == 200

    def test_stands_in_the_navigation_and_in_the_inbox(self, lidia: PortalClient, acme_code: AccountCode):
        preview(folios({}))

        assert "stays.csv" in lidia.get("/inbox").text
        assert f'href="{LIST}"' in lidia.get("/inbox").text


class TestUpload:
    def test_previews_a_small_file_at_once(self, lidia: PortalClient, acme_code: AccountCode):
        answer = upload(lidia, folios({}, {"reservation_id": "R-2", "status": "gone"}))

        assert answer.location == address(the_import())
        page = lidia.get(answer.location).text
        assert "2 rows read = 1 accepted + 0 held + 1 rejected + 0 out of scope." in page
        assert "1 of 2 rows can be accepted" in page
        assert "1 stay is added" in page
        assert current() == []

    def test_takes_a_packed_file_and_the_options_of_the_form(self, lidia: PortalClient, cast: Cast):
        content = gzip.compress(folios({"company_code": "", "company_name": ""}))

        upload(lidia, content, name="stays.csv.gz", companies_only="y", as_of="2026-04-30")

        offered = the_import()
        assert (offered.filename, offered.companies_only, offered.uploaded_by_id) == (
            "stays.csv.gz",
            True,
            cast.lidia.id,
        )
        assert (offered.as_of.isoformat(), offered.counts["out_of_scope"]) == ("2026-04-30", 1)

    @pytest.mark.parametrize(("as_of", "status"), [("2026-06-15", 302), ("2026-06-16", 422)])
    def test_refuses_a_day_that_has_not_come(
        self, lidia: PortalClient, acme_code: AccountCode, as_of: str, status: int
    ):
        answer = upload(lidia, folios({}), as_of=as_of)

        assert answer.status_code == status
        assert ("The as-of date lies ahead." in answer.text) is (status == 422)
        assert db.session.query(Import).count() == (status == 302)

    def test_today_is_the_day_at_the_hotel(
        self, cast: Cast, client_as: Callable[..., PortalClient], acme_code: AccountCode, clock: Any
    ):
        clock.set(datetime(2026, 6, 15, 23, 30, tzinfo=UTC))

        upload(client_as(cast.lidia), folios({}))

        assert the_import().as_of.isoformat() == "2026-06-16"

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"", "The file is empty."),
            (b"PK\x03\x04", "This is not a CSV file."),
            (folios(), "a header and no rows"),
            (folios({})[:-30], "The file breaks off in row 2."),
            (gzip.compress(folios({}))[:-9], "The packed file breaks off"),
            (b"a,b\n1,2\n", "names none of the columns"),
            (
                b"property_code,arrival\nSEA,2026-01-01\n",
                "Columns are missing: reservation_id, status, departure, line_id.",
            ),
            (b"status,Status\na,b\n", "stands in the header twice"),
            ("guest_name,status\nJosé Gonçalves,x\n".encode("latin-1"), "neither UTF-8 nor Windows-1251"),
            (folios({}).replace(b"R-1", b"R\x001"), "Row 2 holds zero bytes"),
        ],
        ids=[
            "empty",
            "workbook",
            "no rows",
            "cut",
            "cut gzip",
            "no columns",
            "missing",
            "twice",
            "Latin-1",
            "zero bytes",
        ],
    )
    def test_says_why_a_file_cannot_be_read_and_keeps_nothing(
        self, lidia: PortalClient, content: bytes, sentence: str
    ):
        answer = upload(lidia, content)

        assert answer.status_code == 422
        assert sentence in answer.page.text
        assert db.session.query(Import).count() == 0
        assert db.session.query(ImportRow).count() == 0

    def test_refuses_a_file_that_unpacks_to_gigabytes(
        self, lidia: PortalClient, monkeypatch: pytest.MonkeyPatch
    ):
        survey = functools.partial(views.files.survey, limit_bytes=2**20)
        monkeypatch.setattr(views.files, "survey", survey)

        answer = upload(lidia, gzip.compress(b"\n" * 2**21), name="stays.csv.gz")

        assert answer.status_code == 422
        assert "unpacks to more than 1 MiB" in answer.page.text

    def test_asks_for_a_file(self, lidia: PortalClient):
        answer = lidia.post(LIST, data={"source": "canonical"}, content_type="multipart/form-data")

        assert answer.status_code == 422
        assert "Choose a .csv or .csv.gz file." in answer.page.text

    @pytest.mark.options(max_content_length=1_000)
    def test_a_file_beyond_the_limit_is_a_page_that_says_so(self, lidia: PortalClient):
        answer = upload(lidia, folios(*({"line_id": str(number)} for number in range(100))))

        assert answer.status_code == 413
        assert "That file is too large" in answer.page.text


class TestImportPage:
    def test_says_of_each_rejected_row_why_and_what_to_do(self, lidia: PortalClient, acme_code: AccountCode):
        offered = preview(
            folios({"company_name": "=cmd|' /C calc'!A0"}, {"reservation_id": "R-2", "net": "1,000"})
        )

        page = lidia.get(address(offered)).page.text

        assert "company_name begins with =, +, − or @" in page
        assert "net may be thousands or a fraction: “1,000”." in page

    def test_speaks_russian(
        self,
        cast: Cast,
        client_as: Callable[..., PortalClient],
        acme_code: AccountCode,
        save: Callable[..., object],
    ):
        cast.lidia.locale = "ru"
        save()
        offered = preview(folios({}, {"reservation_id": "R-2", "status": "gone"}))

        page = client_as(cast.lidia).get(address(offered)).page.text

        assert "Прочитано строк: 2" in page
        assert "Отклонено" in page

    @pytest.mark.parametrize("outcome", ["accepted", "held", "rejected", "out_of_scope", "nonsense"])
    def test_shows_each_outcome(self, lidia: PortalClient, acme_code: AccountCode, outcome: str):
        offered = preview(
            folios({}, {"reservation_id": "R-2", "company_code": "X"}, {"reservation_id": "R-3", "net": "x"})
        )

        assert lidia.get(f"{address(offered)}?outcome={outcome}").status_code == 200

    def test_narrows_to_what_is_reported(self, lidia: PortalClient, acme_code: AccountCode):
        offered = preview(folios({}, {"reservation_id": "R-2", "departure": "2026-03-05"}))

        page = lidia.get(f"{address(offered)}?outcome=accepted&remark=zero_nights").page.text

        assert "no night: counts as a stay, earns nothing" in page
        assert "Only rows with the remark chosen." in page

    def test_asks_as_much_for_many_rows_as_for_few(self, lidia: PortalClient, acme_code: AccountCode):
        seen: list[str] = []

        def arrange(number: int) -> None:
            rows = ({"reservation_id": f"R-{n}", "company_code": f"C{n}"} for n in range(number))
            seen.append(f"{address(preview(folios(*rows)))}?outcome=held")

        assert_same_statements(2, 20, arrange=arrange, visit=lambda: lidia.get(seen[-1]))

    def test_pages_rows_by_key(self, lidia: PortalClient, acme_code: AccountCode):
        offered = preview(folios(*({"reservation_id": f"R-{number}"} for number in range(32))))

        first = lidia.get(f"{address(offered)}?outcome=accepted")
        following = re.search(r'href="([^"]*after=[^"]*)"', first.text)[1].replace("&amp;", "&")

        numbers = re.findall(r'<td class="num">(\d+)</td>', first.text + lidia.get(following).text)
        assert numbers == [str(number) for number in range(2, 34)]

    def test_what_nobody_imported_is_not_found(self, lidia: PortalClient):
        assert lidia.get(f"{LIST}/{uuid.uuid4()}").status_code == 404


class TestDecide:
    def test_accepts_a_preview(self, lidia: PortalClient, acme_code: AccountCode):
        offered = preview(folios({}))

        answer = lidia.submit(lidia.get(address(offered)).page, "acceptance")

        assert "1 stay was taken over" in lidia.get(answer.location).text
        assert len(current()) == 1

    def test_says_that_it_was_accepted_before(self, lidia: PortalClient, acme_code: AccountCode):
        offered = preview(folios({}))
        page = lidia.get(address(offered)).page
        lidia.submit(page, "acceptance")

        again = lidia.submit(page, "acceptance")

        assert "Nothing was done twice." in lidia.get(again.location).text
        assert len(current()) == 1

    def test_discards_a_preview(self, lidia: PortalClient, acme_code: AccountCode):
        offered = preview(folios({}))

        answer = lidia.submit(lidia.get(address(offered)).page, "discard")

        assert "Discarded: nothing was taken over" in lidia.get(answer.location).text
        assert db.session.query(ImportRow).count() == 0

    def test_decides_on_a_held_company(self, lidia: PortalClient, cast: Cast):
        offered = preview(folios({"company_name": "Acme Logistic"}))
        page = lidia.get(f"{address(offered)}?outcome=held").page

        answer = lidia.submit(page, "companies", account=str(cast.acme.public_id))

        assert "Acme Logistics: its rows are accepted." in lidia.get(answer.location).text
        assert db.session.get(Import, offered.id, populate_existing=True).counts["accepted"] == 1

    def test_opens_an_account_for_a_held_company(self, lidia: PortalClient, cast: Cast):
        offered = preview(folios({"company_name": "Zypresse AG"}))
        page = lidia.get(f"{address(offered)}?outcome=held").page

        answer = lidia.submit(page, "companies", account="open")

        assert "Zypresse AG: its rows are accepted." in lidia.get(answer.location).text

    def test_finds_an_account_of_quite_another_name(self, lidia: PortalClient, cast: Cast):
        offered = preview(folios({"company_name": "Zypresse AG"}))

        page = lidia.get(f"{address(offered)}?outcome=held&q=boreal").text

        assert str(cast.borealis.public_id) in page

    def test_decides_nothing_unless_told_what(self, lidia: PortalClient, cast: Cast):
        offered = preview(folios({}))
        page = lidia.get(f"{address(offered)}?outcome=held").page

        answer = lidia.submit(page, "companies")

        assert "Choose the account that the company is" in lidia.get(answer.location).text
        assert db.session.get(Import, offered.id, populate_existing=True).counts["held"] == 1

    def test_an_account_that_does_not_exist_is_not_found(self, lidia: PortalClient, cast: Cast):
        offered = preview(folios({}))

        for account in (str(uuid.uuid4()), "nonsense"):
            data = {"company": "opera:ACME", "account": account}
            assert lidia.post(f"{address(offered)}/companies", data=data).status_code == 404

    def test_the_auditor_decides_nothing(
        self, cast: Cast, client_as: Callable[..., PortalClient], acme_code: AccountCode
    ):
        offered = preview(folios({}))
        oskar = client_as(cast.oskar)

        assert "acceptance" not in oskar.get(address(offered)).text
        assert oskar.post(f"{address(offered)}/acceptance").status_code == 403


class TestRejectedRows:
    def test_come_as_a_table_that_runs_nothing(self, lidia: PortalClient, acme_code: AccountCode):
        offered = preview(
            folios({"company_name": "=cmd|' /C calc'!A0"}, {"reservation_id": "R-2", "status": "@gone"})
        )

        answer = lidia.get(f"{address(offered)}/rejected.csv")

        header, first, second = answer.data.decode("utf-8-sig").splitlines()
        assert answer.mimetype == "text/csv"
        assert header.startswith("row,reason,source,property_code")
        assert "'=cmd|' /C calc'!A0" in first
        assert "'@gone" in second
        assert "guest_name" not in header

    @pytest.mark.parametrize("rows", [3, 4, 5])
    def test_come_all_however_many_are_fetched_at_once(
        self, lidia: PortalClient, acme_code: AccountCode, monkeypatch: pytest.MonkeyPatch, rows: int
    ):
        monkeypatch.setattr(views.queries, "EXPORT_CHUNK", 2)
        offered = preview(folios(*({"reservation_id": f"R-{number}", "net": "x"} for number in range(rows))))

        lines = lidia.get(f"{address(offered)}/rejected.csv").data.splitlines()[1:]

        assert [line.split(b",")[0] for line in lines] == [b"%d" % number for number in range(2, rows + 2)]

    def test_hold_what_was_read_of_a_row_that_was_judged(self, lidia: PortalClient, acme_code: AccountCode):
        offered = preview(folios({"property_code": "NOWHERE"}))

        text = lidia.get(f"{address(offered)}/rejected.csv").data.decode("utf-8-sig")

        assert "NOWHERE,R-1" in text
        assert "100.00" in text


def test_every_column_of_the_fixture_is_one_of_the_format():
    assert set(FOLIO) <= set(rules.ADAPTERS["canonical"].columns.values())
