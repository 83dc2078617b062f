"""Above a limit a booking waits for a second key: kept meanwhile, then given, refused or lapsed."""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry, Sight
from portal.corporate.approvals import actions, queries, rules
from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings import queries as booked
from portal.corporate.bookings.models import Booking, BookingState
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import WaitsForApproval
from portal.corporate.deliveries import actions as deliveries
from portal.corporate.halls.models import ResourceSlot
from portal.corporate.limits import actions as limit_actions
from portal.corporate.limits import queries as limits
from portal.corporate.limits.models import Scope
from portal.corporate.limits.rules import AboveLimit, CostCentreMissing, NobodyToApprove
from portal.database import db, transaction
from portal.hotel.models import Property
from portal.jobs.cli import Worker
from portal.outbox.models import Letter
from portal.people.models import Role
from portal.programme.ledger import queries as ledger
from tests.cast import NOW, grant, person
from tests.corporate.approvals.conftest import open_centre
from tests.corporate.bookings.conftest import book_now, make_order
from tests.corporate.bookings.test_letters import change
from tests.races import meet_before, race, unguarded
from tests.web.client import forget, settle

HOUR = timedelta(hours=1)


def state_of(booking):
    return booked.booking_by_token(booking.public_id).state


def points_of(cast):
    balance = ledger.balance_of(cast.acme.id)
    return balance.active, balance.held


def slots():
    return db.session.scalar(select(func.count(ResourceSlot.id)))


def decide(cast, booking, by, *, reason=None, at=NOW):
    with transaction():
        if reason is None:
            return actions.grant(public_id=booking.public_id, account_id=cast.acme.id, by_id=by.id, at=at)
        return actions.decline(
            public_id=booking.public_id, account_id=cast.acme.id, reason=reason, by_id=by.id, at=at
        )


def work(app):
    settle()
    Worker(app, "a worker").drain()
    forget()
    return [
        (letter.to_address, letter.template)
        for letter in db.session.scalars(select(Letter).order_by(Letter.id))
    ]


class TestBookingAboveALimit:
    def test_waits_with_everything_kept_for_it(self, gold, requested):
        assert state_of(requested) is BookingState.REQUESTED
        assert points_of(gold) == (0, 1_000)
        assert slots() > 0
        assert requested.request.deadline_at == NOW + 48 * HOUR
        assert [step["code"] for step in requested.request.weighed["steps"]] == [
            "limits.each", "limits.above",
        ]  # fmt: skip

    def test_is_confirmed_at_exactly_the_limit_and_waits_a_cent_above(self, gold, limit, book):
        limit(987_50)

        assert state_of(book(make_order())) is BookingState.CONFIRMED

        limit(987_50 + 5_00 - 1)
        assert state_of(book(make_order(laundry=1))) is BookingState.REQUESTED

    def test_is_neither_changed_nor_delivered_nor_shown_to_the_desk(self, gold, requested, client_as):
        [line, *_] = booked.booking_by_token(requested.public_id).standing_lines

        with pytest.raises(WaitsForApproval):
            change(gold, requested, make_order(laundry=1))
        with pytest.raises(WaitsForApproval), transaction():
            deliveries.deliver_line(
                line_id=line.id, quantity=1, delivered_at=NOW, by_id=gold.dario.id, token=uuid.uuid4(), at=NOW
            )
        papers = f"/corporate/bookings/{requested.public_id}/confirmation.pdf"
        assert client_as(gold.bruno).get(papers).status_code == 404

    def test_is_refused_where_nobody_else_could_approve_it(self, gold, limit, catalogue):
        limit(100_00)
        with pytest.raises(NobodyToApprove), transaction():
            book_now(SimpleNamespace(seaside=gold.seaside, acme=gold.acme, bruno=gold.anna), make_order())

    def test_counts_against_no_limit_until_it_is_approved(self, gold, requested, limit):
        [only] = limits.limits(gold.acme.id)
        before = booked.use_of(only, day=requested.service_date, person_id=gold.bruno.id).used_cents

        decide(gold, requested, gold.anna)

        after = booked.use_of(only, day=requested.service_date, person_id=gold.bruno.id).used_cents
        assert (before, after) == (0, requested.bill_cents)

    def test_a_change_may_not_pass_a_limit_behind_the_approver(self, gold, limit, book):
        limit(100_00)
        booking = book(make_order(laundry=10))

        with pytest.raises(AboveLimit):
            change(gold, booking, make_order(laundry=30))
        change(gold, booking, make_order(laundry=5))

        assert booked.booking_by_token(booking.public_id).bill_cents == 25_00

    def test_a_change_may_not_leave_the_cost_centre_out(self, gold, book):
        centre = open_centre(gold)
        booking = book(cost_centre=limits.cost_centre_of(gold.acme.id, centre.public_id))

        with pytest.raises(CostCentreMissing):
            change(gold, booking, make_order(laundry=1))

        assert booked.booking_by_token(booking.public_id).cost_centre_id == centre.id


