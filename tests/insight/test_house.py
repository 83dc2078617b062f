"""The GM's page: findings with n, one red item, and no association below its gate."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from portal.accounts import queries as accounts
from portal.corporate.bookings.models import Booking, BookingLine, Cancellation, Delivery, EndKind
from portal.corporate.deliveries import actions as deliveries
from portal.database import db, transaction
from portal.insight.house import queries, rules
from portal.insight.house.rules import Have
from portal.insight.purchases import queries as purchases
from portal.insight.relationship import queries as relationships
from portal.insight.relationship.models import RelationshipProfile
from portal.staff.contributions.models import Contribution
from portal.surveys.answers.queries import Scored
from tests.cast import NOW, account, person
from tests.catalogue import stock
from tests.corporate.bookings.conftest import book_now, make_order
from tests.insight.profiles import roll_up
from tests.statements import count_statements
from tests.surveys.test_results import submit  # noqa: F401 -- the fixture of that name


def scored(account_id, property_id, at):
    return Scored(0, account_id, property_id, 0, "gold", 4, 9, at, at)


def linked_quarters(scores, zone="Europe/Lisbon"):
    return rules.linked_quarters(scores, zone=zone)


class TestGates:
    def test_of_two_hotels_never_open(self):
        team, company = rules.gates(Have(staff_answers=900, teams=12, hotels=2, accounts=400, quarters=12))

        assert team.is_open
        assert not company.is_open

    @pytest.mark.parametrize(("teams", "quarters", "is_open"), [(5, 4, False), (6, 3, False), (6, 4, True)])
    def test_of_teams_open_at_six_and_four_quarters(self, teams, quarters, is_open):
        team, _company = rules.gates(Have(30, teams, 2, 0, quarters))

        assert team.is_open is is_open

    @pytest.mark.parametrize(
        ("hotels", "accounts", "is_open"), [(4, 60, False), (5, 59, False), (5, 60, True)]
    )
    def test_of_companies_open_at_five_hotels_and_sixty_companies(self, hotels, accounts, is_open):
        _team, company = rules.gates(Have(30, 6, hotels, accounts, 4))

        assert company.is_open is is_open

    def test_count_a_quarter_from_three_answers_of_two_companies(self):
        two = [scored(1, 1, NOW), scored(2, 1, NOW)]
        one_company = [scored(1, 1, NOW)] * 3
        elsewhere = [scored(1, 1, NOW), scored(1, 1, NOW), scored(2, 2, NOW)]

        assert linked_quarters(two) == linked_quarters(one_company) == 0
        assert linked_quarters(elsewhere) == 0
        assert linked_quarters([*two, scored(2, 1, NOW)]) == 1
        later = [scored(n % 2, 1, NOW + timedelta(days=100)) for n in range(3)]
        assert linked_quarters([*two, scored(2, 1, NOW), *later]) == 2

    def test_count_quarters_as_they_are_in_the_house(self):
        """Just before midnight in London is the next quarter's first morning in Moscow."""
        at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
        scores = [scored(1, 1, at), scored(2, 1, at), scored(2, 1, at + timedelta(days=2))]

        assert linked_quarters(scores, zone="Europe/Moscow") == 1
        assert linked_quarters(scores, zone="Atlantic/Azores") == 0


def due(cast, *, ended=None, **counts):
    """Lines of a booking at the seaside that came due three days ago: `due(cast, taxi=1, laundry=2)`."""
    with transaction():
        booking = book_now(cast, make_order(**counts))
    statement = select(BookingLine).where(BookingLine.booking_id == booking.id).order_by(BookingLine.id)
    lines = db.session.scalars(statement).all()
    for one in (booking, *lines):
        one.starts_at, one.ends_at = NOW - timedelta(days=3), NOW - timedelta(days=2)
    if ended is not None:
        db.session.add(
            Cancellation(
                booking_id=booking.id,
                kind=ended,
                by_id=None if ended is EndKind.LAPSED else cast.dario.id,
                at=NOW,
                reason="Burst pipe",
            )
        )
    db.session.commit()
    return lines


def delivered(line, by, *, quantity=None, late=0):
    db.session.add(
        Delivery(
            public_id=uuid.uuid4(), line_id=line.id, by_id=by.id, note="", recorded_at=NOW,
            quantity=line.quantity if quantity is None else quantity,
            delivered_at=line.starts_at + timedelta(minutes=late),
        )
    )  # fmt: skip
    db.session.commit()


