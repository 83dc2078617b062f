"""A company takes its account over: from nobody who acts for it to a signed-in administrator."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from portal.accounts import actions
from portal.accounts.models import Account
from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.people.models import Grant, Person
from tests.cast import NOW

NEW = "four lanterns under a quiet bridge"
ADDRESS = "first@harbour.example"


@pytest.fixture
def harbour(cast):
    """A company that the hotel's system has told of, and nobody has claimed."""
    company = actions.UnclaimedCompany(source="pms", code="412", name="Harbour Works")
    with transaction():
        ids = actions.open_unclaimed_accounts(companies=[company], by=None, at=NOW)
    return ids["pms", "412"]


@pytest.fixture
def claim(run, harbour):
    def claim_by(address=ADDRESS, *options, company="412"):
        words = ("--source", "pms", "--administrator", address, "--name", "Fiona First")
        return run("accounts", "claim", company, *words, *options)

    return claim_by


def administrators(account_id):
    statement = (
        select(Person.email)
        .join(Grant, Grant.person_id == Person.id)
        .where(Grant.account_id == account_id, Grant.role == "account_administrator")
    )
    return db.session.scalars(statement.order_by(Grant.id)).all()


def audited():
    statement = select(AuditEntry.action).where(AuditEntry.subject_kind == "account")
    return db.session.scalars(statement.order_by(AuditEntry.id)).all()


class TestClaim:
    def test_lets_the_first_administrator_in(self, client, claim, harbour):
        result = claim()
        link = urlsplit(result.output.strip()).path

        client.submit(client.get(link).page, link, password=NEW, repeated=NEW)
        client.post("/sign-in", data={"email": ADDRESS, "password": NEW})

        assert result.exit_code == 0
        assert client.get("/corporate/people").page.h1 == "1 person, 0 cards"
        assert db.session.get(Account, harbour).claimed_at == NOW

    def test_changes_nothing_the_second_time_but_the_link(self, claim, harbour, clock):
        first = claim().output
        clock.advance(hours=2)
        again = claim()

        assert (again.exit_code, again.output != first) == (0, True)
        assert administrators(harbour) == [ADDRESS]
        assert db.session.get(Account, harbour).claimed_at == NOW
        assert audited().count("account.claim") == 1

    def test_names_the_hotels_account_manager(self, cast, claim, harbour):
        for _ in range(2):
            claim(ADDRESS, "--manager", "Nora@circle.example")

        assert db.session.get(Account, harbour).manager_id == cast.nora.id
        assert audited().count("account.change_manager") == 1

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ((ADDRESS, "--manager", "dario@circle.example"), "is no account manager"),
            ((ADDRESS, "--manager", "nobody@circle.example"), "is no account manager"),
            (("lidia@circle.example",), "has left"),
        ],
    )
    def test_refuses_people_who_cannot(self, cast, claim, harbour, words, said):
        cast.lidia.left_at = NOW
        db.session.commit()

        result = claim(*words)

        assert result.exit_code != 0
        assert said in result.output
        assert (administrators(harbour), db.session.get(Account, harbour).claimed_at) == ([], None)

    def test_refuses_a_company_that_nobody_told_of(self, claim):
        result = claim(company="413")

        assert result.exit_code != 0
        assert "has told of no company 413" in result.output
