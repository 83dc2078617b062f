"""Rows of companies that nobody knows yet."""

from collections.abc import Callable
from datetime import date

import pytest

from portal.accounts.models import Account, AccountCode
from portal.accounts.queries import account_by_code
from portal.database import db, transaction
from portal.stays.imports import actions, queries
from portal.stays.imports.rules import AccountNamed, CompanyTaken, NothingHeld, candidates
from portal.stays.models import Import
from portal.web.folding import search_key
from tests.cast import NOW, Cast
from tests.stays.exports import accept, current, folios, paid, preview, reasons, take

ROWS = ({}, {"line_id": "2"}, {"reservation_id": "R-2"}, {"reservation_id": "R-3", "company_code": "OTHER"})


def settle(offered: Import, account: Account | None, *, cast: Cast, company: str = "opera:ACME") -> Account:
    with transaction():
        return actions.settle_company(
            import_id=offered.id, company=company, account=account, by=cast.lidia.id, at=NOW
        )


class TestHold:
    def test_rows_of_an_unknown_company_wait(self, cast: Cast):
        offered = take(folios(*ROWS))

        assert {outcome for _, outcome, _ in reasons(offered)} == {"held"}
        assert current() == []

    def test_each_company_is_asked_for_once_the_largest_first(self, cast: Cast):
        offered = preview(folios(*ROWS))

        found = [(held.key, held.rows) for held in queries.held_choices(offered.id)]

        assert found == [("opera:ACME", 3), ("opera:OTHER", 1)]

    def test_a_company_of_the_same_name_is_offered(self, cast: Cast):
        offered = preview(folios({"company_name": "ACME Logistics, Lda."}))

        (held,) = queries.held_choices(offered.id)

        assert held.choices[0].account.id == cast.acme.id

    def test_the_same_code_of_another_system_is_another_company(self, cast: Cast):
        settle(preview(folios({})), cast.acme, cast=cast)

        assert reasons(preview(folios({"source": "mews"})))[0][1] == "held"


class TestSettle:
    def test_accepts_the_rows_of_a_preview(self, cast: Cast):
        offered = preview(folios(*ROWS))

        settle(offered, cast.acme, cast=cast)

        assert [outcome for _, outcome, _ in reasons(offered)] == ["accepted"] * 3 + ["held"]
        assert (offered.counts["accepted"], offered.counts["held"]) == (3, 1)
        assert current() == []

    def test_accepted_afterwards_they_become_stays(self, cast: Cast):
        offered = preview(folios(*ROWS))
        settle(offered, cast.acme, cast=cast)

        accept(offered)

        assert {stay.reservation: stay.account_id for stay in current()} == {
            "R-1": cast.acme.id,
            "R-2": cast.acme.id,
        }

    def test_of_an_accepted_import_they_become_stays_at_once(self, cast: Cast, app, monkeypatch):
        heard = []
        monkeypatch.setitem(app.extensions, "stays.listeners", [heard.append])
        offered = take(folios(*ROWS))

        settle(offered, cast.acme, cast=cast)

        assert {stay.reservation for stay in current()} == {"R-1", "R-2"}
        assert (offered.counts["read"], offered.counts["accepted"], offered.counts["held"]) == (4, 3, 1)
        assert heard[-1].account_ids == {cast.acme.id}

    def test_opens_an_account_that_nobody_claims(self, cast: Cast):
        opened = settle(take(folios(*ROWS)), None, cast=cast)

        assert (opened.name, opened.claimed_at) == ("Acme Logistics", None)
        assert account_by_code(source="opera", code="ACME").id == opened.id

    def test_the_next_file_knows_the_company(self, cast: Cast):
        settle(preview(folios({})), cast.acme, cast=cast)

        assert reasons(preview(folios({"reservation_id": "R-9"}))) == [(2, "accepted", "new")]

    def test_of_a_company_without_a_code_the_name_is_remembered(self, cast: Cast):
        nameless = {"company_code": ""}
        settle(preview(folios(nameless)), cast.acme, cast=cast, company="opera:name:acme logistics")

        assert reasons(preview(folios(nameless))) == [(2, "accepted", "new")]

    def test_decides_once(self, cast: Cast):
        offered = preview(folios({}))
        settle(offered, cast.acme, cast=cast)

        with pytest.raises(NothingHeld):
            settle(offered, cast.borealis, cast=cast)

    def test_a_code_is_not_given_to_a_second_account(self, cast: Cast, save: Callable[..., object]):
        offered = preview(folios({}))
        save(AccountCode(account_id=cast.acme.id, source="opera", code="ACME"))

        with pytest.raises(CompanyTaken):
            settle(offered, cast.borealis, cast=cast)

        settle(offered, cast.acme, cast=cast)
        assert reasons(offered) == [(2, "accepted", "new")]

    def test_what_is_settled_late_is_late(self, cast: Cast, save: Callable[..., object]):
        held = take(
            folios(
                {}, {"line_id": "P", "is_payment": "1", "paid_at": "2026-03-08", "gross": "106", "net": ""}
            )
        )
        save(AccountCode(account_id=cast.acme.id, source="opera", code="ACME-2"))
        other = {"reservation_id": "R-9", "company_code": "ACME-2"}
        take(folios(other, paid(**other)), as_of=date(2026, 4, 1))

        settle(held, cast.acme, cast=cast)

        assert {stay.reservation: stay.is_late for stay in current()} == {"R-1": True, "R-9": False}


class TestCandidates:
    ACCOUNTS = (
        AccountNamed(0, search_key("Северный ветер"), None),
        AccountNamed(1, search_key("Nordwind GmbH"), "DE 123 456 789"),
        AccountNamed(2, search_key("Acme Logistics"), "PT500100200"),
        AccountNamed(3, search_key("Borealis Foods"), None),
    )

    def found(self, name: str, tax_number: str = "") -> list[int]:
        return [one.account_id for one in candidates(name, tax_number, self.ACCOUNTS)]

    def test_the_same_tax_number_comes_first_however_it_is_written(self):
        assert self.found("Borealis Foods", "de123456789")[:2] == [1, 3]

    @pytest.mark.parametrize(
        ("name", "account"),
        [("NORDWIND", 1), ("Nordwindt GmbH", 1), ("Severny Veter LLC", 0), ("logistics acme", 2)],
    )
    def test_alike_names_are_found_in_either_alphabet(self, name: str, account: int):
        assert self.found(name)[0] == account

    def test_a_stranger_is_like_nobody(self):
        assert self.found("Zypresse") == []

    def test_no_name_is_like_nobody(self):
        assert self.found("") == []

    def test_at_most_five_are_offered(self):
        many = [AccountNamed(number, "acme", None) for number in range(9)]

        assert len(candidates("acme", "", many)) == 5

    def test_the_account_itself_is_offered_once(self):
        assert self.found("Acme Logistics", "PT500100200").count(2) == 1


def test_every_account_can_be_found_by_name(cast: Cast):
    found = queries.accounts_like("фсьу")  # "acme" on a Russian keyboard

    assert [account.id for account in found] == [cast.acme.id]
    assert queries.accounts_like("  ") == []
    assert db.session.query(Account).count() == 2
