"""Rates of contracts: two pairs of eyes, no night with two rates, and terms that never change."""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.people.models import Role
from portal.programme.contracts import actions, queries, rules
from portal.programme.contracts.actions import End, Terms
from portal.programme.contracts.models import ContractEnd, ContractEndWish, ContractRate, RateOutcome
from portal.programme.contracts.queries import RateReach
from portal.programme.contracts.rules import RateState, rate_for, state_of
from portal.programme.overview.queries import Reach
from tests.cast import NOW, grant, person
from tests.races import meet_before, race, unguarded

ALL = RateReach(Reach(is_whole=True))
JULY, AUGUST = (date(2026, 7, 1), date(2026, 7, 31)), (date(2026, 8, 1), date(2026, 8, 31))
FORM = {
    "hotel": "SEA", "room": "", "night": "81.50", "begins": "2026-07-01", "ends": "2026-07-31",
    "contract": "C-2026-17",
}  # fmt: skip


def ask(cast, span=JULY, *, by=None, room="", cents=8_000, token=None, account=None, within=transaction):
    terms = Terms(cast.seaside, room, cents, *span, contract="C-17")
    with within():
        return actions.ask_rate(
            token=token or uuid.uuid4(), account_id=(account or cast.acme).id, terms=terms,
            by_id=(by or cast.nora).id, at=NOW,
        )  # fmt: skip


def say(rate, by, *, agrees=True, words="", at=NOW, reach=ALL):
    with transaction():
        return actions.decide(
            public_id=rate.public_id, reach=reach, agrees=agrees, words=words, by_id=by.id, at=at
        )


def ask_end(rate, by, last_on, *, at=NOW, token=None):
    wanted = End(token or uuid.uuid4(), last_on, "The office moved.")
    with transaction():
        return actions.ask_end(public_id=rate.public_id, reach=ALL, end=wanted, by_id=by.id, at=at)


def say_to_end(wish, by, *, agrees=True, words="", at=NOW):
    with transaction():
        return actions.decide_end(
            public_id=wish.public_id, reach=ALL, agrees=agrees, words=words, by_id=by.id, at=at
        )


def rate_row(span=JULY, room="", **more):
    return ContractRate(room_kind=room, begins_on=span[0], ends_on=span[1], **more)


class TestTheRateOfANight:
    def test_is_that_of_the_kind_of_room_before_the_one_for_all(self):
        rates = [rate_row(night_cents=8_000), rate_row(room="SUITE", night_cents=20_000)]

        assert rate_for(rates, night=JULY[0], room_kind="SUITE").night_cents == 20_000
        assert rate_for(rates, night=JULY[1], room_kind="TWIN").night_cents == 8_000
        assert rate_for(rates, night=AUGUST[0], room_kind="TWIN") is None

    def test_is_over_after_its_early_end(self):
        rate = rate_row(outcome=RateOutcome.AGREED, end=ContractEnd(last_on=date(2026, 7, 10)))

        assert rate_for([rate], night=date(2026, 7, 10), room_kind="") is rate
        assert rate_for([rate], night=date(2026, 7, 11), room_kind="") is None
        states = [state_of(rate, today=date(2026, 7, day), at=NOW) for day in (10, 11)]
        assert states == [RateState.IN_FORCE, RateState.OVER]
        assert state_of(rate, today=date(2026, 6, 30), at=NOW) is RateState.TO_COME


