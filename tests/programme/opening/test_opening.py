"""Opening balances: shown by one, taken over by another, each company once, every row with its reason."""

import io
import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal.accounts.models import AccountCode
from portal.database import db, transaction
from portal.hotel import queries as hotel
from portal.people.models import Role
from portal.programme.books import queries as books
from portal.programme.ledger import queries as ledger
from portal.programme.months import queries as months
from portal.programme.opening import actions, queries, rules
from portal.programme.opening.models import OpeningRow
from portal.programme.recount import queries as recount
from portal.programme.standing import queries as standing
from portal.programme.standing.models import TierChange
from portal.stays.files.rules import FileRefused
from tests.cast import NOW, grant, person
from tests.programme.test_months import JUNE, roll
from tests.races import race
from tests.stays.books import by_hand, workbook

HEADER = "company,points,earned_on,expires_on,tier,tier_since"
ACME = ("ACME,950,2025-03-10,2027-03-31,gold,2025-01-01", "ACME,2125,2025-05-05,31.05.2027,,")


@pytest.fixture
def second(cast, save):
    """Another loyalty manager."""
    other = save(person("Lev Marin", "lev@circle.example"))
    grant(other, Role.LOYALTY_MANAGER)
    db.session.commit()
    return other


@pytest.fixture(autouse=True)
def codes(cast, save):
    """The hotel systems call Acme ACME and Borealis BOR."""
    for account, code in ((cast.acme, "ACME"), (cast.borealis, "BOR")):
        save(AccountCode(account_id=account.id, source="canonical", code=code))


@pytest.fixture
def show(cast):
    def preview(*lines, header=HEADER):
        content = "\n".join((header, *lines)) + "\n"
        with transaction():
            return actions.preview(
                file=io.BytesIO(content.encode()), filename="opening.csv", by_id=cast.lidia.id, at=NOW
            )

    return preview


def accept(shown, by):
    with transaction():
        return actions.accept(public_id=shown.public_id, by_id=by.id, at=NOW)


def upload(client, content, name):
    data = {"file": (io.BytesIO(content), name)}
    return client.post("/programme/opening", data=data, content_type="multipart/form-data")


def reasons(shown):
    db.session.rollback()
    rows = select(OpeningRow).where(OpeningRow.import_id == shown.id).order_by(OpeningRow.row_no)
    return {row.row_no: row.reason for row in db.session.scalars(rows)}


class TestAFile:
    def test_becomes_lots_with_their_own_life_and_a_tier(self, cast, show, second):
        accept(show(*ACME), second)

        db.session.rollback()
        lots = ledger.living_lots(cast.acme.id).rows
        assert [(lot.active, lot.earned_on, lot.expires_on) for lot in lots] == [
            (950, date(2025, 3, 10), date(2027, 3, 31)),
            (2125, date(2025, 5, 5), date(2027, 5, 31)),
        ]
        assert standing.tier_of(cast.acme.id) == "gold"
        assert books.verify().broken == ()
        assert list(books.disagreements()) == []

    def test_is_not_changed_once_it_was_taken_over(self, show, second):
        shown = show(*ACME)
        db.session.execute(text("UPDATE opening_row SET reason = reason"))
        accept(shown, second)

        for table in ("opening_row", "opening_import"):
            for act in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
                with pytest.raises(DatabaseError, match="append-only"):
                    db.session.execute(text(act))
                db.session.rollback()

    def test_is_taken_over_by_another_person_only(self, cast, show, second):
        shown = show(*ACME)

        with pytest.raises(rules.SamePerson):
            accept(shown, cast.lidia)
        accept(shown, second)
        with pytest.raises(rules.NotPreviewed):
            accept(shown, cast.gleb)

        db.session.rollback()
        assert ledger.balance_of(cast.acme.id).active == 3_075

    def test_sent_twice_is_one(self, show):
        assert show(*ACME).id == show(*ACME).id

    def test_previewed_by_two_at_once_is_one(self, show, monkeypatch):
        first = show(*ACME)
        answers = iter([None, first])
        monkeypatch.setattr(queries, "import_by_digest", lambda _digest: next(answers))

        assert show(*ACME).id == first.id

    def test_that_waited_until_a_lot_had_died_brings_nothing_of_the_company(self, cast, show, second):
        shown = show("ACME,950,2025-03-10,2026-06-30,,", ACME[1])
        with transaction():
            actions.accept(public_id=shown.public_id, by_id=second.id, at=NOW + timedelta(days=30))

        assert reasons(shown) == {2: "dead", 3: "company_incomplete"}
        assert ledger.balance_of(cast.acme.id).active == 0

    def test_opens_a_company_once_whatever_the_file(self, cast, show, second):
        accept(show(*ACME), second)

        again = accept(show("ACME,1,2025-03-10,2027-03-31,,", "BOR,7,2025-03-10,2027-03-31,,"), second)

        assert reasons(again) == {2: "opened_already", 3: None}
        assert ledger.balance_of(cast.acme.id).active == 3_075
        assert ledger.balance_of(cast.borealis.id).active == 7

    def test_holds_what_was_opened_since_it_was_shown(self, cast, show, second):
        first, other = show(*ACME), show("ACME,1,2025-03-10,2027-03-31,,")
        accept(first, second)

        accept(other, second)

        assert reasons(other) == {2: "opened_already"}

    @pytest.mark.race
    def test_taken_over_by_two_at_once_counts_once(self, app, cast, show, second):
        shown, managers = show(*ACME), (second.id, cast.gleb.id)
        public_id = shown.public_id
        db.session.commit()

        def take(by_id):
            with transaction():
                return actions.accept(public_id=public_id, by_id=by_id, at=NOW)

        results = race(app, *[lambda by=by: take(by) for by in managers])

        assert sorted(type(each).__name__ for each in results) == ["NotPreviewed", "OpeningImport"]
        db.session.rollback()
        assert ledger.balance_of(cast.acme.id).active == 3_075

    def test_tells_of_each_row_why(self, show):
        shown = show(
            "ACME,10,2025-03-10,2027-03-31,,",
            "ACME,10,2025-03-10,2027-03-31,,",
            "BOR,ten,2025-03-10,2027-03-31,,",
            "BOR,5,2025-03-10,2027-03-31,,",
            "NOBODY,5,2025-03-10,2027-03-31,,",
            "ACME,5,2026-06-16,2027-03-31,,",
            "ACME,5,2025-03-10,2026-06-14,,",
            "ACME,5,2025-03-10,2028-07-01,,",
            "ACME,0,,,diamond,",
            "ACME,0,,,,",
            ",5,2025-03-10,2027-03-31,,",
        )

        assert reasons(shown) == {
            2: "company_incomplete", 3: "repeats", 4: "not_a_number", 5: "company_incomplete",
            6: "unknown_company", 7: "earned_ahead", 8: "dead", 9: "lives_too_long",
            10: "unknown_tier", 11: "nothing", 12: "missing",
        }  # fmt: skip
        assert shown.counts["rows"] == 11

    def test_brings_a_tier_alone_but_none_below_what_was_earned(self, cast, show, second):
        accept(show("BOR,0,,,silver,"), second)
        assert standing.tier_of(cast.borealis.id) == "silver"

        low = show("ACME,0,,,partner,")
        assert reasons(low) == {2: "stands_as_high"}

    def test_reads_russian_headers_and_refuses_what_is_no_table(self, show, cast):
        shown = show("ACME;10;10.03.2025;31.03.2027", header="Компания;Баллы;Начислены;Сгорают")
        assert shown.counts["accepted"] == 1

        with pytest.raises(FileRefused):
            show("x", header="what,is,this")
        with pytest.raises(FileRefused):
            show()


