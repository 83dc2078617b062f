"""Results against hand-worked figures, and nothing of the few anywhere: page, table or paper."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.database import db, transaction
from portal.jobs.papers import actions as paper_actions
from portal.jobs.papers.models import Paper
from portal.people.models import Role
from portal.surveys.answers.models import Answer
from portal.surveys.invitations.models import Invitation, LeftOut
from portal.surveys.questionnaires.queries import latest_version
from portal.surveys.results import handlers, rules
from portal.surveys.results.queries import Reach
from tests.cast import NOW, account, grant, person
from tests.documents import papers
from tests.statements import count_statements


@pytest.fixture
def submit(cast, app):
    """Submitted surveys, written straight into the tables: `submit([10, 9, 3])`, by as many people."""

    def write(scores, *, at=NOW, house=None, company=None, come_again=4, words=""):
        for number, score in enumerate(scores):
            guest = person(f"Guest {uuid.uuid4().hex[:6]}", f"{uuid.uuid4().hex}@guests.example")
            db.session.add(guest)
            db.session.flush()
            found = Invitation(
                public_id=uuid.uuid4(), version_id=latest_version("after_booking").id, touchpoint="booking",
                touchpoint_id=uuid.uuid4(), person_id=guest.id, account_id=(company or cast.acme).id,
                property_id=(house or cast.seaside).id, tier="gold", happened_at=at, due_at=at,
                token_digest=uuid.uuid4().hex, sent_at=at, expires_at=at + timedelta(days=21),
                begun_at=at, submitted_at=at,
            )  # fmt: skip
            db.session.add(found)
            db.session.flush()
            for code, value in (("come_again", come_again), ("recommend", score)):
                db.session.add(
                    Answer(invitation_id=found.id, question=code, number=value, words="", kept_at=at)
                )
            if words and number == 0:
                db.session.add(Answer(invitation_id=found.id, question="words", words=words, kept_at=at))
        db.session.commit()

    return write


class TestThePage:
    def test_says_the_finding_with_its_interval(self, submit, client_as, cast):
        submit([9, 9, 9, 10, 10, 10, 7, 8, 8, 6, 3, 0])

        page = client_as(cast.lidia).get("/surveys").page

        assert page.h1 == "Recommendation index +25"
        assert "−21 to +61" in page.text
        assert "low base" in page.text

    def test_shows_nothing_of_four_answers_anywhere(self, submit, client_as, cast):
        submit([3, 3, 3, 3])
        lidia = client_as(cast.lidia)

        page = lidia.get("/surveys")
        table = lidia.get("/surveys/results.csv").text

        assert "Too few answers" in page.page.h1
        assert "−100" not in page.text
        assert "-100" not in table
        assert "hidden" in page.text

    def test_is_empty_before_anybody_was_asked(self, client_as, cast):
        assert "Nobody was asked" in client_as(cast.lidia).get("/surveys").page.text

    def test_counts_who_was_left_alone_and_why(self, submit, client_as, cast):
        submit([9] * 5)
        left = db.session.scalars(select(Invitation).limit(1)).one()
        left.submitted_at = left.begun_at = left.sent_at = left.expires_at = left.token_digest = None
        left.left_out, left.left_out_at = LeftOut.OPTED_OUT, NOW
        db.session.commit()

        assert "1: does not wish to be asked" in client_as(cast.lidia).get("/surveys").page.text

    def test_gives_a_gm_the_own_hotel_and_a_manager_the_own_companies(self, submit, client_as, cast, save):
        rival = save(account("Rival"))
        submit([10] * 10)
        submit([0] * 10, house=cast.townhouse, company=rival)

        assert client_as(cast.gleb).get("/surveys").page.h1 == "Recommendation index +100"
        assert client_as(cast.nora).get("/surveys").page.h1 == "Recommendation index +100"
        assert client_as(cast.lidia).get("/surveys").page.h1 == "Recommendation index 0"

    def test_hides_a_quarter_that_the_year_and_the_others_would_tell(self, submit, client_as, cast):
        """Twelve answers in one quarter and three in another: the year of fifteen stands, both are hidden."""
        submit([9] * 12)
        submit([0] * 3, at=datetime(2026, 2, 1, tzinfo=UTC))
        lidia = client_as(cast.lidia)

        assert "Recommendation index" in lidia.get("/surveys").page.h1
        assert "Too few answers" in lidia.get("/surveys?period=2026-Q1").page.h1
        assert "Hidden, because" in lidia.get("/surveys?period=2026-Q2").page.h1

    def test_counts_an_answer_with_the_letter_it_answers(self, submit, client_as, cast):
        """Asked on the last day of a quarter and answered in the next: both are counted in the first."""
        submit([10] * 10, at=datetime(2026, 3, 31, tzinfo=UTC))
        for one in db.session.scalars(select(Invitation)):
            one.submitted_at = datetime(2026, 4, 2, tzinfo=UTC)
        db.session.commit()
        lidia = client_as(cast.lidia)

        assert lidia.get("/surveys?period=2026-Q1").page.h1 == "Recommendation index +100"
        assert "Nobody was asked" in lidia.get("/surveys?period=2026-Q2").page.text

    def test_takes_a_quarter_from_the_address_and_ignores_what_is_none(self, submit, client_as, cast):
        submit([0] * 10, at=datetime(2026, 2, 1, tzinfo=UTC))
        lidia = client_as(cast.lidia)

        assert lidia.get("/surveys?period=2026-Q1").page.h1 == "Recommendation index −100"
        assert "Nobody was asked" in lidia.get("/surveys?period=2026-Q2").page.text
        assert lidia.get("/surveys?period=2026-13").page.h1 == "Recommendation index −100"

    def test_costs_the_same_for_ten_answers_and_for_sixty(self, submit, client_as, cast):
        lidia = client_as(cast.lidia)
        submit([9] * 10)
        lidia.get("/surveys")
        with count_statements() as few:
            lidia.get("/surveys")
        submit([9] * 50, house=cast.townhouse)
        with count_statements() as many:
            lidia.get("/surveys")

        assert len(few) == len(many) <= 12


class TestSingleAnswers:
    def test_are_for_those_whom_the_survey_named(self, submit, client_as, cast):
        submit([3], words="Two hours late.")

        assert "Two hours late." in client_as(cast.nora).get("/surveys/answers").page.text
        assert "Two hours late." in client_as(cast.lidia).get("/surveys/answers").page.text
        for other in (cast.gleb, cast.oskar, cast.dario, cast.anna):
            assert client_as(other).get("/surveys/answers").status_code == 403

    def test_of_other_managers_companies_are_not_among_them(self, submit, client_as, cast, save):
        submit([3], words="Two hours late.", company=save(account("Somebody else's")))

        assert "Two hours late." not in client_as(cast.nora).get("/surveys/answers").text

    def test_are_paged_and_each_look_is_recorded(self, submit, client_as, cast):
        submit([9] * 25)
        lidia = client_as(cast.lidia)

        first = lidia.get("/surveys/answers").page
        following = next(link for link in first.links if "after=" in link)
        second = lidia.get(following).page

        assert first.text.count("Acme Logistics") == 20
        assert second.text.count("Acme Logistics") == 5


class TestTheReport:
    def test_is_printed_by_the_worker_for_whoever_ordered_it(self, submit, client_as, cast, work):
        submit([9, 9, 9, 10, 10, 10, 7, 8, 8, 6, 3, 0])
        lidia = client_as(cast.lidia)
        page = lidia.get("/surveys").page
        form = page.form("/surveys/report")
        values = form.filled({})
        for _ in range(2):  # a double click
            ordered = lidia.post(form.action, data=values)
        work(at=NOW)

        job = lidia.get(ordered.location).page
        [address] = [link for link in job.links if "/papers/" in link]
        paper = lidia.get(address)
        assert paper.data.startswith(b"%PDF")
        assert paper.headers["Content-Disposition"].startswith("attachment")
        assert client_as(cast.nora).get(address).status_code == 404
        assert len(db.session.scalars(select(Paper)).all()) == 1

    def test_is_kept_for_seven_days(self, submit, client_as, cast, work, clock):
        submit([9] * 10)
        lidia = client_as(cast.lidia)
        ordered = lidia.submit(lidia.get("/surveys").page, "/surveys/report")
        work(at=NOW)
        [address] = [link for link in lidia.get(ordered.location).page.links if "/papers/" in link]

        clock.set(NOW + timedelta(days=7))
        assert client_as(cast.lidia).get(address).status_code == 410
        with transaction():
            assert paper_actions.throw_away(at=clock.at) == 1

        assert client_as(cast.lidia).get(address).status_code == 404


def test_somebody_who_manages_a_hotel_and_accounts_sees_both_once(submit, client_as, cast, save):
    grant(cast.nora, Role.PROPERTY_MANAGER, property_id=cast.seaside.id)
    submit([10] * 10)  # Acme, of whom Nora is the manager, at the seaside, which is hers too
    db.session.commit()

    page = client_as(cast.nora).get("/surveys").page

    assert "n = 10" in page.text


@pytest.mark.engines("sqlite")
class TestThePaper:
    """Printed for real, in both languages."""

    @pytest.fixture
    def printed(self, submit):
        submit([9, 9, 9, 10, 10, 10, 7, 8, 8, 6, 3, 0])
        return lambda locale: handlers.report(
            reach=Reach(is_whole=True), period=rules.last_year(NOW.date()), today=NOW.date(), locale=locale
        )

    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_has_no_fault_and_the_same_bytes_twice(self, printed, locale):
        first = printed(locale)

        assert papers.faults(first) == []
        assert printed(locale) == first

    def test_reads_in_order_with_headings_tables_and_what_the_chart_shows(self, printed):
        read = papers.structure(printed("en"))

        order = ["H1", "Recommendation index", "By hotel", "Figure", "Table", "Would come again", "Method"]
        places = [read.index(one) for one in order]
        assert places == sorted(places)
        assert "Table" in read
        assert "TH" in read

    def test_holds_nothing_of_the_few(self, printed, submit, cast):
        """Three answers of the townhouse are hidden, and so are the seaside's, which would tell them."""
        submit([9, 10, 2], house=cast.townhouse)

        said = papers.words(printed("en"))

        assert "Townhouse hidden" in said
        assert "Seaside hidden" in said