class TestDeciding:
    def test_confirms_it_at_the_price_asked_for_and_tells_the_booker(self, app, gold, requested):
        decide(gold, requested, gold.anna)
        decide(gold, requested, gold.anna)

        found = booked.booking_by_token(requested.public_id)
        assert (found.state, found.bill_cents, found.revision) == (BookingState.CONFIRMED, 987_50, 2)
        assert (found.request.granted_by.name, found.confirmed_at) == ("Anna Keller", NOW)
        assert work(app) == [("bruno@acme.example", "corporate/booking_confirmed")]

    def test_gives_everything_back_with_a_reason_when_declined(self, app, gold, requested):
        work(app)
        decide(gold, requested, gold.anna, reason="Too large a party.")

        assert state_of(requested) is BookingState.DECLINED
        assert (points_of(gold), slots()) == ((1_000, 0), 0)
        assert work(app) == [
            ("bruno@acme.example", "corporate/booking_requested"),
            ("anna@acme.example", "corporate/approval_wanted"),
            ("bruno@acme.example", "corporate/booking_ended"),
        ]

    def test_lapses_at_its_deadline_and_not_a_minute_before(self, app, gold, requested, clock):
        clock.set(NOW + 48 * HOUR - timedelta(minutes=1))
        work(app)
        assert state_of(requested) is BookingState.REQUESTED

        clock.advance(minutes=1)
        with pytest.raises(rules.TooLateToDecide):
            decide(gold, requested, gold.anna, at=clock.at)
        work(app)

        assert state_of(requested) is BookingState.DECLINED
        assert (points_of(gold), slots()) == ((1_000, 0), 0)

    def test_is_nobody_s_over_their_own_booking_nor_a_booker_s_who_is_not_named(self, gold, requested, save):
        other = save(person("Olga Weber", "olga@acme.example"))
        grant(other, Role.BOOKER, account=gold.acme)
        db.session.commit()

        with pytest.raises(rules.OwnBooking):
            decide(gold, requested, gold.bruno)
        with pytest.raises(rules.NotAskedOf):
            decide(gold, requested, other)

    def test_is_asked_of_the_cost_centre_s_approver_first(self, gold, limit, book, approver, save):
        olga = save(person("Olga Weber", "olga@acme.example"))
        grant(olga, Role.BOOKER, account=gold.acme)
        db.session.commit()
        centre = open_centre(gold)
        limit(10_00, scope=Scope.COST_CENTRE, cost_centre_id=centre.id)
        approver(olga, centre)

        with pytest.raises(CostCentreMissing):
            book()
        booking = book(cost_centre=limits.cost_centre_of(gold.acme.id, centre.public_id))

        assert [each.name for each in queries.asked(booking)] == ["Olga Weber"]
        decide(gold, booking, olga)
        assert state_of(booking) is BookingState.CONFIRMED


