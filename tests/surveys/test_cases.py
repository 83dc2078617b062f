"""The closed loop: a low score, a deadline, what was done, the guest's second word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.audit.models import Sight
from portal.database import db, transaction
from portal.people.models import Role
from portal.programme.models import ProgrammeVersion
from portal.programme.rules import default_rules
from portal.programme.terms.rules import Names
from portal.surveys.cases import actions, queries, rules
from portal.surveys.cases.models import Case, CaseStep, SecondWord
from portal.surveys.cases.rules import Reach
from portal.surveys.invitations.models import Invitation
from portal.web.registries import registries
from tests.cast import grant, person
from tests.races import race
from tests.statements import count_statements
from tests.surveys.conftest import ASKED, SECOND_WORD, answer_all

ALL = Reach(is_whole=True)
DAYS = {"partner": 5, "silver": 3, "gold": 2, "platinum": 1}
LISBON = "Europe/Lisbon"
YEARS = (datetime(2026, 1, 1), datetime(2027, 12, 31))  # noqa: DTZ001 -- hypothesis wants them plain


def case():
    db.session.rollback()
    return db.session.scalars(select(Case)).one()


@pytest.fixture
def complain(client, ask):
    """Tamara gives low scores."""

    def go(**scores):
        answer_all(client, ask(), **({"come_again": 2, "recommend": 3, "words": "Two hours late."} | scores))
        return case()

    return go


@pytest.fixture
def answer_it(client_as, cast):
    """Nora writes what was done, and tells the guest."""

    def go(words="We have changed the supplier.", *, browser=None):
        nora = browser or client_as(cast.nora)
        page = nora.get(f"/surveys/cases/{case().public_id}").page
        return nora.submit(page, "/resolution", words=words)

    return go


def second_link(letters):
    texts = [letter.text for letter in letters if letter.template == "surveys/case_resolved"]
    return SECOND_WORD.search(texts[-1]).group(1)


class TestDueAt:
    @pytest.mark.parametrize(
        ("tier", "day"),
        [("platinum", 17), ("gold", 18), ("silver", 19), ("partner", 23)],
    )
    def test_is_the_end_of_so_many_working_days_by_tier(self, tier, day):
        tuesday = datetime(2026, 6, 16, 10, 0, tzinfo=UTC)

        found = rules.due_at(DAYS, tier=tier, tiers=[*DAYS], zone=LISBON, at=tuesday)

        # The last moment of the day in Lisbon, an hour ahead of UTC.
        assert found == datetime(2026, 6, day, 23, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("tier", "like"),
        [("ruby", "platinum"), ("pearl", "silver"), ("base", "partner"), ("of_another_house", "partner")],
    )
    def test_of_a_tier_that_is_not_named_is_that_of_the_nearest_below(self, tier, like):
        tiers, at = ["base", "partner", "silver", "pearl", "gold", "platinum", "ruby"], ASKED

        found = rules.due_at(DAYS, tier=tier, tiers=tiers, zone=LISBON, at=at)

        assert found == rules.due_at(DAYS, tier=like, tiers=tiers, zone=LISBON, at=at)

    @given(st.datetimes(*YEARS), st.sampled_from(sorted(DAYS)))
    def test_never_falls_on_the_first_moment_of_a_weekends_day(self, at, tier):
        at = at.replace(tzinfo=UTC)
        found = rules.due_at(DAYS, tier=tier, tiers=[*DAYS], zone="UTC", at=at)

        assert (found - timedelta(seconds=1)).weekday() < 5
        assert found > at


class TestALowScore:
    @pytest.mark.parametrize(
        ("scores", "opens"),
        [((3, 7), False), ((2, 10), True), ((5, 6), True), ((5, 7), False), ((1, 0), True)],
    )
    def test_opens_a_case_for_the_accounts_manager(self, client, cast, ask, scores, opens):
        answer_all(client, ask(), come_again=scores[0], recommend=scores[1])

        assert len(db.session.scalars(select(Case)).all()) == opens

    def test_of_a_tier_above_the_highest_is_answered_as_soon_as_one_of_the_highest(self, client, cast, ask):
        first = default_rules()
        ruby = replace(first.tiers[-1], code="ruby", name=Names("Ruby", "Рубиновый"))
        second = replace(
            first, version=2, effective_from=ASKED.date() - timedelta(days=9), tiers=(*first.tiers, ruby)
        )
        link = ask()
        with transaction():
            db.session.add(
                ProgrammeVersion(
                    number=2,
                    effective_from=second.effective_from,
                    rules=second.to_json(),
                    published_at=ASKED,
                )
            )
            db.session.scalars(select(Invitation)).one().tier = "ruby"

        answer_all(client, link, come_again=2, recommend=3)

        opened = case()
        next_day = rules.due_at({"platinum": 1}, tier="platinum", tiers=(), zone=LISBON, at=opened.opened_at)
        assert opened.due_at == next_day

    def test_belongs_to_whoever_manages_the_account_now(self, complain, client_as, cast):
        complain()
        address = f"/surveys/cases/{case().public_id}"
        successor = person("Nils Berg", "nils@circle.example")
        db.session.add(successor)
        db.session.flush()
        grant(successor, Role.ACCOUNT_MANAGER)
        cast.acme.manager_id = successor.id
        db.session.commit()

        nils, nora = client_as(successor), client_as(cast.nora)
        assert "Answer Acme Logistics" in nils.get("/inbox").page.text
        assert "Nils Berg" in nils.get(address).page.text
        assert "Answer Acme Logistics" not in nora.get("/inbox").page.text
        assert nora.get(address).status_code == 404

    def test_waits_in_the_managers_inbox_and_in_nobody_elses(self, complain, client_as, cast):
        complain()

        assert "Answer Acme Logistics" in client_as(cast.nora).get("/inbox").page.text
        for other in (cast.gleb, cast.lidia, cast.oskar, cast.dario, cast.anna):
            assert "Answer Acme Logistics" not in client_as(other).get("/inbox").page.text

    def test_is_the_loyalty_managers_too_once_it_is_overdue(self, complain, client_as, cast, clock):
        complain()
        clock.set(case().due_at)

        assert "Answer Acme Logistics" in client_as(cast.lidia).get("/inbox").page.text


class TestTheCasesPage:
    def test_shows_the_guests_words_to_the_manager_and_tells_the_guest_who_looked(
        self, complain, client_as, cast
    ):
        complain()

        page = client_as(cast.nora).get(f"/surveys/cases/{case().public_id}").page

        assert "Two hours late." in page.text
        sights = db.session.scalars(select(Sight).where(Sight.subject_id == cast.tamara.id)).all()
        assert [(one.viewer_id, one.page) for one in sights] == [(cast.nora.id, "case")]

    def test_of_another_hotel_or_company_is_not_found(self, complain, client_as, cast):
        complain()
        address = f"/surveys/cases/{case().public_id}"
        gleb = client_as(cast.gleb)
        assert gleb.get(address).status_code == 200  # of his hotel

        case().property_id = cast.townhouse.id
        assert gleb.get(address).status_code == 404
        cast.acme.manager_id = cast.lidia.id
        assert client_as(cast.nora).get(address).status_code == 404

    @pytest.mark.parametrize("other", ["oskar", "elena", "dario", "anna"])
    def test_is_for_those_whom_the_survey_named_and_no_others(self, complain, client_as, cast, other):
        complain()
        browser, address = client_as(getattr(cast, other)), f"/surveys/cases/{case().public_id}"

        assert browser.get(address).status_code == browser.get("/surveys/cases").status_code == 403
        assert browser.post(f"{address}/steps", data={"words": "x"}).status_code == 403

    def test_lists_as_many_cases_with_as_many_statements(self, complain, client_as, cast):
        complain()
        nora = client_as(cast.nora)
        nora.get("/surveys/cases")
        with count_statements() as found:
            page = nora.get("/surveys/cases").page

        assert "1 case is open" in page.h1
        assert len(found) <= 12


class TestAnswering:
    def test_notes_a_step_once_and_keeps_it_in_the_house(self, complain, client_as, cast, work):
        complain()
        nora = client_as(cast.nora)
        page = nora.get(f"/surveys/cases/{case().public_id}").page
        form = page.form("/resolution")
        values = form.filled({"words": "Called the driver."})

        for _ in range(2):
            nora.post(f"/surveys/cases/{case().public_id}/steps", data=values)

        assert db.session.scalar(select(func.count(CaseStep.id))) == 1
        assert [one for one in work() if one.template == "surveys/case_resolved"] == []

    def test_without_words_is_refused(self, complain, answer_it):
        complain()

        assert answer_it(" ").status_code == 422
        assert case().resolved_at is None

    def test_tells_the_guest_and_asks_once_more(self, complain, answer_it, work, cast):
        complain()
        answer_it()

        [letter] = [one for one in work() if one.template == "surveys/case_resolved"]
        assert letter.to_address == cast.tamara.email
        assert "We have changed the supplier." in letter.text
        assert "we take it up again" in letter.text  # whoever manages the account by then
        assert rules.state_of(case(), at=ASKED) is rules.CaseState.WAITING

    def test_tells_once_however_often_it_is_pressed(self, complain, client_as, cast, work):
        complain()
        nora = client_as(cast.nora)
        page = nora.get(f"/surveys/cases/{case().public_id}").page
        form = page.form("/resolution")
        values = form.filled({"words": "Done."})
        for _ in range(3):
            nora.post(form.action, data=values)

        assert len([one for one in work() if one.template == "surveys/case_resolved"]) == 1

    def test_noted_first_and_told_with_the_same_form_is_noted_and_told(self, complain, client_as, cast, work):
        complain()
        nora, address = client_as(cast.nora), f"/surveys/cases/{case().public_id}"
        form = nora.get(address).page.form("/resolution")
        values = form.filled({"words": "We have changed the supplier."})
        nora.post(f"{address}/steps", data=values)

        nora.post(form.action, data=values)

        assert "The letter to the guest is written" in nora.get(address).page.text
        assert len([one for one in work() if one.template == "surveys/case_resolved"]) == 1

    @pytest.mark.parametrize("gone", [{"email": None}, {"left_at": ASKED}])
    def test_a_guest_who_is_gone_closes_the_case_and_says_that_nobody_was_told(
        self, complain, client_as, cast, work, gone
    ):
        complain()
        for name, value in gone.items():
            setattr(cast.tamara, name, value)
        db.session.commit()
        nora, address = client_as(cast.nora), f"/surveys/cases/{case().public_id}"
        page = nora.get(address).page
        assert "nobody is told" in page.text

        told = nora.get(nora.submit(page, "/resolution", words="We have changed the supplier.").location).page

        assert "has no address any more and was not told" in told.text
        assert "Closed by Nora Lind; the guest could not be told" in told.text
        assert "Written to the guest" not in told.text
        assert rules.state_of(case(), at=ASKED) is rules.CaseState.CLOSED
        assert [one for one in work() if one.template == "surveys/case_resolved"] == []


class TestTheSecondWord:
    @pytest.mark.parametrize("word", [SecondWord.YES, SecondWord.PARTLY, SecondWord.NO])
    def test_closes_the_case_or_opens_it_again(self, complain, answer_it, work, client, word):
        complain()
        answer_it()
        link = second_link(work())
        page = client.get(f"/surveys/cases/second-word/{link}").page
        assert case().replied_at is None  # looking changes nothing

        client.submit(page, "second-word", word=word)

        expected = rules.CaseState.OPEN if word is SecondWord.NO else rules.CaseState.CLOSED
        assert rules.state_of(case(), at=ASKED) is expected
        assert case().second_word == word

    def test_no_brings_a_new_deadline_and_a_new_round(self, complain, answer_it, work, client, clock):
        complain()
        first_due = case().due_at
        answer_it()
        link = second_link(work(at=ASKED + timedelta(days=1)))
        page = client.get(f"/surveys/cases/second-word/{link}").page
        client.submit(page, "second-word", word="no", words="Still late.")

        assert case().due_at > first_due
        answer_it("Now with a driver of our own.")
        newer = second_link(work(at=ASKED + timedelta(days=2)))
        assert newer != link
        address = f"/surveys/cases/second-word/{link}"
        assert client.get(address).page.h1 == "Thank you for your word"
        late = client.post(address, data={"word": "yes", "words": "Fine now, after all."})
        assert late.status_code == 410
        assert "Fine now, after all." in late.page.text
        assert case().second_word is None

    def test_counts_once_from_two_phones(self, app, complain, answer_it, work, client):
        complain()
        answer_it()
        link = second_link(work())

        def say(word):
            def go():
                with transaction():
                    return actions.hear_second_word(link=link, word=SecondWord(word), words="", at=ASKED)

            return go

        results = race(app, say("yes"), say("no"), say("partly"))

        assert sum(isinstance(one, Case) for one in results) == 1
        db.session.rollback()
        steps = db.session.scalars(select(CaseStep).where(CaseStep.second_word.is_not(None))).all()
        assert len(steps) == 1

    def test_is_not_waited_for_for_ever(self, complain, answer_it, work, client, clock):
        complain()
        answer_it()
        link = second_link(work())
        clock.set(case().reply_until)

        assert rules.state_of(case(), at=clock.at) is rules.CaseState.CLOSED
        assert client.post(f"/surveys/cases/second-word/{link}", data={"word": "no"}).status_code == 410

    def test_is_in_the_guests_own_data(self, complain, answer_it, work, client, cast):
        complain()
        answer_it()
        page = client.get(f"/surveys/cases/second-word/{second_link(work())}").page
        client.submit(page, "second-word", word="no", words="Still late.")

        found = registries().personal_data["cases"](cast.tamara.id)

        assert [(one["what"], one["words"]) for one in found] == [
            ("resolution", "We have changed the supplier."),
            ("second_word", "Still late."),
        ]
        assert found[1]["word"] == "no"

    def test_of_an_unknown_link_is_refused(self, client, cast):
        assert client.get("/surveys/cases/second-word/guessed").status_code == 410


class TestCounts:
    def test_agree_with_the_tabs(self, complain, answer_it, clock):
        complain()
        only = queries.CaseFilter()
        found = queries.counts(ALL, only=only, at=ASKED)
        assert {tab.value: number for tab, number in found.items()} == {
            "open": 1, "overdue": 0, "waiting": 0, "closed": 0, "all": 1,
        }  # fmt: skip
        for tab, number in found.items():
            assert len(queries.cases(ALL, only=queries.CaseFilter(tab), at=ASKED).rows) == number
