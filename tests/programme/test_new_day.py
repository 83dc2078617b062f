"""A new day: accounts are played on, and companies are told in their language."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from portal.database import db, transaction
from portal.jobs import actions as jobs
from portal.outbox.models import Letter
from portal.programme.chain.rules import Kind
from portal.programme.ledger import queries as ledger
from portal.programme.notices import actions
from portal.programme.standing import queries as standings
from tests.cast import NOW, Cast
from tests.programme.told import Told

TODAY = NOW.date()


def advance(*accounts, to):
    with transaction():
        return actions.advance_accounts(account_ids=[each.id for each in accounts], until=to, at=NOW)


def letters():
    db.session.rollback()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


@pytest.fixture
def silver(house: Cast, told: Told):
    """Acme was Silver for 30 nights slept in June 2025; they leave the window during June 2026."""
    told.stay(house.acme, "a long one", arrival=date(2025, 5, 20), nights=30, cents=300_000)
    told.play(house.acme, as_of=date(2026, 5, 31))
    return house.acme


class TestAdvanceAccounts:
    def test_makes_points_active_on_their_day(self, house: Cast, told: Told):
        told.stay(house.acme, "first", arrival=date(2026, 6, 1), nights=2, cents=20_000)
        told.play(house.acme, as_of=date(2026, 6, 4))

        advance(house.acme, to=date(2026, 6, 16))
        before = ledger.balance_of(house.acme.id).active
        advance(house.acme, to=date(2026, 6, 17))

        assert (before, ledger.balance_of(house.acme.id).active) == (0, 400)

    def test_does_nothing_the_second_time(self, silver):
        advance(silver, to=date(2026, 7, 1))
        before = len(list(ledger.chain_of(silver.id))), len(letters())

        advance(silver, to=date(2026, 7, 1))

        assert (len(list(ledger.chain_of(silver.id))), len(letters())) == before

    def test_tells_of_grace_with_the_cheapest_way_to_stay(self, silver, house: Cast):
        advance(silver, to=date(2026, 7, 1))

        [letter] = letters()
        assert letter.to_address == house.anna.email
        assert letter.subject == "Acme Logistics keeps Silver until 1 September 2026"
        assert "What: €2,500 of any eligible spend" in letter.text
        assert "Costs about: €2,500" in letter.text
        assert "Checked out and paid by: 31 August 2026" in letter.text
        assert "- 25 nights, at Seaside about €2,500" in letter.text
        assert "On 1 September 2026 there will still be counted: 0 nights and €0." in letter.text
        assert "unless more is counted by then, it goes down one level, to Partner." in letter.text

    def test_tells_it_in_russian_to_who_reads_russian(self, silver, house: Cast):
        house.anna.locale = "ru"
        db.session.commit()

        advance(silver, to=date(2026, 7, 1))

        [letter] = letters()
        assert letter.subject.startswith(
            "Acme Logistics: уровень «Серебряный» сохраняется до 1 сентября 2026"
        )
        assert "Что: 2\u00a0500\u00a0€ любых учитываемых расходов" in letter.text
        assert "Выехать и оплатить до: 31 августа 2026" in letter.text

    def test_names_the_hotel_where_the_nights_to_stay_cost_least(self, house: Cast, told: Told):
        told.stay(house.acme, "long", arrival=date(2025, 5, 20), nights=28, cents=112_000)
        told.stay(house.acme, "dear", arrival=date(2025, 9, 2), nights=12, cents=120_000)
        away = told.stay(house.acme, "cheap", arrival=date(2025, 10, 2), nights=10, cents=30_000)
        away.property_id = house.townhouse.id
        db.session.commit()
        told.play(house.acme, as_of=date(2026, 5, 31))

        advance(house.acme, to=date(2026, 7, 1))

        [letter] = letters()
        assert "What: 3 nights, at Townhouse about €90" in letter.text
        assert "Costs about: €90" in letter.text
        assert "there will still be counted: 22 nights and €1,500." in letter.text

    @pytest.mark.parametrize(
        ("locale", "subject", "way"),
        [
            ("en", "Acme Logistics is now Partner", "What: €2,500 of any eligible spend"),
            ("ru", "Acme Logistics: теперь уровень «Партнёр»", "Что: 2\u00a0500\u00a0€ любых"),
        ],
    )
    def test_tells_of_a_tier_that_fell_and_the_way_back(self, silver, house: Cast, locale, subject, way):
        house.anna.locale = locale
        db.session.commit()
        advance(silver, to=date(2026, 7, 1))

        advance(silver, to=date(2026, 9, 1))

        letter = letters()[-1]
        assert letter.subject == subject
        assert way in letter.text

    @pytest.mark.parametrize(
        ("locale", "subject", "said"),
        [
            ("en", "Acme Logistics is now Silver", "Off the public rate: 8\u00a0% instead of 5\u00a0%"),
            ("ru", "Acme Logistics: теперь уровень «Серебряный»", "Поздравляем"),
        ],
    )
    def test_congratulates_on_a_rise_of_any_hour_once(self, house: Cast, told: Told, locale, subject, said):
        house.anna.locale = locale
        told.stay(house.acme, "first", arrival=date(2026, 6, 1), nights=2, cents=20_000)
        told.play(house.acme, as_of=date(2026, 6, 4))
        advance(house.acme, to=TODAY)
        told.new_import()
        told.stay(house.acme, "late in the day", arrival=date(2026, 5, 10), nights=30, cents=300_000)
        told.play(house.acme, as_of=TODAY)

        advance(house.acme, to=TODAY + timedelta(days=1))
        advance(house.acme, to=TODAY + timedelta(days=2))

        [letter] = letters()
        assert letter.subject == subject
        assert said in letter.text

    def test_congratulates_nobody_on_history(self, silver):
        advance(silver, to=date(2026, 6, 1))

        assert standings.tier_of(silver.id) == "silver"
        assert letters() == []

    def test_tells_of_grace_that_began_when_an_import_played_the_day(self, silver, told: Told):
        told.play(silver, as_of=date(2026, 7, 1))

        advance(silver, to=date(2026, 7, 1))
        advance(silver, to=date(2026, 7, 2))

        [letter] = letters()
        assert letter.subject == "Acme Logistics keeps Silver until 1 September 2026"

    def test_tells_of_points_that_expire_when_an_import_played_the_day(self, house: Cast, told: Told):
        told.stay(house.acme, "first", arrival=date(2025, 3, 2), nights=3, cents=30_000)
        told.play(house.acme, as_of=date(2027, 2, 27))
        told.play(house.acme, as_of=date(2027, 3, 1))

        advance(house.acme, to=date(2027, 3, 1))

        [letter] = [each for each in letters() if "expire" in each.subject]
        assert "31 March 2027: 600 points" in letter.text

    @pytest.mark.parametrize("to", [date(2025, 7, 15), TODAY])
    def test_tells_nobody_of_history(self, house: Cast, told: Told, to):
        # Grace began on 1 July 2025, and is still on when the history is first played up to the 15th.
        told.stay(house.acme, "a long one", arrival=date(2024, 5, 20), nights=30, cents=300_000)

        advance(house.acme, to=to)

        assert standings.standing_of(house.acme.id).as_of == to
        assert letters() == []

    @pytest.mark.parametrize("ahead", [60, 30, 7])
    def test_tells_of_points_that_are_about_to_expire(self, house: Cast, told: Told, ahead):
        told.stay(house.acme, "first", arrival=date(2025, 3, 2), nights=3, cents=30_000)
        told.play(house.acme, as_of=date(2027, 1, 20))
        day = date(2027, 3, 31) - timedelta(days=ahead)
        advance(house.acme, to=day - timedelta(days=1))
        before = len(letters())

        advance(house.acme, to=day)

        letter = letters()[before]
        assert letter.subject == "600 points of Acme Logistics are about to expire"
        assert "31 March 2027: 600 points" in letter.text

    def test_tells_after_missed_days_only_what_can_still_be_used(self, house: Cast, told: Told):
        told.stay(house.acme, "first", arrival=date(2025, 3, 2), nights=3, cents=30_000)
        told.play(house.acme, as_of=date(2027, 1, 20))

        advance(house.acme, to=date(2027, 4, 1))

        assert letters() == []
        assert [e.kind for e in ledger.chain_of(house.acme.id)][-1] is Kind.EXPIRY


class TestTheJob:
    def put_down(self, kind="programme.day"):
        with transaction():
            return jobs.enqueue(kind=kind, payload={}, at=NOW).public_id

    def test_plays_everybody_on_to_today(self, silver, told: Told, run):
        told.new_import()
        told.stay(told.house.borealis, "theirs", arrival=date(2026, 5, 2), nights=1, cents=9_000)
        told.play(told.house.borealis, as_of=date(2026, 5, 31))
        self.put_down()

        answer = run("worker", "--drain")

        assert answer.exit_code == 0
        ids = [silver.id, told.house.borealis.id]
        assert set(standings.played_through(ids).values()) == {TODAY}

    def test_stands_still_in_a_frozen_demo(self, silver, run):
        db.session.execute(text("UPDATE hotel_group SET demo_as_of = '2026-05-31'"))
        db.session.commit()
        self.put_down()

        run("worker", "--drain")

        assert standings.played_through([silver.id]) == {silver.id: date(2026, 5, 31)}

    def test_lets_go_of_lapsed_holds_and_seals(self, silver, run):
        self.put_down("ledger.release_lapsed")
        self.put_down("ledger.seal")

        run("worker", "--drain")

        db.session.rollback()
        assert db.session.scalar(text("SELECT count(*) FROM ledger_seal")) == 1


class TestTheCommand:
    def test_plays_on_to_a_day(self, silver, run):
        answer = run("programme", "advance", "--to", "2026-06-10")

        assert (answer.exit_code, answer.output) == (0, "1 accounts played up to 2026-06-10.\n")
        assert standings.played_through([silver.id]) == {silver.id: date(2026, 6, 10)}

    @pytest.mark.parametrize(("to", "exit_code"), [("2026-06-15", 0), ("2026-06-16", 1)])
    def test_refuses_a_day_that_has_not_come(self, silver, run, to, exit_code):
        answer = run("programme", "advance", "--to", to)

        assert answer.exit_code == exit_code
        assert ("2026-06-16 lies ahead." in answer.output) is (exit_code == 1)

    def test_refuses_to_go_beyond_the_day_of_a_demo(self, silver, run):
        db.session.execute(text("UPDATE hotel_group SET demo_as_of = '2026-05-31'"))
        db.session.commit()

        answer = run("programme", "advance", "--to", "2026-06-10")

        assert answer.exit_code == 1
        assert "stands still at 2026-05-31" in answer.output
