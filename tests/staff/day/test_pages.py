"""An employee's own page, the team's, and contests: symmetric, contestable, never a ranking."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import Sight
from portal.database import db, transaction
from portal.outbox.models import Letter
from portal.people.models import Role
from portal.staff.contests import rules
from portal.staff.contests.models import Contest
from portal.staff.contributions.models import Contribution
from portal.staff.desk.models import LoggedService
from tests.cast import grant, person
from tests.statements import count_statements
from tests.surveys.conftest import answer_all, link_of


@pytest.fixture
def thanked(deliver, work, client, cast, clock):
    """A guest thanked Dario by name."""
    deliver()
    work()
    db.session.rollback()
    letters = list(db.session.scalars(select(Letter).order_by(Letter.id)))
    token = link_of(letters)
    thanks = {"answer": str(cast.dario.public_id), "words": "The car stood there before I asked."}
    client.post(f"/survey/{token}/answers/thanks", data=thanks)
    answer_all(client, token, recommend=10)


class TestMyDay:
    def test_shows_what_was_logged_who_thanked_and_the_score_with_its_why(
        self, thanked, pull, client_as, cast
    ):
        pull()

        page = client_as(cast.dario).get("/staff/me").page

        assert "The car stood there before I asked." in page.text
        assert "Acme Logistics" in page.text
        assert "Starting values" in page.text
        assert "1 of 1 promises kept" in page.text
        assert "at least 5 of 3 companies at once" in page.text

    def test_never_tells_the_score_that_a_single_guest_gave(self, thanked, pull, client_as, cast):
        pull()
        dario = client_as(cast.dario)

        page = dario.get("/staff/me/contributions").page
        assert "None yet. Ratings enter at the end of a month" in page.text
        assert "100" not in page.text
        assert db.session.scalars(select(Contribution).where(Contribution.kind == "rating")).one()

    def test_is_empty_and_says_so_before_anything_happened(self, client_as, cast):
        page = client_as(cast.dario).get("/staff/me").page

        assert "No thanks yet" in page.text
        assert "No promise came due yet" in page.text

    def test_lists_the_log_by_day_and_by_page(self, deliver, client_as, cast, clock):
        deliver(taxi=1, laundry=2)
        dario = client_as(cast.dario)

        assert "Laundry" in dario.get("/staff/me/log?day=2026-06-22").page.text
        assert "Nothing was logged on" in dario.get("/staff/me/log?day=2026-06-21").page.text
        assert "Laundry" in dario.get("/staff/me/log?day=nonsense&after=zzz").page.text

    def test_is_the_first_screen_of_an_employee_and_not_of_the_desk(self, client_as, cast):
        cook = person("Cora Lima", "cora@circle.example")
        db.session.add(cook)
        db.session.flush()
        grant(cook, Role.EMPLOYEE, department=cast.front_office)
        db.session.commit()

        assert client_as(cook).get("/").location.endswith("/staff/me")
        assert client_as(cast.dario).get("/").location.endswith("/desk")
        assert client_as(cast.elena).get("/").location.endswith("/staff/team")

    def test_links_to_rules_that_all_staff_may_read(self, client_as, cast):
        for one in (cast.dario, cast.elena, cast.gleb, cast.lidia, cast.ada):
            page = client_as(one).get("/staff/score").page
            assert "never used for pay, rank, roster, contract or discipline" in page.text
        assert client_as(cast.anna).get("/staff/score").status_code == 403


class TestTheTeam:
    def test_shows_the_head_what_the_person_sees_and_tells_the_person(self, thanked, pull, client_as, cast):
        pull()
        own = client_as(cast.dario).get("/staff/me").page.text
        elena = client_as(cast.elena)

        shown = elena.get(f"/staff/team/{cast.dario.public_id}").page.text

        figures = re.findall(
            r"\d+ ± \d+|\d+ to \d+|\d+ of \d+ promises kept|On standard|Strong|Building|No word", shown
        )
        assert len(figures) >= 4
        assert [one for one in figures if one not in own] == []
        sights = db.session.scalars(select(Sight).where(Sight.subject_id == cast.dario.id)).all()
        assert {(one.viewer_id, one.page) for one in sights} == {(cast.elena.id, "team.member")}

    def test_opens_a_members_promises_never_a_guests_rating(self, thanked, pull, client_as, cast):
        pull()
        event = db.session.scalars(select(Contribution).where(Contribution.kind == "kept_promise")).one()
        elena = client_as(cast.elena)

        page = elena.get(f"/staff/team/{cast.dario.public_id}").page
        shown = elena.get(f"/staff/team/{cast.dario.public_id}/contributions").page

        assert f"/staff/team/{cast.dario.public_id}/contributions" in page.html
        assert f"/staff/contributions/{event.public_id}/contest" in shown.html
        assert "Rating by a guest" not in shown.text
        elena.get(f"/staff/contributions/{event.public_id}/contest")
        sights = db.session.scalars(select(Sight.page).where(Sight.subject_id == cast.dario.id))
        assert set(sights) == {"team.member", "team.events", "contests"}

    def test_reaches_everybody_however_many_there_are(self, client_as, cast):
        people = [person(f"Person {number:03}", None) for number in range(101)]
        db.session.add_all(people)
        db.session.flush()
        for one in people:
            grant(one, Role.EMPLOYEE, department=cast.front_office)
        db.session.commit()
        elena = client_as(cast.elena)

        last = people[-1]
        assert elena.get(f"/staff/team/{last.public_id}").status_code == 200
        first = elena.get("/staff/team").page
        assert last.name not in first.text
        second = elena.get(next_of(first)).page
        assert last.name in elena.get(next_of(second)).page.text

    def test_is_in_the_order_of_names_whatever_the_address_says(self, deliver, pull, client_as, cast):
        for name in ("Zoe Adams", "Abel Young"):
            one = person(name, None)
            db.session.add(one)
            db.session.flush()
            grant(one, Role.EMPLOYEE, department=cast.front_office)
        db.session.commit()
        deliver()
        pull()
        elena = client_as(cast.elena)

        for query in ("", "?sort=score", "?order=contribution&dir=desc", "?sort=-points"):
            said = elena.get(f"/staff/team{query}").page.text
            places = [said.index(name) for name in ("Abel Young", "Dario Conti", "Zoe Adams")]
            assert places == sorted(places)

    def test_has_no_export_and_no_way_to_sort_or_rank(self, app):
        staff = [str(rule) for rule in app.url_map.iter_rules() if str(rule).startswith("/staff")]
        staff.remove("/staff/me/log.<any(csv, xlsx):form>")  # what somebody logged themselves compares nobody

        assert staff
        assert [one for one in staff if re.search(r"csv|xlsx|export|rank|sort|top|best", one)] == []

    def test_of_another_department_is_not_found(self, client_as, cast):
        stranger = person("Somebody Else", None)
        db.session.add(stranger)
        db.session.flush()
        grant(stranger, Role.EMPLOYEE, property_id=cast.townhouse.id)
        db.session.commit()

        for one in (cast.elena, cast.gleb):
            assert client_as(one).get(f"/staff/team/{stranger.public_id}").status_code == 404
        assert client_as(cast.gleb).get(f"/staff/team/{cast.dario.public_id}").status_code == 200

    def test_costs_the_same_for_two_and_for_thirty(self, client_as, cast):
        elena = client_as(cast.elena)
        elena.get("/staff/team")
        with count_statements() as few:
            elena.get("/staff/team")
        for number in range(30):
            one = person(f"Person {number}", None)
            db.session.add(one)
            db.session.flush()
            grant(one, Role.EMPLOYEE, department=cast.front_office)
        db.session.commit()
        with count_statements() as many:
            elena.get("/staff/team")

        assert len(few) == len(many) <= 12


def address_of_contest(by):
    """Where the contest by somebody is shown."""
    found = db.session.scalars(select(Contest).where(Contest.by_id == by.id)).one()
    return f"/staff/contests/{found.public_id}"


class TestContests:
    @pytest.fixture
    def event(self, deliver, pull):
        deliver(late=30)
        pull()
        return db.session.scalars(select(Contribution)).one()

    def contest(self, browser, event, reason="The road was closed; the guest knew."):
        return browser.submit(
            browser.get(f"/staff/contributions/{event.public_id}/contest").page, "/contest", reason=reason
        )

    @pytest.mark.parametrize(
        ("at", "due"),
        [
            (datetime(2026, 6, 15, 9, 0, tzinfo=UTC), datetime(2026, 6, 29, 23, 0, tzinfo=UTC)),
            (datetime(2026, 6, 19, 9, 0, tzinfo=UTC), datetime(2026, 7, 3, 23, 0, tzinfo=UTC)),
            (datetime(2026, 6, 20, 9, 0, tzinfo=UTC), datetime(2026, 7, 3, 23, 0, tzinfo=UTC)),
        ],
    )
    def test_are_due_at_the_end_of_the_tenth_working_day(self, at, due):
        assert rules.due_at(at, zone="Europe/Lisbon") == due

    @pytest.mark.parametrize("zone", ["Europe/Lisbon", "Europe/London", "America/New_York", "Asia/Tokyo"])
    @pytest.mark.parametrize("month", [1, 7])
    def test_name_the_last_day_as_the_hotel_counts_days(self, zone, month):
        due = rules.due_at(datetime(2026, month, 15, 12, 0, tzinfo=UTC), zone=zone)

        assert rules.last_day(due, zone=zone) == date(2026, month, 29)

    def test_of_the_head_leave_the_person_their_own(self, event, client_as, cast):
        self.contest(client_as(cast.elena), event)
        gleb = client_as(cast.gleb)
        gleb.submit(
            gleb.get(address_of_contest(cast.elena)).page, "/decision", outcome="stands", words="It was late."
        )

        dario = client_as(cast.dario)
        page = dario.get("/staff/me/contributions").page
        assert f"/staff/contributions/{event.public_id}/contest" in page.links
        assert self.contest(dario, event).status_code == 302
        page = dario.get("/staff/me/contributions").page
        assert f"/staff/contributions/{event.public_id}/contest" not in page.links

    def test_wait_for_nobody_once_the_desk_has_undone_the_service(self, event, client_as, cast, pull, clock):
        made = self.contest(client_as(cast.dario), event)
        with transaction():
            entry = db.session.scalars(select(LoggedService)).one()
            entry.undone_at = entry.logged_at + timedelta(minutes=5)
            entry.undone_by_id = cast.dario.id
        pull()

        elena = client_as(cast.elena)
        assert "Decide a contest" not in elena.get("/inbox").page.text
        page = elena.get(made.location).page
        assert "nothing left to decide" in page.text
        assert not any("/decision" in form.action for form in page.forms)

    def test_of_a_rating_show_its_value_alone(self, thanked, pull, client_as, cast):
        pull()
        rating = db.session.scalars(select(Contribution).where(Contribution.kind == "rating")).one()
        rating.enters_on = date(2026, 5, 31)
        db.session.commit()

        shown = client_as(cast.dario).get(f"/staff/contributions/{rating.public_id}/contest").page.text

        assert "Acme" not in shown
        assert "Taxi" not in shown

    def test_are_decided_by_a_second_person_and_void_the_event(self, event, client_as, cast):
        made = self.contest(client_as(cast.dario), event)
        elena = client_as(cast.elena)
        assert "Decide a contest" in elena.get("/inbox").page.text

        page = elena.get(made.location).page
        elena.submit(page, "/decision", outcome="void", words="The road was closed.")

        db.session.rollback()
        assert db.session.scalars(select(Contribution)).one().voided_at is not None
        own = client_as(cast.dario).get(made.location).page
        assert "It does not count any more" in own.h1
        assert "No promise came due yet" in client_as(cast.dario).get("/staff/me").page.text

    def test_by_the_head_are_the_gms_to_decide(self, event, client_as, cast):
        elena = client_as(cast.elena)
        made = self.contest(elena, event)

        assert not any("/decision" in form.action for form in elena.get(made.location).page.forms)
        refused = elena.post(f"{made.location}/decision", data={"outcome": "void", "words": "Mine."})
        assert refused.status_code == 422
        gleb = client_as(cast.gleb)
        gleb.submit(gleb.get(made.location).page, "/decision", outcome="stands", words="It was late.")
        db.session.rollback()
        assert db.session.scalars(select(Contest)).one().outcome == "stands"

    def test_leave_the_event_out_once_nobody_decided_in_time(self, event, client_as, cast, clock):
        made = self.contest(client_as(cast.dario), event)
        due = db.session.scalars(select(Contest)).one().due_at

        clock.set(due - timedelta(seconds=1))
        assert "0 of 1 promises kept" in client_as(cast.dario).get("/staff/me").page.text
        clock.set(due)
        assert "No promise came due yet" in client_as(cast.dario).get("/staff/me").page.text
        assert "Nobody decided in time" in client_as(cast.dario).get(made.location).page.text

    def test_are_made_once_with_a_reason_and_about_ones_own(self, event, client_as, cast):
        dario = client_as(cast.dario)
        address = f"/staff/contributions/{event.public_id}/contest"

        assert dario.post(address, data={"reason": " "}).status_code == 422
        assert self.contest(dario, event).status_code == 302
        assert dario.post(address, data={"reason": "Again."}).status_code == 422
        other = person("Cora Lima", "cora@circle.example")
        db.session.add(other)
        db.session.flush()
        grant(other, Role.EMPLOYEE, department=cast.front_office)
        db.session.commit()
        assert client_as(other).get(address).status_code == 404


def next_of(page):
    """Where the next page of a list begins."""
    return next(link for link in page.links if "after=" in link)