class TestAWorkbook:
    @pytest.fixture
    def show_book(self, cast):
        def preview(*rows, **more):
            with transaction():
                return actions.preview(
                    file=workbook(*rows, header=HEADER.split(","), **more),
                    filename="opening.xlsx", by_id=cast.lidia.id, at=NOW,
                )  # fmt: skip

        return preview

    def test_is_taken_over_as_the_same_rows_of_text_are(self, cast, show_book, second):
        rows = [
            ("ACME", 950, date(2025, 3, 10), date(2027, 3, 31), "gold", date(2025, 1, 1)),
            ("ACME", 2125, "2025-05-05", "31.05.2027", None, None),
        ]
        shown = show_book(*rows)
        assert (shown.counts["accepted"], shown.counts["points"]) == (2, 3_075)
        assert show_book(*rows).id == shown.id

        accept(shown, second)

        db.session.rollback()
        assert ledger.balance_of(cast.acme.id).active == 3_075
        assert list(books.disagreements()) == []

    def test_is_shown_as_the_same_rows_of_text_are(self, show, show_book):
        since = date(2025, 3, 10)
        rows = [
            ("ACME", 950, since, date(2027, 3, 31), "gold", since),
            ("ACME", 12.0, "10.03.2025", "2027-03-31", None, None),
            ("BOR", 12.5, since, date(2027, 3, 31), None, None),
            (42, 1e15, since, None, True, date(1999, 1, 1)),
        ]
        lines = [
            "ACME,950,2025-03-10,2027-03-31,gold,2025-03-10",
            "ACME,12,10.03.2025,2027-03-31,,",
            "BOR,12.5,2025-03-10,2027-03-31,,",
            "42,1000000000000000,2025-03-10,,true,1999-01-01",
        ]

        text, book = show(*lines), show_book(*rows)

        assert text.counts == book.counts
        told = [
            [(row.row_no, row.outcome, row.reason, row.details) for row in queries.every_row(each.id)]
            for each in (text, book)
        ]
        assert told[0] == told[1]
        assert text.counts["accepted"] == 2

    def test_tells_faults_by_row_and_column_and_holds_the_company(self, show_book, cast):
        def change(_book, sheet):
            sheet.write_formula(2, 1, "=2*1000", None, 2000)

        shown = show_book(
            ("ACME", 950, date(2025, 3, 10), date(2027, 3, 31)),
            ("ACME", None, date(2025, 3, 10), date(2027, 3, 31)),
            ("BOR", 100, "soon", date(2027, 3, 31)),
            change=change,
        )

        told = {row.row_no: (row.outcome, row.reason, row.details) for row in queries.every_row(shown.id)}
        assert told == {
            2: ("held", "company_incomplete", {}),
            3: ("rejected", "cell_formula", {"field": "points"}),
            4: ("rejected", "wrong_date", {"field": "earned_on", "value": "soon"}),
        }

    def test_is_shown_and_refused_on_the_page(self, client_as, cast):
        lidia = client_as(cast.lidia)
        faulty = workbook(("ACME", 950, "x", date(2027, 3, 31)), header=HEADER.split(","))

        answer = upload(lidia, faulty.getvalue(), "opening.xlsx")
        assert "earned_on" in lidia.get(answer.location).page.text
        locked = upload(lidia, b"\xd0\xcf\x11\xe0", "opening.xls")
        assert locked.status_code == 422
        assert "a workbook with a password" in locked.page.text

    def test_is_refused_in_words_however_hostile_its_bytes_are(self, client_as, cast):
        lidia, dice = client_as(cast.lidia), random.Random(4)
        whole = workbook(("ACME", 950, date(2025, 3, 10)), header=HEADER.split(",")).getvalue()
        far = by_hand('<worksheet><sheetData><row><c r="A9999999"/></row></sheetData></worksheet>').getvalue()

        files = [whole[: dice.randrange(4, len(whole))] for _ in range(8)]
        files += [b"PK\x03\x04" + dice.randbytes(dice.randrange(2_000)) for _ in range(8)]
        for content in (*files, far):
            answer = upload(lidia, content, "opening.xlsx")
            assert answer.status_code == 422
            assert "Save it anew as .xlsx" in answer.page.text
        for _ in range(12):
            turned = bytearray(whole)
            turned[dice.randrange(4, len(whole))] ^= 1 << dice.randrange(8)
            assert upload(lidia, bytes(turned), "opening.xlsx").status_code in {302, 303, 422}


