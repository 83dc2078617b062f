"""What bin/bench says beside the portal is the same act: it takes as many seats as it registers guests."""

import pytest
from sqlalchemy import func, select

from bench import registrations
from portal.corporate.registrations.models import Registration
from portal.database import db


@pytest.mark.engines("postgresql")
def test_the_bare_statements_register_each_party_once_and_count_its_seat(app, database, monkeypatch):
    monkeypatch.setattr(registrations, "SECONDS", 0.05)
    places, cookies = registrations._furnish(app)
    heard = registrations._heard(places)

    done = registrations._say(database.url, heard, 1, places["event"])

    db.session.rollback()
    assert len(cookies) == registrations.CLIENTS
    assert done >= 1
    assert db.session.scalar(select(func.count(Registration.id))) == done + 1
    assert registrations._agrees(places)