class TestARate:
    def test_holds_once_another_has_agreed(self, cast):
        rate = ask(cast)
        assert queries.agreed_rates(cast.acme.id, cast.seaside.id, first=JULY[0], last=JULY[1]) == []
        with pytest.raises(rules.OwnRate):
            say(rate, cast.nora)

        say(rate, cast.lidia)

        [held] = queries.agreed_rates(cast.acme.id, cast.seaside.id, first=JULY[1], last=AUGUST[1])
        assert held.night_cents == 8_000
        assert queries.agreed_rates(cast.borealis.id, cast.seaside.id, first=JULY[0], last=JULY[1]) == []
        with pytest.raises(rules.RateWaitsNoLonger):
            say(rate, cast.gleb)
        actions_done = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert actions_done == ["contract.ask", "contract.agree"]

    def test_is_never_agreed_to_by_whoever_asked_says_the_database_too(self, cast):
        rate = ask(cast)
        change = update(ContractRate).where(ContractRate.id == rate.id)

        with pytest.raises(IntegrityError):
            db.session.execute(change.values(outcome="agreed", settled_at=NOW, settled_by_id=cast.nora.id))
        db.session.rollback()

    def test_is_declined_for_a_reason_or_lapses(self, cast):
        rate = ask(cast)
        with pytest.raises(rules.DeclineNeedsWords):
            say(rate, cast.gleb, agrees=False)
        with pytest.raises(rules.RateWaitsNoLonger):
            say(rate, cast.gleb, at=NOW + rules.WAITS)

        say(rate, cast.gleb, agrees=False, words="Too low for July.", at=NOW + timedelta(days=13))
        assert ask(cast).outcome is None

    def test_shares_no_night_with_another_for_the_same_rooms(self, cast):
        say(ask(cast), cast.lidia)
        with pytest.raises(rules.RatesOverlap) as refused:
            ask(cast, (JULY[1], AUGUST[1]))
        assert refused.value.values == {"first_date": "2026-07-01", "last_date": "2026-07-31"}

        ask(cast, AUGUST)
        ask(cast, room="suite")
        ask(cast, account=cast.borealis)
        with pytest.raises(rules.RatesOverlap):
            ask(cast, JULY, room=" Suite ")

    def test_ends_early_but_not_in_the_past(self, cast):
        rate = ask(cast)
        with pytest.raises(rules.RateCannotEnd):
            ask_end(rate, cast.nora, date(2026, 7, 10))
        say(rate, cast.lidia)
        within = NOW + timedelta(days=25)  # 10 July
        for day in (date(2026, 7, 8), JULY[1]):
            with pytest.raises(rules.EndNotPossible):
                ask_end(rate, cast.nora, day, at=within)

        say_to_end(ask_end(rate, cast.nora, date(2026, 7, 9), at=within), cast.lidia, at=within)

        with pytest.raises(rules.RateCannotEnd):
            ask_end(rate, cast.nora, date(2026, 7, 12), at=within)
        assert say(ask(cast, (date(2026, 7, 10), JULY[1])), cast.lidia).outcome == "agreed"

    def test_is_asked_once_by_one_form(self, cast):
        token = uuid.uuid4()
        assert ask(cast, token=token).id == ask(cast, token=token).id
        with pytest.raises(rules.RateFormTaken):
            ask(cast, token=token, cents=1)
        for other in ({"room": "suite"}, {"span": AUGUST}):
            with pytest.raises(rules.RateFormTaken):
                ask(cast, token=token, **other)
        with pytest.raises(rules.RateEndsBeforeItBegins):
            ask(cast, (JULY[1], JULY[0]))

    def test_is_in_the_export_of_those_who_had_a_hand_in_it(self, cast):
        say(ask(cast), cast.lidia)

        [asked], [agreed] = queries.personal_data(cast.nora.id), queries.personal_data(cast.lidia.id)
        assert (asked["asked_by_me"], asked["settled_by_me"]) == (True, False)
        assert (agreed["asked_by_me"], agreed["settled_by_me"]) == (False, True)


