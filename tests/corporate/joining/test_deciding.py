"""The hotel's word on an application: which account, who may, and one word only."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts import actions as accounts
from portal.accounts.models import Account, AccountDomain
from portal.audit.models import AuditEntry
from portal.corporate.applications import actions, queries, rules
from portal.corporate.applications.actions import Approval
from portal.corporate.applications.models import Application
from portal.corporate.applications.rules import Reason
from portal.database import db, transaction
from portal.people.models import Person
from tests.cast import NOW
from tests.corporate.joining.conftest import apply, letters_to, tokens
from tests.races import meet_before, race, unguarded


def approve(application, by, *, account=None, manager=None, within=transaction):
    approval = Approval(
        account.public_id if account else None, (manager or by).public_id, "Good to have you."
    )
    with within():
        return actions.approve(public_id=application.public_id, approval=approval, by=by.id, at=NOW)


def forget():
    """See what the others did."""
    db.session.rollback()
    db.session.expire_all()


def opened(application):
    """How many accounts have the applicant's name."""
    return db.session.scalar(select(func.count(Account.id)).where(Account.name == application.company))


@pytest.fixture
def unclaimed(cast):
    """What a hotel's system told of the company, before it applied."""
    told = accounts.UnclaimedCompany(source="pms", code="412", name="HARBOUR WORKS LDA", country="PT")
    with transaction():
        ids = accounts.open_unclaimed_accounts(companies=[told], by=None, at=NOW)
    return db.session.get(Account, ids["pms", "412"])


class TestCandidates:
    def test_are_told_with_the_reasons(self, cast, unclaimed, harbour):
        cast.acme.tax_number = "PT500697256"
        db.session.add(AccountDomain(account_id=cast.borealis.id, domain="harbour.example", added_at=NOW))
        db.session.commit()

        of_domain = queries.accounts_of_domain(harbour.domain)
        found = rules.candidates(harbour, queries.accounts_like(harbour), of_domain=of_domain)

        assert [(each.account.name, each.reasons, each.is_free) for each in found] == [
            ("Acme Logistics", (Reason.TAX_NUMBER,), False),
            ("Borealis Foods", (Reason.DOMAIN,), False),
            ("HARBOUR WORKS LDA", (Reason.NAME,), True),
        ]

    def test_are_found_by_code_and_by_the_domain_of_a_colleague(self, cast, unclaimed):
        application, _token = apply(company="Something Else", code="412", email="new@acme.example")

        of_domain = queries.accounts_of_domain(application.domain)
        found = rules.candidates(application, queries.accounts_like(application), of_domain=of_domain)

        assert {(each.account.name, each.reasons) for each in found} == {
            ("Acme Logistics", (Reason.DOMAIN,)),
            ("HARBOUR WORKS LDA", (Reason.CODE,)),
        }


class TestAYes:
    def test_hands_over_the_account_that_the_hotel_knew(self, cast, unclaimed, harbour, client, client_as):
        nora = client_as(cast.nora)
        page = nora.get(f"/applications/{harbour.public_id}").page
        assert "similar name" in page.text

        answer = nora.submit(page, "/approval", words="Good to have you.")

        assert answer.status_code == 302
        account = db.session.get(Account, unclaimed.id)
        assert (account.name, account.tax_number) == ("Harbour Works, Lda", "500697256")
        assert (account.claimed_at, account.manager_id) == (NOW, cast.nora.id)
        subject, text = letters_to("fiona@harbour.example")[-1]
        assert subject == "Welcome: Harbour Works, Lda is in the programme of Maison Circle"
        assert "Good to have you." in text
        assert (
            nora.get(f"/applications/{harbour.public_id}").page.h1 == "Harbour Works, Lda is in the programme"
        )
        self._comes_in(client)

    def _comes_in(self, client):
        password = "four lanterns under a quiet bridge"
        link = f"/join/{tokens()[-1]}"
        chosen = client.submit(client.get(link).page, "/password").location
        client.submit(client.get(chosen).page, chosen, password=password, repeated=password)
        client.post("/sign-in", data={"email": "fiona@harbour.example", "password": password})
        assert client.get("/corporate/people").page.h1 == "1 person, 0 cards"
        # The link gives no second password.
        assert client.post(f"{link}/password").location == "/sign-in"

    def test_opens_a_new_account_where_the_hotel_knew_none(self, cast, harbour):
        account = approve(harbour, cast.lidia, manager=cast.nora)

        assert (account.name, account.country, account.claimed_at) == ("Harbour Works, Lda", "PT", NOW)
        domains = db.session.scalars(select(AccountDomain.domain)).all()
        assert domains == ["harbour.example"]
        done = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert {"account.open", "account.claim", "person.register", "application.approve"} <= set(done)

    def test_gives_a_second_company_to_whoever_has_a_sign_in(self, cast, client, client_as):
        application, token = apply(email="anna@acme.example", company="Acme Iberia", tax_number="500697256")
        with transaction():
            actions.confirm(token=token, at=NOW)
        approve(application, cast.nora)

        assert (
            db.session.scalars(select(Person).where(Person.email == "anna@acme.example")).one() == cast.anna
        )
        assert "Acme Iberia" in client_as(cast.anna).get("/corporate/choice").page.text
        assert client.get(f"/join/{tokens()[-1]}").page.text.count("Choose a password") == 0

    def test_is_refused_where_somebody_runs_the_account_or_has_the_number(self, cast, harbour, client_as):
        with pytest.raises(rules.ClaimedMeanwhile):
            approve(harbour, cast.nora, account=cast.acme)
        cast.acme.tax_number = "500697256"
        db.session.commit()

        nora = client_as(cast.nora)
        answer = nora.submit(nora.get(f"/applications/{harbour.public_id}").page, "/approval", account="new")

        assert answer.status_code == 422
        assert "Acme Logistics runs an account with this tax number already" in answer.page.text
        assert db.session.get(Application, harbour.id).outcome is None

    def test_is_refused_for_a_number_that_came_in_before_and_was_corrected_since(self, cast, harbour):
        account = approve(harbour, cast.nora)
        with transaction():
            account.tax_number = "501442600"
        twin, token = apply(email="second@harbour.example")
        with transaction():
            actions.confirm(token=token, at=NOW)

        with pytest.raises(rules.TaxNumberTaken):
            approve(twin, cast.nora)

    def test_needs_an_account_manager_and_an_applicant_who_may_come_in(self, cast, harbour):
        with pytest.raises(rules.NotAManager):
            approve(harbour, cast.lidia)
        cast.bruno.email, cast.bruno.left_at = harbour.email, NOW
        db.session.commit()
        with pytest.raises(rules.ApplicantHasLeft):
            approve(harbour, cast.nora)


