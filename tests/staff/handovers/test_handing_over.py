"""A shift is left with what is open and a note, taken over once by a colleague, and read afterwards."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.staff.handovers import actions, queries, rules
from portal.staff.handovers.models import ShiftHandover
from portal.staff.handovers.queries import Reach
from portal.staff.handovers.rules import Left
from tests.cast import NOW
from tests.races import race
from tests.staff.board.conftest import TEN
from tests.staff.desk.conftest import colleague_of
from tests.staff.requests.test_requests import ask
from tests.statements import assert_same_statements

NEW = "/board/handovers/new"


@pytest.fixture
def leave(client_as):
    """Leave the shift of a department: `leave(olga, "Two cots are out")`; answers the page it leads to."""

    def send(person, note="All is quiet", **values):
        browser = client_as(person)
        answer = browser.submit(browser.get(NEW).page, NEW, note=note, **values)
        return browser.get(answer.location).page if answer.status_code == 302 else answer.page

    return send


def standing():
    db.session.expire_all()
    return db.session.scalars(select(ShiftHandover).order_by(ShiftHandover.id.desc())).first()


def address(step=""):
    return f"/board/handovers/{standing().public_id}{step}"


def press(browser, step):
    action = address(step)
    found = next((form for form in browser.get(address()).page.forms if form.action == action), None)
    fields = dict(found.fields) if found else dict(browser.get("/board/requests/new").page.forms[0].fields)
    answer = browser.post(action, data=fields)
    return browser.get(answer.location).page if answer.status_code == 302 else answer


class TestLeaving:
    def test_takes_along_what_is_open_and_shows_later_how_it_stands(  # noqa: PLR0917 -- fixtures
        self, cast, olga, promise, leave, client_as, clock
    ):
        ask(client_as(cast.gleb), what="A cot for 412")
        promise(laundry=3, taxi=1)
        clock.set(TEN + timedelta(minutes=20))

        page = leave(olga, "The dryer is broken\nThe mechanic comes at four")

        assert "1 line, of them late: 1 · 1 request · 1 promise not noted" in page.text
        assert "The dryer is broken The mechanic comes at four" in page.text
        assert "Laundry 3 pieces" in page.text
        assert "Taxi" not in page.text
        assert page.text.count("still open") == 1
        gleb = client_as(cast.gleb)
        hers = client_as(olga)
        line = next(form for form in hers.get("/board").page.forms if "/delivery" in form.action)
        hers.post(line.action, data={**dict(line.fields), "quantity": "3"})
        assert "delivered" in gleb.get(address()).page.text
        paper = gleb.get(address("/handover.pdf"))
        assert paper.data.startswith(b"%PDF")

    def test_asks_for_a_note_and_keeps_what_was_written(self, cast, leave):
        assert "Write a line" in leave(cast.dario, " ").text
        page = leave(cast.dario, "x" * 2_001)
        assert "within 2,000 characters" in page.text
        assert "x" * 2_001 in dict(page.form(NEW).fields)["note"]
        assert standing() is None

    def test_is_done_once_however_often_it_is_sent(self, cast, client_as):
        browser = client_as(cast.dario)
        page = browser.get(NEW).page
        for _ in range(2):
            browser.submit(page, NEW, note="Once")
        token = dict(page.form(NEW).fields)["token"]
        gleb = client_as(cast.gleb)
        refused = gleb.submit(gleb.get(NEW).page, NEW, note="Mine", token=token)

        assert db.session.scalar(select(func.count(ShiftHandover.id))) == 1
        assert "Open a fresh one" in refused.page.text

    def test_of_another_department_or_hotel_is_not_theirs(self, cast, olga, leave, client_as):
        hers = client_as(olga)
        assert hers.get(f"{NEW}?department=front_office").status_code == 404
        leave(cast.dario)

        assert hers.get(address()).status_code == 404
        assert "All is quiet" not in hers.get("/board/handovers").page.text
        rui = client_as(colleague_of(cast, house=cast.townhouse))
        assert rui.get(address()).status_code == 404
        assert rui.get(address("/handover.pdf")).status_code == 404


class TestTakingOver:
    def test_waits_in_the_inbox_of_colleagues_and_is_taken_once(self, cast, leave, client_as):
        leave(cast.dario, "Keys are in the safe")
        fatima = client_as(colleague_of(cast))
        assert "Take over the shift" in fatima.get("/inbox").page.text
        assert "Take over the shift" not in client_as(cast.dario).get("/inbox").page.text
        assert fatima.get("/board/handovers").page.h1 == "1 shift waits to be taken over"

        assert "a colleague takes it over" in press(client_as(cast.dario), "/taking").text
        press(fatima, "/taking")

        assert "Take over the shift" not in fatima.get("/inbox").page.text
        assert "Every shift was taken over" in fatima.get("/board/handovers").page.h1
        late = press(client_as(cast.gleb), "/taking")
        assert "Fatima Nunes" in late.text
        written = select(AuditEntry.action).where(AuditEntry.subject_kind == "shift_handover")
        assert list(db.session.scalars(written)) == ["handover.leave", "handover.take"]

    def test_and_leaving_are_undone_within_ten_minutes_by_who_did_it(self, cast, leave, client_as, clock):
        leave(cast.dario)
        dario, gleb = client_as(cast.dario), client_as(cast.gleb)
        press(gleb, "/taking")

        assert "within ten minutes" in press(dario, "/undo").text
        press(gleb, "/undo")
        assert standing().taken_at is None
        press(dario, "/undo")

        assert standing().withdrawn_at is not None
        assert "withdrawn" in press(gleb, "/taking").text
        leave(cast.dario)
        clock.advance(minutes=11)
        press(dario, "/undo")
        assert standing().withdrawn_at is None

    @pytest.mark.race
    def test_of_two_at_once_one_does(self, app, cast, leave):
        fatima = colleague_of(cast)
        leave(cast.dario)
        public_id, reach = standing().public_id, Reach((cast.seaside.id,), ())
        ids = [cast.gleb.id, fatima.id]
        db.session.commit()

        def take(by_id):
            with transaction():
                found = queries.handover_in(reach, public_id)
                actions.take_over(handover=found, by_id=by_id, at=NOW)
                return by_id

        results = race(app, *(lambda each=each: take(each) for each in ids))

        assert [each for each in results if isinstance(each, int)] == [standing().taken_by_id]
        assert sum(isinstance(each, rules.TakenAlready) for each in results) == 1


class TestTheList:
    def test_pages_by_key_narrows_and_says_the_same_to_the_database(
        self, cast, leave, client_as, monkeypatch
    ):
        browser, numbers = client_as(cast.gleb), itertools.count(1)
        assert_same_statements(
            1,
            4,
            arrange=lambda number: [leave(cast.dario, f"Note {next(numbers)}") for _ in range(number)],
            visit=lambda: browser.get("/board/handovers"),
        )
        latest = standing().note
        monkeypatch.setitem(queries.handovers.__kwdefaults__, "limit", 2)

        first = browser.get("/board/handovers?department=front_office").page
        following = next(link for link in first.links if "after=" in link)

        assert latest in first.text
        assert latest not in browser.get(following).page.text


class TestLeft:
    def test_comes_back_from_what_was_kept(self):
        left = Left((1, 2), 2, 1, (7,), 1, 0)

        assert Left.from_json(left.to_json()) == left
        assert (left.is_empty, Left((), 0, 0, (), 0, 0).is_empty) == (False, True)
