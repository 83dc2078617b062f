"""Who is asked, when, and who is left alone."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.corporate.deliveries import actions as deliveries
from portal.database import db, transaction
from portal.jobs.cli import Worker
from portal.outbox.models import ContactPolicy, Letter
from portal.surveys.invitations import actions, queries
from portal.surveys.invitations.models import Invitation, LeftOut, OptOut, Served
from portal.web.formats import when
from tests.cast import NOW
from tests.corporate.bookings.conftest import book_now, make_order
from tests.races import race
from tests.surveys.conftest import ASKED, DELIVERED, answer, deliver, invitation, link_of

EVENING = datetime(2026, 6, 15, 18, 30, tzinfo=UTC)
"""19:30 in Lisbon: two hours later it is quiet."""


def surveys(letters):
    return [letter for letter in letters if letter.kind == "survey"]


def give_up(letters):
    """The mail server refused the survey's letter; it could be sent again by hand."""
    [letter] = surveys(letters)
    letter.sent_at, letter.dead_at = None, letter.send_at
    db.session.commit()


class TestAFulfilledBooking:
    def test_asks_the_guest_two_hours_later(self, cast, fulfil, work):
        fulfil()
        assert invitation().due_at == DELIVERED + timedelta(hours=2)

        assert surveys(work(at=DELIVERED + timedelta(minutes=119))) == []
        [letter] = surveys(work(at=DELIVERED + timedelta(minutes=120)))

        assert letter.to_address == cast.tamara.email
        assert "the manager of the hotel if something went wrong" in " ".join(letter.text.split())
        assert invitation().sent_at == letter.send_at

    def test_carries_copies_of_what_it_is_about(self, cast, fulfil):
        booking = fulfil(taxi=1, laundry=2)

        found = invitation()
        assert (found.touchpoint, found.touchpoint_id) == ("booking", booking.public_id)
        assert (found.account_id, found.property_id) == (cast.acme.id, cast.seaside.id)
        assert found.tier == booking.tier
        served = db.session.scalars(select(Served).where(Served.invitation_id == found.id)).all()
        assert {one.person_id for one in served} == {cast.dario.id}
        assert len(served) == 2

    def test_asks_whoever_booked_where_no_guest_is_named(self, cast, fulfil, work):
        fulfil(guest=False)

        [letter] = surveys(work())
        assert letter.to_address == cast.bruno.email

    def test_asks_nobody_before_the_last_line_is_delivered(self, cast, catalogue):
        with transaction():
            booking = book_now(cast, make_order(taxi=1, laundry=1))
        assert booking.fulfilled_at is None

        assert db.session.scalars(select(Invitation)).all() == []

    def test_asks_in_the_guests_language(self, cast, fulfil, work):
        cast.tamara.locale = "ru"
        db.session.commit()
        fulfil()

        [letter] = surveys(work())

        assert letter.locale == "ru"
        assert "Как" in letter.subject

    def test_lets_a_mail_program_unsubscribe_with_one_press(self, fulfil, work):
        fulfil()

        [letter] = surveys(work())
        assert letter.unsubscribe_url.endswith("/unsubscribe")


