"""Points pay a share of a bill at the desk: held for who is there, taken once, let go, lapsed, undone."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.accounts import queries as accounts
from portal.audit.models import AuditEntry
from portal.corporate.payments import actions, rules
from portal.corporate.payments.actions import Bill, Known
from portal.corporate.payments.models import BillPayment
from portal.corporate.payments.rules import State
from portal.corporate.presence import rules as presence
from portal.corporate.presence.models import Presence
from portal.corporate.presence.rules import Shown
from portal.database import DatabaseBusy, db, transaction
from portal.derivation import recompute
from portal.hotel.models import Property
from portal.jobs import actions as jobs
from portal.outbox.models import Letter
from portal.programme.books import queries as books
from portal.programme.ledger import queries as ledger
from portal.programme.redemption.rules import NotEnoughPoints
from tests.cast import NOW, issue
from tests.corporate.bookings.conftest import give_points
from tests.races import race
from tests.staff.desk.conftest import colleague_of
from tests.statements import assert_same_statements

MINUTES = 30


@pytest.fixture
def desk(cast, client_as):
    """Dario's browser; Acme, a Partner, has 2,505 points: of 100.00 they pay 20.00."""
    give_points(cast.acme.id, 2_505)
    return client_as(cast.dario)


@pytest.fixture
def at(cast):
    return f"/desk/payments/cards/{cast.tamaras_card.number}"


@pytest.fixture
def live(app, cast):
    """What a scan of Tamara's live card at the seaside puts into the desk's forms."""
    shown = Shown(cast.tamaras_card.number, 7, cast.seaside.id, NOW)
    return presence.seal(shown, key=app.config["SECRET_KEY"])


@pytest.fixture
def hold(desk, at):
    """Hold points for bill 4711: `hold()`, `hold(amount="50", points="500")`; answers the payment's page."""

    def send(**changes):
        values = {"number": "4711", "amount": "100", "document": "passport"} | changes
        answer = desk.submit(desk.get(at).page, at, **values)
        return desk.get(answer.location).page if answer.status_code == 302 else answer.page

    return send


def points(cast):
    balance = ledger.balance_of(cast.acme.id)
    return balance.active, balance.held, balance.spent


def standing():
    db.session.expire_all()
    return db.session.scalars(select(BillPayment).order_by(BillPayment.id.desc())).first()


def press(desk, page, step):
    action = f"/desk/payments/{standing().public_id}/{step}"
    answer = desk.post(action, data=fields_of(page, action))
    return desk.get(answer.location).page


def fields_of(page, action):
    """Of the first form that leads there: a toast may lead there, too."""
    return dict(next(form for form in page.forms if form.action == action).fields)


