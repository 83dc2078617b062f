"""Souvenirs for points: reserved, collected, cancelled, expired, taken back; points and stock in step."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.corporate.reservations import actions, queries, rules
from portal.corporate.reservations.models import EndKind, Reservation
from portal.corporate.reservations.queries import Reach, ReservationFilter, Tab
from portal.corporate.souvenirs.models import MoveKind, Souvenir, SouvenirStock, StockMove
from portal.corporate.souvenirs.rules import SouvenirGone
from portal.database import db, transaction
from portal.derivation import recompute
from portal.jobs import actions as jobs
from portal.outbox.models import Letter
from portal.people.models import Person
from portal.programme.ledger import queries as ledger
from portal.programme.redemption.rules import NotEnoughPoints
from tests.cast import NOW
from tests.corporate.bookings.conftest import give_points
from tests.corporate.reservations.conftest import ARRIVAL, reserve_now
from tests.statements import assert_same_statements


@pytest.fixture
def hand_over(cast):
    def give(found, **changes):
        values = {"token": uuid.uuid4(), "property_id": cast.seaside.id, "by_id": cast.dario.id, "at": NOW}
        with transaction():
            return actions.hand_over(public_id=found.public_id, **{**values, **changes})

    return give


def points(cast):
    balance = ledger.balance_of(cast.acme.id)
    return balance.active, balance.held, balance.spent


def shelf():
    """On hand at the only hotel that has any, and how many of them are promised."""
    stock = db.session.scalars(select(SouvenirStock)).one()
    db.session.refresh(stock)
    return stock.on_hand, stock.reserved


def moves():
    return db.session.execute(select(StockMove.kind, StockMove.quantity).order_by(StockMove.id)).all()


class TestReserve:
    def test_holds_the_points_and_keeps_the_thing_aside(self, cast, notebook, reserve):
        found = reserve(quantity=2)

        assert points(cast) == (705, 1_800, 0)
        assert shelf() == (5, 2)
        assert found.price["steps"][0]["values"] == {
            "balance_points": 2_505, "spent_points": 1_800, "leaves_points": 705
        }  # fmt: skip
        assert recompute(found.price).value == 705
        assert found.keep_until == ARRIVAL + timedelta(days=7)
        letter = db.session.scalars(select(Letter)).one()
        assert letter.to_address == cast.bruno.email
        assert "Reserved for Tamara Belova: Notebook" in letter.subject

    def test_does_it_once_for_a_token(self, cast, notebook, reserve):
        token = uuid.uuid4()

        first, second = reserve(token=token), reserve(token=token)

        assert first.id == second.id
        assert (points(cast), shelf()) == ((1_605, 900, 0), (5, 1))

    @pytest.mark.parametrize(
        ("changes", "refused"),
        [
            ({"quantity": 6}, rules.TooManyOfOne),
            ({"quantity": 3}, NotEnoughPoints),
            ({"arrival": NOW.date() - timedelta(days=1)}, rules.ArrivalPast),
            ({"arrival": NOW.date() + timedelta(days=366)}, rules.ArrivalTooFar),
            ({"card": None}, rules.CardUnusable),
            ({"seen_points": 800}, rules.PriceMoved),
        ],
    )
    def test_refuses_by_name_and_changes_nothing(self, cast, notebook, reserve, changes, refused):
        with pytest.raises(refused):
            reserve(**changes)

        assert (points(cast), shelf()) == ((2_505, 0, 0), (5, 0))

    def test_takes_today_and_the_furthest_day(self, reserve):
        assert reserve(arrival=NOW.date()).arrival == NOW.date()
        assert reserve(arrival=NOW.date() + timedelta(days=365)).quantity == 1

    def test_refuses_what_the_hotel_has_not(self, cast, shelve, reserve):
        one = shelve(left=1, points=500)
        with transaction():
            reserve_now(cast, one)
        with pytest.raises(SouvenirGone) as refusal, transaction():
            reserve_now(cast, one)

        assert refusal.value.values == {"left": 0, "wanted": 1}
        assert points(cast) == (2_005, 500, 0)


class TestCancelling:
    def test_gives_points_back_to_the_same_lots_and_the_thing_to_the_shelf(self, cast, notebook, reserve):
        lots = ledger.lots_of(cast.acme.id)
        found = reserve()

        for _twice in range(2):
            with transaction():
                actions.cancel(
                    public_id=found.public_id, reach=Reach(account_id=cast.acme.id), kind=EndKind.BY_CLIENT,
                    reason="", by_id=cast.bruno.id, at=NOW,
                )  # fmt: skip

        assert ledger.lots_of(cast.acme.id) == lots
        assert (points(cast), shelf()) == ((2_505, 0, 0), (5, 0))

    def test_is_not_for_others(self, cast, reserve):
        found = reserve()
        with pytest.raises(rules.ReservationOfOthers), transaction():
            actions.cancel(
                public_id=found.public_id, reach=Reach(account_id=cast.borealis.id),
                kind=EndKind.BY_CLIENT, reason="", by_id=cast.carla.id, at=NOW,
            )  # fmt: skip


class TestExpiry:
    def test_ends_what_nobody_came_for_on_the_day_after_the_last(self, cast, notebook, reserve):
        found = reserve()
        last = NOW + timedelta(days=10)
        assert found.keep_until == last.date()

        for at, is_over in ((last, False), (last + timedelta(days=1), True)):
            with transaction():
                whose = {"public_id": found.public_id, "account_id": cast.acme.id}
                assert actions.expire(**whose, at=at) is is_over

        assert (points(cast), shelf()) == ((2_505, 0, 0), (5, 0))
        assert queries.by_token(found.public_id).state == "expired"
        assert db.session.scalars(select(Letter.subject).order_by(Letter.id.desc())).first() == (
            "No longer reserved: Notebook"
        )

    def test_ends_at_once_what_waits_for_somebody_who_was_forgotten(self, cast, notebook, reserve):
        found = reserve()
        with transaction():
            db.session.get(Person, cast.tamara.id).erased_at = NOW

        assert queries.due_to_expire(before=NOW.date(), limit=5) == [(found.public_id, cast.acme.id)]
        with transaction():
            assert actions.expire(public_id=found.public_id, account_id=cast.acme.id, at=NOW)

        assert (points(cast), shelf()) == ((2_505, 0, 0), (5, 0))

    def test_is_work_of_the_worker(self, app, clock, reserve, run):
        reserve()
        clock.advance(days=12)
        with transaction():
            jobs.enqueue(kind="souvenirs.expire_due", payload={}, at=clock.at)

        answer = run("worker", "--drain")

        assert answer.exit_code == 0
        db.session.rollback()
        assert db.session.scalar(select(func.count(Reservation.id)).where(Reservation.end.has())) == 1


class TestHandOver:
    def test_spends_the_points_and_takes_it_from_the_shelf_once(self, cast, notebook, reserve, hand_over):
        found, token = reserve(), uuid.uuid4()

        hand_over(found, token=token)
        hand_over(found, token=token)

        assert (points(cast), shelf()) == ((1_605, 0, 900), (4, 0))
        assert moves()[1:] == [(MoveKind.HANDED_OVER, -1)]
        with pytest.raises(rules.HandedOverAlready):
            hand_over(found)

    def test_is_not_done_at_another_hotel(self, cast, reserve, hand_over):
        with pytest.raises(rules.ReservationOfOthers):
            hand_over(reserve(), property_id=cast.townhouse.id)

    def test_is_undone_by_the_same_person_within_ten_minutes(self, cast, notebook, reserve, hand_over):
        found = reserve()
        hand_over(found)

        for by_id, minutes, refused in (
            (cast.elena.id, 1, rules.NotYourHandover),
            (cast.dario.id, 11, rules.UndoTooLate),
        ):
            with pytest.raises(refused), transaction():
                self.undo(cast, found, by_id=by_id, minutes=minutes)
        with transaction():
            self.undo(cast, found, by_id=cast.dario.id, minutes=10)

        assert (points(cast), shelf()) == ((1_605, 900, 0), (5, 1))
        hand_over(found)
        assert (points(cast), shelf()) == ((1_605, 0, 900), (4, 0))
        written = select(AuditEntry.action).where(AuditEntry.action.like("souvenir.%"))
        done = db.session.scalars(written.order_by(AuditEntry.id)).all()
        assert done[-3:] == ["souvenir.hand_over", "souvenir.undo_handover", "souvenir.hand_over"]

    def undo(self, cast, found, *, by_id, minutes):
        actions.undo_handover(
            public_id=found.public_id, property_id=cast.seaside.id, by_id=by_id,
            at=NOW + timedelta(minutes=minutes),
        )  # fmt: skip


class TestTakeBack:
    @pytest.mark.parametrize("is_restocked", [True, False])
    def test_gives_the_points_back_once(self, cast, reserve, hand_over, is_restocked):
        found, left = reserve(), 5 if is_restocked else 4
        with pytest.raises(rules.NotHandedOver):
            self.take_back(cast, found, is_restocked=is_restocked)
        hand_over(found)

        for _twice in range(2):
            self.take_back(cast, found, is_restocked=is_restocked)

        assert (points(cast), shelf()) == ((2_505, 0, 0), (left, 0))

    def take_back(self, cast, found, *, is_restocked):
        with transaction():
            actions.take_back(
                public_id=found.public_id, property_id=cast.seaside.id, is_restocked=is_restocked,
                reason="The cover is scratched", by_id=cast.dario.id, at=NOW,
            )  # fmt: skip


class TestPages:
    @pytest.fixture
    def bruno(self, cast, client_as):
        return client_as(cast.bruno)

    def test_show_what_it_takes_and_leaves_and_reserve_it(self, cast, notebook, bruno):
        shop = bruno.get("/corporate/souvenirs").page
        assert "leaves 1,605" in shop.text
        item = f"/corporate/souvenirs/{notebook.public_id}"
        page = bruno.get(item).page
        assert "leaves 1,605 of 2,505" in page.text
        assert "2 for 1,800 points, leaves 705" in page.text

        answer = bruno.submit(
            page, item, hotel="SEA", traveller=str(cast.tamaras_card.public_id), arrival=ARRIVAL.isoformat(),
            quantity="2",
        )  # fmt: skip

        reserved = bruno.get(answer.location).page
        assert "Notebook for Tamara Belova" in reserved.h1
        assert "There are 2,505 points. Taken: 1,800 points. Left: 705 points." in reserved.text
        assert "1 souvenir waits for its guest" in bruno.get("/corporate/souvenirs/reserved").page.h1
        bruno.submit(reserved, "/cancellation")
        assert points(cast) == (2_505, 0, 0)
        assert "Cancelled by your company" in bruno.get(answer.location).page.text

    def test_say_that_a_price_no_longer_fits_the_rules(self, cast, notebook, bruno):
        with transaction():
            db.session.get(Souvenir, notebook.id).points = 950

        page = bruno.get(f"/corporate/souvenirs/{notebook.public_id}").page

        assert "Points are redeemed in steps of" in page.text
        assert not [form for form in page.forms if form.action.endswith(str(notebook.public_id))]
        assert "being priced anew" in bruno.get("/corporate/souvenirs").page.text

    def test_names_all_people_of_a_list_once_and_nobody_elses(self, cast, reserve):
        reserve()
        reserve(by_id=cast.anna.id)

        found = queries.people_of(queries.Reach(account_id=cast.acme.id), only=queries.ReservationFilter())

        assert sorted(found) == sorted({cast.tamara.id, cast.bruno.id, cast.anna.id})
        assert queries.people_of(queries.Reach(account_id=0), only=queries.ReservationFilter()) == []

    def test_keep_what_was_entered_when_something_is_refused(self, cast, notebook, bruno):
        item = f"/corporate/souvenirs/{notebook.public_id}"
        sent = {"hotel": "SEA", "traveller": str(cast.tamaras_card.public_id), "quantity": "1"}

        answer = bruno.submit(bruno.get(item).page, item, arrival="2020-01-01", **sent)

        assert answer.status_code == 422
        assert "1 January 2020 is over at this hotel" in answer.page.text
        assert answer.page.title.startswith("Error:")

    def test_hide_what_is_not_the_companys(self, cast, reserve, client_as):
        found = reserve()
        carla = client_as(cast.carla)

        assert carla.get(f"/corporate/souvenirs/reserved/{found.public_id}").status_code == 404
        assert "Nothing is reserved yet" in carla.get("/corporate/souvenirs/reserved").page.h1
        answer = carla.post(f"/corporate/souvenirs/reserved/{found.public_id}/cancellation")
        assert answer.status_code == 404

    def test_narrow_the_list_by_whole_days_hotel_and_text(self, cast, reserve):
        reserve()
        seen = Reach(account_id=cast.acme.id)

        def listed(**only):
            return len(queries.reservations(seen, only=ReservationFilter(Tab.ALL, **only)).rows)

        assert listed(day_from=ARRIVAL, day_to=ARRIVAL, text="тамара", property_id=cast.seaside.id) == 1
        for nothing in ({"day_from": ARRIVAL + timedelta(days=1)}, {"text": "robe"}, {"property_id": 0}):
            assert listed(**nothing) == 0

    def test_ask_the_database_as_often_for_one_as_for_twenty(self, cast, shelve, notebook, bruno):
        one = shelve(points=500, left=99)

        def arrange(number):
            for _each in range(number):
                give_points(cast.acme.id, 500)
                shelve(points=700)
                with transaction():
                    reserve_now(cast, one)

        assert_same_statements(
            1, 20, arrange=arrange, visit=lambda: bruno.get("/corporate/souvenirs/reserved?tab=all")
        )
        assert_same_statements(0, 1, arrange=arrange, visit=lambda: bruno.get("/corporate/souvenirs"))

    def test_tell_a_guest_who_looked_and_what_is_known(self, cast, reserve, bruno):
        found = reserve()
        bruno.get(f"/corporate/souvenirs/reserved/{found.public_id}")

        assert queries.personal_data(cast.tamara.id)[0]["points"] == 900
        looks = db.session.scalar(select(func.count()).select_from(AuditEntry))
        assert looks
