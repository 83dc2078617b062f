"""Whose word an invitation is: it ends with the authority of whoever sent it."""

import uuid

import pytest
from sqlalchemy import select

from portal.database import db, transaction
from portal.people.invitations import actions
from portal.people.models import Grant, Person, Role
from portal.people.roles import actions as roles_actions
from portal.people.roles.rules import Place
from portal.people.rules import LinkRefused, LinkTrouble
from tests.cast import NOW

NEW = "four lanterns under a quiet bridge"
ADDRESS = "maria@circle.example"


def invite(cast, *, email=ADDRESS, roles=(Role.FRONT_DESK,), place=None, by=None, at=NOW):
    with transaction():
        return actions.invite(
            reference=uuid.uuid4(),
            email=email,
            name="Maria Nunes",
            locale="en",
            roles=list(roles),
            place=place or Place(property_id=cast.seaside.id),
            by=(by or cast.ada).id,
            at=at,
        )


def accept(client, link, **values):
    entered = {"name": "Maria Nunes", "password": NEW, "repeated": NEW, **values}
    return client.submit(client.get(link).page, link, **entered)


def roles_of(email):
    statement = (
        select(Grant.role).join(Person, Person.id == Grant.person_id).where(Person.email == email)
    ).where(Grant.ended_at.is_(None))
    return set(db.session.scalars(statement))


def grant_of(someone, role):
    held = (Grant.person_id == someone.id, Grant.role == role, Grant.ended_at.is_(None))
    return db.session.scalars(select(Grant).where(*held).order_by(Grant.id).limit(1)).one()


class TestAuthorityOfTheSender:
    SAID = "Whoever sent it may no longer invite"

    def end(self, someone, role, *, successor=None):
        with transaction():
            if successor is not None:
                place = Place(account_id=grant_of(someone, role).account_id)
                roles_actions.give_role(person_id=successor.id, role=role, place=place, by=None, at=NOW)
            roles_actions.end_role(grant=grant_of(someone, role), by=None, at=NOW)

    def test_is_asked_again_when_an_invitation_into_the_house_is_accepted(self, cast, client, link_to):
        invite(cast)
        link = link_to(ADDRESS)
        page = client.get(link).page
        self.end(cast.ada, Role.ADMINISTRATOR, successor=cast.lidia)

        answer = client.submit(page, link, name="Maria Nunes", password=NEW, repeated=NEW)

        assert (answer.status_code, client.get(link).status_code) == (410, 410)
        assert self.SAID in answer.page.text
        assert db.session.scalar(select(Person).where(Person.email == ADDRESS)) is None

    def test_is_asked_again_by_the_action_itself(self, cast, link_to):
        invite(cast)
        token = link_to(ADDRESS).rsplit("/", 1)[-1]
        self.end(cast.ada, Role.ADMINISTRATOR, successor=cast.lidia)

        with pytest.raises(LinkRefused) as refused, transaction():
            actions.accept(token=token, name=None, password_hash="x", at=NOW)

        assert refused.value.trouble == LinkTrouble.SENDER_NOT_ENTITLED

    def test_is_that_over_the_very_company(self, cast, client, link_to):
        invite(cast, email=ADDRESS, roles=[Role.BOOKER], place=Place(cast.acme.id), by=cast.anna)
        with transaction():
            roles_actions.give_role(
                person_id=cast.anna.id,
                role=Role.ACCOUNT_ADMINISTRATOR,
                place=Place(cast.borealis.id),
                by=None,
                at=NOW,
            )
        self.end(cast.anna, Role.ACCOUNT_ADMINISTRATOR, successor=cast.bruno)

        answer = client.get(link_to(ADDRESS))

        assert answer.status_code == 410
        assert self.SAID in answer.page.text

    def test_is_the_successors_once_they_send_the_letter_again(self, cast, client, client_as, link_to):
        invite(cast)
        self.end(cast.ada, Role.ADMINISTRATOR, successor=cast.lidia)
        lidia = client_as(cast.lidia)
        lidia.submit(lidia.get("/invitations").page, "/letter")

        answer = accept(client, link_to(ADDRESS))

        assert answer.status_code == 302
        assert roles_of(ADDRESS) == {"front_desk"}


class TestWhoeverTheHouseLetGo:
    @pytest.fixture
    def bruno_left(self, cast):
        with transaction():
            roles_actions.end_access(person_id=cast.bruno.id, by=cast.ada.id, at=NOW)

    def left_at(self, cast):
        return db.session.get(Person, cast.bruno.id).left_at

    @pytest.mark.usefixtures("bruno_left")
    def test_is_not_let_in_again_by_a_company(self, cast, client, link_to):
        invite(cast, email=cast.bruno.email, roles=[Role.BOOKER], place=Place(cast.acme.id), by=cast.anna)
        link = link_to(cast.bruno.email)

        answer = client.get(link)

        assert answer.status_code == 410
        assert "Ask the hotel’s administrator" in answer.page.text
        with pytest.raises(LinkRefused) as refused, transaction():
            actions.accept(token=link.rsplit("/", 1)[-1], name=None, password_hash="x", at=NOW)
        assert refused.value.trouble == LinkTrouble.HOUSE_CLOSED
        assert self.left_at(cast) == NOW
        assert roles_of(cast.bruno.email) == set()

    @pytest.mark.usefixtures("bruno_left")
    def test_is_let_in_again_by_the_house(self, cast, client, link_to):
        invite(cast, email=cast.bruno.email, roles=[Role.AUDITOR], place=Place())

        accept(client, link_to(cast.bruno.email))

        assert self.left_at(cast) is None
        assert roles_of(cast.bruno.email) == {"auditor"}