class TestHolding:
    def test_takes_what_the_rules_allow_and_says_why_before_anything_is_spent(self, cast, hold):
        page = hold()

        assert points(cast) == (505, 2_000, 0)
        assert page.h1 == "€20.00 of the bill can be paid with points".replace("€20.00", "€20")
        assert "Left to pay €80" in page.text
        assert "Partner pays up to 20% of a bill" in page.text.replace(" %", "%").replace("\xa0%", "%")
        found = standing()
        assert (found.points, found.pays_cents, found.remains_cents) == (2_000, 2_000, 8_000)
        assert recompute(found.price).value.leaves_points == 505
        assert found.held_until == NOW + timedelta(minutes=MINUTES)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"document": ""}, "Nothing shows that this is the person"),
            ({"points": "2100"}, "Choose at most 2,000"),
            ({"points": "550"}, "steps"),
            ({"points": "400"}, "least you can spend is 500"),
            ({"amount": "20"}, "allows fewer"),
            ({"amount": "0"}, "above nothing"),
            ({"number": " "}, "Enter the number of the bill"),
        ],
    )
    def test_is_refused_with_the_remedy_and_keeps_what_was_entered(self, cast, hold, at, wrong, said):
        page = hold(**{"number": "BILL-9"} | wrong)

        assert said in page.text
        assert points(cast) == (2_505, 0, 0)
        assert db.session.scalars(select(Presence)).all() == []
        kept = dict(page.form(at).fields)
        assert kept["number"] == wrong.get("number", "BILL-9")

    def test_with_a_live_card_asks_for_no_document_and_spends_its_code_once(self, cast, desk, at, hold, live):
        page = desk.get(f"{at}?shown={live}").page
        assert "The holder is here" in page.text

        answer = desk.submit(page, at, number="1", amount="50", points="500")
        again = desk.submit(page, at, number="1", amount="50", points="500")
        other = desk.submit(desk.get(f"{at}?shown={live}").page, at, number="2", amount="50", points="500")

        assert answer.location == again.location
        assert "with this very code already" in other.page.text
        assert points(cast) == (2_005, 500, 0)
        assert db.session.scalars(select(Presence.kind)).one() == "live_code"

    def test_counts_no_live_card_of_another(self, app, cast, desk, at, save):
        other = save(issue(cast.bruno, cast.acme, serial=704_311_99))
        shown = Shown(other.number, 7, cast.seaside.id, NOW)
        sealed = presence.seal(shown, key=app.config["SECRET_KEY"])

        page = desk.get(f"{at}?shown={sealed}").page

        assert "The holder is here" not in page.text
        answer = desk.submit(page, at, number="1", amount="50", shown=sealed)
        assert "belongs to another" in answer.page.text

    def test_is_not_for_a_blocked_card(self, cast, desk, at, hold):
        page = desk.get(at).page
        cast.tamaras_card.blocked_at = NOW
        db.session.commit()

        answer = desk.submit(page, at, number="1", amount="100", document="passport")

        assert "can no longer pay" in answer.page.text
        assert points(cast) == (2_505, 0, 0)


class TestTaking:
    def test_spends_them_once_tells_the_guest_and_is_undone_within_ten_minutes(self, cast, desk, hold, clock):
        before = hold()
        page = press(desk, before, "payment")
        press(desk, before, "payment")

        assert page.h1 == "€20 of the bill is paid with points"
        assert points(cast) == (505, 0, 2_000)
        paper = desk.get(f"/desk/payments/{standing().public_id}/receipt.pdf")
        assert paper.data.startswith(b"%PDF")
        page = press(desk, page, "undo")
        assert points(cast) == (2_505, 0, 0)
        assert "Nothing of the bill is paid with points" in page.h1
        press(desk, before, "payment")
        assert points(cast) == (2_505, 0, 0)
        subjects = db.session.scalars(select(Letter.subject).order_by(Letter.id)).all()
        assert subjects == [
            "Paid with points: €20 of bill 4711", "Undone: the points for bill 4711 are back"
        ]  # fmt: skip
        written = db.session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject_kind == "bill_payment")
        )
        assert list(written) == ["payment.hold", "payment.take", "payment.undo"]
        assert (books.verify().broken, list(books.disagreements())) == ((), [])

    def test_is_undone_by_nobody_else_and_not_after_ten_minutes(self, cast, desk, hold, clock, client_as):
        page = press(desk, hold(), "payment")
        address = f"/desk/payments/{standing().public_id}/undo"
        hers = client_as(colleague_of(cast))
        fields = fields_of(page, address)

        refused = hers.post(address, data=dict(hers.get("/desk").page.forms[0].fields))
        assert "only they can undo it" in hers.get(refused.location).page.text
        clock.advance(minutes=11)
        late = desk.get(desk.post(address, data=fields).location).page
        assert "for 10 minutes" in late.text
        assert points(cast) == (505, 0, 2_000)

    def test_comes_too_late_once_the_hold_is_over_and_the_job_gives_them_back(
        self, cast, desk, hold, clock, run
    ):
        before = hold()
        clock.advance(minutes=MINUTES)
        page = press(desk, before, "payment")
        assert "held no more" in page.text
        assert points(cast) == (505, 2_000, 0)

        with transaction():
            jobs.enqueue(kind="ledger.release_lapsed", payload={}, at=clock.at)
        run("worker", "--drain")

        db.session.rollback()
        assert points(cast) == (2_505, 0, 0)
        assert "Lapsed" in desk.get(f"/desk/payments/{standing().public_id}").page.text

    def test_or_letting_go_ends_it(self, cast, desk, hold):
        before = hold()
        page = press(desk, before, "release")
        assert points(cast) == (2_505, 0, 0)

        page = press(desk, before, "payment")

        assert "held no more" in page.text
        assert points(cast) == (2_505, 0, 0)

    def test_is_not_found_at_another_hotel(self, cast, desk, hold, client_as):
        hold()
        rui = colleague_of(cast, house=cast.townhouse)
        theirs, address = client_as(rui), f"/desk/payments/{standing().public_id}"

        assert theirs.get(address).status_code == 404
        assert theirs.get(f"{address}/receipt.pdf").status_code == 404
        assert "4711" not in theirs.get("/desk/payments").page.text


