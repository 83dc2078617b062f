"""A guest opts out in the moment in which the letter is written, whichever of the two comes first."""

from threading import Event

import pytest
from sqlalchemy import func, select

from portal.database import db, transaction
from portal.outbox.models import Letter
from portal.surveys.invitations import actions
from portal.surveys.invitations.models import LeftOut, OptOut
from tests.races import START_TIMEOUT_S, race, wait_for
from tests.surveys.conftest import ASKED, invitation

pytestmark = pytest.mark.race


@pytest.fixture
def send(fulfil):
    """The worker's part: write the letter that asks Tamara."""
    fulfil()
    public_id = invitation().public_id

    def go():
        with transaction():
            return actions.send_invitation(public_id=public_id, at=ASKED)

    return go


@pytest.fixture
def opt_out(cast):
    """Tamara's part."""
    person_id = cast.tamara.id

    def go():
        with transaction():
            actions.opt_out(person_id=person_id, at=ASKED)

    return go


def overtake(monkeypatch, first, second, *, place, name):
    """Hold the first where it has looked and not yet written, until the second is through or must wait."""
    has_looked, is_through, real = Event(), Event(), getattr(place, name)

    def held(*given, **named):
        has_looked.set()
        wait_for(is_through)
        return real(*given, **named)

    def overtaking():
        has_looked.wait(START_TIMEOUT_S)
        try:
            return second()
        finally:
            is_through.set()

    monkeypatch.setattr(place, name, held)
    return first, overtaking


def letters():
    asking = select(func.count(Letter.id)).where(Letter.kind == "survey")
    return db.session.scalar(asking)


def test_while_the_letter_is_written_withdraws_it(app, send, opt_out, monkeypatch):
    results = race(app, *overtake(monkeypatch, send, opt_out, place=actions.emails, name="ask"))

    assert results == [None, None]
    assert (invitation().left_out, letters()) == (LeftOut.OPTED_OUT, 0)
    assert db.session.scalar(select(func.count(OptOut.id))) == 1


def test_is_seen_by_a_letter_that_is_begun_before_it_is_kept(app, send, opt_out, monkeypatch):
    results = race(app, *overtake(monkeypatch, opt_out, send, place=actions.audit, name="record"))

    assert results == [None, LeftOut.OPTED_OUT]
    assert (invitation().left_out, letters()) == (LeftOut.OPTED_OUT, 0)
