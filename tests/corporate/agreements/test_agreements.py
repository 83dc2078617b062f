"""The agreement: published once for all, accepted once a company; the old one holds as long as was said."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.corporate.agreements import queries, rules
from portal.corporate.agreements.models import AgreementAcceptance, AgreementVersion
from portal.corporate.agreements.rules import AgreementState
from portal.database import db
from portal.jobs.cli import Worker
from portal.outbox.models import Letter
from tests.cast import NOW
from tests.corporate.agreements.conftest import accept, publish
from tests.documents import papers
from tests.documents.test_exports import table
from tests.races import meet_before, race, unguarded
from tests.web.client import forget, settle

TODAY = NOW.date()


class TestTheState:
    @given(st.integers(1, 9), st.none() | st.integers(1, 9), st.integers(-40, 40))
    def test_is_accepted_by_the_number_in_force_alone_and_the_old_one_ends_with_its_day(
        self, current, accepted, left
    ):
        until = TODAY + timedelta(days=left)

        state = rules.state_of(current=current, accepted=accepted, old_until=until, today=TODAY)

        assert (state is AgreementState.ACCEPTED) == (accepted is not None and accepted >= current)
        assert (state is AgreementState.NEVER) == (accepted is None)
        if accepted is not None and accepted < current:
            assert (state is AgreementState.OLD_HOLDS) == (left >= 0)

    def test_leaves_two_weeks_at_least_but_for_the_first(self):
        rules.check_notice(None, number=1, today=TODAY)
        rules.check_notice(TODAY + timedelta(days=14), number=2, today=TODAY)
        for until in (None, TODAY + timedelta(days=13)):
            with pytest.raises(rules.OldEndsTooSoon):
                rules.check_notice(until, number=2, today=TODAY)

    def test_reads_the_text_in_paragraphs_and_headings(self):
        found = rules.paragraphs("# One\r\n\r\ntwo\r\nlines\n\n\n\nthree")

        assert [(each.text, each.is_heading) for each in found] == [
            ("One", True),
            ("two lines", False),
            ("three", False),
        ]


class TestPublishing:
    def test_takes_both_languages_and_a_word_that_they_were_read(self, cast, client_as):
        lidia, form = client_as(cast.lidia), {"token": str(uuid.uuid4()), "number": "1"}
        form |= {"title_en": "Terms", "body_en": "All hotels.", "title_ru": "Условия"}

        refused = lidia.post("/programme/agreements/new", data=form)
        form |= {"body_ru": "Все отели.", "is_read": "y"}
        answers = [lidia.post("/programme/agreements/new", data=form) for _ in range(2)]

        assert refused.status_code == 422
        assert "Companies read it in both languages" in refused.page.text
        assert "Read both texts and say so" in refused.page.text
        assert {answer.status_code for answer in answers} == {302}
        assert db.session.scalar(select(func.count(AgreementVersion.id))) == 1
        form["token"] = str(uuid.uuid4())
        assert "Another version was published" in lidia.post("/programme/agreements/new", data=form).page.text
        form |= {"number": "2", "old_until": (TODAY + timedelta(days=13)).isoformat()}
        assert "Companies need two weeks" in lidia.post("/programme/agreements/new", data=form).page.text

    def test_writes_to_whoever_runs_an_account_and_puts_it_into_their_inbox(self, cast, client_as, app):
        publish(cast.lidia)

        settle()
        Worker(app, "a worker").drain()
        forget()

        letters = db.session.scalars(select(Letter.to_address)).all()
        assert sorted(letters) == ["anna@acme.example", "carla@borealis.example"]
        anna = client_as(cast.anna)
        assert "Agreement: Acme Logistics" in anna.get("/inbox").page.text
        anna.submit(anna.get("/corporate/agreement").page, "/acceptance")
        assert "Agreement: Acme Logistics" not in anna.get("/inbox").page.text


class TestAccepting:
    def test_is_shown_to_the_company_and_to_the_hotel_and_stands_on_paper(self, cast, client_as):
        version = publish(cast.lidia)
        anna, nora = client_as(cast.anna), client_as(cast.nora)
        assert "Not accepted yet" in anna.get("/corporate/company").page.text

        anna.submit(anna.get("/corporate/agreement").page, "/acceptance")

        assert anna.get("/corporate/agreement").page.h1.startswith("Your company has accepted")
        assert "Anna Keller" in nora.get(f"/accounts/{cast.acme.public_id}/agreement").page.text
        assert "Acme" in nora.get(f"/programme/agreements/{version.public_id}?tab=accepted").page.text
        for browser, place in ((anna, "/corporate"), (nora, f"/accounts/{cast.acme.public_id}")):
            paper = browser.get(f"{place}/agreement/{version.public_id}.pdf").data
            assert "Anna Keller" in papers.words(paper)
            assert "All hotels." in papers.words(paper)

    def test_of_an_older_version_holds_until_its_day_and_is_refused_afterwards(self, cast, client_as):
        first = publish(cast.lidia)
        accept(first, cast.acme, cast.anna)
        publish(cast.lidia, number=2, days=30)
        anna = client_as(cast.anna)

        assert "holds until" in anna.get("/corporate/agreement").page.h1
        assert "The old one holds until" in anna.get("/inbox").page.text
        anna.post(f"/corporate/agreement/{first.public_id}/acceptance")
        assert "A newer version has been published" in anna.get("/corporate/agreement").page.text
        for days, state in ((30, AgreementState.OLD_HOLDS), (31, AgreementState.OLD_ENDED)):
            found = queries.standing_of(cast.acme.id, today=TODAY + timedelta(days=days))
            assert found.state is state

    def test_is_the_word_of_whoever_runs_the_account(self, cast, client_as):
        version = publish(cast.lidia)
        path = f"/corporate/agreement/{version.public_id}/acceptance"

        assert client_as(cast.bruno).post(path).status_code == 403
        assert client_as(cast.anna).post(f"/corporate/agreement/{uuid.uuid4()}/acceptance").status_code == 404
        cast.acme.manager_id = cast.lidia.id
        db.session.commit()
        assert client_as(cast.nora).get(f"/accounts/{cast.acme.public_id}/agreement").status_code == 404

    def test_is_counted_in_the_file_of_versions_for_whose_companies_they_are(self, cast, client_as):
        accept(publish(cast.lidia), cast.acme, cast.anna)
        publish(cast.lidia, number=2, days=30)
        cast.acme.manager_id = cast.lidia.id
        db.session.commit()

        lidias, noras = (
            table(client_as(each).get("/programme/agreements/versions.csv"))
            for each in (cast.lidia, cast.nora)
        )

        published = ["Terms", "2026-06-15 10:00", "Lidia Sokolova"]
        assert lidias[1:] == [["2", *published, "2026-07-15", "0"], ["1", *published, "", "1"]]
        assert [row[-1] for row in noras[1:]] == ["0", "0"]

    def test_is_told_in_the_export_of_whoever_did_it(self, cast):
        accept(publish(cast.lidia), cast.acme, cast.anna)

        [told] = queries.personal_data(cast.anna.id)
        assert told["accepted_version"] == 1


def load(*rows):
    """Read them whole, for other threads too."""
    for each in rows:
        db.session.refresh(each)


def acceptances():
    """Counted anew, and not as of when the rows above were read."""
    db.session.rollback()
    return db.session.scalar(select(func.count(AgreementAcceptance.id)))


class TestTwoAtOnce:
    def test_accept_once(self, app, cast):
        version = publish(cast.lidia)
        load(cast.acme, cast.anna)

        results = race(app, *[lambda: accept(version, cast.acme, cast.anna)] * 2)

        assert not [each for each in results if isinstance(each, Exception)]
        assert acceptances() == 1

    def test_would_both_try_without_the_lock(self, app, cast, monkeypatch):
        version = publish(cast.lidia)
        load(cast.acme, cast.anna)
        monkeypatch.setattr(queries, "lock_account", lambda _account_id: None)
        meet_before(monkeypatch, queries, "acceptance")

        results = race(app, *[lambda: accept(version, cast.acme, cast.anna, within=unguarded)] * 2)

        assert any(isinstance(each, Exception) for each in results)
        assert acceptances() == 1

    def test_publish_one_version_of_a_number(self, app, cast):
        results = race(app, *[lambda: publish(cast.lidia)] * 2)

        assert [type(each) for each in results if isinstance(each, Exception)] == [rules.NumberTaken]