class TestAnEarlyEnd:
    @pytest.fixture
    def agreed(self, cast):
        return say(ask(cast), cast.lidia)

    def test_holds_once_another_has_agreed(self, cast, agreed):
        wish = ask_end(agreed, cast.nora, date(2026, 7, 9))
        assert queries.rate_within(ALL, agreed.public_id).last_on == JULY[1]
        with pytest.raises(rules.OwnEnd):
            say_to_end(wish, cast.nora)

        ended = say_to_end(wish, cast.gleb)

        assert (ended.last_on, ended.end.by_id) == (date(2026, 7, 9), cast.nora.id)
        with pytest.raises(rules.EndWaitsNoLonger):
            say_to_end(wish, cast.lidia)
        done = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert done[-2:] == ["contract.end_ask", "contract.end"]

    def test_is_never_agreed_to_by_whoever_asked_says_the_database_too(self, cast, agreed):
        wish = ask_end(agreed, cast.nora, date(2026, 7, 9))
        change = update(ContractEndWish).where(ContractEndWish.id == wish.id)

        with pytest.raises(IntegrityError):
            db.session.execute(change.values(outcome="agreed", settled_at=NOW, settled_by_id=cast.nora.id))
        db.session.rollback()

    def test_is_declined_for_a_reason_withdrawn_or_lapses_and_then_asked_for_anew(self, cast, agreed):
        first = ask_end(agreed, cast.nora, date(2026, 7, 9))
        with pytest.raises(rules.EndWaits):
            ask_end(agreed, cast.lidia, date(2026, 7, 10))
        with pytest.raises(rules.DeclineNeedsWords):
            say_to_end(first, cast.lidia, agrees=False)
        say_to_end(first, cast.lidia, agrees=False, words="They still sleep there.")
        second = ask_end(agreed, cast.nora, date(2026, 7, 9))
        with pytest.raises(rules.NoSuchRate), transaction():
            actions.withdraw_end(public_id=second.public_id, reach=ALL, by_id=cast.lidia.id, at=NOW)
        with transaction():
            actions.withdraw_end(public_id=second.public_id, reach=ALL, by_id=cast.nora.id, at=NOW)
        third = ask_end(agreed, cast.nora, date(2026, 7, 9))
        lapsed = NOW + rules.WAITS
        with pytest.raises(rules.EndWaitsNoLonger):
            say_to_end(third, cast.lidia, at=lapsed)

        ask_end(agreed, cast.lidia, date(2026, 7, 9), at=lapsed)

        assert queries.rate_within(ALL, agreed.public_id).last_on == JULY[1]
        outcomes = [wish.outcome for wish in queries.end_wishes_of(agreed.id)]
        assert outcomes == ["declined", "withdrawn", None, None]

    def test_is_not_agreed_to_for_nights_that_are_over_by_then(self, cast, agreed):
        wish = ask_end(agreed, cast.nora, date(2026, 7, 5), at=NOW + timedelta(days=19))

        with pytest.raises(rules.EndNotPossible):
            say_to_end(wish, cast.lidia, at=NOW + timedelta(days=22))

    def test_is_asked_for_once_by_one_form(self, cast, agreed):
        token = uuid.uuid4()
        first = ask_end(agreed, cast.nora, date(2026, 7, 9), token=token)

        assert ask_end(agreed, cast.nora, date(2026, 7, 9), token=token).id == first.id
        with pytest.raises(rules.RateFormTaken):
            ask_end(agreed, cast.nora, date(2026, 7, 10), token=token)

    def test_is_in_the_export_of_whoever_decided_it(self, cast, agreed):
        say_to_end(ask_end(agreed, cast.nora, date(2026, 7, 9)), cast.gleb)

        [decided] = queries.personal_data(cast.gleb.id)
        assert (decided["had_a_hand_in_its_end"], decided["settled_by_me"]) == (True, False)