class TestUndoing:
    def undo(self, cast, token):
        with transaction():
            deliveries.undo_delivery(token=token, by_id=cast.dario.id, at=DELIVERED, window=None)

    def test_takes_the_asking_back(self, cast, catalogue, work):
        with transaction():
            booking = book_now(cast, make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        [token] = deliver(cast, booking, at=DELIVERED)
        self.undo(cast, token)

        assert surveys(work()) == []
        assert invitation().left_out == LeftOut.TAKEN_BACK

    def test_and_delivering_again_asks_once_with_fresh_facts(self, cast, catalogue, work):
        with transaction():
            booking = book_now(cast, make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        [token] = deliver(cast, booking, at=DELIVERED)
        self.undo(cast, token)
        later = DELIVERED + timedelta(hours=1)
        deliver(cast, booking, at=later)

        letters = surveys(work(at=later + timedelta(hours=2)))

        assert len(letters) == 1
        assert (invitation().happened_at, invitation().left_out) == (later, None)
        assert len(db.session.scalars(select(Served)).all()) == 1

    def test_withdraws_a_letter_that_waits_for_the_morning(self, cast, catalogue, work, client):
        with transaction():
            booking = book_now(cast, make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        [token] = deliver(cast, booking, at=EVENING)
        link = link_of(work(at=EVENING + timedelta(hours=2)))
        self.undo(cast, token)

        assert surveys(work(at=EVENING + timedelta(hours=14))) == []
        assert invitation().left_out == LeftOut.TAKEN_BACK
        assert invitation().sent_at is None
        closed = client.get(f"/survey/{link}")
        assert closed.status_code == 410
        assert closed.page.h1 == "This is no longer asked"

    def test_withdraws_a_letter_that_was_given_up(self, cast, catalogue, work):
        with transaction():
            booking = book_now(cast, make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        [token] = deliver(cast, booking, at=DELIVERED)
        give_up(work())
        self.undo(cast, token)

        assert surveys(work(at=EVENING)) == []
        assert invitation().left_out == LeftOut.TAKEN_BACK

    def test_leaves_a_survey_that_was_begun_while_its_letter_still_counts_as_waiting(
        self, cast, catalogue, work, client
    ):
        with transaction():
            booking = book_now(cast, make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        [token] = deliver(cast, booking, at=EVENING)
        answer(client, link_of(work(at=EVENING + timedelta(hours=2))), "come_again", "4")
        self.undo(cast, token)

        assert invitation().left_out is None
        assert invitation().begun_at is not None

    def test_and_delivering_again_asks_anew_after_a_letter_was_withdrawn(self, cast, catalogue, work):
        with transaction():
            booking = book_now(cast, make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        [token] = deliver(cast, booking, at=EVENING)
        work(at=EVENING + timedelta(hours=2))
        self.undo(cast, token)
        morning = EVENING + timedelta(hours=15)
        deliver(cast, booking, at=morning, by=cast.elena)

        [letter] = surveys(work(at=morning + timedelta(hours=2)))

        assert letter.sent_at is not None
        assert (invitation().happened_at, invitation().left_out) == (morning, None)
        assert [one.person_id for one in db.session.scalars(select(Served))] == [cast.elena.id]

    def test_after_the_letter_and_delivering_again_notes_who_served(self, cast, catalogue, work):
        with transaction():
            booking = book_now(cast, make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        [token] = deliver(cast, booking, at=DELIVERED)
        work()
        self.undo(cast, token)
        deliver(cast, booking, at=ASKED, by=cast.elena)

        assert len(surveys(work(at=ASKED + timedelta(hours=3)))) == 1
        assert [one.person_id for one in db.session.scalars(select(Served))] == [cast.elena.id]

    def test_after_the_letter_leaves_it_as_it_is(self, cast, catalogue, work):
        with transaction():
            booking = book_now(cast, make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        [token] = deliver(cast, booking, at=DELIVERED)
        work()
        self.undo(cast, token)

        assert invitation().left_out is None


class TestADeliveryNotedLate:
    def test_asks_nobody_while_it_may_be_undone(self, cast, catalogue, work):
        with transaction():
            booking = book_now(cast, make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        noted_at = DELIVERED + timedelta(hours=3)
        deliver(cast, booking, at=DELIVERED, noted_at=noted_at)

        assert surveys(work(at=noted_at + timedelta(minutes=9))) == []
        assert len(surveys(work(at=noted_at + timedelta(minutes=10)))) == 1

    def test_of_nothing_asks_nobody(self, cast, catalogue, work):
        with transaction():
            booking = book_now(cast, make_order(taxi=1), card_id=cast.tamaras_card.public_id)
        deliver(cast, booking, at=DELIVERED, quantity=0)

        assert db.session.scalars(select(Invitation)).all() == []


class TestTheContactBudget:
    @pytest.mark.parametrize(("days", "expected"), [(59, 1), (60, 2)])
    def test_asks_one_person_once_in_sixty_days(self, fulfil, work, days, expected):
        fulfil()
        work()
        again = ASKED + timedelta(days=days)
        fulfil(at=again - timedelta(hours=3))

        assert len(surveys(work(at=again))) == expected
        left_out = {one.left_out for one in db.session.scalars(select(Invitation))}
        assert left_out == ({None} if expected == 2 else {None, LeftOut.CONTACT_BUDGET})

    def test_leaves_alone_whom_a_stricter_budget_spares_while_the_letter_waits(
        self, cast, fulfil, work, client_as
    ):
        fulfil()
        work()
        # Written in the evening, within the budget; by the morning it is a stricter one.
        evening = EVENING + timedelta(days=65)
        fulfil(at=evening)
        work(at=evening + timedelta(hours=2))
        db.session.get_one(ContactPolicy, 1).survey_every_days = 90
        db.session.commit()

        letters = surveys(work(at=evening + timedelta(hours=14)))

        assert [letter.dead_at is None for letter in letters] == [True, False]
        page = client_as(cast.lidia).get("/surveys?period=2026-Q3").page.text
        assert "Nobody was asked in this period" in page
        year = client_as(cast.lidia).get("/surveys").page.text
        assert "1: was asked less than the contact budget's days ago" in year
        assert "0 letters came back" in year
        told = queries.personal_data(cast.tamara.id)["invitations"]
        assert [one["left_out"] for one in told] == [None, "contact_budget"]
        assert [one["sent_at"] is None for one in told] == [False, True]

    def test_waits_for_the_end_of_quiet_hours(self, app, fulfil, work):
        evening = datetime(2026, 6, 15, 18, 30, tzinfo=UTC)  # 19:30 in Lisbon
        fulfil(at=evening)

        [letter] = surveys(work(at=evening + timedelta(hours=2)))

        assert letter.send_at == datetime(2026, 6, 16, 8, 0, tzinfo=UTC)
        assert invitation().expires_at == letter.send_at + timedelta(days=21)
        with app.test_request_context():
            assert when(invitation().expires_at, "Europe/Lisbon") in letter.text


class TestWhoIsLeftAlone:
    def test_is_whoever_opted_out(self, cast, fulfil, work):
        with transaction():
            actions.opt_out(person_id=cast.tamara.id, at=NOW)
        fulfil()

        assert surveys(work()) == []
        assert invitation().left_out == LeftOut.OPTED_OUT

    def test_is_whoever_has_no_address(self, cast, fulfil, work):
        cast.tamara.email = None
        db.session.commit()
        fulfil()

        assert surveys(work()) == []
        assert invitation().left_out == LeftOut.NO_ADDRESS


class TestOptingOut:
    def test_withdraws_a_letter_that_waits_for_the_morning(self, cast, fulfil, work):
        fulfil(at=EVENING)
        assert len(surveys(work(at=EVENING + timedelta(hours=2)))) == 1
        with transaction():
            actions.opt_out(person_id=cast.tamara.id, at=EVENING + timedelta(hours=3))

        assert surveys(work(at=EVENING + timedelta(hours=14))) == []
        assert invitation().left_out == LeftOut.OPTED_OUT

    def test_withdraws_a_letter_that_was_given_up_so_that_nobody_sends_it_again(
        self, cast, fulfil, work, client_as
    ):
        fulfil()
        give_up(letters := work())
        [again] = [f"/outbox/{one.public_id}/another-try" for one in surveys(letters)]
        with transaction():
            actions.opt_out(person_id=cast.tamara.id, at=ASKED)

        assert client_as(cast.ada).post(again).status_code == 404
        assert surveys(work(at=EVENING)) == []
        assert invitation().left_out == LeftOut.OPTED_OUT

    def test_once_begun_leaves_that_survey_open(self, cast, fulfil, work, client):
        """The server may have taken a letter whose receipt was lost: it was read, and counts as waiting."""
        fulfil(at=EVENING)
        token = link_of(work(at=EVENING + timedelta(hours=2)))
        answer(client, token, "come_again", "4")

        left = client.submit(client.get(f"/survey/{token}/opt-out").page, "opt-out")

        assert left.status_code == 302
        assert [one.person_id for one in db.session.scalars(select(OptOut))] == [cast.tamara.id]
        assert invitation().left_out is None
        assert answer(client, token, "recommend", "9").status_code == 302

    def test_takes_one_tap_and_another_to_come_back(self, cast, client, ask):
        token = ask()
        page = client.get(f"/survey/{token}/opt-out").page
        assert db.session.scalars(select(OptOut)).all() == []

        client.submit(page, "opt-out")
        assert [one.person_id for one in db.session.scalars(select(OptOut))] == [cast.tamara.id]
        page = client.get(f"/survey/{token}/opt-out").page
        client.submit(page, "opt-out", again="1")

        assert db.session.scalars(select(OptOut)).all() == []

    def test_is_taken_back_on_the_own_profile_without_the_old_letter(self, cast, client_as):
        with transaction():
            actions.opt_out(person_id=cast.tamara.id, at=NOW)
        tamara = client_as(cast.tamara)
        page = tamara.get("/me").page
        assert "Survey invitations: off" in page.text

        back = tamara.get(tamara.submit(page, "/survey/wish").location).page

        assert "Survey invitations: on" in back.text
        assert db.session.scalars(select(OptOut)).all() == []
        latest = select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)
        assert db.session.scalar(latest) == "survey.opt_in"
        tamara.submit(back, "/survey/wish")
        assert [one.person_id for one in db.session.scalars(select(OptOut))] == [cast.tamara.id]

    def test_by_a_mail_programs_button_needs_no_token_of_ours(self, app, client, ask):
        token = ask()
        app.config["WTF_CSRF_ENABLED"] = True

        answer = client.post(
            f"/survey/{token}/unsubscribe", data={"List-Unsubscribe": "One-Click"}, csrf=False
        )

        assert answer.status_code == 204
        assert len(db.session.scalars(select(OptOut)).all()) == 1

    def test_is_not_done_by_a_look_at_that_address(self, client, ask):
        token = ask()

        answer = client.get(f"/survey/{token}/unsubscribe")

        assert answer.location.endswith("/opt-out")
        assert db.session.scalars(select(OptOut)).all() == []


class TestTwoWorkers:
    @pytest.mark.race
    def test_write_one_letter(self, app, fulfil, work, clock):
        fulfil()
        clock.set(ASKED)
        race(app, lambda: Worker(app, "one").drain(), lambda: Worker(app, "two").drain())

        db.session.rollback()
        letters = db.session.scalars(select(Letter)).all()
        assert len(surveys(letters)) == 1
        assert link_of(letters)
        assert uuid.UUID(str(invitation().letter_id))