@pytest.fixture
def worked(cast, save):
    """Promises delivered at the seaside by so many people, the first of them too late: `worked(5)`."""
    stock(cast)

    def write(people):
        for number in range(people):
            [line] = due(cast, taxi=1)
            delivered(line, save(person(f"Server {number}", f"server{number}@hotel.example")),
                      late=0 if number else 16)  # fmt: skip

    return write


class TestPromises:
    def of(self, cast):
        return queries.house([cast.seaside.id], at=NOW).promised

    def test_that_were_never_delivered_are_broken_ones(self, cast, worked):
        worked(5)
        due(cast, taxi=1, laundry=2)
        for ended in EndKind:
            due(cast, ended=ended, taxi=1, laundry=2)

        found = self.of(cast)

        assert (found.kept, found.delivered, found.undelivered, found.cancelled) == (4, 5, 2, 2)
        assert (found.lines, found.people) == (9, 5)

    def test_of_which_none_at_all_was_delivered_are_undelivered(self, cast, worked, client_as):
        worked(0)
        [line] = due(cast, taxi=1)
        delivered(line, cast.dario, quantity=0)

        found = self.of(cast)

        assert (found.delivered, found.undelivered, found.people) == (0, 1, 0)
        text = client_as(cast.gleb).get("/insight/house").page.text
        assert "1 promised service was never delivered" in text

    def test_stay_broken_where_it_was_not_the_fault_of_whoever_delivered(self, cast, worked):
        """A contest is about a person's score: the client waited all the same."""
        worked(5)
        late = db.session.scalars(select(Delivery).order_by(Delivery.id)).first()
        line = db.session.get(BookingLine, late.line_id)
        db.session.add(
            Contribution(
                public_id=uuid.uuid4(), person_id=late.by_id, property_id=cast.seaside.id,
                account_id=cast.acme.id, service_id=line.service_id, kind="broken_promise",
                cell="front_desk:taxi:day", value=0, happened_at=late.delivered_at,
                source_id=late.public_id, recorded_at=NOW, voided_at=NOW,
            )
        )  # fmt: skip
        db.session.commit()

        assert (self.of(cast).kept, self.of(cast).lines) == (4, 5)

    def test_are_counted_alike_for_the_hotel_and_for_its_client(self, cast, worked, client_as):
        worked(5)
        due(cast, taxi=1)
        due(cast, ended=EndKind.BY_HOTEL, taxi=1)
        taxi, laundry = due(cast, taxi=1, laundry=2)
        delivered(taxi, cast.dario, quantity=0)
        delivered(laundry, cast.dario, quantity=1)

        whole = relationships.whole(accounts.account(cast.acme.id))
        text = client_as(cast.anna).get("/corporate/company").page.text

        assert self.of(cast) == whole.client.promised
        assert "6 of 9 services promised in the last 90 days were delivered." in text

    def test_of_the_last_day_may_still_come(self, cast, worked, client_as):
        worked(0)
        for line in due(cast, taxi=1):
            line.starts_at, line.ends_at = NOW - timedelta(hours=23), NOW
        db.session.commit()

        anna = client_as(cast.anna)
        assert self.of(cast).lines == 0
        assert "Nothing was due in the last 90 days." in anna.get("/corporate/company").page.text

        delivered(line, cast.dario)

        assert (self.of(cast).lines, self.of(cast).kept) == (1, 1)
        assert "1 of 1 services promised" in anna.get("/corporate/company").page.text

    @pytest.mark.parametrize(("people", "shown"), [(4, "hidden"), (5, "80 %")])
    def test_are_shown_from_five_people_on(self, cast, worked, client_as, people, shown):
        worked(people)

        text = client_as(cast.gleb).get("/insight/house").page.text.replace("\N{NO-BREAK SPACE}", " ")

        assert f"Promises kept in 90 days {shown}" in text
        assert "Never delivered: 0, cancelled by the hotel: 0." in text  # which is nobody's own figure
        assert ("5 services by 5 people" in text) is (people == 5)
        assert "by 4 people" not in text


