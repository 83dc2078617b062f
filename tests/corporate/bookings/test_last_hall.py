"""Sixty-four bookers send their forms for the last hall in one moment, as browsers would."""

import uuid
from collections import Counter

import pytest
from sqlalchemy import func, select

from portal import database
from portal.corporate.bookings.models import Booking
from portal.corporate.halls.models import ResourceSlot
from portal.database import db
from tests.corporate.bookings.conftest import DAY
from tests.races import race

CROWD = 64
SLOTS = (4 * 60 + 30) // 5
FORM = f"/corporate/bookings/new?hotel=SEA&hall=1&guests=30&day={DAY}"

pytestmark = pytest.mark.race


@pytest.fixture
def crowd(app, gold, catalogue, client_as, monkeypatch):
    """What each of them presses: the same order, each with a token of their own."""
    # On a busy machine sixty-four writers of SQLite need longer than one page may wait.
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 60)
    form = client_as(gold.bruno).get(FORM).page.form("/bookings")
    filled = {name: value for name, value in form.filled({}).items() if name != "csrf_token"}

    def presser():
        browser = client_as(gold.bruno)
        browser.reads = False
        order = filled | {"token": str(uuid.uuid4())}

        def press():
            answer = browser.post(form.action, data=order)
            return answer.status_code, "is taken" in answer.text

        return press

    return [presser() for _booker in range(CROWD)]


def test_goes_to_one_of_sixty_four_and_the_others_are_told(app, crowd):
    results = race(app, *crowd)

    assert Counter(results) == {(302, False): 1, (422, True): CROWD - 1}
    db.session.expire_all()
    assert db.session.scalar(select(func.count(Booking.id))) == 1
    assert db.session.scalar(select(func.count(ResourceSlot.id))) == SLOTS
