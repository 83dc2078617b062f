"""Souvenirs at a desk: handed over to who is there, undone, given on arrival, taken back."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from portal.corporate.presence import rules as presence
from portal.corporate.presence.models import Presence
from portal.corporate.presence.rules import Shown
from portal.corporate.reservations import rules
from portal.corporate.reservations.models import ArrivalGift
from portal.corporate.souvenirs import actions as stocked
from portal.corporate.souvenirs.models import SouvenirStock
from portal.database import db, transaction
from portal.programme.ledger import queries as ledger
from tests.cast import NOW, issue
from tests.catalogue import stock
from tests.corporate.reservations import conftest as souvenirs

shelve, notebook, reserve = souvenirs.shelve, souvenirs.notebook, souvenirs.reserve


@pytest.fixture
def desk(cast, client_as):
    """Dario's browser with Tamara's card at hand: `desk.page()`, `desk.press("/handover", …)`."""
    stock(cast).services["taxi"].desk_key = 1
    db.session.commit()
    browser, at = client_as(cast.dario), f"/desk?q={cast.tamaras_card.number}"

    def press(action, **values):
        return browser.submit(browser.get(at).page, f"/desk/souvenirs{action}", **values)

    def page(path=at):
        return browser.get(path).page

    return SimpleNamespace(browser=browser, press=press, page=page)


@pytest.fixture
def live(app, cast):
    """What a scan of Tamara's live card at the seaside puts into the desk's forms."""
    shown = Shown(cast.tamaras_card.number, 7, cast.seaside.id, NOW)
    return presence.seal(shown, key=app.config["SECRET_KEY"])


def points(cast):
    balance = ledger.balance_of(cast.acme.id)
    return balance.active, balance.held, balance.spent


class TestHandOver:
    def test_takes_one_press_with_the_live_card_and_can_be_undone(self, cast, reserve, desk, live):
        reserve()
        assert "Notebook" in desk.page().text

        answer = desk.press("/handover", shown=live)

        page = desk.page(answer.location)
        assert "Notebook handed over to Tamara Belova" in page.text
        assert points(cast) == (1_605, 0, 900)
        assert db.session.scalars(select(Presence.kind)).one() == "live_code"
        desk.browser.submit(page, "/desk/souvenirs/undo")
        assert points(cast) == (1_605, 900, 0)
        assert "Hand over" in desk.page().text

    def test_hands_over_all_that_waits_with_one_code(self, cast, reserve, desk, live):
        reserve(), reserve()

        desk.press("/handover", shown=live)

        assert points(cast) == (705, 0, 1_800)

    def test_asks_for_a_document_without_the_live_card(self, cast, reserve, desk):
        reserve()

        refused = desk.press("/handover")
        assert points(cast) == (1_605, 900, 0)
        assert "document" in desk.page(refused.location).text
        desk.press("/handover", document="passport")

        assert points(cast) == (1_605, 0, 900)

    def test_refuses_a_code_that_was_spent_on_and_what_waits_for_others(self, cast, reserve, desk, live):
        first, second = reserve(), reserve()
        desk.press("/handover", shown=live, reserved=[str(first.public_id)])

        desk.press("/handover", shown=live)
        assert points(cast) == (705, 900, 900)
        second.guest_id = cast.bruno.id
        db.session.commit()
        page = desk.page()
        assert not [form for form in page.forms if form.action == "/desk/souvenirs/handover"]

    def test_sent_again_after_its_undo_hands_over_nothing_and_says_why(self, cast, reserve, desk):
        reserve()
        page = desk.page()
        first = desk.browser.submit(page, "/desk/souvenirs/handover", document="passport")
        desk.browser.submit(desk.page(first.location), "/desk/souvenirs/undo")

        again = desk.browser.submit(page, "/desk/souvenirs/handover", document="passport")

        assert "sent before and undone" in desk.page(again.location).text
        assert points(cast) == (1_605, 900, 0)

    def test_is_never_paid_by_another_company_of_the_guest(self, cast, reserve, desk, save):
        found = reserve()
        second = save(issue(cast.tamara, cast.borealis, serial=704_311_99))
        form = next(form for form in desk.page().forms if form.action == "/desk/souvenirs/handover")

        stale = {**dict(form.fields), "card": second.number, "document": "passport"}
        desk.browser.post("/desk/souvenirs/handover", data={**stale, "reserved": str(found.public_id)})

        assert points(cast) == (1_605, 900, 0)

    def test_is_not_offered_at_another_hotel(self, cast, reserve, client_as, desk):
        found = reserve()
        found.property_id = cast.townhouse.id
        db.session.commit()

        assert "Notebook" not in desk.page().text
        assert desk.browser.get(f"/desk/souvenirs/{found.public_id}").status_code == 404


class TestOnArrival:
    @pytest.fixture
    def welcome(self, shelve):
        """What the lowest tier gives; one of them is left."""
        return shelve(left=1, points=None, arrival_set="card", name={"en": "Welcome card", "ru": "Открытка"})

    def test_is_given_once_and_lies_on_the_shelf_again_when_undone(self, cast, welcome, desk):
        assert "Welcome card" in desk.page().text

        page = desk.page(desk.press("/gifts").location)

        assert "Given on arrival to Tamara Belova" in page.text
        assert "by Dario Conti" in page.text
        assert self.left() == 0
        undo = next(form.action for form in page.forms if "/gifts/" in form.action)
        desk.browser.submit(page, undo)
        assert self.left() == 1
        assert db.session.scalars(select(ArrivalGift)).one().undone_at == NOW

    def test_is_given_once_whatever_is_pressed(self, welcome, shelve, desk, cast):
        form = next(form for form in desk.page().forms if form.action == "/desk/souvenirs/gifts")
        with transaction():
            stocked.count_in(
                token=uuid.uuid4(), souvenir=welcome, property_id=cast.seaside.id, quantity=1, reason="",
                by_id=None, at=NOW,
            )  # fmt: skip
        for token in (uuid.uuid4(), uuid.uuid4()):
            answer = desk.browser.post("/desk/souvenirs/gifts", data={**dict(form.fields), "token": token})

        assert "The guest was given one on 15 June 2026" in desk.page(answer.location).text
        assert self.left() == 1

    def test_is_not_given_again_by_a_press_that_was_undone(self, cast, welcome, desk):
        before = desk.page()
        page = desk.page(desk.browser.submit(before, "/desk/souvenirs/gifts").location)
        desk.browser.submit(page, next(form.action for form in page.forms if "/gifts/" in form.action))

        again = desk.browser.submit(before, "/desk/souvenirs/gifts")

        assert "was undone, so nothing was given" in desk.page(again.location).text
        assert self.left() == 1

    def test_is_due_to_the_guest_and_not_to_a_new_card(self, cast, welcome, desk, save):
        desk.press("/gifts")
        cast.tamaras_card.blocked_at = NOW
        new = save(issue(cast.tamara, cast.acme, serial=704_311_98))

        page = desk.page(f"/desk?q={new.number}")

        assert "by Dario Conti" in page.text
        assert not [form for form in page.forms if form.action == "/desk/souvenirs/gifts"]

    @pytest.mark.parametrize(("days", "is_due"), [(6, False), (7, True)])
    def test_is_due_again_after_the_days_that_were_set(self, days, is_due):
        def check():
            rules.check_gift(last_at=NOW, again_days=7, at=NOW + timedelta(days=days))

        if is_due:
            check()
        else:
            with pytest.raises(rules.GivenAlready):
                check()

    def left(self):
        return db.session.scalars(select(SouvenirStock.on_hand)).one()


class TestTheList:
    def test_shows_what_waits_and_takes_back_what_was_handed_over(self, cast, reserve, desk, live):
        found = reserve()
        assert "1 souvenir waits for its guest" in desk.page("/desk/souvenirs").h1
        desk.press("/handover", shown=live)
        at = f"/desk/souvenirs/{found.public_id}"

        refused = desk.browser.submit(desk.page(at), f"{at}/return")
        assert refused.status_code == 422
        desk.browser.submit(desk.page(at), f"{at}/return", back="off", reason="The cover is torn")

        assert "The cover is torn" in desk.page(at).text
        assert points(cast) == (2_505, 0, 0)
        assert db.session.scalars(select(SouvenirStock.on_hand)).one() == 4

    def test_lets_the_hotel_end_what_it_cannot_hand_over(self, cast, reserve, desk):
        at = f"/desk/souvenirs/{reserve().public_id}"

        desk.browser.submit(desk.page(at), f"{at}/end", reason="A flood in the store")

        assert "Cancelled by the hotel" in desk.page(at).text
        assert points(cast) == (2_505, 0, 0)

    def test_undoing_comes_too_late_after_ten_minutes(self, cast, reserve, desk, live, clock):
        reserve()
        page = desk.page(desk.press("/handover", shown=live).location)
        clock.set(NOW + timedelta(minutes=11))

        desk.browser.submit(page, "/desk/souvenirs/undo")

        assert points(cast) == (1_605, 0, 900)
