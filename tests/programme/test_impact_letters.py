"""Impact letters: one for each company, held until approved, sent as often as people may be written to."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from portal.database import db, transaction
from portal.jobs import actions as jobs
from portal.jobs.cli import Worker
from portal.outbox.models import ContactPolicy, Letter
from portal.people.models import Grant, Role
from portal.programme.drafts import actions as drafts
from portal.programme.drafts import queries as draft_queries
from portal.programme.impact import actions, emails, queries, rules, words
from portal.programme.impact.handlers import JOB
from portal.programme.impact.models import ImpactLetter, ImpactState
from portal.programme.models import ProgrammeVersion
from portal.programme.publication import actions as publication
from portal.programme.publication import rules as publication_rules
from portal.programme.rehearsal import actions as rehearsals
from portal.programme.rehearsal import queries as rehearsal_queries
from portal.programme.rehearsal.actions import Tried
from portal.programme.rules import default_rules
from portal.programme.withdrawals import actions as withdrawals
from tests.cast import NOW, grant, person
from tests.races import race
from tests.statements import count_statements

RULES = default_rules()
STRICT = replace(
    RULES,
    version=2,
    effective_from=NOW.date() + timedelta(days=40),
    tiers=tuple(replace(tier, points_per_euro=tier.points_per_euro - 1) for tier in RULES.tiers),
)
AFTERNOON = NOW.replace(hour=12)


@pytest.fixture
def letters(app, house, told):
    """Version 2 takes a point a euro; Acme has a past, and Borealis; the letters are drafted."""
    told.stay(house.acme, "a", arrival=date(2026, 2, 1), nights=3, cents=30_000)
    told.stay(house.borealis, "b", arrival=date(2026, 4, 1), nights=1, cents=10_000)
    told.play(house.acme, house.borealis, as_of=NOW.date())
    version = ProgrammeVersion(
        number=2, effective_from=STRICT.effective_from, rules=STRICT.to_json(), published_at=NOW
    )
    with transaction():
        db.session.add(version)
        asked, _job = rehearsals.ask(
            token=house.acme.public_id, tried=Tried(STRICT, "Strict"), months=12, by=house.lidia.id, at=NOW
        )
    Worker(app, "a worker").drain()
    db.session.expire_all()
    found = rehearsal_queries.rehearsal_for(asked.public_id)
    with transaction():
        actions.draft_impact_letters(version=version, rehearsal=found, by=house.lidia.id, at=NOW)
    return version, found


def letter_of(account):
    db.session.expire_all()
    return next(
        letter for letter in queries.letters(2, None).rows if letter.account.public_id == account.public_id
    )


def preview(letter, rehearsal):
    return emails.preview(letter=letter, rehearsal=rehearsal, locale="en")["text"]


def written():
    return db.session.scalars(select(Letter).where(Letter.template == "programme/impact")).all()


def send(at):
    with transaction():
        return actions.send_some(after_id=0, limit=20, at=at)[1]


class TestDrafting:
    def test_makes_one_letter_for_each_company_however_often_it_is_asked(self, letters, house):
        version, found = letters

        with transaction():
            again = actions.draft_impact_letters(version=version, rehearsal=found, by=None, at=NOW)

        assert again == 0
        assert [row.account.name for row in queries.letters(2, ImpactState.HELD).rows] == [
            "Acme Logistics",
            "Borealis Foods",
        ]
        assert send(AFTERNOON) == 0

    def test_comes_with_the_publication_of_the_draft(self, app, house, told):
        told.stay(house.acme, "a", arrival=date(2026, 2, 1), nights=3, cents=30_000)
        told.play(house.acme, as_of=NOW.date())
        with transaction():
            draft = drafts.begin(name="Flat", start="flat", by_id=house.lidia.id, at=NOW)
        with transaction():
            later = replace(draft_queries.rules_of(draft), effective_from=NOW.date() + timedelta(days=31))
            drafts.save(
                draft=draft, seen_revision=1, section="effect", changed=later, by_id=house.lidia.id, at=NOW
            )
            tried = Tried(later, draft.name, draft.id, draft.revision)
            rehearsals.ask(token=house.acme.public_id, tried=tried, months=12, by=house.lidia.id, at=NOW)
        Worker(app, "a worker").drain()
        with transaction():
            publication.submit(draft=draft, seen_revision=2, by_id=house.lidia.id, at=NOW)

        with transaction():
            publication.publish(draft=draft, seen_revision=2, by_id=house.gleb.id, at=NOW)

        assert [row.account.name for row in queries.letters(2, ImpactState.HELD).rows] == ["Acme Logistics"]


class TestDeciding:
    def test_lets_all_go_but_those_that_were_struck_out(self, letters, house):
        with transaction():
            actions.strike_out(letter=letter_of(house.borealis), by=house.lidia.id, at=NOW)
        with transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)

        assert send(AFTERNOON) == 1
        assert [letter.to_name for letter in written()] == ["Anna Keller"]
        assert letter_of(house.borealis).state is ImpactState.STRUCK

    def test_is_done_once(self, letters, house):
        with transaction():
            actions.approve(letter=letter_of(house.acme), by=house.lidia.id, at=NOW)

        with pytest.raises(rules.LetterDecided), transaction():
            actions.approve(letter=letter_of(house.acme), by=house.lidia.id, at=NOW)
        with transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)
        with pytest.raises(rules.NothingHeld), transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)

    def test_strikes_out_what_was_approved_as_long_as_it_has_not_left(self, letters, house):
        with transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)
        with transaction():
            actions.strike_out(letter=letter_of(house.acme), by=house.lidia.id, at=NOW)

        assert send(AFTERNOON) == 1
        assert letter_of(house.acme).state is ImpactState.STRUCK
        with pytest.raises(rules.LetterDecided), transaction():
            actions.strike_out(letter=letter_of(house.borealis), by=house.lidia.id, at=NOW)

    @pytest.mark.race
    def test_by_two_at_once_lets_one_of_them_decide(self, app, letters, house):
        letter_id, by = letter_of(house.acme).public_id, house.lidia.id

        def decide(how):
            def act():
                try:
                    with transaction():
                        how(letter=queries.letter_for(letter_id), by=by, at=NOW)
                except rules.LetterDecided:
                    return 0
                return 1

            return act

        done = race(app, decide(actions.strike_out), decide(actions.strike_out))

        assert sum(done) == 1


class TestSending:
    def test_writes_each_person_once_whatever_is_tried_again(self, letters, house):
        with transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)
        send(AFTERNOON)
        row = letter_of(house.acme)
        row.sent_at = None
        db.session.commit()

        send(AFTERNOON)

        assert sorted(letter.to_name for letter in written()) == ["Anna Keller", "Carla Rossi"]
        assert (letter_of(house.acme).state, letter_of(house.acme).recipients) == (ImpactState.SENT, 1)

    def test_waits_for_the_contact_budget(self, letters, house):
        db.session.execute(select(ContactPolicy)).scalar_one().marketing_per_month = 0
        db.session.commit()
        with transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)

        assert send(AFTERNOON) == 0
        assert letter_of(house.acme).state is ImpactState.APPROVED
        assert letter_of(house.acme).try_at == datetime(2026, 6, 30, 23, tzinfo=UTC)  # July begins in Lisbon
        assert queries.due(at=AFTERNOON, after_id=0, limit=9) == []
        db.session.execute(select(ContactPolicy)).scalar_one().marketing_per_month = 2
        db.session.commit()
        assert send(letter_of(house.acme).try_at) == 2

    def test_is_too_late_once_the_version_is_in_force(self, letters, house, client_as, clock):
        with transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)
        clock.advance(days=41)

        assert send(NOW + timedelta(days=41)) == 0
        page = client_as(house.oskar).get("/programme/impact/2").page
        assert "not sent in time: the version is in force" in page.text

    def test_takes_out_of_the_outbox_what_would_leave_once_the_version_is_in_force(self, app, letters, house):
        with transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)
        assert send(AFTERNOON) == 2
        db.session.execute(update(Letter).where(Letter.to_name == "Carla Rossi").values(sent_at=AFTERNOON))
        db.session.commit()

        begins = publication_rules.begins_at(STRICT.effective_from, "Europe/Lisbon")
        for at, expected in ((begins - timedelta(seconds=1), 2), (begins, 1)):
            with transaction():
                actions.take_out_some(after_id=0, limit=20, at=at)
            assert len(written()) == expected

        assert letter_of(house.acme).recipients == 0
        assert "in force" in words.note(letter_of(house.acme), "UTC", STRICT.effective_from)
        assert words.note(letter_of(house.borealis), "UTC", STRICT.effective_from) == "to 1 person"

    def test_waits_for_somebody_to_run_the_account(self, letters, house):
        db.session.execute(update(Grant).where(Grant.account_id == house.acme.id).values(ended_at=NOW))
        db.session.commit()
        with transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)

        assert send(AFTERNOON) == 1
        acme = letter_of(house.acme)
        assert (acme.state, acme.recipients) == (ImpactState.APPROVED, 0)
        assert acme.try_at == AFTERNOON + timedelta(days=1)

    def test_is_the_worker_s(self, app, letters, house, clock):
        with transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)
        clock.advance(minutes=31)

        Worker(app, "a worker").drain()

        assert letter_of(house.acme).state is ImpactState.SENT


class TestTheLetter:
    def test_never_calls_the_same_what_leaves_fewer_points(self, letters, house):
        letter, (_, rehearsal) = letter_of(house.acme), letters
        letter.rehearsed.gain_cents = 0
        letter.rehearsed.outstanding_after = letter.rehearsed.outstanding_before
        assert "would have been the same" in preview(letter, rehearsal)

        letter.rehearsed.outstanding_after -= 1

        assert "would have been the same" not in preview(letter, rehearsal)
        db.session.rollback()

    def test_names_the_changes_that_the_past_cannot_tell(self, letters, house):
        letter, (_, rehearsal) = letter_of(house.acme), letters
        rehearsal.findings = rehearsal.findings | {"left_out": ["bundle_ladder", "hold_minutes"]}

        said = preview(letter, rehearsal)

        assert "would have done: Ladder of the VIP bundle." in " ".join(said.split())
        db.session.rollback()


class TestThePages:
    def test_show_the_letter_in_both_languages_and_let_it_go(self, letters, house, client_as):
        lidia = client_as(house.lidia)
        row = letter_of(house.acme)
        address = f"/programme/impact/letters/{row.public_id}"

        page = lidia.get(address).page
        assert "that would have been €3 less" in page.text
        assert "это было бы на 3 € меньше" in page.text.replace("\u00a0", " ")
        lidia.submit(page, f"{address}/approval")

        assert letter_of(house.acme).state is ImpactState.APPROVED
        assert "1 letter waits for approval" in lidia.get("/programme/impact/2").page.h1
        assert "Version 2" in lidia.get("/inbox").page.text

    def test_list_with_the_same_statements_whatever_their_number(self, letters, house, client_as):
        oskar = client_as(house.oskar)
        oskar.get("/programme/impact/2")

        with count_statements() as with_two:
            oskar.get("/programme/impact/2")
        db.session.delete(db.session.scalars(select(ImpactLetter)).first())
        db.session.commit()
        with count_statements() as with_one:
            oskar.get("/programme/impact/2")

        assert len(with_one) == len(with_two)

    def test_say_when_there_is_nothing_to_tell(self, house, client_as):
        page = client_as(house.oskar).get("/programme/impact").page

        assert "No company has to be told" in page.h1


class TestAWithdrawnVersion:
    """Version 2 never begins: whoever was told of it is told again, nobody else hears of it."""

    @pytest.fixture
    def acme_told(self, letters, house):
        with transaction():
            actions.approve(letter=letter_of(house.acme), by=house.lidia.id, at=NOW)
        assert send(AFTERNOON) == 1

    def withdraw(self, house):
        with transaction():
            withdrawals.ask(token=uuid.uuid4(), number=2, reason="Wrong.", by_id=house.lidia.id, at=AFTERNOON)
        with transaction():
            withdrawals.decide(number=2, agrees=True, words="", by_id=house.gleb.id, at=AFTERNOON)

    def corrections(self):
        return db.session.scalars(select(Letter).where(Letter.template == "programme/rules_withdrawn")).all()

    def test_is_taken_back_from_those_who_were_told(self, acme_told, house):
        db.session.execute(update(Letter).values(sent_at=AFTERNOON))
        db.session.commit()
        self.withdraw(house)

        for expected in (1, 0):
            with transaction():
                assert actions.take_back_some(after_id=0, limit=20, at=AFTERNOON)[1] == expected

        [written] = self.corrections()
        assert (written.to_name, written.kind) == ("Anna Keller", "service")
        assert "will not come" in written.subject
        assert letter_of(house.acme).taken_back_at == AFTERNOON

    def test_takes_back_out_of_the_outbox_what_has_not_left(self, acme_told, house):
        self.withdraw(house)

        with transaction():
            assert actions.take_back_some(after_id=0, limit=20, at=AFTERNOON)[1] == 0

        assert (written(), self.corrections()) == ([], [])
        assert "nobody to be told again" in words.note(letter_of(house.acme), "UTC", AFTERNOON.date())

    def test_is_taken_back_where_only_some_were_told_before_the_budget_was_spent(self, letters, house, save):
        zoe = save(person("Zoe", "zoe@acme.example"))
        for company in (house.acme, house.borealis):
            grant(zoe, Role.ACCOUNT_ADMINISTRATOR, account=company)
        db.session.execute(select(ContactPolicy)).scalar_one().marketing_per_month = 1
        db.session.commit()
        with transaction():
            actions.approve_all(number=2, by=house.lidia.id, at=NOW)
        assert send(AFTERNOON) == 1
        assert letter_of(house.borealis).state is ImpactState.APPROVED
        db.session.execute(update(Letter).values(sent_at=AFTERNOON))
        db.session.commit()

        self.withdraw(house)
        with transaction():
            assert actions.take_back_some(after_id=0, limit=20, at=AFTERNOON)[1] == 3

        told = sorted(letter.to_name for letter in self.corrections())
        assert told == ["Anna Keller", "Carla Rossi", "Zoe"]
        assert letter_of(house.borealis).state is ImpactState.STRUCK
        assert "told again" in words.note(letter_of(house.borealis), "UTC", AFTERNOON.date())

    def test_is_told_to_whoever_runs_the_account_now(self, acme_told, house, save):
        zoe = save(person("Zoe", "zoe@acme.example"))
        grant(zoe, Role.ACCOUNT_ADMINISTRATOR, account=house.acme)
        annas = (Grant.account_id == house.acme.id, Grant.person_id == house.anna.id)
        db.session.execute(update(Grant).where(*annas).values(ended_at=AFTERNOON))
        db.session.execute(update(Letter).values(sent_at=AFTERNOON))
        db.session.commit()

        self.withdraw(house)
        with transaction():
            actions.take_back_some(after_id=0, limit=20, at=AFTERNOON)

        assert [letter.to_name for letter in self.corrections()] == ["Zoe"]

    def test_strikes_out_what_was_held_or_approved(self, acme_told, house):
        with transaction():
            actions.approve(letter=letter_of(house.borealis), by=house.lidia.id, at=NOW)

        self.withdraw(house)

        assert letter_of(house.borealis).state is ImpactState.STRUCK
        assert letter_of(house.acme).state is ImpactState.SENT
        assert send(AFTERNOON) == 0

    def test_is_told_by_the_job(self, app, acme_told, house):
        db.session.execute(update(Letter).values(sent_at=AFTERNOON))
        db.session.commit()
        self.withdraw(house)

        with transaction():
            jobs.enqueue(kind=JOB, payload={}, dedupe_key="once", at=NOW)
        Worker(app, "a worker").drain()

        assert [letter.to_name for letter in self.corrections()] == ["Anna Keller"]
