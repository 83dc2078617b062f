"""The page of a job, for its owner and the administrator."""

import pytest
from flask_babel import lazy_gettext as _l

from portal.database import db, transaction
from portal.jobs import actions, work
from portal.jobs.models import Job, JobState
from tests.cast import NOW
from tests.statements import assert_same_statements


@pytest.fixture(autouse=True)
def _known_kind(handle):
    handle(lambda _context: {})


@pytest.fixture
def take_up(app):
    def claim():
        with transaction():
            return actions.claim(worker="w", kinds=("test",), at=NOW, lease_s=60)[0]

    return claim


@pytest.fixture
def fail_for_good(turn, clock):
    def turn_until_given_up():
        while turn():
            clock.advance(hours=1)

    return turn_until_given_up


@pytest.fixture
def brunos_job(cast, put_down):
    return put_down(owner_id=cast.bruno.id)


def address(job):
    return f"/jobs/{job.public_id}"


class TestTheJobPage:
    def test_tells_that_the_job_waits(self, cast, brunos_job, client_as):
        page = client_as(cast.bruno).get(address(brunos_job)).page

        assert "Waits for its turn." in page.text
        assert "just now" in page.text
        assert page.by_id("job").get("data-poll-url") == address(brunos_job)

    def test_tells_how_far_the_work_has_come(self, cast, brunos_job, client_as, take_up):
        claim = take_up()
        with transaction():
            actions.record_progress(claim=claim, done=1200, total=6797)

        page = client_as(cast.bruno).get(address(brunos_job)).page

        assert "1,200 / 6,797" in page.text

    def test_leads_to_the_result_when_all_is_done(self, cast, handle, brunos_job, client_as, turn):
        @work.handles(title=_l("Sent"), result_url=lambda _payload, result: f"/somewhere/{result['id']}")
        def handler(_context):
            return {"id": 7}

        handle(handler)
        turn()

        page = client_as(cast.bruno).get(address(brunos_job)).page

        assert page.h1 == "Sent"
        assert "/somewhere/7" in page.links
        assert page.by_id("job").get("data-poll-url") is None

    def test_says_the_refusal_in_words(self, cast, brunos_job, client_as, take_up):
        claim = take_up()
        with transaction():
            actions.refuse(claim=claim, refusal={"en": "Row 12 has no date."}, at=NOW)

        page = client_as(cast.bruno).get(address(brunos_job)).page

        assert "Row 12 has no date." in page.text

    def test_tells_an_owner_nothing_of_the_fault_inside(
        self, cast, handle, brunos_job, client_as, fail_for_good
    ):
        def fail(_context):
            raise RuntimeError("secret")

        handle(fail)
        fail_for_good()

        failed = client_as(cast.bruno).get(address(brunos_job)).page

        assert "The fault is ours and has been recorded." in failed.text
        assert "RuntimeError" not in failed.text

    def test_says_when_a_failed_job_is_tried_again(self, cast, brunos_job, client_as, take_up):
        claim = take_up()
        with transaction():
            actions.fail(claim=claim, error="ValueError", at=NOW)

        page = client_as(cast.bruno).get(address(brunos_job)).page

        assert "the next one begins in 30 seconds" in page.text

    def test_reads_well_in_russian(self, cast, brunos_job, client_as, save):
        cast.bruno.locale = "ru"
        save(cast.bruno)

        page = client_as(cast.bruno).get(address(brunos_job)).page

        assert "Ждёт своей очереди." in page.text

    def test_is_not_found_by_anybody_else(self, cast, brunos_job, client_as):
        assert client_as(cast.anna).get(address(brunos_job)).status_code == 404
        assert client_as(cast.lidia).get(address(brunos_job)).status_code == 404
        assert client_as(cast.ada).get(address(brunos_job)).status_code == 200


class TestCancelling:
    def test_ends_a_waiting_job(self, cast, brunos_job, client_as):
        browser = client_as(cast.bruno)

        browser.submit(browser.get(address(brunos_job)).page, "cancellation")

        assert db.session.get(Job, brunos_job.id).state == JobState.CANCELLED
        assert "Cancelled." in browser.get(address(brunos_job)).page.text

    def test_asks_a_running_job_to_stop_once(self, cast, brunos_job, client_as, take_up):
        take_up()
        browser = client_as(cast.bruno)

        browser.submit(browser.get(address(brunos_job)).page, "cancellation")

        page = browser.get(address(brunos_job)).page
        assert "Stops after the part it is at." in page.text
        assert not [form for form in page.forms if "cancellation" in form.action]

    def test_says_when_it_comes_too_late(self, cast, brunos_job, client_as, turn):
        browser = client_as(cast.bruno)
        page = browser.get(address(brunos_job)).page
        turn()

        response = browser.submit(page, "cancellation")

        assert "It had ended before you cancelled it." in browser.get(response.location).page.text

    def test_is_not_for_strangers_to_the_job(self, cast, brunos_job, client_as):
        response = client_as(cast.carla).post(f"{address(brunos_job)}/cancellation")

        assert response.status_code == 404
        assert db.session.get(Job, brunos_job.id).state == JobState.QUEUED


class TestTryingAgain:
    @pytest.fixture
    def failed_job(self, brunos_job, take_up):
        claim = take_up()
        with transaction():
            actions.refuse(claim=claim, refusal={"en": "No."}, at=NOW)
        return brunos_job

    def test_is_the_administrators_button(self, cast, failed_job, client_as):
        browser = client_as(cast.ada)

        browser.submit(browser.get(address(failed_job)).page, "another-try")

        assert db.session.get(Job, failed_job.id).state == JobState.QUEUED

    def test_is_not_offered_to_the_owner(self, cast, failed_job, client_as):
        page = client_as(cast.bruno).get(address(failed_job)).page

        assert not [form for form in page.forms if "another-try" in form.action]


class TestTheList:
    def test_shows_an_owner_their_own_jobs_only(self, cast, brunos_job, put_down, client_as):
        annas_job = put_down(owner_id=cast.anna.id)

        page = client_as(cast.bruno).get("/jobs").page

        assert address(brunos_job) in page.links
        assert address(annas_job) not in page.links

    def test_shows_the_administrator_all(self, cast, brunos_job, put_down, client_as):
        nobodys_job = put_down()

        page = client_as(cast.ada).get("/jobs").page

        assert {address(brunos_job), address(nobodys_job)} <= set(page.links)

    def test_says_that_there_is_nothing(self, cast, client_as):
        assert "Nothing is at work for you" in client_as(cast.anna).get("/jobs").page.text

    def test_goes_on_on_the_next_page(self, cast, put_down, client_as):
        jobs = [put_down(owner_id=cast.bruno.id) for _ in range(31)]
        browser = client_as(cast.bruno)

        first = browser.get("/jobs").page
        second = browser.get(next(link for link in first.links if "after=" in link)).page

        assert address(jobs[0]) not in first.links
        assert address(jobs[0]) in second.links

    def test_asks_the_database_the_same_for_one_row_and_for_thirty(self, cast, put_down, client_as):
        browser = client_as(cast.bruno)

        assert_same_statements(
            1,
            30,
            arrange=lambda n: [put_down(owner_id=cast.bruno.id) for _ in range(n)],
            visit=lambda: browser.get("/jobs"),
        )
