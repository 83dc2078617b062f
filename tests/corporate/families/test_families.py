"""A parent sees its subsidiaries: once both agreed, as long as both want, and never a person of theirs."""

import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.corporate.company import queries as company
from portal.corporate.families import actions, queries, rules
from portal.corporate.families.models import FamilyLink, Side
from portal.database import db, transaction
from portal.outbox.models import Letter
from tests.cast import NOW, account
from tests.catalogue import stock
from tests.corporate.bookings.conftest import book_now, make_order
from tests.corporate.families.conftest import link, propose
from tests.races import meet_before, race, unguarded
from tests.statements import count_statements

BEGAN = NOW.replace(month=1, day=1)


@pytest.fixture
def others(cast, save):
    """Three more companies, all run by somebody."""
    return save(*(account(name, manager=cast.nora) for name in ("Cormorant", "Dune", "Estuary")))


class TestTheShape:
    @given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), max_size=20))
    def test_is_a_wood_of_three_levels_at_most_whatever_is_proposed(self, wishes):
        parent_of = {}
        for parent, child in wishes:
            if parent == child or child in parent_of:
                continue
            try:
                rules.check_shape(parent_of, parent_id=parent, subsidiary_id=child)
            except (rules.FamilyInCircle, rules.FamilyTooDeep):
                continue
            parent_of[child] = parent

        for each in parent_of:
            chain = [each]
            while chain[-1] in parent_of:
                chain.append(parent_of[chain[-1]])
                assert len(chain) <= rules.MOST_LEVELS

    def test_is_refused_on_both_sides_of_the_limits(self):
        wide = dict.fromkeys(range(2, rules.MOST_MEMBERS + 1), 1)
        with pytest.raises(rules.FamilyTooLarge):
            rules.check_shape(wide, parent_id=1, subsidiary_id=99)
        del wide[2]
        rules.check_shape(wide, parent_id=1, subsidiary_id=99)
        rules.check_shape({2: 1}, parent_id=2, subsidiary_id=3)
        with pytest.raises(rules.FamilyTooDeep):
            rules.check_shape({2: 1, 3: 2}, parent_id=3, subsidiary_id=4)
        with pytest.raises(rules.FamilyTooDeep):
            rules.check_shape({2: 1, 4: 3}, parent_id=2, subsidiary_id=3)
        with pytest.raises(rules.FamilyInCircle):
            rules.check_shape({2: 1}, parent_id=2, subsidiary_id=1)


class TestALink:
    def test_is_proposed_by_the_hotel_and_holds_once_both_agreed(self, cast, client_as):
        nora, anna, carla = (client_as(each) for each in (cast.nora, cast.anna, cast.carla))
        page = nora.get(f"/accounts/{cast.borealis.public_id}/family?q=acme").page
        form = {"other": str(cast.acme.public_id), "as": "subsidiary"}
        assert "Acme Logistics" in page.text
        nora.post(f"/accounts/{cast.borealis.public_id}/family", data=form)
        letters = db.session.scalars(select(Letter.to_address).order_by(Letter.id)).all()
        assert sorted(letters) == ["anna@acme.example", "carla@borealis.example"]
        assert "Borealis Foods and Acme Logistics" in anna.get("/inbox").page.text
        anna.submit(anna.get("/corporate/family").page, "/agreement")
        assert carla.get("/corporate/family").page.h1 == "Your company has no subsidiaries here"
        assert carla.get(f"/corporate/family/{cast.acme.public_id}").status_code == 404

        carla.submit(carla.get("/corporate/family").page, "/agreement")

        assert carla.get("/corporate/family").page.h1 == "1 company belongs to yours"
        assert "is your parent company" in anna.get("/corporate/family").page.text
        for path in ("", "/bookings"):
            assert carla.get(f"/corporate/family/{cast.acme.public_id}{path}").status_code == 200

    def test_shows_no_name_of_a_person_and_goes_one_way(self, cast, client_as):
        stock(cast)
        with transaction():
            book_now(cast, make_order(), title="Board meeting")
        link(cast.borealis, cast.acme, by=cast.carla)
        carla = client_as(cast.carla)

        pages = [
            carla.get(f"/corporate/family/{cast.acme.public_id}{path}").page for path in ("", "/bookings")
        ]

        assert "Board meeting" in pages[1].text
        [member] = queries.members(cast.borealis.id, year_began=BEGAN, today=NOW.date(), at=NOW)
        assert member.saved_cents == company.savings(cast.acme.id, since=BEGAN).total_cents > 0
        assert member.coming == 1
        for page in pages:
            assert not [name for name in ("Tamara", "Bruno", "Anna") if name in page.text]
        assert client_as(cast.anna).get(f"/corporate/family/{cast.borealis.public_id}").status_code == 404
        assert client_as(cast.bruno).get("/corporate/family").status_code == 403

    @pytest.mark.parametrize("who", ["anna", "carla", "nora"])
    def test_ends_by_the_word_of_either_or_of_the_hotel(self, cast, client_as, who):
        made = link(cast.borealis, cast.acme, by=cast.carla)
        browser = client_as(getattr(cast, who))
        place = f"/accounts/{cast.acme.public_id}/family" if who == "nora" else "/corporate/family"

        browser.submit(browser.get(place).page, "/end")

        sides = {"anna": Side.SUBSIDIARY, "carla": Side.PARENT, "nora": Side.HOTEL}
        assert db.session.get(FamilyLink, made.id).ended_by_side == sides[who]
        assert client_as(cast.carla).get(f"/corporate/family/{cast.acme.public_id}").status_code == 404
        propose(cast.borealis, cast.acme, cast.nora)

    def test_is_a_matter_of_its_two_companies(self, cast, others, client_as):
        made = propose(others[0], cast.borealis, cast.nora)

        anna = client_as(cast.anna)
        for act in ("agreement", "end"):
            assert anna.post(f"/corporate/family/links/{made.public_id}/{act}").status_code == 404
        assert anna.post(f"/corporate/family/links/{uuid.uuid4()}/end").status_code == 404

    def test_is_refused_with_a_sentence(self, cast, others, client_as):
        propose(cast.borealis, cast.acme, cast.nora)
        others[0].claimed_at = None
        db.session.commit()
        nora, place = client_as(cast.nora), f"/accounts/{cast.acme.public_id}/family"

        for other, role, said in (
            (others[1], "parent", "It belongs to Borealis Foods already"),
            (cast.borealis, "subsidiary", "would belong to its own subsidiary"),
            (others[0], "subsidiary", "Nobody runs the account of Cormorant"),
        ):
            nora.post(place, data={"other": str(other.public_id), "as": role})
            assert said in nora.get(place).page.text
        assert nora.post(place, data={"other": "nonsense"}).status_code == 404

    def test_is_no_matter_of_another_manager(self, cast, client_as):
        cast.acme.manager_id = cast.lidia.id
        db.session.commit()

        assert client_as(cast.nora).get(f"/accounts/{cast.acme.public_id}/family").status_code == 404
        assert client_as(cast.lidia).get(f"/accounts/{cast.acme.public_id}/family").status_code == 200

    def test_has_one_parent_says_the_database_too(self, cast, others):
        propose(cast.borealis, cast.acme, cast.nora)
        second = propose(cast.borealis, others[0], cast.nora)

        with pytest.raises(IntegrityError):
            db.session.execute(
                update(FamilyLink).where(FamilyLink.id == second.id).values(subsidiary_id=cast.acme.id)
            )
        db.session.rollback()