class TestPages:
    def test_lead_from_the_order_to_the_second_key(self, gold, limit, book, client_as):
        limit(100_00)
        bruno, anna = client_as(gold.bruno), client_as(gold.anna)
        page = bruno.get("/corporate/bookings/new?hotel=SEA").page
        rows = {
            dict(page.form("/bookings").fields)[name]: name.removesuffix("-service")
            for name in page.form("/bookings").names
            if name.endswith("-service")
        }
        values = {f"{rows['laundry']}-count": "30", "day": "2026-06-22", "headcount": "10"}
        form = page.form("/bookings")
        shown = bruno.post(f"{form.action}/price", data=form.filled(values)).page
        assert "Above the limit of €100: approval is needed" in shown.text
        assert "Anna Keller will be asked" in shown.text

        sent = bruno.submit(shown, "/bookings")
        booking = db.session.scalars(select(Booking)).one()
        page = bruno.get(sent.headers["Location"]).page
        assert "It waits for approval until" in page.text
        assert "/grant" not in " ".join(form.action for form in page.forms)

        listed = anna.get("/corporate/approvals").page
        assert listed.h1 == "1 booking waits for your word"
        assert "Anna" not in bruno.get("/corporate/approvals").page.h1
        assert booking.title["en"] in anna.get("/inbox").page.text
        refused = bruno.post(f"/corporate/approvals/{booking.public_id}/grant")
        assert refused.status_code == 302
        assert state_of(booking) is BookingState.REQUESTED

        anna.submit(listed, "/grant")

        assert state_of(booking) is BookingState.CONFIRMED
        assert "Approved by" in bruno.get(sent.headers["Location"]).page.text

    def test_need_a_reason_for_a_no(self, gold, requested, client_as):
        anna = client_as(gold.anna)
        page = anna.get(f"/corporate/approvals/{requested.public_id}/refusal").page

        assert anna.submit(page, "/refusal").status_code == 422
        anna.submit(page, "/refusal", reason="Not this month.")

        assert (
            "Not this month."
            in client_as(gold.bruno).get(f"/corporate/bookings/{requested.public_id}").page.text
        )

    def test_are_not_found_by_another_company_and_closed_to_whoever_is_not_asked(
        self, gold, requested, client_as, save
    ):
        olga = save(person("Olga Weber", "olga@acme.example"))
        grant(olga, Role.BOOKER, account=gold.acme)
        where = f"/corporate/approvals/{requested.public_id}"

        assert client_as(gold.carla).post(f"{where}/grant").status_code == 404
        assert client_as(gold.carla).get(f"{where}/refusal").status_code == 404
        assert client_as(olga).post(f"{where}/grant").status_code == 403

    def test_set_limits_centres_and_approvers_and_show_what_is_used(self, gold, book, client_as):
        anna = client_as(gold.anna)
        book(make_order(day=date(2026, 6, 23), laundry=30))
        page = anna.get("/corporate/budgets").page
        assert page.h1 == "Your people book without a limit"

        whom = f"person:{gold.bruno.public_id}"
        anna.submit(page, "/limits", **{"limit-whom": whom, "limit-amount": "2500"})
        anna.submit(page, "/centres", **{"centre-code": "4711", "centre-name": "Sales"})
        taken = {"centre-token": str(uuid.uuid4()), "centre-code": "4711", "centre-name": "Other"}
        again = anna.post("/corporate/budgets/centres", data=taken)
        assert "Another cost centre has the code 4711" in again.page.text
        anna.submit(page, "/approvers", **{"approver-person": str(gold.bruno.public_id)})

        told = anna.get("/corporate/budgets").page
        assert "€2,500" in told.text
        assert "€150" in told.text
        assert "Bruno Silva" in told.text
        perks = client_as(gold.bruno).get("/corporate/perks").page
        assert "€2,350" in perks.text
        done = set(db.session.scalars(select(AuditEntry.action)))
        assert {"limit.set", "cost_centre.open", "approver.name"} <= done

    def test_say_the_hotel_s_day_and_whom_a_limit_of_before_bound(self, gold, limit, client_as):
        near_midnight = NOW.replace(hour=23, minute=30)
        with transaction():
            old = limit_actions.set_limit(
                token=uuid.uuid4(), account_id=gold.acme.id, scope=Scope.PERSON, person_id=gold.tamara.id,
                cost_centre_id=None, period="month", limit_cents=1, by_id=gold.anna.id, at=near_midnight,
            )  # fmt: skip
            limit_actions.end_limit(limit=old, by_id=gold.anna.id, at=near_midnight)

        page = client_as(gold.anna).get("/corporate/budgets").page

        assert page.text.count("16 June 2026") == 2
        assert gold.tamara.id in set(db.session.scalars(select(Sight.subject_id)))


@pytest.mark.race
class TestRaces:
    def press(self, ids, *, within=transaction):
        house_id, account_id, booker_id = ids
        with within():
            people = SimpleNamespace(
                seaside=db.session.get(Property, house_id),
                acme=SimpleNamespace(id=account_id),
                bruno=SimpleNamespace(id=booker_id),
            )
            return book_now(people, make_order(laundry=15)).confirmed_at is not None

    def test_two_at_once_cannot_both_pass_under_one_limit(self, app, gold, catalogue, limit):
        limit(100_00, scope=Scope.COMPANY)
        ids = (gold.seaside.id, gold.acme.id, gold.bruno.id)
        db.session.commit()

        results = race(app, lambda: self.press(ids), lambda: self.press(ids))

        assert sorted(results) == [False, True]

    @pytest.mark.engines("postgresql")
    def test_would_both_pass_without_the_lock(self, app, gold, catalogue, limit, monkeypatch):
        limit(100_00, scope=Scope.COMPANY)
        ids = (gold.seaside.id, gold.acme.id, gold.bruno.id)
        real = limits.binding
        monkeypatch.setattr(
            limits, "binding", lambda account_id, **asked: real(account_id, **asked | {"lock": False})
        )
        meet_before(monkeypatch, bookings, "hold")
        db.session.commit()

        results = race(app, *(lambda: self.press(ids, within=unguarded) for _ in range(2)))

        assert results == [True, True]

    def test_two_approvers_at_once_are_one_decision(self, app, gold, requested, save):
        olga = save(person("Olga Weber", "olga@acme.example"))
        grant(olga, Role.ACCOUNT_ADMINISTRATOR, account=gold.acme)
        token, account_id, anna_id, olga_id = requested.public_id, gold.acme.id, gold.anna.id, olga.id
        db.session.commit()

        def yes():
            with transaction():
                actions.grant(public_id=token, account_id=account_id, by_id=anna_id, at=NOW)

        def no():
            with transaction():
                actions.decline(public_id=token, account_id=account_id, reason="No.", by_id=olga_id, at=NOW)

        results = race(app, yes, no)

        db.session.expire_all()
        assert sorted(type(each).__name__ for each in results) == ["DecidedAlready", "NoneType"]
        found = booked.booking_for(Reach(account_id=account_id), token)
        assert (found.confirmed_at is None) == (found.cancellation is not None)
