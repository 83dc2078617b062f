"""From a preview to stays: all or nothing, twice is once, and changes are new versions."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from portal.accounts.actions import UnclaimedCompany
from portal.accounts.models import Account, AccountCode
from portal.accounts.queries import account_by_code
from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.hotel.models import Property
from portal.stays.imports import actions
from portal.stays.imports.rules import (
    ADAPTERS,
    AcceptedImport,
    AlreadyAccepted,
    AlreadyDiscarded,
    CountsDisagree,
)
from portal.stays.models import FolioLine, Import, ImportRow, Stay
from portal.stays.queries import account_stay_totals
from portal.stays.rows import actions as row_actions
from tests.cast import NOW, Cast
from tests.stays.exports import (
    SUBSET,
    accept,
    bookings,
    current,
    equation_holds,
    everything,
    folios,
    paid,
    preview,
    reasons,
    take,
)


class TestAccept:
    def test_turns_rows_into_stays_with_their_bills(self, acme_code: AccountCode, cast: Cast):
        take(
            folios(
                {},
                {"line_id": "2", "category": "food_and_drink", "net": "50", "vat_rate": "13"},
                paid("162.50"),
            )
        )

        (stay,) = current()
        assert (stay.account_id, stay.property_id, stay.source) == (cast.acme.id, cast.seaside.id, "opera")
        assert (stay.arrival, stay.departure, stay.nights) == (date(2026, 3, 5), date(2026, 3, 8), 3)
        assert (stay.checked_out_on, stay.settled_on) == (date(2026, 3, 8), date(2026, 3, 8))
        assert stay.room_revenue_cents == 10_000
        lines = db.session.query(FolioLine).order_by(FolioLine.line_id)
        assert [(line.category, line.net_cents, line.vat_cents) for line in lines] == [
            ("rooms", 10_000, 600),
            ("food_and_drink", 5_000, 650),
        ]

    def test_says_who_did_it_and_how_many_rows(self, acme_code: AccountCode, cast: Cast):
        offered = preview(folios({}))

        with transaction():
            actions.accept_import(import_id=offered.id, by=cast.lidia.id, at=NOW)

        entry = db.session.query(AuditEntry).filter_by(action="import.accept").one()
        assert (entry.actor_id, entry.details["read"], entry.details["accepted"]) == (cast.lidia.id, 1, 1)

    def test_tells_the_rooms_above_whose_stays_are_new(
        self, acme_code: AccountCode, cast: Cast, heard: list[AcceptedImport]
    ):
        offered = take(folios({}, {"reservation_id": "R-2", "company_code": "", "company_name": ""}))

        assert heard == [AcceptedImport(offered.id, frozenset({cast.acme.id}), NOW)]

    def test_keeps_nothing_when_a_room_above_breaks(
        self, app: Flask, acme_code: AccountCode, monkeypatch: pytest.MonkeyPatch
    ):
        offered, before = preview(folios({})), everything()

        def broken(_: AcceptedImport) -> None:
            raise ZeroDivisionError

        monkeypatch.setitem(app.extensions, "stays.listeners", [broken])
        with pytest.raises(ZeroDivisionError):
            accept(offered)

        assert everything() == before
        assert db.session.get(Import, offered.id, populate_existing=True).accepted_at is None

    def test_stops_between_its_parts_and_keeps_nothing(self, acme_code: AccountCode):
        offered, before = preview(folios({})), everything()

        def stop() -> None:
            raise InterruptedError

        with pytest.raises(InterruptedError):
            accept(offered, keep_going=stop)

        assert everything() == before

    def test_accepts_once(self, acme_code: AccountCode):
        offered = take(folios({}))

        with pytest.raises(AlreadyAccepted):
            accept(offered)

    def test_does_not_accept_what_was_discarded(self, acme_code: AccountCode):
        offered = preview(folios({}))
        with transaction():
            actions.discard_import(import_id=offered.id, by=None, at=NOW)

        with pytest.raises(AlreadyDiscarded):
            accept(offered)
        assert reasons(offered) == []

    def test_counts_what_has_changed_since_the_preview_as_it_is_now(self, acme_code: AccountCode):
        early = preview(folios({}))
        take(folios({}))

        late = accept(early)

        assert late.counts["reasons"]["accepted"] == {"unchanged": 1}
        assert len(current()) == 1

    def test_refuses_a_preview_of_which_a_row_was_lost(self, acme_code: AccountCode):
        offered = preview(folios({}, {"reservation_id": "R-2"}))
        db.session.query(ImportRow).filter_by(row_no=3).delete()
        db.session.commit()

        with pytest.raises(CountsDisagree):
            accept(offered)
        assert current() == []

    def test_shows_no_preview_of_which_a_row_was_lost(self, acme_code: AccountCode):
        offered = preview(folios({}, {"reservation_id": "R-2"}))
        reading = row_actions.begin_reading(offered=offered, adapter=ADAPTERS[offered.source])
        db.session.query(ImportRow).filter_by(row_no=3).delete()
        db.session.commit()

        with pytest.raises(CountsDisagree), transaction():
            actions.close_preview(reading=reading, at=NOW)

    def test_an_older_file_does_not_overwrite_a_newer_one(self, acme_code: AccountCode):
        early = preview(folios({}))
        take(folios({"net": "90.00"}))

        late = accept(early)

        assert late.counts["reasons"]["rejected"] == {"overtaken": 1}
        assert [(stay.version, stay.room_revenue_cents) for stay in current()] == [(1, 9_000)]

    def test_an_older_file_still_tells_of_other_stays(self, acme_code: AccountCode):
        early = preview(folios({}, {"reservation_id": "R-2"}))
        take(folios({"net": "90.00"}))

        late = accept(early)

        assert late.counts["versions"] == {"new": 1}
        assert len(current()) == 2

    def test_a_card_says_who_slept_there(self, acme_code: AccountCode, cast: Cast):
        take(folios({"membership_no": cast.tamaras_card.number}))

        assert [stay.guest_id for stay in current()] == [cast.tamara.id]

    @pytest.mark.parametrize("number", ["000000000000", "123", "another company's"])
    def test_a_card_of_nobody_here_is_reported_and_names_nobody(
        self, acme_code: AccountCode, cast: Cast, number: str, save: Callable[..., object]
    ):
        if number.startswith("another"):
            number = cast.tamaras_card.number
            cast.tamaras_card.account_id = cast.borealis.id
            save()

        offered = take(folios({"membership_no": number}))

        assert [stay.guest_id for stay in current()] == [None]
        assert offered.counts["remarks"]["card_not_known"] == 1


class TestTwiceIsOnce:
    def test_the_same_file_again_changes_not_a_byte(self, acme_code: AccountCode):
        content = folios({}, {"line_id": "2"}, paid("212.00"), {"reservation_id": "R-2"})
        take(content)
        before = everything()

        again = take(content)

        assert everything() == before
        assert again.counts["reasons"]["accepted"] == {"unchanged": 4}

    def test_the_same_bookings_again_change_not_a_byte(self, cast: Cast):
        content = bookings({}, {}, {"adults": "1"}, {"reservation_status": "No-Show"}, {"adr": "0"})
        take(content, source="hotel-demand")
        before = everything()

        again = take(content, source="hotel-demand")

        assert everything() == before
        assert again.counts["reasons"]["accepted"] == {"unchanged": 5}

    def test_a_part_of_a_bill_that_is_known_changes_nothing(self, acme_code: AccountCode):
        take(folios({}, {"line_id": "2"}, paid("212.00")))
        before = everything()

        take(folios({"line_id": "2"}))

        assert everything() == before


class TestChange:
    def test_a_changed_row_is_a_new_version_and_the_old_one_stays(self, acme_code: AccountCode):
        take(folios({}))

        offered = take(folios({"net": "90.00"}))

        old, new = db.session.query(Stay).order_by(Stay.version)
        assert offered.counts["reasons"]["accepted"] == {"changed": 1}
        assert (old.version, old.room_revenue_cents, old.superseded_at) == (1, 10_000, NOW)
        assert (new.version, new.room_revenue_cents, new.superseded_at) == (2, 9_000, None)
        assert new.natural_key == old.natural_key

    def test_a_reversal_takes_a_line_back(self, acme_code: AccountCode):
        take(folios({}, {"line_id": "2", "net": "30"}, paid("137.80")))

        take(folios({"line_id": "3", "net": "-30", "reverses_line_id": "2"}))

        (stay,) = current()
        assert stay.room_revenue_cents == 10_000
        assert db.session.query(FolioLine).filter_by(stay_id=stay.id).count() == 3

    def test_a_payment_that_comes_later_settles_the_stay(self, acme_code: AccountCode):
        first = take(folios({}))
        owed = current()[0].settled_on

        take(folios(paid(on="2026-04-20")))

        assert first.counts["remarks"] == {"unpaid": 1}
        assert owed is None
        assert current()[0].settled_on == date(2026, 4, 20)

    def test_a_booking_becomes_a_stay(self, acme_code: AccountCode):
        take(folios({"status": "expected", "line_id": "", "net": "", "category": ""}))

        take(folios({}))

        assert [(stay.status, stay.version) for stay in current()] == [("checked_out", 2)]

    def test_both_accounts_hear_of_a_stay_that_changes_hands(
        self, acme_code: AccountCode, cast: Cast, save: Callable[..., object], heard: list[AcceptedImport]
    ):
        save(AccountCode(account_id=cast.borealis.id, source="opera", code="BOREAL"))
        take(folios({}))

        take(folios({"company_code": "BOREAL"}))

        assert heard[-1].account_ids == {cast.acme.id, cast.borealis.id}

    def test_of_equal_bookings_the_last_is_taken_for_the_changed_one(self, cast: Cast):
        take(bookings({}, {}), source="hotel-demand")

        take(bookings({}, {"reservation_status": "No-Show"}), source="hotel-demand")

        assert sorted((stay.status, stay.version) for stay in current()) == [
            ("checked_out", 1),
            ("no_show", 2),
        ]


class TestLate:
    @pytest.mark.parametrize(("as_of", "is_late"), [(date(2026, 3, 7), False), (date(2026, 3, 8), True)])
    def test_a_stay_that_settled_by_the_day_played_to_is_late(
        self, acme_code: AccountCode, as_of: date, is_late: bool
    ):
        earlier = {"reservation_id": "R-0", "arrival": "2026-03-01", "departure": "2026-03-02"}
        take(folios(earlier, paid(**earlier, on="2026-03-02")), as_of=as_of)

        offered = take(folios({}, paid()))

        assert offered.counts["remarks"].get("late", 0) == is_late
        assert {stay.reservation: stay.is_late for stay in current()}["R-1"] is is_late

    def test_of_a_company_that_was_never_played_nothing_is_late(
        self, cast: Cast, acme_code: AccountCode, save: Callable[..., object]
    ):
        save(AccountCode(account_id=cast.borealis.id, source="opera", code="BOREAL"))
        take(folios({"reservation_id": "R-0"}), as_of=date(2026, 3, 9))

        offered = take(folios({"company_code": "BOREAL"}, paid(company_code="BOREAL")))

        assert "late" not in offered.counts["remarks"]

    def test_the_first_import_is_never_late(self, acme_code: AccountCode):
        offered = take(folios({}, paid()))

        assert "late" not in offered.counts["remarks"]

    @pytest.mark.parametrize(("as_of", "is_reported"), [(date(2026, 3, 8), False), (date(2026, 3, 7), True)])
    def test_a_check_out_after_the_as_of_date_is_reported(
        self, acme_code: AccountCode, as_of: date, is_reported: bool
    ):
        offered = take(folios({}, paid()), as_of=as_of)

        assert ("after_as_of" in offered.counts["remarks"]) is is_reported


class TestPolicy:
    def test_the_demand_data_opens_its_hotels_and_companies_once(self, app: Flask):
        offered = take(bookings({}, {"company": "40", "hotel": "Resort Hotel"}), source="hotel-demand")

        assert (offered.counts["opens_accounts"], offered.counts["opens_properties"]) == (2, 2)
        assert {house.code for house in db.session.query(Property)} == {"resort", "city"}
        opened = account_by_code(source="hotel-demand", code="223")
        assert (opened.name, opened.claimed_at) == ("Company 223", None)

    def test_a_company_may_be_given_a_name(self, app: Flask):
        offered = preview(bookings({}), source="hotel-demand")

        accept(
            offered,
            name_company=lambda told: UnclaimedCompany(
                source=told.source, code=told.company, name="Nordwind", country="DE", is_demo=True
            ),
        )

        opened = db.session.query(Account).one()
        assert (opened.name, opened.country, opened.is_demo) == ("Nordwind", "DE", True)

    def test_one_code_is_one_company_in_both_hotels(self, app: Flask):
        take(bookings({}, {"hotel": "Resort Hotel"}), source="hotel-demand")

        assert len({stay.account_id for stay in current()}) == 1
        assert len({stay.property_id for stay in current()}) == 2


class TestRealBookings:
    def test_give_the_figures_that_were_counted_from_the_source(
        self, app: Flask, heard: list[AcceptedImport]
    ):
        offered = take(SUBSET.read_bytes(), source="hotel-demand", companies_only=True)

        assert equation_holds(offered.counts, 6_797)
        assert offered.counts["stays"] == {"cancelled": 1_093, "checked_out": 5_606, "no_show": 98}
        assert offered.counts["opens_accounts"] == len(heard[0].account_ids) == 352
        assert (offered.counts["remarks"]["rate_not_positive"], offered.counts["remarks"]["zero_nights"]) == (
            418,
            87,
        )
        for code, figures in {"223": (665, 2_791, 16_271_228), "40": (850, 1_444, 9_707_880)}.items():
            totals = account_stay_totals(account_by_code(source="hotel-demand", code=code).id)
            assert (totals.stays, totals.nights, totals.room_revenue_cents) == figures