class TestAParentsPage:
    def test_runs_as_many_statements_for_four_companies_as_for_one(self, cast, others, client_as):
        carla = client_as(cast.carla)
        link(cast.borealis, cast.acme, by=cast.carla)
        with count_statements() as one:
            carla.get("/corporate/family")
        for other in others:
            link(cast.borealis, other, by=cast.carla)
        with count_statements() as four:
            assert carla.get("/corporate/family").page.h1 == "4 companies belong to yours"

        assert len(four) == len(one)

    def test_shows_the_companies_below_a_subsidiary_too(self, cast, others, client_as):
        link(cast.borealis, cast.acme, by=cast.carla)
        link(cast.acme, others[0], by=cast.anna)

        assert queries.levels_below(cast.borealis.id) == {cast.acme.id: 1, others[0].id: 2}
        assert "2 levels below" in client_as(cast.carla).get("/corporate/family").page.text


class TestTwoAtOnce:
    def test_never_close_a_circle(self, app, cast):
        results = race(
            app,
            lambda: propose(cast.acme, cast.borealis, cast.nora),
            lambda: propose(cast.borealis, cast.acme, cast.nora),
        )

        assert [type(each) for each in results if isinstance(each, Exception)] == [rules.FamilyInCircle]

    def test_would_close_one_without_the_lock(self, app, cast, monkeypatch):
        monkeypatch.setattr(queries, "lock_families", lambda: None)
        meet_before(monkeypatch, rules, "check_shape")

        results = race(
            app,
            lambda: propose(cast.acme, cast.borealis, cast.nora, within=unguarded),
            lambda: propose(cast.borealis, cast.acme, cast.nora, within=unguarded),
        )

        assert not any(isinstance(each, rules.FamilyInCircle) for each in results)


def test_agreeing_twice_is_said_and_ending_twice_too(cast):
    made = link(cast.borealis, cast.acme, by=cast.carla)
    with pytest.raises(rules.AgreedAlready), transaction():
        actions.agree(public_id=made.public_id, account_id=cast.acme.id, by=cast.anna.id, at=NOW)
    for refused in (False, True):
        try:
            with transaction():
                actions.end(
                    public_id=made.public_id,
                    account_id=cast.acme.id,
                    side=Side.HOTEL,
                    by=cast.nora.id,
                    at=NOW,
                )
        except rules.LinkEnded:
            assert refused
        else:
            assert not refused


def test_a_proposal_that_is_declined_was_never_a_look(cast, client_as):
    waits = propose(cast.acme, cast.borealis, cast.nora)
    carla = client_as(cast.carla)

    carla.post(f"/corporate/family/links/{waits.public_id}/end")

    text = carla.get("/corporate/family").page.text
    assert "Declined. Nothing of either company was seen." in text
    assert "Nothing of the other company is seen any more" not in text


def test_a_company_is_found_by_its_name_in_the_other_layout(cast):
    found = queries.companies_named("ищкуфдшы", reach=queries.Reach(is_whole=True), but_id=cast.acme.id)

    assert [each.name for each in found] == [cast.borealis.name]


def test_the_year_begins_with_the_midnight_of_the_house(cast, clock, client_as):
    stock(cast)
    with transaction():
        booking = book_now(cast, make_order(), title="New Year")
        # Half past midnight at the first hotel of the group; in UTC it is still the year before.
        booking.confirmed_at = datetime(2025, 12, 31, 15, 30, tzinfo=UTC)
        cast.seaside.zone = "Asia/Tokyo"
    link(cast.borealis, cast.acme, by=cast.carla)
    clock.set(datetime(2025, 12, 31, 16, 0, tzinfo=UTC))

    text = client_as(cast.carla).get("/corporate/family").page.text

    assert "2026" in text
    assert "2025" not in text
    assert f"{booking.discount_cents / 100:.2f}" in text