def served(cast, *, quantity):
    """A booking of laundry at the seaside for last week, settled with so much of it delivered."""
    with transaction():
        booking = book_now(cast, make_order(laundry=2))
    [line] = db.session.scalars(select(BookingLine).where(BookingLine.booking_id == booking.id))
    line_id, at = line.id, line.starts_at
    with transaction():
        deliveries.deliver_line(
            line_id=line_id, quantity=quantity, delivered_at=at, by_id=cast.dario.id,
            token=uuid.uuid4(), at=at,
        )  # fmt: skip
    booking = db.session.scalars(select(Booking).where(Booking.id == booking.id)).one()
    booking.service_date = NOW.date() - timedelta(days=7)
    db.session.commit()


class TestClients:
    def of(self, house):
        return queries.house([house.id], at=NOW).clients

    def test_are_those_who_bought_here_and_come_again_here(self, cast, slept, save):
        """What was cancelled here is no purchase, and a regular of another hotel came here once."""
        regular, once, gone = (save(account(name)) for name in ("Regular", "Once", "Gone"))
        slept(regular, range(2, 100, 10))
        slept(regular, [50], house=cast.townhouse, status="cancelled")
        slept(once, range(2, 100, 10))
        slept(once, [20, 20], house=cast.townhouse)  # two rooms of one day
        slept(gone, [900, 910, 920, 930], house=cast.townhouse)
        roll_up()

        found = self.of(cast.townhouse)

        assert (found.active, found.repeat, found.gone) == (1, 0, 1)
        assert sum(sum(row.values()) for row in found.by_tier.values()) == 2
        assert (self.of(cast.seaside).active, self.of(cast.seaside).repeat) == (2, 2)

    @pytest.mark.parametrize(("quantity", "number"), [(2, 1), (0, 0)])
    def test_are_those_too_who_only_had_services(self, cast, quantity, number):
        stock(cast)
        served(cast, quantity=quantity)
        roll_up()

        assert self.of(cast.seaside).active == number
        assert sum(len(rows) for rows in purchases.purchases(until=NOW.date()).values()) == number
        assert self.of(cast.townhouse).active == 0

    def test_that_came_a_year_ago_to_the_day_are_not_of_the_year(self, cast, slept, save):
        slept(save(account("Last year")), [365])
        slept(save(account("Within it")), [364])

        assert self.of(cast.seaside).active == 1

    def test_are_counted_before_they_have_a_stage(self, cast, slept):
        roll_up()
        slept(cast.acme, [3, 9])
        db.session.execute(delete(RelationshipProfile).where(RelationshipProfile.account_id == cast.acme.id))
        db.session.commit()

        found = self.of(cast.seaside)

        assert (found.active, found.repeat, found.by_tier) == (1, 1, {})


class TestThePage:
    def test_finds_the_share_that_came_again_with_interval_and_number(self, known, client_as):
        roll_up()

        page = client_as(known.gleb).get("/insight/house").page

        # Acme and six others came again, five came once; of Borealis nothing is known.
        assert page.h1 == "58 % of clients came again"
        assert "Of 12 companies that bought here within twelve months" in page.text

    def test_says_what_is_lacking_and_no_figure_of_an_association(self, known, client_as):
        roll_up()

        text = client_as(known.gleb).get("/insight/house").page.text

        assert "not enough data" in text
        assert "hotels: have 1, need 5" in text
        assert "teams of five people or more: have 0, need 6" in text
        for word in ("correlation", "significant", "proves", "drives", "β", "r ="):
            assert word not in text

    def test_has_one_red_item_or_none(self, known, client_as):
        assert "Nothing is red" in client_as(known.gleb).get("/insight/house").page.text

    def test_is_the_gms_first_screen(self, known, client_as):
        assert client_as(known.gleb).get("/").location.endswith("/insight/house")

    def test_is_of_the_own_hotel_alone(self, known, submit, client_as, save):  # noqa: F811 -- pytest hands it in
        submit([0] * 10, house=known.townhouse, company=save(account("Elsewhere")))
        submit([10] * 10)

        assert "+100" in client_as(known.gleb).get("/insight/house").page.text
        assert "+100" not in client_as(known.lidia).get("/insight/house").page.text

    def test_costs_the_same_for_few_and_for_many(self, known, slept, client_as):
        roll_up()
        lidia = client_as(known.lidia)
        lidia.get("/insight/house")
        with count_statements() as few:
            lidia.get("/insight/house")
        slept(known.borealis, list(range(1, 40)))
        roll_up()
        with count_statements() as many:
            lidia.get("/insight/house")

        assert len(few) == len(many) <= 22
        db.session.rollback()