class TestANo:
    def test_has_a_reason_that_the_applicant_reads(self, cast, harbour, client, client_as):
        nora, address = client_as(cast.nora), f"/applications/{harbour.public_id}"
        refused = nora.submit(nora.get(address).page, "/decline")
        assert (refused.status_code, "Write a sentence or two" in refused.page.text) == (422, True)

        nora.submit(nora.get(address).page, "/decline", **{"decline-words": "You are no company yet."})

        assert "You are no company yet." in letters_to(harbour.email)[-1][1]
        page = client.get(f"/join/{tokens()[-1]}").page
        assert (page.h1, "You are no company yet." in page.text) == ("We could not say yes", True)
        with pytest.raises(IntegrityError):
            db.session.execute(update(Application).values(settled_words=""))
        db.session.rollback()


class TestAQuestion:
    def test_goes_to_the_applicant_and_comes_back_answered(self, cast, harbour, client, client_as):
        lidia, address = client_as(cast.lidia), f"/applications/{harbour.public_id}"
        lidia.submit(lidia.get(address).page, "/question", **{"ask-words": "How many travellers?"})
        assert lidia.get("/applications").page.h1 == "No application waits for you"
        page = client.get(f"/join/{tokens()[-1]}").page
        assert "How many travellers?" in page.text

        client.submit(page, "/answer", text="About a dozen.")

        assert "About a dozen." in lidia.get(address).page.text
        assert lidia.get("/applications").page.h1 == "1 application waits for you"
        again = client.post(f"/join/{tokens()[-1]}/answer", data={"text": "And more."})
        assert (again.status_code, "Nothing is asked of you now" in again.page.text) == (422, True)


class TestWhoMay:
    def test_decide_is_not_who_may_read(self, cast, harbour, client_as):
        address = f"/applications/{harbour.public_id}"
        for reader in (cast.oskar, cast.gleb):
            page = client_as(reader).get(address).page
            assert "Approve and write the letter" not in page.text
            assert client_as(reader).post(f"{address}/decline").status_code == 403
        for outsider in (cast.anna, cast.dario):
            assert client_as(outsider).get(address).status_code == 403
        assert client_as(cast.nora).get(f"/applications/{uuid.uuid4()}").status_code == 404

    def test_reads_the_own_application_in_the_export_of_ones_data(self, cast, harbour, client_as):
        approve(harbour, cast.nora)
        fiona = db.session.scalars(select(Person).where(Person.email == harbour.email)).one()

        assert client_as(fiona).get("/me/data").json["applications"][0]["company"] == "Harbour Works, Lda"


