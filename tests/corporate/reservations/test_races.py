"""Many who want the last one: real threads, and first the proof that there is a race."""

import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, update

from portal.corporate.bookings import queries as bookings
from portal.corporate.reservations import actions
from portal.corporate.reservations.actions import Wanted
from portal.corporate.reservations.models import Reservation
from portal.corporate.souvenirs import actions as souvenirs
from portal.corporate.souvenirs import queries as souvenir_queries
from portal.corporate.souvenirs.models import Souvenir, SouvenirStock
from portal.corporate.souvenirs.rules import SouvenirGone
from portal.database import DatabaseBusy, db, is_postgresql, transaction
from portal.hotel.models import Property
from portal.programme.ledger import queries as ledger
from tests.cast import NOW, grant, issue
from tests.corporate.bookings.conftest import give_points
from tests.corporate.reservations.conftest import ARRIVAL
from tests.races import meet_before, race, stopped_by_the_database, unguarded

THREADS = 64
pytestmark = pytest.mark.race


@pytest.fixture
def ask(app, cast, shelve, save):
    """Two companies at once after the only one: their locks are not the same."""
    only_one = shelve(left=1, points=500)
    grant(cast.carla, "traveller", account=cast.borealis)
    save(issue(cast.carla, cast.borealis, serial=704_311_99))
    cards = {
        account.id: bookings.travellers(account.id)[0].public_id for account in (cast.acme, cast.borealis)
    }
    for account_id in cards:
        give_points(account_id, 500 * THREADS)
    house_id, souvenir_id, by_id = cast.seaside.id, only_one.id, cast.bruno.id

    def press(account_id, within):
        with within():
            wanted = Wanted(
                db.session.get(Souvenir, souvenir_id), db.session.get(Property, house_id),
                bookings.traveller(account_id, cards[account_id]), ARRIVAL, 1,
            )  # fmt: skip
            return actions.reserve(
                token=uuid.uuid4(), account_id=account_id, wanted=wanted, seen_points=500, by_id=by_id, at=NOW
            ).public_id

    def all_at_once(number, within=transaction):
        db.session.commit()
        accounts = [sorted(cards)[turn % 2] for turn in range(number)]
        results = race(app, *(lambda account=account: press(account, within) for account in accounts))
        db.session.expire_all()
        return SimpleNamespace(results=list(results), accounts=sorted(cards), souvenir=only_one)

    return all_at_once


class TestTheLastSouvenir:
    def test_goes_to_one_of_sixty_four(self, ask):
        asked = ask(THREADS)

        won = [each for each in asked.results if isinstance(each, uuid.UUID)]
        lost = [each for each in asked.results if isinstance(each, (SouvenirGone, DatabaseBusy))]
        assert (len(won), len(lost)) == (1, THREADS - 1)
        assert db.session.scalar(select(func.count(Reservation.id))) == 1
        assert sum(ledger.balance_of(account_id).held for account_id in asked.accounts) == 500
        stock = db.session.scalars(select(SouvenirStock)).one()
        assert (stock.on_hand, stock.reserved) == (1, 1)

    def test_would_be_promised_to_both_without_the_guard(self, ask, monkeypatch):
        def write(souvenir_id, property_id, reserved):
            stock = (SouvenirStock.souvenir_id == souvenir_id, SouvenirStock.property_id == property_id)
            db.session.execute(update(SouvenirStock).where(*stock).values(reserved=reserved))

        place = SimpleNamespace(write=write)
        meet_before(monkeypatch, place, "write")

        def look_then_take(*, souvenir_id, property_id, quantity, at):
            if souvenir_queries.available(souvenir_id, property_id) < quantity:
                raise SouvenirGone
            place.write(souvenir_id, property_id, quantity)

        monkeypatch.setattr(souvenirs, "promise", look_then_take)

        asked = ask(2, within=unguarded)

        # Both had seen the last one on the shelf.
        assert not any(isinstance(each, SouvenirGone) for each in asked.results)
        promised = db.session.scalar(select(func.count(Reservation.id)))
        assert promised == (2 if is_postgresql() else 2 - stopped_by_the_database(asked.results))

    def test_is_refused_by_the_database_itself(self, ask):
        asked = ask(1)
        with pytest.raises(Exception, match="promised_is_there"):
            db.session.execute(
                update(SouvenirStock).where(SouvenirStock.souvenir_id == asked.souvenir.id).values(reserved=2)
            )
        db.session.rollback()