@pytest.mark.race
class TestTwoAtOnce:
    def test_do_not_ask_for_two_ends_of_one_rate(self, app, cast):
        rate = SimpleNamespace(public_id=say(ask(cast), cast.lidia).public_id)
        people = [SimpleNamespace(id=each.id) for each in (cast.nora, cast.lidia)]
        db.session.commit()

        results = race(app, *[lambda by=by: ask_end(rate, by, date(2026, 7, 9)) for by in people])

        assert sorted(type(each).__name__ for each in results) == ["ContractEndWish", "EndWaits"]

    def test_do_not_settle_one_end_differently(self, app, cast):
        wish = ask_end(say(ask(cast), cast.lidia), cast.nora, date(2026, 7, 9))
        asked = SimpleNamespace(public_id=wish.public_id)
        people = [SimpleNamespace(id=each.id) for each in (cast.lidia, cast.gleb)]
        db.session.commit()

        results = race(
            app,
            lambda: say_to_end(asked, people[0]),
            lambda: say_to_end(asked, people[1], agrees=False, words="No."),
        )

        assert sorted(type(each).__name__ for each in results) == ["ContractRate", "EndWaitsNoLonger"]

    def test_do_not_ask_for_the_same_nights(self, app, cast):
        cast_now = SimpleNamespace(
            seaside=SimpleNamespace(id=cast.seaside.id), acme=SimpleNamespace(id=cast.acme.id)
        )
        people = [SimpleNamespace(id=each.id) for each in (cast.nora, cast.lidia)]
        db.session.commit()

        results = race(app, *[lambda by=by: ask(cast_now, by=by) for by in people])

        assert sorted(type(each).__name__ for each in results) == ["ContractRate", "RatesOverlap"]

    @pytest.mark.engines("postgresql")
    def test_would_without_the_lock(self, app, cast, monkeypatch):
        cast_now = SimpleNamespace(
            seaside=SimpleNamespace(id=cast.seaside.id), acme=SimpleNamespace(id=cast.acme.id)
        )
        people = [SimpleNamespace(id=each.id) for each in (cast.nora, cast.lidia)]
        db.session.commit()
        monkeypatch.setattr(actions.queries, "lock_account", lambda _id: None)
        meet_before(monkeypatch, actions, "_record")

        results = race(app, *[lambda by=by: ask(cast_now, by=by, within=unguarded) for by in people])

        assert [type(each).__name__ for each in results] == ["ContractRate", "ContractRate"]


