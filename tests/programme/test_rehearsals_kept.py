"""How long a rehearsal keeps the figures of single companies: 180 days, of a published draft for good."""

# ruff: noqa: F811 -- fixtures of another module, which parameters name again
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.database import db, transaction
from portal.jobs import actions as jobs
from portal.jobs.cli import Worker
from portal.programme.rehearsal import actions, queries, rules
from portal.programme.rehearsal.models import RehearsedAccount
from tests.cast import NOW
from tests.programme.test_rehearsals import KINDER, draft, past, rehearse  # noqa: F401 -- fixtures


class TestTidying:
    def tidy(self, after, limit=9):
        with transaction():
            return actions.throw_away(at=NOW + after, limit=limit)

    def left(self, rehearsal):
        db.session.rollback()
        statement = select(RehearsedAccount).where(RehearsedAccount.rehearsal_id == rehearsal.id)
        return len(db.session.scalars(statement).all())

    @pytest.fixture
    def old(self, rehearse):
        """A rehearsal that was finished at the usual moment."""
        found = rehearse(KINDER)
        found.finished_at = NOW
        db.session.commit()
        return found

    @pytest.mark.parametrize(
        ("after", "gone", "left"),
        [(rules.KEPT - timedelta(seconds=1), 0, 2), (rules.KEPT, 1, 0)],
    )
    def test_throws_away_what_was_kept_long_enough(self, old, after, gone, left):
        assert (self.tidy(after), self.left(old)) == (gone, left)

    def test_leaves_the_sums(self, old):
        before = queries.findings_of(old)

        self.tidy(rules.KEPT)

        assert queries.findings_of(queries.rehearsal_for(old.public_id)) == before

    def test_throws_away_what_a_rehearsal_left_that_never_ended(self, old):
        old.findings = old.finished_at = None
        db.session.commit()

        assert (self.tidy(rules.KEPT), self.left(old)) == (1, 0)

    @pytest.mark.parametrize(
        ("state", "revisions_later", "left"), [("published", 0, 2), ("published", 1, 0), ("withdrawn", 0, 0)]
    )
    def test_leaves_those_by_which_a_version_was_published(self, old, draft, state, revisions_later, left):
        draft.state, draft.revision = state, draft.revision + revisions_later
        old.draft_id, old.draft_revision = draft.id, draft.revision - revisions_later
        db.session.commit()

        self.tidy(rules.KEPT)

        assert self.left(old) == left

    def test_is_done_by_the_worker_one_rehearsal_after_the_other(self, app, old, rehearse, clock):
        newer = rehearse(KINDER)
        clock.advance(days=rules.KEPT.days + 2)
        with transaction():
            jobs.enqueue(kind=rules.TIDY_JOB, payload={}, owner_id=None, dedupe_key="tidy", at=clock())

        Worker(app, "a worker").drain()

        assert (self.left(old), self.left(newer)) == (0, 0)

    def test_is_said_on_the_page_before_and_after(self, old, client_as, past, clock):
        address = f"/programme/rehearsals/{old.public_id}"
        before = client_as(past.lidia).get(address).page.text
        clock.advance(days=rules.KEPT.days)
        self.tidy(rules.KEPT)

        after = client_as(past.lidia).get(address).page
        accounts = client_as(past.lidia).get(f"{address}/accounts").page.text

        assert "are kept until 12 December 2026, the sums for good." in before
        assert "were kept until 12 December 2026. The sums stay." in after.text
        assert "Who gains most" not in after.text
        assert f"{address}/accounts" not in after.links
        assert "No figures of single companies" in accounts