class TestTheList:
    def test_finds_by_bill_guest_and_state_and_pages(self, cast, desk, hold, monkeypatch):
        for number in ("A-1", "B-2"):
            hold(number=number, amount="50", points="500")
        press(desk, desk.get(f"/desk/payments/{standing().public_id}").page, "payment")

        assert desk.get("/desk/payments").page.h1 == "Points are held for 1 bill"
        for query, shown in (
            ("q=b-2", "B-2"), ("q=belova+a-1", "A-1"), ("tab=paid", "B-2"), ("tab=held", "A-1"),
            ("from=2026-06-15&to=2026-06-15&q=a-1", "A-1"),
        ):  # fmt: skip
            text = desk.get(f"/desk/payments?{query}").page.text
            assert [each in text for each in ("A-1", "B-2")] == [shown == "A-1", shown == "B-2"], query
        assert "No payment fits" in desk.get("/desk/payments?q=zzz").page.text
        monkeypatch.setattr(
            "portal.corporate.payments.queries.payments.__kwdefaults__", {"after": None, "limit": 1}
        )
        first = desk.get("/desk/payments").page
        following = next(link for link in first.links if "after=" in link)
        assert "A-1" in desk.get(following).page.text

    def test_says_the_same_to_the_database_for_few_and_many(self, desk, hold):
        def arrange(number):
            for n in range(number):
                hold(number=f"N-{n}", amount="25", points="500")

        assert_same_statements(1, 4, arrange=arrange, visit=lambda: desk.get("/desk/payments"))


class TestState:
    @given(paid=st.booleans(), let_go=st.booleans(), undone=st.booleans(), minutes=st.integers(-60, 120))
    def test_is_one_and_only_what_is_held_can_be_taken(self, paid, let_go, undone, minutes):
        at = NOW + timedelta(minutes=minutes)
        payment = BillPayment(
            held_at=NOW, held_until=NOW + timedelta(minutes=MINUTES), paid_at=NOW if paid else None,
            let_go_at=NOW if let_go and not paid else None, undone_at=NOW if paid and undone else None,
        )  # fmt: skip

        now = rules.state(payment, at=at)

        try:
            rules.check_held(payment, at=at)
        except rules.PaymentRefused:
            assert now is not State.HELD
        else:
            assert now is State.HELD
            assert at < payment.held_until


@pytest.mark.race
class TestTwoAtOnce:
    def test_who_want_the_last_points_get_them_once(self, app, cast, desk):
        card, house_id, by_id = cast.tamaras_card, cast.seaside.id, cast.dario.id
        number = card.number
        db.session.commit()

        def pay():
            with transaction():
                found = accounts.card_by_number(number)
                bill = Bill(db.session.get(Property, house_id), "1", 10_000, 2_000)
                return actions.hold_for_bill(
                    token=uuid.uuid4(), card=found, tier="partner", bill=bill, known=Known(None, "passport"),
                    by_id=by_id, at=NOW,
                ).points  # fmt: skip

        results = race(app, *[pay] * 8)

        assert [each for each in results if isinstance(each, int)] == [2_000]
        assert sum(isinstance(each, (NotEnoughPoints, DatabaseBusy)) for each in results) == 7
        assert points(cast) == (505, 2_000, 0)
        assert db.session.scalar(select(func.count(BillPayment.id))) == 1