class TestTwoAtOnce:
    @pytest.mark.parametrize("second", ["approves too", "declines"])
    def test_have_one_word_between_them(self, app, cast, harbour, second):
        def other():
            if second == "approves too":
                return approve(harbour, cast.lidia, manager=cast.nora)
            with transaction():
                return actions.decline(public_id=harbour.public_id, words="No.", by=cast.lidia.id, at=NOW)

        results = race(app, lambda: approve(harbour, cast.nora), other)

        assert sum(isinstance(each, rules.SettledAlready) for each in results) == 1
        assert len([each for each in results if isinstance(each, Exception)]) == 1
        forget()
        outcome = db.session.get(Application, harbour.id).outcome
        assert outcome in {"approved", "declined"}
        assert opened(harbour) == (outcome == "approved")

    def test_open_one_account_for_two_applications_of_one_number(self, app, cast, harbour):
        twin, token = apply(email="second@harbour.example")
        with transaction():
            actions.confirm(token=token, at=NOW)
        # Loaded here: two lanes must not ask this thread's session at once.
        for each in (harbour, twin, cast.nora):
            db.session.refresh(each)

        results = race(app, lambda: approve(harbour, cast.nora), lambda: approve(twin, cast.nora))

        assert [type(each) for each in results if isinstance(each, Exception)] == [rules.TaxNumberTaken]
        forget()
        assert opened(harbour) == 1

    def test_take_in_two_companies_of_one_domain(self, app, cast, harbour, monkeypatch):
        sister, token = apply(email="second@harbour.example", tax_number="501442600", company="Harbour Sur")
        with transaction():
            actions.confirm(token=token, at=NOW)
        for each in (harbour, sister, cast.nora):
            db.session.refresh(each)
        # Both come as far as here before either has the domain; SQLite lets them in one by one.
        meet_before(monkeypatch, accounts, "_add_domains")

        results = race(app, lambda: approve(harbour, cast.nora), lambda: approve(sister, cast.nora))

        assert not [each for each in results if isinstance(each, Exception)]
        forget()
        assert db.session.scalars(select(AccountDomain.domain)).all() == ["harbour.example"]

    def test_would_both_have_theirs_without_the_lock(self, app, cast, harbour, monkeypatch):
        meet_before(monkeypatch, rules, "check_open")
        monkeypatch.setattr(actions, "_locked", queries.application)

        results = race(
            app,
            lambda: approve(harbour, cast.nora, within=unguarded),
            lambda: approve(harbour, cast.lidia, manager=cast.nora, within=unguarded),
        )

        assert not any(isinstance(each, rules.SettledAlready) for each in results)


class TestTheRulesOfAdmission:
    def test_are_published_as_another_version(self, cast, client, client_as):
        lidia = client_as(cast.lidia)
        page = lidia.get("/applications/rules").page
        stale = client_as(cast.lidia)
        stale_page = stale.get("/applications/rules").page

        lidia.submit(page, "/applications/rules", min_nights="25", mail_services="gmail.com\nharbour.example")

        assert "25 nights a year or more" in re.sub(
            r"\s+", " ", client.get("/join").page.text.replace("\xa0", " ")
        )
        late = stale.submit(stale_page, "/applications/rules", min_nights="1")
        assert (late.status_code, "Somebody published other rules" in late.page.text) == (422, True)
        wrong = lidia.submit(lidia.get("/applications/rules").page, "/rules", mail_services="no domain")
        assert "“no domain” is no domain" in wrong.page.text


class TestForgettingAnApplicant:
    @pytest.fixture
    def declined(self, cast, harbour):
        with transaction():
            actions.decline(public_id=harbour.public_id, words="Not yet, Fiona.", by=cast.lidia.id, at=NOW)
        return harbour

    @pytest.mark.parametrize(("days", "is_known"), [(182, True), (183, False)])
    def test_comes_half_a_year_after_a_no(self, declined, days, is_known):
        with transaction():
            done = actions.forget_settled(limit=10, at=NOW + timedelta(days=days))

        db.session.refresh(declined)
        told = f"{declined.applicant} {declined.email} {declined.settled_words} {declined.search_key}"
        assert ("fiona" in told.lower()) is is_known
        assert bool(letters_to("fiona@harbour.example")) is is_known
        assert done == (0 if is_known else 1)
        assert declined.company == "Harbour Works, Lda"

    def test_is_done_at_once_by_whoever_decides_and_never_for_who_was_taken_in(
        self, cast, declined, client_as
    ):
        lidia, address = client_as(cast.lidia), f"/applications/{declined.public_id}"

        lidia.submit(lidia.get(address).page, f"{address}/oblivion")

        assert "The applicant is forgotten." in lidia.get(address).page.text
        other, token = apply(company="Quay Ltd", tax_number="501442600", email="quentin@quay.example")
        with transaction():
            actions.confirm(token=token, at=NOW)
        assert lidia.post(f"/applications/{other.public_id}/oblivion").status_code == 302
        db.session.refresh(other)
        assert other.applicant == "Fiona First"
