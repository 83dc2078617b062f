"""What one department asks of another: promised, answered, seen by both."""

import re
from datetime import UTC, datetime, time, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.people.models import Role
from portal.staff.requests import actions, queries, rules
from portal.staff.requests.models import DepartmentRequest
from tests.cast import NOW, grant
from tests.documents.test_exports import table
from tests.races import race
from tests.staff.desk.conftest import colleague_of
from tests.statements import assert_same_statements

ZONE = "Europe/Lisbon"
TEN = datetime(2026, 6, 22, 9, 0, tzinfo=UTC)


class TestTheTime:
    @given(
        st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    )
    def test_is_the_next_of_its_kind_and_never_past(self, at, entered):
        try:
            due_at = rules.due_at(entered, zone=ZONE, at=at)
        except rules.TimePassed:
            return
        assert at < due_at <= at + timedelta(hours=25)

    @pytest.mark.parametrize(
        ("entered", "expected"),
        [
            (time(10, 1), TEN + timedelta(minutes=1)),
            (time(5, 59), TEN + timedelta(hours=20, minutes=-1)),
            (time(10, 0), None),
            (time(6, 1), None),
        ],
    )
    def test_just_past_is_a_slip_and_long_past_is_tomorrow(self, entered, expected):
        if expected is None:
            with pytest.raises(rules.TimePassed):
                rules.due_at(entered, zone=ZONE, at=TEN)
        else:
            assert rules.due_at(entered, zone=ZONE, at=TEN) == expected

    def test_is_proposed_in_half_an_hour_at_the_next_five_minutes(self):
        assert rules.usual_time(zone=ZONE, at=TEN + timedelta(minutes=2)) == time(10, 35)


def ask(browser, **values):
    page = browser.get("/board/requests/new").page
    asked = {"department": "housekeeping", "what": "A cot", "whom": "412", "until": "23:50"} | values
    return browser.submit(page, "/board/requests/new", **asked)


def standing():
    return db.session.scalars(select(DepartmentRequest)).one()


def number_of():
    return db.session.scalar(select(func.count()).select_from(DepartmentRequest))


def press(browser, step, query="", **values):
    form = browser.get(f"/board/requests{query}").page.form(f"/{step}")
    return browser.post(form.action, data=dict(form.fields) | values)


class TestARequest:
    def test_is_accepted_by_another_time_and_done_and_both_sides_see_it(self, cast, olga, client_as, clock):
        his, hers = client_as(cast.dario), client_as(olga)
        ask(his)
        assert "1 request waits for your department" in hers.get("/inbox").page.text
        assert "waits for your department" not in his.get("/inbox").page.text

        press(hers, "acceptance", until="23:55")
        clock.advance(minutes=1)
        press(hers, "outcome", outcome="It stands by the window")

        assert "waits for your department" not in hers.get("/inbox").page.text
        for browser in (his, hers):
            text = browser.get("/board/requests?tab=ended").page.text
            assert "It stands by the window" in text
            assert "accepted by Olga Reis" in text
            assert "Wanted by" in text

    def test_is_declined_with_a_reason_that_whoever_asked_finds_in_the_inbox(
        self, cast, olga, client_as, clock
    ):
        his, hers = client_as(cast.dario), client_as(olga)
        ask(his)

        press(hers, "refusal", outcome=" ")
        assert standing().ending is None
        press(hers, "refusal", outcome="All cots are taken")

        assert "Your request was declined" in his.get("/inbox").page.text
        assert "All cots are taken" in his.get("/board/requests?tab=ended&side=from").page.text
        clock.advance(hours=13)
        assert "Your request was declined" not in his.get("/inbox").page.text

    def test_is_late_from_the_minute_after_its_time(self, cast, olga, client_as, clock):
        his = client_as(cast.dario)
        ask(his, until="11:30")
        said = []
        for seconds in (0, 60):
            clock.set(standing().due_at + timedelta(seconds=seconds))
            said.append(his.get("/board/requests").page.h1)

        assert said == ["1 request is open, none is late", "1 request is late"]
        assert "Your request is late" in his.get("/inbox").page.text

    def test_is_asked_once_however_often_it_is_sent(self, cast, olga, client_as):
        his = client_as(cast.dario)
        page = his.get("/board/requests/new").page
        values = {"department": "housekeeping", "what": "A cot", "until": "23:50"}

        for _ in range(2):
            his.submit(page, "/board/requests/new", **values)
        taken = dict(page.form("/board/requests/new").fields)["token"]
        answer = ask(client_as(cast.gleb), token=taken)

        assert number_of() == 1
        assert "Open a fresh one" in answer.page.text

    def test_is_asked_by_a_retry_that_comes_after_the_time(self, cast, olga, client_as, clock):
        his = client_as(cast.dario)
        page = his.get("/board/requests/new").page
        values = {"department": "housekeeping", "what": "A cot", "until": "11:30"}
        his.submit(page, "/board/requests/new", **values)
        clock.set(standing().due_at + timedelta(minutes=1))

        answer = his.submit(page, "/board/requests/new", **values)

        assert (answer.status_code, number_of()) == (302, 1)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"what": " "}, "Say what is needed"),
            ({"until": ""}, "by what time"),
            ({"department": "navy"}, "Not a valid choice"),
            ({"what": "x" * 301}, "within 300 characters"),
        ],
    )
    def test_is_asked_again_with_what_was_entered(self, cast, olga, client_as, wrong, said):
        page = ask(client_as(cast.dario), **{"whom": "Hall B"} | wrong).page

        assert said in page.text
        assert dict(page.form("/board/requests/new").fields)["whom"] == "Hall B"
        assert number_of() == 0