class TestThePages:
    def test_take_an_account_manager_from_the_company_to_a_rate_that_another_agrees_to(self, client_as, cast):
        nora = client_as(cast.nora)
        address = f"/accounts/{cast.acme.public_id}/contract"
        assert address in nora.get(f"/accounts/{cast.acme.public_id}/points").page.links
        assert "No rate is agreed yet" in nora.get(address).page.text

        answer = nora.submit(nora.get(f"{address}/new").page, "/contract/new", **FORM)
        page = nora.get(answer.location).page
        assert page.h1 == "€81.50 net a night for Acme Logistics"
        assert "Your word" not in page.text
        lidia = client_as(cast.lidia)
        assert "€81.50 net a night for Acme" in lidia.get("/inbox").page.text
        lidia.submit(lidia.get(answer.location).page, "/decision", answer="yes")

        assert "Agreed, to come" in nora.get(address).page.text
        assert "C-2026-17" in nora.get(f"{address}.csv").text

    def test_are_all_in_the_table_however_many_are_read_at_once(self, client_as, cast, monkeypatch):
        for room in ("SUITE", "TWIN", "FAMILY"):
            ask(cast, room=room)
        monkeypatch.setattr(queries, "ROWS_AT_ONCE", 1)

        table = client_as(cast.nora).get(f"/accounts/{cast.acme.public_id}/contract.csv").text

        assert [table.count(room) for room in ("SUITE", "TWIN", "FAMILY")] == [1, 1, 1]

    def test_name_what_overlaps(self, client_as, cast):
        say(ask(cast), cast.lidia)
        nora, address = client_as(cast.nora), f"/accounts/{cast.acme.public_id}/contract/new"

        answer = nora.submit(nora.get(address).page, "/contract/new", **FORM)

        assert answer.status_code == 422
        assert "from 1 July 2026 to 31 July 2026 already" in answer.page.text
        wrong = nora.submit(answer.page, "/contract/new", **FORM | {"night": "0", "ends": ""})
        assert "Choose the last night." in wrong.page.text

    def test_let_a_rate_end_by_two_and_say_so_to_the_company(self, client_as, cast):
        rate = say(ask(cast), cast.lidia)
        nora, lidia, address = client_as(cast.nora), client_as(cast.lidia), f"/contracts/{rate.public_id}"
        nora.submit(nora.get(address).page, "/end", last_on="2026-07-09", reason="The office moved.")
        asked = nora.get(address).page
        assert "The early end waits for another’s word" in asked.text
        assert "Let it end earlier" not in asked.text
        assert "The office moved." not in client_as(cast.anna).get(address).page.text
        assert "to let the rate of a contract end early" in lidia.get("/inbox").page.text
        assert "Is it to end early?" not in asked.text

        lidia.submit(lidia.get(address).page, "/decision", answer="yes", words="Agreed with sales.")

        assert "Early end agreed to: Lidia Sokolova" in nora.get(address).page.text
        anna = client_as(cast.anna).get(address).page
        assert "The office moved." in anna.text
        assert "Agreed with sales." not in anna.text
        assert "Nora" not in anna.text
        assert "09/07/2026" in client_as(cast.anna).get(f"/accounts/{cast.acme.public_id}/contract").page.text

    def test_decline_and_withdraw_an_early_end(self, client_as, cast):
        rate = say(ask(cast), cast.lidia)
        nora, gleb, address = client_as(cast.nora), client_as(cast.gleb), f"/contracts/{rate.public_id}"
        form = {"last_on": "2026-07-09", "reason": "The office moved."}
        nora.submit(nora.get(address).page, "/end", **form)
        nora.submit(nora.get(address).page, "/withdrawal")
        assert "Wish for an early end withdrawn: Nora Lind" in nora.get(address).page.text
        nora.submit(nora.get(address).page, "/end", **form)

        answer = gleb.submit(gleb.get(address).page, "/decision", answer="no")

        assert "Say why, in a sentence" in answer.page.text
        gleb.submit(gleb.get(address).page, "/decision", answer="no", words="They still come.")
        assert "They still come." in nora.get(address).page.text

    def test_show_the_company_only_what_is_agreed(self, client_as, cast):
        waits, declined = ask(cast), ask(cast, AUGUST)
        say(declined, cast.lidia, agrees=False, words="Too low.")
        agreed = say(ask(cast, room="suite", cents=20_000), cast.lidia)
        anna, listed = client_as(cast.anna), f"/accounts/{cast.acme.public_id}/contract"

        page = anna.get(listed).page

        for hidden in (waits, declined):
            assert f"/contracts/{hidden.public_id}" not in page.links
            assert anna.get(f"/contracts/{hidden.public_id}").status_code == 404
            assert client_as(cast.gleb).get(f"/contracts/{hidden.public_id}").status_code == 200
        assert f"/contracts/{agreed.public_id}" in page.links
        assert anna.get(f"/contracts/{agreed.public_id}").status_code == 200
        assert anna.get(f"{listed}.csv").text.count("C-17") == 1
        assert client_as(cast.oskar).get(f"{listed}.csv").text.count("C-17") == 3

    def test_are_closed_to_whom_they_do_not_concern(self, client_as, cast, save):
        rate = ask(cast)
        stranger = save(person("Nils Berg", "nils@circle.example"))
        grant(stranger, Role.ACCOUNT_MANAGER)
        grant(cast.carla, Role.BOOKER, account=cast.acme)
        db.session.commit()
        own, listed = f"/contracts/{rate.public_id}", f"/accounts/{cast.acme.public_id}/contract"

        for other in (stranger, cast.carla):
            assert client_as(other).get(own).status_code == 404
            assert client_as(other).get(listed).status_code == 404
        assert "Your word" not in client_as(cast.oskar).get(own).page.text
        assert "Your word" in client_as(cast.gleb).get(own).page.text
        assert client_as(cast.anna).get(own).status_code == 404
        for other, act in ((cast.carla, "decision"), (stranger, "withdrawal")):
            wish = uuid.uuid4()
            assert client_as(other).post(f"/contracts/ends/{wish}/{act}").status_code in {403, 404}
