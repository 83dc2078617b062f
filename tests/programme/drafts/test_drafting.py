"""Drafting: a draft begins, is saved section by section, and two people never save over each other."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.database import db, transaction
from portal.programme import queries as programme
from portal.programme.drafts import actions, queries
from portal.programme.drafts.models import ProgrammeDraft
from portal.programme.drafts.rules import DraftChanged, DraftNotOpen
from portal.programme.rules import default_rules
from portal.programme.schemes.rules import UnknownScheme, scheme_of
from portal.programme.withdrawals import actions as withdrawals
from tests.cast import NOW
from tests.programme.drafts.test_publication import made, publish, submit
from tests.races import race


@pytest.fixture
def draft(cast) -> ProgrammeDraft:
    """Lidia's draft of the next version."""
    with transaction():
        return actions.begin(name="Spring", start="in_force", by_id=cast.lidia.id, at=NOW)


def save(draft, cast, seen, **fields):
    with transaction():
        changed = replace(queries.rules_of(draft), **fields)
        actions.save(
            draft=draft, seen_revision=seen, section="points", changed=changed, by_id=cast.lidia.id, at=NOW
        )


def withdraw(cast, *, number):
    token = uuid.uuid4()
    with transaction():
        withdrawals.ask(token=token, number=number, reason="Wrong.", by_id=cast.lidia.id, at=NOW)
    with transaction():
        withdrawals.decide(number=number, agrees=True, words="", by_id=cast.gleb.id, at=NOW)


class TestBegin:
    def test_takes_the_version_in_force_and_the_first_of_a_month_after_its_notice(self, draft):
        begun = queries.rules_of(draft)

        assert (begun.version, begun.effective_from.isoformat()) == (2, "2026-08-01")
        assert replace(begun, version=1, effective_from=default_rules().effective_from) == default_rules()

    def test_takes_a_classic_scheme(self, cast):
        with transaction():
            draft = actions.begin(name="Ladder", start="ladder_spend", by_id=cast.lidia.id, at=NOW)

        assert scheme_of(queries.rules_of(draft)) == "ladder_spend"

    def test_says_anew_what_a_withdrawn_version_said(self, cast):
        draft = made(cast, lot_months=23)
        submit(draft, cast)
        publish(draft, cast.gleb)
        withdraw(cast, number=2)

        with transaction():
            again = actions.begin(name="Again", start="withdrawn_2", by_id=cast.lidia.id, at=NOW)

        begun = queries.rules_of(again)
        assert (begun.version, begun.lot_months, again.based_on) == (3, 23, 2)
        assert begun.effective_from.isoformat() == "2026-08-01"

    def test_takes_no_version_that_is_to_come(self, cast):
        submit(draft := made(cast, lot_months=23), cast)
        publish(draft, cast.gleb)

        with transaction(), pytest.raises(UnknownScheme):
            actions.begin(name="Again", start="withdrawn_2", by_id=cast.lidia.id, at=NOW)


class TestSave:
    def test_keeps_every_revision(self, draft, cast):
        save(draft, cast, 1, lot_months=36)
        save(draft, cast, 2, lot_months=48)

        kept = [queries.rules_of(draft, number).lot_months for number in (1, 2, 3)]

        assert kept == [24, 36, 48]
        assert [row.number for row in queries.revisions_of(draft)] == [3, 2, 1]
        assert programme.all_rules() == [default_rules()]

    def test_refuses_what_was_edited_beside_another(self, draft, cast):
        save(draft, cast, 1, lot_months=36)

        with pytest.raises(DraftChanged):
            save(draft, cast, 1, lot_months=48)

        assert queries.rules_of(queries.draft(draft.public_id)).lot_months == 36

    def test_refuses_a_draft_that_was_put_away(self, draft, cast):
        with transaction():
            actions.withdraw(draft=draft, by_id=cast.lidia.id, at=NOW)

        with pytest.raises(DraftNotOpen):
            save(draft, cast, 1, lot_months=36)

    @pytest.mark.race
    def test_lets_one_of_two_succeed_who_save_at_once(self, app, draft, cast):
        public_id = draft.public_id

        def work(months):
            def run():
                found = queries.draft(public_id)
                save(found, cast, 1, lot_months=months)

            return run

        outcomes = race(app, work(36), work(48))

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DraftChanged", "NoneType"]
        assert len(queries.revisions_of(queries.draft(public_id))) == 2

    def test_no_revision_is_ever_edited(self, draft):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text("UPDATE programme_draft_revision SET section = 'tiers'"))
        db.session.rollback()