class TestUndoing:
    @pytest.mark.parametrize(
        "step",
        [
            ("acceptance", "", {"until": "23:55"}),
            ("outcome", "?tab=ended", {"outcome": "Done"}),
            ("refusal", "?tab=ended", {"outcome": "No"}),
        ],
    )
    def test_brings_back_what_was_within_ten_minutes(self, cast, olga, client_as, clock, step):
        ask(client_as(cast.dario))
        hers = client_as(olga)
        name, query, values = step
        press(hers, name, **values)
        hers.get("/board/requests")  # the toast, which offers the same, is read
        clock.advance(minutes=10)

        press(hers, "undo", query)

        found = standing()
        assert (found.accepted_at, found.ended_at, found.outcome) == (None, None, "")
        assert found.due_at == found.wanted_at
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "request.undo")).one()

    def test_is_over_after_ten_minutes_and_never_a_colleagues(self, cast, olga, client_as, clock):
        ask(client_as(cast.dario))
        hers = client_as(olga)
        press(hers, "acceptance")
        address = f"/board/requests/{standing().public_id}/undo"
        form = {"csrf_token": dict(hers.get("/board").page.forms[0].fields)["csrf_token"]}

        answer = client_as(cast.gleb).post(address, data=form)
        assert answer.status_code < 500
        assert standing().accepted_at is not None
        clock.advance(minutes=10, seconds=1)
        hers.post(address, data=form)

        assert standing().accepted_at is not None
        assert "undone within ten minutes" in hers.get("/board/requests").page.text

    def test_of_asking_withdraws_it_and_is_the_askers_alone(self, cast, olga, client_as):
        his, hers = client_as(cast.dario), client_as(olga)
        ask(his)
        his.get("/board/requests")  # the toast, which offers the same, is read
        form = his.get("/board/requests").page.form("/withdrawal")
        token = {"csrf_token": dict(hers.get("/board").page.forms[0].fields)["csrf_token"]}
        assert hers.post(form.action, data=token).status_code == 403

        his.post(form.action, data=dict(form.fields))

        assert standing().ending == "withdrawn"
        assert "withdrawn" in hers.get("/board/requests?tab=ended").page.text


