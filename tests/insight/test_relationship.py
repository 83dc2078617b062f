"""A relationship on its page, the client's own page, and what is rolled up of all."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.corporate.bookings.models import BookingLine, Cancellation, EndKind
from portal.corporate.bookings.queries import Reach
from portal.corporate.deliveries import actions as deliveries
from portal.corporate.promises.queries import promised
from portal.database import db, transaction
from portal.insight.relationship import queries, rules
from portal.insight.relationship.models import RelationshipProfile, StageEvent
from portal.insight.relationship.rules import ClientEdition
from portal.jobs.models import Job
from portal.statistics.cells import Cell
from portal.stays.models import Stay
from portal.surveys.answers.models import Answer
from portal.surveys.invitations.models import Invitation
from tests.cast import NOW, account
from tests.catalogue import stock
from tests.corporate.bookings.conftest import book_now, make_order
from tests.insight.profiles import SECRET, SILENT, TODAY, roll_up
from tests.races import race
from tests.statements import count_statements
from tests.surveys.test_results import submit  # noqa: F401 -- the fixture of that name

CLOSED = datetime(2026, 2, 1, tzinfo=UTC)
"""In the last quarter that has ended."""


class TestRollUp:
    def test_keeps_everybodys_figures_and_notes_their_stage(self, known):
        moved = roll_up()

        stages = {one.account_id: one.stage for one in db.session.scalars(select(RelationshipProfile))}
        assert len(stages) == 13  # Borealis, too, of whom nothing is known
        assert stages[known.borealis.id] == 0
        assert stages[known.acme.id] == 3
        assert moved == 13

    def test_twice_is_once(self, known):
        roll_up()
        events = len(db.session.scalars(select(StageEvent)).all())

        assert roll_up() == 0
        assert len(db.session.scalars(select(StageEvent)).all()) == events

    def test_notes_of_a_day_what_was_true_last(self, known, slept):
        """An import in the course of the day makes another stage, and its correction the first again."""
        roll_up()
        roll_up(TODAY + timedelta(days=1))
        slept(known.borealis, [-1])
        assert roll_up(TODAY + timedelta(days=1)) == 1
        slept(known.borealis, [0])
        assert roll_up(TODAY + timedelta(days=1)) == 1
        assert [one.stage for one in queries.stages_of(known.borealis.id)] == [2, 0]

        for stay in db.session.scalars(select(Stay).where(Stay.account_id == known.borealis.id)):
            stay.account_id = None
        db.session.commit()

        assert roll_up(TODAY + timedelta(days=1)) == 1
        assert [one.stage for one in queries.stages_of(known.borealis.id)] == [0]

    def test_notes_the_next_stage_on_its_day(self, known, slept):
        roll_up()
        slept(known.borealis, [-1])

        assert roll_up(TODAY + timedelta(days=2)) == 1
        [single, first] = queries.stages_of(known.borealis.id)
        assert (first.stage, single.stage_before, single.stage) == (0, 0, 1)
        assert single.derivation["rule"] == "stage"

    def test_of_a_day_before_the_last_one_is_refused_and_changes_nothing(self, known, run):
        roll_up()
        before = [(one.account_id, one.as_of, one.length_months) for one in queries.profiles()]

        answer = run("reports", "roll-up", "--as-of", TODAY - timedelta(days=1))

        assert answer.exit_code == 1
        assert f"is before {TODAY}, which was rolled up already. Nothing was changed." in answer.output
        assert [(one.account_id, one.as_of, one.length_months) for one in queries.profiles()] == before
        assert {one.reached_on for one in db.session.scalars(select(StageEvent))} == {TODAY}

    def test_of_a_day_to_come_is_refused(self, known, run):
        answer = run("reports", "roll-up", "--as-of", TODAY + timedelta(days=1))

        assert answer.exit_code == 1
        assert "is still to come" in answer.output

    def test_done_twice_at_once_is_done_once(self, known, app):
        """The command and the hourly job: the second waits, and finds what the first kept."""
        moved = race(app, roll_up, roll_up, roll_up)

        assert sorted(moved) == [0, 0, 13]
        assert len(db.session.scalars(select(RelationshipProfile)).all()) == 13

    def test_is_done_by_the_worker(self, known, run):
        answer = run("reports", "roll-up")

        assert answer.exit_code == 0, answer.output
        assert "13 relationships" in answer.output

    def test_costs_the_same_for_few_and_for_many(self, known, slept):
        with count_statements() as few:
            queries.everybody(as_of=TODAY)
        db.session.rollback()
        slept(known.borealis, list(range(1, 60)))
        with count_statements() as many:
            queries.everybody(as_of=TODAY)

        assert len(few) == len(many) <= 16


class TestThePage:
    def test_finds_stage_and_measures_and_opens_each(self, known, client_as):
        roll_up()

        page = client_as(known.nora).get(f"/insight/relationship/{known.acme.public_id}").page

        assert page.h1 == "Regular and awake"
        assert "≥ 25 months" in page.text  # the history begins with them
        assert "of 12 other clients" in page.text
        assert page.text.count("why?") >= 5

    def test_says_the_same_before_anything_was_rolled_up(self, known, client_as):
        address = f"/insight/relationship/{known.acme.public_id}"
        before = client_as(known.nora).get(address).page
        roll_up()
        after = client_as(known.nora).get(address).page

        assert before.h1 == after.h1

    def test_says_what_is_wrong_with_an_order_and_prints_nothing(self, known, client_as):
        address = f"/insight/relationship/{known.acme.public_id}"
        nora, anna = client_as(known.nora), client_as(known.anna)
        page, own = nora.get(address).page, anna.get("/insight/relationship").page

        refused = nora.submit(page, "/report", edition="another")
        without = anna.submit(own, "/report", token="not a token")

        assert (refused.status_code, without.status_code) == (422, 422)
        assert refused.page.h1 == page.h1
        assert "Not a valid choice" in refused.page.text
        assert "Please look at this once more" in without.page.text
        assert db.session.scalars(select(Job).where(Job.kind == rules.REPORT_JOB)).all() == []

    def test_is_linked_from_the_account(self, known, client_as):
        page = client_as(known.nora).get(f"/accounts/{known.acme.public_id}").page

        assert f"/insight/relationship/{known.acme.public_id}" in " ".join(page.links)

    def test_of_a_company_out_of_reach_is_not_found(self, known, client_as, save):
        other = save(account("Out of reach"))

        assert client_as(known.nora).get(f"/insight/relationship/{other.public_id}").status_code == 404
        assert client_as(known.gleb).get(f"/insight/relationship/{other.public_id}").status_code == 404
        assert client_as(known.lidia).get(f"/insight/relationship/{other.public_id}").status_code == 200

    def test_costs_the_same_for_one_stay_and_for_sixty(self, known, slept, client_as):
        roll_up()
        lidia = client_as(known.lidia)
        address = f"/insight/relationship/{known.borealis.public_id}"
        lidia.get(address)
        with count_statements() as none:
            lidia.get(address)
        slept(known.borealis, list(range(1, 60)))
        with count_statements() as many:
            lidia.get(address)

        assert len(none) == len(many) <= 30


class TestTheClientsOwnPage:
    def test_shows_the_own_figures_and_nothing_of_the_hotels_own(self, known, client_as):
        roll_up()

        page = client_as(known.anna).get("/insight/relationship").page

        assert page.h1 == "At least 25 months together"
        assert [word for word in SECRET if word in page.text] == []

    def test_is_for_whoever_runs_the_account(self, known, client_as):
        for other in (known.bruno, known.tamara, known.nora, known.dario):
            assert client_as(other).get("/insight/relationship").status_code == 403
        assert client_as(known.anna).get(f"/insight/relationship/{known.acme.public_id}").status_code == 403

    def test_has_no_field_for_what_the_client_must_not_see(self):
        fields = set(ClientEdition.__dataclass_fields__)

        assert fields & {"silence", "frequency", "criteria", "manager", "open_cases", "state"} == set()

    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_says_nothing_of_silence_to_a_client_that_fell_silent(self, known, slept, client_as, locale):
        slept(known.borealis, [300, 310, 320, 330, 340])
        roll_up()
        known.carla.locale = locale
        db.session.commit()

        page = client_as(known.carla).get("/insight/relationship").page

        assert page.h1 == {"en": "11 months together", "ru": "11 месяцев вместе"}[locale]
        assert [word for word in (*SECRET, *SILENT) if word in page.text] == []
        assert "to the last one" not in page.text

    def test_of_answers_of_few_people_is_hidden(self, known, submit):  # noqa: F811 -- pytest hands it in
        submit([9] * 12, at=CLOSED)
        for number, answered in enumerate(db.session.scalars(select(Invitation)).all()):
            answered.person_id = known.bruno.id if number % 2 else known.tamara.id
        db.session.commit()

        found = queries.whole(accounts.account(known.acme.id))

        # However often two people answered, and whoever reads.
        assert (found.client.guests.cell, found.hotel.guests.cell) == (Cell.HIDDEN, Cell.HIDDEN)
        assert found.hotel.criteria.recommends is None

    def test_of_five_people_counts_only_those_who_answered_that_question(self, known, submit):  # noqa: F811 -- pytest hands it in
        """Four recommend and a fifth leaves the question out: their twelve scores are those of four."""
        submit([9] * 12, at=CLOSED)
        submit([9], at=CLOSED)
        *said, skipped = db.session.scalars(select(Invitation).order_by(Invitation.id)).all()
        people = [one.person_id for one in said[:4]]
        for number, answered in enumerate(said):
            answered.person_id = people[number % 4]
        left_out = select(Answer).where(Answer.invitation_id == skipped.id, Answer.question == "recommend")
        db.session.delete(db.session.scalars(left_out).one())
        db.session.commit()

        assert queries.whole(accounts.account(known.acme.id)).client.guests.cell is Cell.HIDDEN

    @pytest.mark.parametrize(("answers", "cell"), [(4, Cell.HIDDEN), (9, Cell.HIDDEN), (10, Cell.LOW_BASE)])
    def test_shows_what_guests_said_from_ten_answers_on(self, known, submit, answers, cell):  # noqa: F811 -- pytest hands it in
        submit([9] * answers, at=CLOSED)
        submit([0] * 10)  # of this quarter, which has not ended

        found = queries.whole(accounts.account(known.acme.id))

        assert found.client.guests.cell is cell
        assert (found.client.guests.answers is None) is (cell is Cell.HIDDEN)


class TestPromises:
    def test_are_kept_in_full_and_in_time_and_counted_so(self, known, clock):
        stock(known)
        with transaction():
            booking = book_now(known, make_order(taxi=1, laundry=2, waiter=1))
        lines = db.session.scalars(
            select(BookingLine).where(BookingLine.booking_id == booking.id).order_by(BookingLine.id)
        ).all()
        delays = [15, 16]
        for line_id, quantity, starts_at in [(one.id, one.quantity, one.starts_at) for one in lines]:
            is_short = quantity > 1
            done_at = starts_at + timedelta(minutes=0 if is_short else delays.pop(0))
            with transaction():
                deliveries.deliver_line(
                    line_id=line_id, quantity=quantity - is_short, delivered_at=done_at,
                    by_id=known.dario.id, token=uuid.uuid4(), at=done_at,
                )  # fmt: skip
        since, until = queries.instants(booking.service_date)

        found = promised(Reach(account_id=known.acme.id), since=since, until=until)

        # One of two laundries; a quarter of an hour late; sixteen minutes late.
        assert (found.lines, found.delivered, found.kept) == (3, 3, 1)

    @pytest.mark.parametrize(("kind", "lines"), [(EndKind.BY_HOTEL, 2), (EndKind.BY_CLIENT, 0)])
    def test_that_the_hotel_cancelled_are_promises_not_kept(self, known, kind, lines):
        stock(known)
        with transaction():
            booking = book_now(known, make_order(taxi=1, laundry=2))
        db.session.add(
            Cancellation(booking_id=booking.id, kind=kind, by_id=known.dario.id, at=NOW, reason="Burst pipe")
        )
        db.session.commit()
        since, until = queries.instants(booking.service_date)

        found = promised(Reach(account_id=known.acme.id), since=since, until=until)

        assert (found.lines, found.delivered, found.kept) == (lines, 0, 0)
        assert found.ended_by_hotel == (kind is EndKind.BY_HOTEL)


def test_sizes_are_told_by_the_purchases_of_a_year():
    sizes = [next(name for least, name in rules.SIZES if number >= least) for number in (0, 1, 4, 5, 19, 20)]

    assert sizes == ["none", "few", "few", "some", "some", "many"]
