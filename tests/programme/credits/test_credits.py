"""Points by hand: limits, reasons, second people; given once, and taken back by a reversal."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from portal.audit.models import AuditEntry, Sight
from portal.database import db, transaction
from portal.outbox.models import Letter
from portal.people.models import Role
from portal.programme.books import queries as books
from portal.programme.chain.rules import Kind
from portal.programme.credits import actions, queries, rules
from portal.programme.credits.actions import AtDesk, Grounds
from portal.programme.credits.models import CreditReason, CreditRequest
from portal.programme.credits.queries import CreditReach
from portal.programme.ledger import queries as ledger
from portal.programme.overview.queries import Reach
from tests.cast import NOW, grant, person
from tests.races import meet_before, race, unguarded
from tests.statements import assert_same_statements

ALL = CreditReach(Reach(is_whole=True))
WHY = {"reason": "complaint", "words": "Two hours late.", "evidence": "Case 17"}
GROUNDS = Grounds(CreditReason.COMPLAINT, "Two hours late.", "Case 17")


def ask(cast, points, *, by=None, desk=None, at=NOW, account=None, within=transaction, token=None):
    with within():
        return actions.ask_credit(
            token=token or uuid.uuid4(), account_id=(account or cast.acme).id, points=points,
            grounds=GROUNDS, by_id=(by or (cast.dario if desk else cast.lidia)).id, at=at, desk=desk,
        )  # fmt: skip


def say(asked, by, *, agrees=True, words="", at=NOW):
    with transaction():
        return actions.decide(
            public_id=asked.public_id, reach=ALL, agrees=agrees, words=words, by_id=by.id, at=at
        )


def take_back(asked, by, *, at=NOW):
    with transaction():
        return actions.take_back(
            public_id=asked.public_id, reach=ALL, token=uuid.uuid4(), grounds=GROUNDS, by_id=by.id, at=at
        )


def active(account):
    db.session.rollback()
    return ledger.balance_of(account.id).active


@pytest.fixture
def at_desk(cast):
    return lambda reservation="R-100": AtDesk(cast.seaside.id, reservation, cast.tamaras_card.id)


@pytest.fixture(autouse=True)
def books_hold(app):
    yield
    db.session.rollback()
    assert books.verify().broken == ()
    assert list(books.disagreements()) == []


class TestTheDesk:
    def test_gives_a_thousand_a_stay_and_not_a_point_more(self, cast, at_desk):
        assert ask(cast, 1_000, desk=at_desk()).approvals == 0
        assert active(cast.acme) == 1_000

        beyond = ask(cast, 1, desk=at_desk("r 100"))

        assert (beyond.approvals, beyond.outcome) == (1, None)
        assert active(cast.acme) == 1_000

    def test_gives_five_thousand_a_shift_across_companies_and_midnight(self, cast, at_desk):
        for number in range(5):
            account = cast.borealis if number % 2 else cast.acme
            stay = AtDesk(cast.seaside.id, f"S{number}")
            assert ask(cast, 1_000, desk=stay, account=account).approvals == 0

        later = NOW + timedelta(hours=11, minutes=59)
        assert ask(cast, 1, desk=at_desk("S6"), at=later).approvals == 1
        next_shift = NOW + timedelta(hours=24)
        assert ask(cast, 1_000, desk=at_desk("S7"), at=next_shift).approvals == 0

    def test_speaks_of_one_stay_whoever_stands_there(self, cast, at_desk, save):
        colleague = save(person("Dina Costa", "dina@circle.example"))
        ask(cast, 700, desk=at_desk())

        assert ask(cast, 301, desk=at_desk(), by=colleague).approvals == 1

    def test_knows_a_guest_whatever_number_is_typed(self, cast, at_desk):
        assert ask(cast, 1_000, desk=at_desk("R-100")).approvals == 0

        assert ask(cast, 1, desk=at_desk("R-100a")).approvals == 1
        next_shift = NOW + timedelta(hours=12)
        assert ask(cast, 1_000, desk=at_desk("R-200"), at=next_shift).approvals == 0

    def test_reads_a_number_typed_on_a_russian_keyboard(self):
        assert rules.folded_stay("Р-100 С") == rules.folded_stay("P100C")


class TestAManager:
    def test_gives_twenty_thousand_alone_and_more_with_another(self, cast):
        assert ask(cast, 20_000).approvals == 0
        assert active(cast.acme) == 20_000

        much = ask(cast, 20_001, account=cast.borealis)
        assert much.approvals == 1
        with pytest.raises(rules.OwnRequest):
            say(much, cast.lidia)
        say(much, cast.gleb)

        assert active(cast.borealis) == 20_001

    def test_cannot_give_much_in_parts(self, cast):
        ask(cast, 15_000)

        assert ask(cast, 5_001).approvals == 1
        assert ask(cast, 5_000, at=NOW + timedelta(hours=12)).approvals == 0

    def test_answers_for_what_the_desk_asks_beyond_its_limit(self, cast, at_desk):
        asked = ask(cast, 20_001, desk=at_desk())
        assert asked.approvals == 2

        say(asked, cast.lidia)
        assert active(cast.acme) == 0
        with pytest.raises(rules.DecidedAlready):
            say(asked, cast.lidia)
        say(asked, cast.gleb)

        assert active(cast.acme) == 20_001

    def test_says_no_for_a_reason_and_nothing_is_given(self, cast):
        asked = ask(cast, 30_000)
        with pytest.raises(rules.WordsMissing):
            say(asked, cast.gleb, agrees=False)
        say(asked, cast.gleb, agrees=False, words="Too much.")

        with pytest.raises(rules.NoLongerWaiting):
            say(asked, cast.nora)
        assert active(cast.acme) == 0

    def test_is_not_waited_for_longer_than_two_weeks(self, cast):
        asked = ask(cast, 30_000)

        with pytest.raises(rules.NoLongerWaiting):
            say(asked, cast.gleb, at=NOW + rules.WAITS)
        say(asked, cast.gleb, at=NOW + rules.WAITS - timedelta(seconds=1))


class TestACredit:
    def test_is_one_entry_whose_lot_lives_and_dies(self, cast):
        asked = ask(cast, 300, token=(token := uuid.uuid4()))
        assert ask(cast, 300, token=token).id == asked.id

        [entry] = list(ledger.chain_of(cast.acme.id))
        assert (entry.kind, entry.key, entry.seq) == (Kind.CREDIT, f"credit:{token}", asked.entry_seq)
        with pytest.raises(rules.TokenTaken):
            ask(cast, 301, token=token)

    def test_is_not_answered_by_another_that_its_form_gave(self, cast, at_desk):
        token, desk = uuid.uuid4(), at_desk()
        ask(cast, 300, token=token, desk=desk)

        with pytest.raises(rules.TokenTaken):
            ask(cast, 300, token=token, desk=at_desk("R-200"))
        with pytest.raises(rules.TokenTaken):
            ask(cast, 300, token=token, by=cast.dario)
        assert ask(cast, 300, token=token, desk=desk).outcome == "done"

    def test_is_not_changed_once_it_is_settled(self, cast):
        say(ask(cast, 30_000), cast.gleb)

        for table in ("credit_request", "credit_decision"):
            for act in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
                with pytest.raises(DatabaseError, match="append-only"):
                    db.session.execute(text(act))
                db.session.rollback()

    def test_dies_with_its_month_though_the_company_never_stayed(self, cast, run, clock):
        ask(cast, 300)
        clock.set(NOW.replace(year=2028, month=7, day=1))

        run("programme", "advance")

        db.session.rollback()
        assert (ledger.balance_of(cast.acme.id).active, ledger.balance_of(cast.acme.id).expired) == (0, 300)

    def test_is_told_to_those_who_run_the_account(self, cast):
        ask(cast, 300)

        letters = db.session.scalars(select(Letter)).all()
        assert [letter.to_address for letter in letters] == [cast.anna.email]
        assert "300 points for Acme Logistics" in letters[0].subject
        assert "Two hours late." in letters[0].text
        assert "Case 17" not in letters[0].text

    def test_leaves_an_audit_entry_for_each_act(self, cast):
        say(ask(cast, 30_000), cast.gleb)

        found = db.session.execute(select(AuditEntry.action, AuditEntry.actor_id).order_by(AuditEntry.id))
        assert [tuple(row) for row in found] == [
            ("credit.ask", cast.lidia.id), ("credit.agree", cast.gleb.id), ("points.credit", cast.gleb.id),
        ]  # fmt: skip


class TestTakingBack:
    def test_reverses_the_credit_once(self, cast):
        asked = ask(cast, 300)

        back = take_back(asked, cast.nora)

        assert active(cast.acme) == 0
        assert [entry.kind for entry in ledger.chain_of(cast.acme.id)] == [Kind.CREDIT, Kind.REVERSAL]
        for other in (asked, back):
            with pytest.raises(rules.NothingToTakeBack):
                take_back(other, cast.nora)

    def test_of_much_needs_two(self, cast):
        asked = ask(cast, 30_000)
        say(asked, cast.gleb)

        back = take_back(asked, cast.gleb)
        assert (back.approvals, active(cast.acme)) == (1, 30_000)
        say(back, cast.lidia)

        assert active(cast.acme) == 0

    def test_of_spent_points_is_owed(self, cast, spend):
        asked = ask(cast, 500)
        spend(cast.acme, 500)

        take_back(asked, cast.lidia)

        db.session.rollback()
        assert (ledger.balance_of(cast.acme.id).active, ledger.balance_of(cast.acme.id).owed) == (0, 500)

    def test_frees_the_limit_it_had_used(self, cast, at_desk):
        take_back(ask(cast, 1_000, desk=at_desk()), cast.lidia)

        assert ask(cast, 1_000, desk=at_desk()).approvals == 0


@pytest.mark.race
class TestTwoAtOnce:
    def test_do_not_pass_the_limit_of_a_stay(self, app, cast, at_desk, save):
        colleague, desk = save(person("Dina Costa", "dina@circle.example")), at_desk()
        db.session.commit()
        lanes = [lambda by=by: ask(cast, 1_000, desk=desk, by=by) for by in (cast.dario, colleague)]

        results = race(app, *lanes)

        assert sorted(each.approvals for each in results) == [0, 1]
        assert active(cast.acme) == 1_000

    @pytest.mark.engines("postgresql")
    def test_would_without_the_locks(self, app, cast, at_desk, save, monkeypatch):
        colleague, desk = save(person("Dina Costa", "dina@circle.example")), at_desk()
        db.session.commit()
        monkeypatch.setattr(actions.ledger, "lock_ledgers", lambda _ids: None)
        meet_before(monkeypatch, actions, "_request")
        monkeypatch.setattr(actions, "_carry_out", lambda *_, **__: None)
        lanes = [
            lambda by=by: ask(cast, 1_000, desk=desk, by=by, within=unguarded)
            for by in (cast.dario, colleague)
        ]

        results = race(app, *lanes)

        assert [each.approvals for each in results] == [0, 0]

    def test_agree_once(self, app, cast, save):
        asked = ask(cast, 30_000)
        managers = [SimpleNamespace(id=manager.id) for manager in (cast.gleb, cast.nora)]
        account, asked = SimpleNamespace(id=cast.acme.id), SimpleNamespace(public_id=asked.public_id)
        db.session.commit()

        results = race(app, *[lambda by=by: say(asked, by) for by in managers])

        assert sorted(type(each).__name__ for each in results) == ["CreditRequest", "NoLongerWaiting"]
        assert active(account) == 30_000


class TestThePages:
    def test_take_a_manager_from_the_company_to_the_ledger(self, client_as, cast):
        nora = client_as(cast.nora)
        address = f"/accounts/{cast.acme.public_id}"
        assert f"{address}/credit" in nora.get(address).page.links

        answer = nora.submit(nora.get(f"{address}/credit").page, "/credit", points=500, **WHY)
        page = nora.get(answer.location).page

        assert page.h1 == "500 points for Acme Logistics"
        assert "Case 17" in page.text
        assert answer.location in nora.get(f"{address}/why/entry/1").page.links
        assert "500 points for Acme Logistics" not in client_as(cast.anna).get(answer.location).text

    def test_ask_for_everything(self, client_as, cast):
        nora = client_as(cast.nora)
        address = f"/accounts/{cast.acme.public_id}/credit"

        answer = nora.submit(nora.get(address).page, "/credit", points=500, words="", evidence="")

        assert answer.status_code == 422
        assert "Name what proves it" in answer.page.text
        assert db.session.scalar(select(func.count(CreditRequest.id))) == 0

    def test_bring_what_waits_to_another_manager_but_not_to_whoever_asked(self, client_as, cast):
        asked = ask(cast, 30_000)
        assert "30,000 points for Acme" not in client_as(cast.lidia).get("/inbox").page.text
        nora = client_as(cast.nora)
        assert "30,000 points for Acme" in nora.get("/inbox").page.text

        page = nora.get(f"/programme/credits/{asked.public_id}").page
        nora.submit(page, "/decision", answer="yes")

        assert active(cast.acme) == 30_000
        assert "30,000 points for Acme" not in nora.get("/inbox").page.text

    def test_are_closed_to_whom_they_do_not_concern(self, client_as, cast, save):
        asked = ask(cast, 30_000)
        stranger = save(person("Nils Berg", "nils@circle.example"))
        grant(stranger, Role.ACCOUNT_MANAGER)
        db.session.commit()
        own = f"/programme/credits/{asked.public_id}"

        for other in (stranger, cast.dario):
            assert client_as(other).get(own).status_code == 404
        assert client_as(stranger).get(f"/accounts/{cast.acme.public_id}/credit").status_code == 404
        oskar = client_as(cast.oskar).get(own).page
        assert "Your word" not in oskar.text
        assert "Take the points back" not in oskar.text

    def test_record_who_looked_at_a_guest(self, client_as, cast, at_desk):
        asked = ask(cast, 100, desk=at_desk())

        client_as(cast.lidia).get(f"/programme/credits/{asked.public_id}")

        seen = select(Sight.subject_id).where(Sight.page == "credit", Sight.viewer_id == cast.lidia.id)
        assert db.session.scalars(seen).all() == [cast.tamara.id]

    def test_take_points_back_and_say_so(self, client_as, cast):
        asked = ask(cast, 300)
        lidia, own = client_as(cast.lidia), f"/programme/credits/{asked.public_id}"

        page = lidia.get(f"{own}/return").page
        lidia.submit(page, "/return", **WHY)

        assert active(cast.acme) == 0
        assert "Taken back" in lidia.get(own).page.text
        assert "−300" in lidia.get("/programme/credits?tab=done").page.text

    def test_say_the_same_to_the_database_however_many_there_are(self, client_as, cast):
        lidia = client_as(cast.lidia)

        assert_same_statements(
            1, 4,
            arrange=lambda number: [ask(cast, 10) for _ in range(number)],
            visit=lambda: lidia.get("/programme/credits?tab=all"),
        )  # fmt: skip

    def test_put_it_into_the_export_of_those_it_is_about(self, cast, at_desk):
        ask(cast, 100, desk=at_desk())

        for each, is_mine in ((cast.dario, True), (cast.tamara, False)):
            [found] = queries.personal_data(each.id)
            assert (found["asked_by_me"], found["points"]) == (is_mine, 100)
