"""The yearly review of an account: when it is due, who holds it, and what comes of it."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.accounts.models import Account, Card
from portal.corporate.admission.models import AdmissionRules
from portal.corporate.reviews import actions, queries, rules
from portal.corporate.reviews.actions import Held
from portal.corporate.reviews.models import AccountReview, ReviewOutcome
from portal.corporate.reviews.rules import Findings, ReviewState
from portal.database import db, transaction
from portal.outbox.models import Letter
from portal.people.models import Grant
from portal.programme.overview.queries import Reach
from tests.cast import NOW
from tests.catalogue import stock
from tests.corporate.agreements.conftest import accept, publish
from tests.corporate.bookings.conftest import book_now, make_order
from tests.documents import papers
from tests.races import meet_before, race, unguarded
from tests.statements import assert_same_statements

TODAY, ZONE = NOW.date(), "Europe/Lisbon"
EVERYWHERE = Reach(is_whole=True)


def findings(account, *, since=NOW - timedelta(days=365)):
    return queries.findings(account, since=since, until=NOW, zone=ZONE)


def hold(account, by, *, number=1, token=None, at=NOW, held=None, within=transaction):
    with within():
        return actions.hold(
            token=token or uuid.uuid4(), account=account, number=number,
            held=held or Held(ReviewOutcome.KEPT), findings=findings(account), by=by.id, at=at,
        )  # fmt: skip


def due(state, *, today=TODAY):
    rows = queries.due(state, reach=EVERYWHERE, today=today, zone=ZONE).rows
    return [each.account.name for each in rows]


def load(*rows):
    for each in rows:
        db.session.refresh(each)


@pytest.fixture
def year_ago(cast):
    """Acme was taken over, and has the agreement, since a year ago to the day."""
    cast.acme.claimed_at = NOW - timedelta(days=700)
    cast.borealis.claimed_at = NOW
    db.session.commit()
    version = publish(cast.lidia)
    accepted = accept(version, cast.acme, cast.anna)
    accepted.at = NOW.replace(year=NOW.year - 1)
    db.session.commit()


class TestItsDay:
    @given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(-3, 3))
    def test_is_a_year_later_and_the_list_agrees_with_the_page(self, base, days):
        day = rules.due_on(base) + timedelta(days=days)

        assert (base <= rules.latest_base(day)) is (rules.due_on(base) <= day)
        assert 365 <= (rules.due_on(base) - base).days <= 366

    def test_after_a_leap_day_is_the_first_of_march(self):
        assert rules.due_on(date(2024, 2, 29)) == date(2025, 3, 1)

    def test_runs_from_the_agreement_and_then_from_the_last_review(self, cast, year_ago):
        assert due(ReviewState.DUE) == [cast.acme.name]
        assert due(ReviewState.DUE, today=TODAY - timedelta(days=1)) == []
        assert due(ReviewState.SOON, today=TODAY - rules.SOON) == [cast.acme.name]
        assert due(ReviewState.LATER) == [cast.borealis.name]

        hold(cast.acme, cast.nora)

        assert due(ReviewState.DUE) == []
        assert sorted(due(ReviewState.LATER)) == [cast.acme.name, cast.borealis.name]


class TestTheFindings:
    def test_are_of_the_span_and_come_back_as_they_were_kept(self, cast, year_ago):
        stock(cast)
        with transaction():
            booking = book_now(cast, make_order(), title="Board")
        cast.acme.country, cast.acme.tax_number = "PT", "500697256"
        db.session.commit()

        found = findings(cast.acme, since=NOW)
        later = queries.findings(cast.acme, since=NOW, until=NOW + timedelta(minutes=1), zone=ZONE)

        assert (found.bookings, later.bookings) == (0, 1)
        assert later.booked_cents == booking.bill_cents
        assert later.saved_cents == booking.discount_cents
        assert Findings.from_json(later.to_json()) == later
        assert {check.question: check.is_met for check in later.checks}["tax_number"] is True

    def test_say_what_the_rules_of_admission_ask_for_and_do_not_find(self, cast):
        cast.acme.country, cast.acme.tax_number = "PT", "1"
        db.session.commit()

        checks = {check.question: check.is_met for check in findings(cast.acme).checks}

        assert checks["tax_number"] is False
        assert checks["address"] is None

    @pytest.mark.parametrize(
        ("country", "admitted", "is_met"),
        [
            ("PT", [], True),
            ("PT", ["PT"], True),
            ("PT", ["ES"], False),
            ("ESP", ["ES"], None),
            ("", [], None),
        ],
    )
    def test_leave_open_what_nobody_can_tell(self, country, admitted, is_met):
        version = AdmissionRules(min_nights=10, countries=admitted, mail_services=["mail.example"])

        nights, found, _number, address = rules.eligibility(
            nights=9, country=country, tax_number="", domains=["mail.example"], rules=version
        )

        assert (nights.is_met, found.is_met, address.is_met) == (False, is_met, False)


class TestHolding:
    def test_is_told_to_the_company_by_letter_on_its_page_and_on_paper(self, cast, year_ago, client_as):
        nora, path = client_as(cast.nora), f"/accounts/{cast.acme.public_id}/review"
        assert "Yearly review: Acme Logistics" in nora.get("/inbox").page.text
        assert "Acme Logistics,Nora" in nora.get("/reviews.csv").data.decode()
        page = nora.get(path).page

        wordless = nora.submit(page, path, outcome="changed")
        assert (wordless.status_code, "Say what changes" in wordless.page.text) == (422, True)
        for _ in range(2):
            assert nora.submit(page, path, outcome="changed", words="One invoice.").status_code == 302

        [review] = db.session.scalars(select(AccountReview)).all()
        text = db.session.scalars(select(Letter.text).where(Letter.to_address == cast.anna.email)).all()[-1]
        assert "on other terms" in text
        assert "One invoice." in text
        anna = client_as(cast.anna)
        assert "One invoice." in anna.get("/corporate/review").page.text
        for browser, place in ((anna, "/corporate"), (nora, f"/accounts/{cast.acme.public_id}")):
            paper = browser.get(f"{place}/review/{review.public_id}.pdf").data
            assert "One invoice." in papers.words(paper)
        assert "Yearly review: Acme Logistics" not in nora.get("/inbox").page.text
        carla = client_as(cast.carla)
        assert carla.get(f"/corporate/review/{review.public_id}.pdf").status_code == 404

    def test_is_the_account_managers_own_and_the_loyalty_managers(self, cast, year_ago, client_as):
        path = f"/accounts/{cast.acme.public_id}/review"
        assert client_as(cast.lidia).post(path, data={}).status_code == 422
        assert client_as(cast.gleb).post(path, data={}).status_code == 403
        cast.acme.manager_id = cast.lidia.id
        db.session.commit()
        assert client_as(cast.nora).post(path, data={}).status_code == 404

    @pytest.mark.parametrize(("days", "is_refused"), [(29, True), (30, False)])
    def test_gives_a_months_notice_of_an_end(self, cast, days, is_refused):
        held = Held(ReviewOutcome.ENDED, "We part.", TODAY + timedelta(days=days))

        if is_refused:
            with pytest.raises(rules.EndsTooSoon):
                hold(cast.acme, cast.nora, held=held)
        else:
            assert hold(cast.acme, cast.nora, held=held).ends_on == held.ends_on

    def test_asks_the_list_no_more_for_thirty_accounts(self, cast, client_as):
        lidia = client_as(cast.lidia)

        def arrange(number):
            for each in range(number):
                account = Account(
                    public_id=uuid.uuid4(), name=f"C{each}", search_key="c", country="PT", opened_on=TODAY,
                    claimed_at=NOW - timedelta(days=500),
                )  # fmt: skip
                db.session.add(account)
            db.session.commit()

        assert_same_statements(1, 30, arrange=arrange, visit=lambda: lidia.get("/reviews"))


class TestAnAccountThatEnds:
    def test_is_closed_on_the_day_after_its_last(self, cast, client_as):
        last = TODAY + timedelta(days=30)
        review = hold(cast.acme, cast.nora, held=Held(ReviewOutcome.ENDED, "We part.", last))

        def close(day):
            with transaction():
                return actions.close_ended(today=day, limit=10, at=NOW)

        assert close(last) == 0
        assert client_as(cast.anna).get("/corporate/company").status_code == 200
        assert [close(last + timedelta(days=1)), close(last + timedelta(days=2))] == [1, 0]
        load(review, cast.acme)
        assert review.closed_at is not None
        assert cast.acme.claimed_at is None
        held = select(func.count(Grant.id)).where(Grant.account_id == cast.acme.id, Grant.ended_at.is_(None))
        living = select(func.count(Card.id)).where(Card.account_id == cast.acme.id, Card.blocked_at.is_(None))
        assert (db.session.scalar(held), db.session.scalar(living)) == (0, 0)
        assert client_as(cast.anna).get("/corporate/company").status_code == 403

    def test_goes_on_where_a_later_review_says_so(self, cast):
        last = TODAY + timedelta(days=30)
        hold(cast.acme, cast.nora, held=Held(ReviewOutcome.ENDED, "We part.", last))
        hold(cast.acme, cast.nora, number=2)

        with transaction():
            assert actions.close_ended(today=last + timedelta(days=1), limit=10, at=NOW) == 0


class TestTwoAtOnce:
    def test_hold_one_review(self, app, cast):
        load(cast.acme, cast.nora, cast.lidia)

        results = race(app, lambda: hold(cast.acme, cast.nora), lambda: hold(cast.acme, cast.lidia))

        assert [type(each) for each in results if isinstance(each, Exception)] == [rules.ReviewedMeanwhile]

    def test_would_both_try_without_the_lock(self, app, cast, monkeypatch):
        load(cast.acme, cast.nora, cast.lidia)
        monkeypatch.setattr(queries, "lock_account", lambda _account_id: None)
        meet_before(monkeypatch, rules, "check_outcome")

        results = race(
            app,
            lambda: hold(cast.acme, cast.nora, within=unguarded),
            lambda: hold(cast.acme, cast.lidia, within=unguarded),
        )

        assert not any(isinstance(each, rules.ReviewedMeanwhile) for each in results)
        assert any(isinstance(each, Exception) for each in results)
