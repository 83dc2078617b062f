"""Publication: rehearsed, after the notice, by two people, once."""

import uuid
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.database import db, transaction
from portal.jobs.cli import Worker
from portal.outbox import queries as outbox
from portal.programme import queries as programme
from portal.programme.drafts import actions as drafts
from portal.programme.drafts import queries
from portal.programme.drafts.models import Act
from portal.programme.drafts.rules import DraftChanged
from portal.programme.models import ProgrammeVersion
from portal.programme.publication import actions, rules
from portal.programme.publication.models import Publication
from portal.programme.rehearsal.models import Rehearsal
from portal.programme.rules import default_rules, in_force
from portal.programme.terms.rules import Combination
from tests import cast as cast_of_tests
from tests.cast import NOW
from tests.races import race

TODAY = NOW.date()
AFTER_NOTICE = TODAY + timedelta(days=30)


def rehearsed(draft):
    """Say that the draft was rehearsed as it stands."""
    done = Rehearsal(
        public_id=uuid.uuid4(), draft_id=draft.id, draft_revision=draft.revision, name=draft.name
    )
    done.rules, done.findings = queries.rules_of(draft).to_json(), {}
    done.versions = [[1, "2015-01-01"]]
    done.months, done.begins_on, done.ends_on = 12, TODAY - timedelta(days=365), TODAY
    done.asked_at = done.finished_at = NOW
    db.session.add(done)
    db.session.commit()


def made(cast, *, name="Spring", **fields):
    """A draft of Lidia's with these fields changed, rehearsed."""
    with transaction():
        draft = drafts.begin(name=name, start="in_force", by_id=cast.lidia.id, at=NOW)
        changed = replace(queries.rules_of(draft), **({"effective_from": AFTER_NOTICE} | fields))
        drafts.save(
            draft=draft, seen_revision=1, section="points", changed=changed, by_id=cast.lidia.id, at=NOW
        )
    rehearsed(draft)
    return draft


def submit(draft, cast):
    with transaction():
        actions.submit(draft=draft, seen_revision=draft.revision, by_id=cast.lidia.id, at=NOW)


def publish(draft, by, seen=2):
    with transaction():
        return actions.publish(draft=draft, seen_revision=seen, by_id=by.id, at=NOW)


class TestNotice:
    @pytest.mark.parametrize(("lot_months", "days"), [(23, 30), (25, 1)])
    def test_is_not_needed_where_nobody_can_lose(self, lot_months, days):
        first = default_rules()
        draft = replace(first, version=2, effective_from=AFTER_NOTICE, lot_months=lot_months)

        found = rules.notice(versions=[first], draft=draft, today=TODAY)

        assert (found.earliest, found.after) == (TODAY + timedelta(days=days), None)

    def test_ends_after_every_version_that_is_coming(self):
        first = default_rules()
        coming = replace(first, version=2, effective_from=date(2027, 1, 1))
        draft = replace(first, version=3, effective_from=date(2027, 1, 1), lot_months=25)

        found = rules.notice(versions=[first, coming], draft=draft, today=TODAY)

        assert (found.earliest, found.after) == (date(2027, 1, 2), 2)


