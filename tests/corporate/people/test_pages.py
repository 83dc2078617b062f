"""A company's people: who they are, what they may do, which card they hold."""

import re
import uuid

import pytest
from sqlalchemy import func, select

from portal.accounts import actions
from portal.accounts.models import Card
from portal.audit.models import AuditEntry, Sight
from portal.database import db, transaction
from portal.people.invitations import actions as invitations
from portal.people.models import Grant, Invitation, Person, Role
from portal.people.roles.rules import Place
from portal.web.folding import search_key
from tests.cast import NOW, grant, issue, person
from tests.races import race
from tests.statements import assert_same_statements


@pytest.fixture
def anna(cast, client_as):
    return client_as(cast.anna)


@pytest.fixture
def page_of(cast):
    """The address of a person's page."""
    return lambda someone: f"/corporate/people/{someone.public_id}"


def living_cards(holder):
    statement = select(Card).where(Card.holder_id == holder.id, Card.blocked_at.is_(None))
    return list(db.session.scalars(statement))


def roles_of(someone):
    statement = select(Grant.role).where(Grant.person_id == someone.id, Grant.ended_at.is_(None))
    return set(db.session.scalars(statement))


def invite(someone, company, *, by):
    with transaction():
        return invitations.invite(
            reference=uuid.uuid4(),
            email=someone.email,
            name=someone.name,
            locale="en",
            roles=[Role.ACCOUNT_ADMINISTRATOR],
            place=Place(account_id=company.id),
            by=by.id,
            at=NOW,
        )


def audited(action):
    statement = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
    return db.session.scalar(statement)


class TestList:
    def test_says_how_many_people_and_cards_there_are(self, anna):
        assert anna.get("/corporate/people").page.h1 == "3 people, 1 card"

    def test_shows_the_companys_people_and_nobody_elses(self, anna):
        text = anna.get("/corporate/people").page.text

        assert "Bruno Silva" in text
        assert "Carla Rossi" not in text
        assert "0007 0431 1870" in text

    @pytest.mark.parametrize("typed", ["belova", "Белова", "иудщмф", "Belova Tamara"])
    def test_finds_a_name_in_any_alphabet_layout_and_order(self, anna, typed):
        text = anna.get("/corporate/people", query_string={"q": typed}).page.text

        assert "Tamara Belova" in text
        assert "Bruno Silva" not in text

    def test_says_when_nobody_answers(self, anna):
        assert "Nobody answers to" in anna.get("/corporate/people?q=Zuckerkandl").page.text

    def test_comes_thirty_to_a_page_without_a_gap(self, cast, anna):
        _settle(cast, 31)
        first = anna.get("/corporate/people").page
        link = next(node for node in first.all("a") if node.get("rel") == "next").get("href")

        second = anna.get(link).page

        assert [len(_people_links(page)) for page in (first, second)] == [30, 4]
        assert not set(_people_links(first)) & set(_people_links(second))

    def test_asks_the_database_the_same_for_few_and_many(self, cast, anna):
        assert_same_statements(
            1, 25, arrange=lambda number: _settle(cast, number), visit=lambda: anna.get("/corporate/people")
        )

    def test_is_closed_to_those_who_only_book(self, cast, client_as):
        assert client_as(cast.bruno).get("/corporate/people").status_code == 403