class TestATierThatWasBroughtAlong:
    def test_is_of_the_day_on_which_a_demo_stands_still(self, show, second, monkeypatch):
        frozen = NOW.date() - timedelta(days=40)
        monkeypatch.setattr(hotel, "demo_as_of", lambda: frozen)

        accept(show(*ACME), second)

        db.session.rollback()
        assert db.session.scalars(select(TierChange.day)).all() == [frozen]
        assert list(books.disagreements()) == []

    def test_is_kept_through_grace_and_falls_like_any_other(self, cast, show, second, run, clock):
        accept(show("ACME,0,,,silver,"), second)

        clock.set(NOW + timedelta(days=30))
        run("programme", "advance")
        db.session.rollback()
        assert standing.tier_of(cast.acme.id) == "silver"
        assert standing.standing_of(cast.acme.id).grace_until is not None
        clock.set(NOW + timedelta(days=120))
        run("programme", "advance")

        db.session.rollback()
        assert standing.tier_of(cast.acme.id) == "partner"


class TestThePages:
    def test_lead_from_the_file_to_the_company_by_two_people(self, client_as, cast, second):
        lidia, content = client_as(cast.lidia), "\n".join((HEADER, *ACME)) + "\n"
        answer = upload(lidia, content.encode(), "old.csv")
        own = lidia.get(answer.location).page
        assert "2 rows read = 2 accepted + 0 on hold + 0 rejected." in own.text
        assert "Another person than the one who uploaded it" in own.text

        lev = client_as(second)
        assert "old.csv" in lev.get("/inbox").page.text
        lev.submit(lev.get(answer.location).page, "/acceptance")

        assert "Lev Marin" in lev.get(answer.location).page.text
        company = f"/accounts/{cast.acme.public_id}"
        assert "Opening balance" in client_as(cast.anna).get(f"{company}/points").page.text
        why = lev.get(f"{company}/why/entry/1").page
        assert "earlier programme" in why.text
        assert f"{answer.location}?outcome=accepted" in why.links

    def test_say_what_is_wrong_with_a_file(self, client_as, cast):
        answer = upload(client_as(cast.lidia), b"%PDF-1.4", "old.pdf")

        assert answer.status_code == 422
        assert "This is not a CSV file" in answer.page.text


class TestTheCommand:
    def test_shows_and_takes_over_by_two_people(self, run, tmp_path, cast, second):
        path = tmp_path / "opening.csv"
        path.write_text("\n".join((HEADER, *ACME)) + "\n")

        assert "2 rows read" in run("programme", "opening", path, "--by", cast.lidia.email).output
        own = run("programme", "opening", path, "--by", cast.lidia.email, "--accept")
        assert (own.exit_code, "another person" in own.output) == (1, True)
        assert "Taken over." in run("programme", "opening", path, "--by", second.email, "--accept").output

        db.session.rollback()
        assert ledger.balance_of(cast.acme.id).active == 3_075


def test_is_rolled_up_apart_from_what_was_earned(show, second):
    accept(show(*ACME), second)

    roll()

    assert months.open_figures(JUNE).forward.issued == {"opening": 950 + 2_125}
    assert list(recount.disagreements()) == []
