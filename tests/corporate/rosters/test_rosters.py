"""People of a company from a file: shown first, taken over once, left alone afterwards."""

import io
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.accounts.models import Card
from portal.corporate.rosters import rules
from portal.corporate.rosters.forms import handed_on, told_in
from portal.corporate.rosters.rules import Known, Outcome, Told
from portal.database import db
from portal.documents import workbooks
from portal.outbox.models import Letter
from portal.people.models import Grant, Invitation, Person

PATH = "/corporate/people/import"
NOBODY = Known({}, frozenset(), frozenset())
CSV = """ФИО;Почта;Роли;Язык
Иван Петров;ivan@acme.example;бронировщик, командированный;ru
Maria Lind;;;
Bruno Weber;bruno@acme.example;booker;en
;nobody@acme.example;;
=cmd();;;
Chris Cole;;booker;
Dan Dell;dan@;;
Eve Ek;eve@acme.example;king;
Maria Lind;;;
"""


def decide(*rows, known=NOBODY):
    told = [Told(number, *row) for number, row in enumerate(rows, start=2)]
    return rules.decide(told, known=known, locale="en")


def counted():
    return tuple(
        db.session.scalar(select(func.count(table.id))) for table in (Invitation, Card, Person, Letter)
    )


@pytest.fixture
def anna(cast, client_as):
    return client_as(cast.anna)


def upload(browser, content, name="people.csv"):
    page = browser.get(PATH).page
    data = page.form(PATH).filled({}) | {"file": (io.BytesIO(content), name)}
    return browser.post(PATH, data=data, content_type="multipart/form-data")


class TestARow:
    @pytest.mark.parametrize(
        ("row", "outcome", "reason"),
        [
            (("Ann", "ann@a.example", "", ""), Outcome.INVITED, ""),
            (("Ann", "", "traveller", "ru"), Outcome.CARD, ""),
            (("Ann", "", "booker", ""), Outcome.REFUSED, "email_missing"),
            (("", "", "", ""), Outcome.REFUSED, "name_missing"),
            (("n" * 120, "", "", ""), Outcome.CARD, ""),
            (("n" * 121, "", "", ""), Outcome.REFUSED, "name_too_long"),
            (("@Ann", "", "", ""), Outcome.REFUSED, "name_formula"),
            (("Ann", "ann", "", ""), Outcome.REFUSED, "email_wrong"),
            (("Ann", "", "king", ""), Outcome.REFUSED, "role_unknown"),
            (("Ann", "", "", "fr"), Outcome.REFUSED, "language_unknown"),
        ],
    )
    def test_has_one_outcome_and_its_reason(self, row, outcome, reason):
        [decided] = decide(row)

        assert (decided.outcome, decided.reason) == (outcome, reason)

    def test_is_taken_once_of_two_and_names_the_other(self):
        decided = decide(("Ann", "A@a.example", "", ""), ("Anne", "a@A.example", "", ""))

        assert (decided[1].reason, decided[1].values) == ("repeats", {"row": 2})

    def test_of_somebody_known_changes_nothing_unless_it_gives_a_role(self):
        known = Known({"ann@a.example": {"booker"}}, {"bo@a.example"}, {"cy"})
        rows = ("Ann", "ann@a.example", "booker", ""), ("Ann", "ann@a.example", "administrator", "")

        assert decide(rows[0], known=known)[0].outcome is Outcome.KNOWN
        assert decide(rows[1], known=known)[0].outcome is Outcome.INVITED
        assert decide(("Bo", "BO@a.example", "", ""), known=known)[0].reason == "invited_already"
        assert decide(("Cy", "", "", ""), known=known)[0].reason == "has_card"

    @given(st.text(max_size=2_000))
    def test_that_somebody_wrote_into_the_form_is_none_of_ours_and_no_fault(self, text):
        told = told_in(text)

        assert told is None or handed_on(told)


class TestAFile:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
    def test_is_shown_row_by_row_and_writes_nothing(self, anna, encoding):
        before = counted()

        page = upload(anna, CSV.encode(encoding)).page

        assert counted() == before
        assert page.h1 == "2 people are new"
        assert ("Windows-1251" in page.text) is (encoding == "cp1251")
        assert "Rows: 9. Invitations: 1, cards: 1, known already: 1, not taken: 6." in page.text
        assert "“king” is no role" in page.text
        assert "Repeats row 3" in page.text

    def test_is_taken_over_once_however_often_it_is_sent(self, cast, anna):
        page = upload(anna, CSV.encode()).page
        invitations, cards, people, letters = counted()

        for _ in range(2):
            assert anna.submit(page, f"{PATH}/acceptance").location == "/corporate/people"

        assert counted() == (invitations + 1, cards + 1, people + 1, letters + 1)
        invited = db.session.scalars(select(Invitation).where(Invitation.email == "ivan@acme.example")).one()
        assert (invited.locale, sorted(invited.roles)) == ("ru", ["booker", "traveller"])
        assert "Nobody in this file is new" in upload(anna, CSV.encode()).page.text
        maria = select(Grant).join(Person, Person.id == Grant.person_id).where(Person.name == "Maria Lind")
        assert db.session.scalars(maria).one().account_id == cast.acme.id

    @pytest.mark.parametrize("locale", ["en", "ru"])
    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_to_fill_in_can_be_read_back(self, cast, anna, form, locale):
        cast.anna.locale = locale
        db.session.commit()

        template = anna.get(f"{PATH}/people.{form}").data

        assert "alex.morgan@example.com" in upload(anna, template, f"people.{form}").page.text

    def test_that_is_none_or_too_long_is_refused_with_the_remedy(self, anna):
        rows = [[f"P{each}"] for each in range(rules.MOST_ROWS + 1)]
        long = workbooks.form_bytes(["Name"], rows, title="People")
        for content, said in (
            (b"", "The file is empty"),
            (b"Name\n", "no rows"),
            ("\n".join(["Name", *(name for [name] in rows)]).encode(), "more than 200 people"),
            (long, "more than"),
            (b"Name\n" + b"x" * rules.MOST_BYTES, "larger than 1,024 KiB"),
        ):
            answer = upload(anna, content)
            assert (answer.status_code, said in answer.page.text) == (422, True), said

    def test_whose_rows_were_tampered_with_takes_nobody(self, anna):
        before = counted()
        page = upload(anna, CSV.encode()).page

        answer = anna.submit(page, f"{PATH}/acceptance", rows='[[2,"A"]]')

        assert (answer.status_code, counted()) == (422, before)

    def test_is_the_business_of_whoever_runs_the_account(self, cast, client_as):
        bruno = client_as(cast.bruno)

        assert bruno.get(PATH).status_code == 403
        assert bruno.post(f"{PATH}/acceptance", data={"token": uuid.uuid4()}).status_code == 403