class TestAddTraveller:
    def test_gives_a_card_that_works_at_once(self, anna):
        answer = anna.submit(anna.get("/corporate/people/new").page, "/people/new", name="Ingrid Holm")

        page = anna.get(answer.location).page
        assert page.h1 == "Ingrid Holm"
        assert "Ingrid Holm is now among your people and has a card" in page.text
        assert audited("card.issue") == 1

    def test_sent_twice_adds_one(self, anna):
        page = anna.get("/corporate/people/new").page

        anna.submit(page, "/people/new", name="Ingrid Holm")
        anna.submit(page, "/people/new", name="Ingrid Holm")

        found = select(func.count()).select_from(Person).where(Person.name == "Ingrid Holm")
        assert db.session.scalar(found) == 1

    @pytest.mark.parametrize("name", ["", "   ", "x" * 121])
    def test_without_a_name_is_refused_in_words_and_keeps_the_form(self, anna, name):
        answer = anna.submit(anna.get("/corporate/people/new").page, "/people/new", name=name)

        assert answer.status_code == 422
        assert answer.page.title.startswith("Error:")

    def test_with_a_token_that_is_none_is_refused(self, anna):
        answer = anna.submit(
            anna.get("/corporate/people/new").page, "/people/new", name="Ingrid Holm", token="1"
        )

        assert answer.status_code == 422

    def test_with_another_companys_token_finds_nothing(self, cast, client_as, anna):
        carla = client_as(cast.carla)
        page = carla.get("/corporate/people/new").page
        token = dict(page.form("/people/new").fields)["token"]
        carla.submit(page, "/people/new", name="Somebody")

        answer = anna.submit(
            anna.get("/corporate/people/new").page, "/people/new", name="Ingrid Holm", token=token
        )

        assert answer.status_code == 404

    @pytest.mark.race
    def test_sent_twice_in_the_same_instant_adds_one(self, app, cast, clock):
        token, account_id, anna_id = uuid.uuid4(), cast.acme.id, cast.anna.id

        def add():
            with transaction():
                return actions.add_traveller(
                    account_id=account_id, token=token, name="Ingrid Holm", locale="en", by=anna_id,
                    at=clock.at,
                ).public_id  # fmt: skip

        found = race(app, add, add, add)

        assert set(found) == {token}


class TestPerson:
    def test_that_is_looked_at_can_read_who_looked(self, cast, anna, page_of, client_as):
        anna.get(page_of(cast.bruno))

        sight = db.session.scalars(select(Sight)).one()
        assert (sight.viewer_id, sight.subject_id) == (cast.anna.id, cast.bruno.id)
        assert "your page among your company" in client_as(cast.bruno).get("/me/looks").page.text

    def test_of_another_company_is_not_found(self, cast, anna, page_of):
        assert anna.get(page_of(cast.carla)).status_code == 404

    @pytest.mark.parametrize("path", ["roles", "end", "card"])
    def test_of_another_company_cannot_be_changed(self, cast, anna, page_of, path):
        answer = anna.post(f"{page_of(cast.carla)}/{path}", data={"roles": "booker", "token": uuid.uuid4()})

        assert answer.status_code == 404
        assert roles_of(cast.carla) == {Role.ACCOUNT_ADMINISTRATOR}


class TestRoles:
    def test_begin_and_end_at_once(self, cast, anna, page_of, client_as):
        anna.submit(anna.get(page_of(cast.bruno)).page, "/roles", roles=["traveller"])

        assert roles_of(cast.bruno) == {Role.TRAVELLER}
        assert client_as(cast.bruno).get("/corporate/perks").status_code == 403
        assert (audited("role.give"), audited("role.end")) == (1, 1)

    def test_cannot_be_none(self, cast, anna, page_of):
        answer = anna.post(f"{page_of(cast.bruno)}/roles", data={})

        assert answer.status_code == 422
        assert "Choose at least one role" in answer.page.text
        assert roles_of(cast.bruno) == {Role.BOOKER}

    def test_cannot_be_those_of_the_hotel(self, cast, anna, page_of):
        answer = anna.post(f"{page_of(cast.bruno)}/roles", data={"roles": "administrator"})

        assert answer.status_code == 422
        assert roles_of(cast.bruno) == {Role.BOOKER}

    def test_leave_somebody_to_run_the_account(self, cast, anna, page_of):
        answer = anna.submit(anna.get(page_of(cast.anna)).page, "/roles", roles=["booker"])

        assert answer.status_code == 422
        assert "Make another person administrator first" in answer.page.text

    def test_of_the_last_but_one_administrator_may_end(self, cast, anna, page_of):
        grant(cast.bruno, Role.ACCOUNT_ADMINISTRATOR, account=cast.acme)

        anna.submit(anna.get(page_of(cast.anna)).page, "/roles", roles=["booker"])

        assert roles_of(cast.anna) == {Role.BOOKER}