class TestPublish:
    def test_makes_the_next_version_and_leaves_the_others_as_they_were(self, cast):
        draft = made(cast, lot_months=23)
        submit(draft, cast)

        version = publish(draft, cast.gleb)

        every = programme.all_rules()
        assert [one.version for one in every] == [1, 2]
        assert every[0] == default_rules()
        assert in_force(every, AFTER_NOTICE - timedelta(days=1)).lot_months == 24
        assert in_force(every, AFTER_NOTICE).lot_months == 23
        row = db.session.scalars(select(Publication)).one()
        assert (row.submitted_by_id, row.approved_by_id) == (cast.lidia.id, cast.gleb.id)
        assert (version.published_by_id, row.without_notice) == (cast.lidia.id, False)

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"lot_months": 23, "effective_from": AFTER_NOTICE - timedelta(days=1)}, rules.TooSoon),
            ({"lot_months": 25, "effective_from": TODAY}, rules.TooSoon),
            ({}, rules.NothingChanges),
        ],
    )
    def test_refuses_to_submit_what_may_not_be_published(self, cast, fields, refusal):
        draft = made(cast, **fields)

        with pytest.raises(refusal):
            submit(draft, cast)

    def test_refuses_what_was_rehearsed_before_it_was_changed(self, cast):
        draft = made(cast, lot_months=23)
        with transaction():
            drafts.save(
                draft=draft,
                seen_revision=2,
                section="points",
                changed=replace(queries.rules_of(draft), lot_months=22),
                by_id=cast.lidia.id,
                at=NOW,
            )

        with pytest.raises(rules.NotRehearsed):
            submit(draft, cast)

    def test_counts_the_notice_from_the_day_of_publication(self, cast):
        draft = made(cast, lot_months=23)
        submit(draft, cast)

        with pytest.raises(rules.TooSoon), transaction():
            actions.publish(draft=draft, seen_revision=2, by_id=cast.gleb.id, at=NOW + timedelta(days=1))

        assert queries.draft(draft.public_id).state == "submitted"

    def test_is_not_for_whoever_wrote_it(self, cast):
        draft = made(cast, lot_months=23)
        submit(draft, cast)

        with pytest.raises(rules.OwnDraft):
            publish(draft, cast.lidia)

    def test_remembers_who_submitted_last_however_often_it_went_round(self, cast):
        draft = made(cast, lot_months=23)
        with transaction():
            for _round in range(25):
                drafts.keep_act(draft=draft, act=Act.SUBMIT, note="", by_id=cast.lidia.id, at=NOW)
                drafts.keep_act(draft=draft, act=Act.HAND_BACK, note="", by_id=cast.gleb.id, at=NOW)
            drafts.keep_act(draft=draft, act=Act.SUBMIT, note="", by_id=cast.oskar.id, at=NOW)

        assert actions.submitter_of(draft=draft) == cast.oskar.id
        assert queries.acts_of(draft)[0].by_id == cast.oskar.id

    def test_refuses_a_revision_that_the_second_person_has_not_read(self, cast):
        draft = made(cast, lot_months=23)
        submit(draft, cast)
        with transaction():
            actions.hand_back(draft=draft, seen_revision=2, note="Less.", by_id=cast.gleb.id, at=NOW)
            milder = replace(queries.rules_of(draft), lot_months=22)
            drafts.save(
                draft=draft, seen_revision=2, section="points", changed=milder, by_id=cast.lidia.id, at=NOW
            )
        rehearsed(draft)
        submit(draft, cast)

        with pytest.raises(DraftChanged):
            publish(draft, cast.gleb, seen=2)

    def test_refuses_two_versions_on_one_day(self, cast):
        one, other = made(cast, lot_months=23), made(cast, name="Other", lot_months=22)
        submit(one, cast)
        submit(other, cast)
        publish(one, cast.gleb)

        with pytest.raises(rules.TooSoon):
            publish(other, cast.gleb)

    @pytest.mark.race
    def test_happens_once_when_two_approve_at_once(self, app, cast):
        draft = made(cast, lot_months=23)
        submit(draft, cast)
        second = cast_of_tests.person("Mira Vance", "mira@circle.example")
        db.session.add(second)
        db.session.commit()
        public_id = draft.public_id
        # Plain ids: a person of this session, asked in a thread, would hold its view of the database.
        gleb, mira = (SimpleNamespace(id=person.id) for person in (cast.gleb, second))
        db.session.rollback()

        def approve(by):
            return lambda: publish(queries.draft(public_id), by)

        outcomes = race(app, approve(gleb), approve(mira))

        assert sorted(type(one).__name__ for one in outcomes) == ["DraftNotOpen", "ProgrammeVersion"]
        assert db.session.scalar(select(func.count()).select_from(ProgrammeVersion)) == 2

    @pytest.mark.race
    def test_takes_a_number_once_when_two_drafts_are_published_at_once(self, app, cast):
        ids = []
        for months, days in ((23, 30), (22, 31)):
            draft = made(cast, lot_months=months, effective_from=TODAY + timedelta(days=days))
            submit(draft, cast)
            ids.append(draft.public_id)

        outcomes = race(
            app, *(lambda public_id=one: publish(queries.draft(public_id), cast.gleb) for one in ids)
        )

        assert {type(one).__name__ for one in outcomes} <= {"ProgrammeVersion", "TooSoon"}, outcomes
        db.session.rollback()
        numbers = list(db.session.scalars(select(ProgrammeVersion.number).order_by(ProgrammeVersion.number)))
        assert numbers in ([1, 2], [1, 2, 3])

    def test_is_never_edited(self, cast):
        draft = made(cast, lot_months=23)
        submit(draft, cast)
        publish(draft, cast.gleb)

        for table in ("programme_publication", "programme_draft_act", "programme_version"):
            with pytest.raises(DBAPIError, match="append-only"):
                db.session.execute(text(f"DELETE FROM {table}"))
            db.session.rollback()


