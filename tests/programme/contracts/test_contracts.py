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
from portal.programme.contracts.actions import Terms
from portal.programme.contracts.models import ContractEnd, ContractRate, RateOutcome
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


def end(rate, by, last_on, *, at=NOW):
    with transaction():
        return actions.end_rate(
            public_id=rate.public_id, reach=ALL, last_on=last_on, reason="The office moved.", by_id=by.id,
            at=at,
        )  # fmt: skip


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
            end(rate, cast.nora, date(2026, 7, 10))
        say(rate, cast.lidia)
        within = NOW + timedelta(days=25)  # 10 July
        for day in (date(2026, 7, 8), JULY[1]):
            with pytest.raises(rules.EndNotPossible):
                end(rate, cast.nora, day, at=within)

        end(rate, cast.nora, date(2026, 7, 9), at=within)

        with pytest.raises(rules.RateCannotEnd):
            end(rate, cast.nora, date(2026, 7, 12), at=within)
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


@pytest.mark.race
class TestTwoAtOnce:
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

    def test_name_what_overlaps(self, client_as, cast):
        say(ask(cast), cast.lidia)
        nora, address = client_as(cast.nora), f"/accounts/{cast.acme.public_id}/contract/new"

        answer = nora.submit(nora.get(address).page, "/contract/new", **FORM)

        assert answer.status_code == 422
        assert "from 1 July 2026 to 31 July 2026 already" in answer.page.text
        wrong = nora.submit(answer.page, "/contract/new", **FORM | {"night": "0", "ends": ""})
        assert "Choose the last night." in wrong.page.text

    def test_let_a_rate_end_and_say_so_to_the_company(self, client_as, cast):
        rate = say(ask(cast), cast.lidia)
        nora = client_as(cast.nora)
        page = nora.get(f"/contracts/{rate.public_id}").page
        nora.submit(page, "/end", last_on="2026-07-09", reason="The office moved.")

        anna = client_as(cast.anna).get(f"/contracts/{rate.public_id}").page
        assert "The office moved." in anna.text
        assert "Nora" not in anna.text
        assert "09/07/2026" in client_as(cast.anna).get(f"/accounts/{cast.acme.public_id}/contract").page.text

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
        anna = client_as(cast.anna).get(own).page
        assert "Your word" not in anna.text