class TestEndAccess:
    def test_ends_roles_and_blocks_the_card(self, cast, anna, page_of):
        anna.submit(anna.get(page_of(cast.tamara) + "/end").page, "/end")

        assert roles_of(cast.tamara) == set()
        assert living_cards(cast.tamara) == []
        assert anna.get(page_of(cast.tamara)).status_code == 404

    def test_keeps_the_last_administrator(self, cast, anna, page_of):
        refused = anna.submit(anna.get(page_of(cast.anna) + "/end").page, "/end")

        assert roles_of(cast.anna) == {Role.ACCOUNT_ADMINISTRATOR}
        assert "Somebody has to run the account" in refused.page.text

    def test_in_one_company_leaves_the_other(self, cast, anna, page_of):
        grant(cast.tamara, Role.TRAVELLER, account=cast.borealis)
        issue(cast.tamara, cast.borealis, serial=222)

        anna.submit(anna.get(page_of(cast.tamara) + "/end").page, "/end")

        assert [card.account_id for card in living_cards(cast.tamara)] == [cast.borealis.id]

    def test_withdraws_the_companys_open_invitations_and_no_others(self, cast, anna, page_of):
        theirs = invite(cast.tamara, cast.acme, by=cast.anna)
        others = [
            invite(cast.bruno, cast.acme, by=cast.anna),
            invite(cast.tamara, cast.borealis, by=cast.carla),
        ]

        anna.submit(anna.get(page_of(cast.tamara) + "/end").page, "/end")

        assert db.session.get(Invitation, theirs.id).withdrawn_at == NOW
        assert [db.session.get(Invitation, other.id).withdrawn_at for other in others] == [None, None]
        assert audited("invitation.withdraw") == 1


class TestCard:
    def test_is_issued_once_however_often_one_clicks(self, cast, anna, page_of):
        page = anna.get(page_of(cast.bruno)).page

        anna.submit(page, "/card")
        anna.submit(page, "/card")

        assert len(living_cards(cast.bruno)) == 1

    def test_is_not_issued_beside_a_living_one(self, cast, anna, page_of):
        anna.post(f"{page_of(cast.tamara)}/card", data={"token": uuid.uuid4()})

        assert "There is a card already" in anna.get(page_of(cast.tamara)).page.text
        assert len(living_cards(cast.tamara)) == 1

    def test_that_is_lost_is_blocked_with_the_reason(self, cast, anna, page_of):
        anna.submit(anna.get(page_of(cast.tamara)).page, "/block", reason="lost in a taxi")

        card = db.session.get(Card, cast.tamaras_card.id)
        assert card.blocked_reason == "lost in a taxi"
        assert audited("card.block") == 1

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
    def test_is_not_blocked_without_a_reason(self, cast, anna, page_of, reason):
        anna.submit(anna.get(page_of(cast.tamara)).page, "/block", reason=reason)

        assert "Say why the card is blocked" in anna.get(page_of(cast.tamara)).page.text
        assert len(living_cards(cast.tamara)) == 1

    def test_can_be_issued_anew_after_a_loss(self, cast, anna, page_of):
        anna.submit(anna.get(page_of(cast.tamara)).page, "/block", reason="lost")

        anna.submit(anna.get(page_of(cast.tamara)).page, f"{cast.tamara.public_id}/card")

        (card,) = living_cards(cast.tamara)
        assert card.number != cast.tamaras_card.number

    def test_of_another_company_cannot_be_blocked(self, cast, client_as):
        answer = client_as(cast.carla).post(
            f"/corporate/people/cards/{cast.tamaras_card.public_id}/block", data={"reason": "spite"}
        )

        assert answer.status_code == 404
        assert len(living_cards(cast.tamara)) == 1

    @pytest.mark.race
    def test_of_two_administrators_at_once_is_one(self, app, cast, clock):
        account_id, holder_id, anna_id = cast.acme.id, cast.bruno.id, cast.anna.id

        def issue_one():
            with transaction():
                return actions.issue_card(
                    account_id=account_id, holder_id=holder_id, token=uuid.uuid4(), by=anna_id, at=clock.at
                ).public_id

        found = race(app, issue_one, issue_one, issue_one)

        assert sorted(type(one).__name__ for one in found) == ["HasCard", "HasCard", "UUID"]


class TestSearch:
    def test_of_the_top_bar_finds_people_of_the_company(self, anna):
        text = anna.get("/search?q=Bruno").page.text

        assert "Bruno Silva" in text
        assert "Carla" not in anna.get("/search?q=Carla").page.text.replace("“Carla”", "")


def _settle(cast, number):
    for _ in range(number):
        someone = person(f"Guest {uuid.uuid4()}", None)
        someone.search_key = search_key(someone.name)
        db.session.add(someone)
        db.session.flush()
        grant(someone, Role.TRAVELLER, account=cast.acme)
    db.session.commit()


def _people_links(page):
    return [link for link in page.links if re.fullmatch(r"/corporate/people/[0-9a-f-]{36}", link)]
