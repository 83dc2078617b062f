"""Two phones send one survey in the same moment, with each guard first taken away."""

import pytest
from sqlalchemy import func, select

from portal.database import db
from portal.surveys.answers.models import Compliment
from portal.surveys.invitations import queries as invitations
from portal.surveys.invitations.models import Invitation
from portal.surveys.submissions import actions
from tests.races import meet_before, race, stopped_by_the_database, unguarded
from tests.surveys.conftest import ASKED, answer

pytestmark = pytest.mark.race


@pytest.fixture
def send(client, cast, ask):
    """A complete survey that thanks Dario, sent without queueing."""
    token = ask()
    answer(client, token, "come_again", "4")
    answer(client, token, "recommend", "9")
    answer(client, token, "thanks", str(cast.dario.public_id))

    def go():
        with unguarded():
            return actions.submit(token=token, at=ASKED)

    return go


def without_lock(real):
    return lambda token, **_: real(token, lock=False)


def test_would_both_be_taken_without_the_guards_but_for_the_database(app, send, monkeypatch):
    monkeypatch.setattr(invitations, "invitation_by_token", without_lock(invitations.invitation_by_token))
    monkeypatch.setattr(
        actions, "_submit_once", lambda invitation, *, at: setattr(invitation, "submitted_at", at)
    )
    meet_before(monkeypatch, actions.answers, "pass_on_thanks")

    results = race(app, send, send)

    # Nobody was refused: one thanks twice, and only the database stops the second.
    assert stopped_by_the_database(results) == 1
    assert sum(isinstance(one, Invitation) for one in results) == 1


def test_take_turns_by_the_one_submission_alone(app, send, monkeypatch):
    monkeypatch.setattr(invitations, "invitation_by_token", without_lock(invitations.invitation_by_token))
    meet_before(monkeypatch, actions, "_submit_once")

    results = race(app, send, send)

    assert sum(isinstance(one, Invitation) for one in results) == 1
    assert db.session.scalar(select(func.count(Compliment.id))) == 1