class TestContactBudget:
    def test_binds_the_outbox_from_the_day_of_effect(self, cast):
        budget = replace(
            default_rules().contact_budget, marketing_a_month=1, quiet_from="19:30", quiet_until="09:30"
        )
        draft = made(cast, contact_budget=budget)
        submit(draft, cast)
        publish(draft, cast.gleb)

        with transaction():
            early = actions.adopt_contact_budget(at=NOW + timedelta(days=29))
        with transaction():
            in_time = actions.adopt_contact_budget(at=NOW + timedelta(days=30))

        policy = outbox.policy()
        assert (early, in_time) == (False, True)
        assert (policy.marketing_per_month, policy.quiet_from_hour, policy.quiet_to_hour) == (1, 19, 10)

    def test_is_obeyed_from_the_minute_in_which_the_version_begins(self, app, cast, clock):
        budget = replace(default_rules().contact_budget, marketing_a_month=1)
        draft = made(cast, contact_budget=budget)
        submit(draft, cast)
        publish(draft, cast.gleb)
        begins = datetime.combine(AFTER_NOTICE, time(), tzinfo=ZoneInfo("Europe/Lisbon"))

        found = []
        for at in (begins - timedelta(minutes=1), begins):
            clock.set(at)
            Worker(app, "a worker").drain()
            db.session.rollback()
            found.append(outbox.policy().marketing_per_month)

        assert found == [2, 1]


class TestPages:
    def test_lead_from_the_draft_to_the_version(self, client_as, cast):
        draft = made(cast, lot_months=23)
        address = f"/programme/drafts/{draft.public_id}"
        lidia, gleb = client_as(cast.lidia), client_as(cast.gleb)
        page = lidia.get(f"{address}/publication").page
        assert "It can be published" in page.text
        assert "Somebody could lose by it: Months of life" in page.text

        lidia.submit(page, f"{address}/submission")

        assert "You wrote or submitted it" in lidia.get(f"{address}/publication").page.text
        assert "“Spring”, submitted by Lidia Sokolova." in gleb.get("/inbox").page.text
        answer = gleb.submit(gleb.get(f"{address}/publication").page, f"{address}/approval")
        assert answer.location.endswith("/programme/versions/2")
        told = gleb.get(answer.location).page.text
        assert "submitted by Lidia Sokolova, published by Gleb Orlov" in told
        assert "Months of life, to the end of the month 24 23" in told
        assert "to come" in gleb.get("/programme/versions").page.text
        coming = client_as(cast.anna).get("/programme/rules").page.text
        assert "New from: 15 July 2026" in coming
        assert "A spent point costs the hotel" not in coming

    def test_compare_with_the_version_that_a_draft_follows(self, client_as, cast):
        first = made(cast, cap_bp=2_500)
        submit(first, cast)
        publish(first, cast.gleb)
        later = AFTER_NOTICE + timedelta(days=31)
        undoes = made(cast, name="Undo", cap_bp=2_000, effective_from=later)
        lidia = client_as(cast.lidia)

        text = lidia.get(f"/programme/drafts/{undoes.public_id}").page.text

        assert "against version 2, which it follows" in text
        assert "All discounts together, at most 25 % 20 %" in text
        rehearsed(undoes)
        submit(undoes, cast)
        publish(undoes, cast.gleb)
        assert (
            "All discounts together, at most" in lidia.get(f"/programme/drafts/{undoes.public_id}").page.text
        )
        assert "25 % 20 %" in client_as(cast.anna).get("/programme/rules").page.text

    def test_tell_companies_how_discounts_will_meet(self, client_as, cast):
        draft = made(cast, combination=Combination("on_top"))
        submit(draft, cast)
        assert publish(draft, cast.gleb).rules["combination"]["tier_and_promotion"] == "on_top"

        text = client_as(cast.anna).get("/programme/rules").page.text

        assert "How discounts meet: Tier and promotion the larger counts one after the other" in text
        assert "Halls and equipment: tier and bundle the larger counts" in text

    def test_hand_back_with_a_reason(self, client_as, cast):
        draft = made(cast, lot_months=23)
        submit(draft, cast)
        address = f"/programme/drafts/{draft.public_id}"
        gleb = client_as(cast.gleb)
        page = gleb.get(f"{address}/publication").page

        assert gleb.submit(page, f"{address}/return").status_code == 422
        gleb.submit(page, f"{address}/return", note="Too harsh.")

        text = client_as(cast.lidia).get(address).page.text
        assert "Handed back: Too harsh." in text
        assert "Being edited" in text

    def test_say_what_is_missing(self, client_as, cast):
        with transaction():
            draft = drafts.begin(name="Empty", start="in_force", by_id=cast.lidia.id, at=NOW)
        lidia = client_as(cast.lidia)
        page = lidia.get(f"/programme/drafts/{draft.public_id}/publication").page

        lidia.submit(page, f"/programme/drafts/{draft.public_id}/submission")

        assert "Nothing differs from version 1" in page.text
        assert queries.draft(draft.public_id).state == "open"