class TestWhose:
    def test_is_answered_by_the_department_or_the_manager_only(self, cast, olga, client_as):
        his = client_as(cast.dario)
        ask(his)
        address = f"/board/requests/{standing().public_id}/acceptance"
        fields = dict(his.get("/board/requests").page.forms[0].fields)

        assert his.post(address, data=fields).status_code == 403
        press(client_as(cast.gleb), "acceptance")

        assert standing().accepted_by_id == cast.gleb.id

    def test_to_the_front_office_is_answered_by_a_desk_without_a_department(self, cast, olga, client_as):
        ask(client_as(olga), department="front_office")
        fatima = colleague_of(cast)
        hers = client_as(fatima)
        assert "1 request waits for your department" in hers.get("/inbox").page.text

        press(hers, "acceptance", "?side=to")

        assert standing().accepted_by_id == fatima.id

    def test_is_not_found_by_who_has_nothing_to_do_with_it(self, cast, olga, client_as):
        ask(client_as(cast.gleb), department="front_office")
        hers = client_as(olga)
        fields = dict(hers.get("/board/requests/new").page.forms[0].fields)
        address = f"/board/requests/{standing().public_id}/acceptance"

        assert "A cot" not in hers.get("/board/requests").page.text
        assert len(table(hers.get("/board/requests/requests.csv"))) == 1
        assert hers.post(address, data=fields).status_code == 404

    def test_of_another_hotel_is_not_found(self, cast, olga, client_as):
        ask(client_as(cast.dario))
        grant(cast.carla, Role.FRONT_DESK, property_id=cast.townhouse.id)
        db.session.commit()
        browser = client_as(cast.carla)

        assert browser.get("/board/requests?hotel=SEA").status_code == 404
        assert "A cot" not in browser.get("/board/requests").page.text

    @pytest.mark.race
    def test_of_two_who_accept_at_once_one_does(self, app, cast, olga, client_as):
        ask(client_as(cast.dario))
        request_id, who = standing().id, [cast.gleb.id, olga.id]
        db.session.commit()

        def accept(person_id):
            with transaction():
                actions.accept(request_id=request_id, due_at=None, by_id=person_id, at=NOW)
                return person_id

        results = race(app, *(lambda each=each: accept(each) for each in who))

        winners = [each for each in results if isinstance(each, int)]
        assert winners == [standing().accepted_by_id]
        assert sum(isinstance(each, rules.TakenAlready) for each in results) == 1


class TestTheList:
    def test_pages_by_key_and_says_the_same_to_the_database(self, cast, olga, client_as, monkeypatch):
        his = client_as(cast.dario)
        assert_same_statements(
            1,
            5,
            arrange=lambda number: [ask(his) for _ in range(number)],
            visit=lambda: his.get("/board/requests"),
        )
        monkeypatch.setattr(queries.requests, "__kwdefaults__", {"after": None, "limit": 4})

        page = his.get("/board/requests").page
        after = next(link for link in page.links if "after=" in link)
        shown = [form.action for each in (page, his.get(after).page) for form in each.forms]

        assert len({action for action in shown if "/withdrawal" in action}) == number_of()

    def test_leaves_as_a_file_with_both_times_and_what_came_of_it(self, cast, olga, client_as, clock):
        his, hers = client_as(cast.dario), client_as(olga)
        ask(his)
        press(hers, "acceptance", until="23:55")
        clock.advance(minutes=1)
        press(hers, "outcome", outcome="By the window")

        rows = table(his.get("/board/requests/requests.csv?tab=ended&side=from"))

        assert rows[1:] == [
            ["2026-06-15 10:00", "Dario Conti", "Front office", "Housekeeping", "A cot", "412",
             "2026-06-15 23:50", "2026-06-15 23:55", "done", "Olga Reis", "2026-06-15 10:00",
             "Olga Reis", "2026-06-15 10:01", "By the window"]
        ]  # fmt: skip
        assert len(table(his.get("/board/requests/requests.csv?tab=ended&side=to"))) == 1

    def test_answers_nothing_as_long_as_nothing_changes(self, cast, olga, client_as):
        his = client_as(cast.dario)
        ask(his)
        address = unescape(re.search(r'data-poll-url="([^"]+)"', his.get("/board/requests").text)[1])

        unchanged = his.get(address).status_code
        press(client_as(olga), "acceptance")

        assert (unchanged, his.get(address).status_code) == (204, 200)
