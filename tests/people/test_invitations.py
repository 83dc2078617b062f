"""Inviting: to one's own house and company alone, by a link that works once."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.people.invitations import actions, rules
from portal.people.models import Grant, Invitation, Person, Role
from portal.people.roles.rules import NeedsAccount, NeedsDepartment, NeedsProperty, Place
from portal.people.rules import LinkRefused
from tests.cast import NOW, PASSWORD
from tests.races import race

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


class TestInviteToTheHouse:
    def form(self, client):
        return next(f for f in client.get("/invitations/house").page.forms if "reference" in f.names)

    def test_writes_a_letter_in_the_language_of_whoever_is_invited(self, cast, client_as, letters_to):
        client = client_as(cast.ada)

        client.post("/invitations/house", data=self.form(client).filled(self.entered(cast, locale="ru")))

        letter = letters_to(ADDRESS)[0]
        assert letter.subject == "Ada Moreau приглашает вас: Maison Circle"
        assert "Стойка" in letter.text

    def entered(self, cast, **values):
        return {
            "name": "Maria Nunes",
            "email": ADDRESS,
            "roles": ["front_desk", "employee"],
            "place": f"{cast.seaside.id}-{cast.front_office.id}",
            **values,
        }

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"roles": ["front_desk"], "place": "-"}, "This role belongs to a hotel: choose which."),
            ({"roles": ["department_head"], "place": "house"}, "A department head has a department"),
            ({"roles": []}, "Choose at least one role."),
            ({"email": "not an address"}, "Enter an address such as anna@company.com."),
            ({"name": ""}, "Enter the name."),
            ({"name": "x" * 121}, "Field cannot be longer than 120 characters."),
        ],
    )
    def test_says_what_is_missing(self, cast, client_as, values, said):
        client = client_as(cast.ada)
        if values.get("place") == "house":
            values = {**values, "place": f"{cast.seaside.id}-"}

        answer = client.post(
            "/invitations/house", data=self.form(client).filled(self.entered(cast, **values))
        )

        assert answer.status_code == 422
        assert said in answer.page.text
        assert db.session.scalar(select(func.count(Invitation.id))) == 0

    def test_sends_one_letter_however_often_the_button_is_pressed(self, cast, client_as, letters_to):
        client = client_as(cast.ada)
        data = self.form(client).filled(self.entered(cast))

        answers = [client.post("/invitations/house", data=data).status_code for _ in range(2)]

        assert answers == [302, 302]
        assert len(letters_to(ADDRESS)) == 1

    def test_offers_no_role_of_a_company(self, cast, client_as):
        answer = client_as(cast.ada).post(
            "/invitations/house",
            data={"reference": uuid.uuid4(), **self.entered(cast, roles=["booker"]), "locale": "en"},
        )

        assert answer.status_code == 422


class TestInviteToTheCompany:
    def entered(self, cast, **values):
        return {
            "reference": uuid.uuid4(),
            "name": "Xenia Gross",
            "email": "xenia@acme.example",
            "locale": "en",
            "roles": ["booker"],
            "place": str(cast.acme.id),
            **values,
        }

    def invited_by_carla(self, cast):
        place, address = Place(cast.borealis.id), "b@borealis.example"
        return invite(cast, email=address, roles=[Role.BOOKER], place=place, by=cast.carla)

    def test_gives_roles_in_ones_own_company(self, app, cast, client_as, letters_to, link_to):
        client_as(cast.anna).post("/invitations/company", data=self.entered(cast))

        assert letters_to("xenia@acme.example")[0].subject == "Anna Keller invites you to Acme Logistics"
        accept(app.test_client(), link_to("xenia@acme.example"))
        latest = select(Grant).where(Grant.account_id == cast.acme.id).order_by(-Grant.id).limit(1)
        grant = db.session.scalars(latest).one()
        assert (grant.role, grant.granted_by_id) == ("booker", cast.anna.id)

    def test_never_in_a_rivals(self, cast, client_as):
        answer = client_as(cast.anna).post(
            "/invitations/company", data=self.entered(cast, place=str(cast.borealis.id))
        )

        assert answer.status_code == 422
        assert db.session.scalar(select(func.count(Invitation.id))) == 0

    def test_never_a_role_of_the_hotel(self, cast, client_as):
        answer = client_as(cast.anna).post(
            "/invitations/company", data=self.entered(cast, roles=["administrator"])
        )

        assert answer.status_code == 422

    def test_lists_those_of_ones_own_company_alone(self, cast, client_as):
        self.invited_by_carla(cast)
        invite(cast, email="a@acme.example", roles=[Role.BOOKER], place=Place(cast.acme.id), by=cast.anna)

        text = client_as(cast.anna).get("/invitations").page.text

        assert "a@acme.example" in text
        assert "b@borealis.example" not in text

    @pytest.mark.parametrize("what", ["letter", "withdrawal"])
    def test_finds_nothing_of_a_rival(self, cast, client_as, what):
        theirs = self.invited_by_carla(cast)

        answer = client_as(cast.anna).post(f"/invitations/{theirs.public_id}/{what}")

        assert answer.status_code == 404
        assert db.session.get(Invitation, theirs.id).withdrawn_at is None


class TestRefusals:
    @pytest.mark.parametrize(
        ("roles", "place", "refusal"),
        [
            ([Role.EMPLOYEE], Place(), NeedsProperty),
            ([Role.DEPARTMENT_HEAD], Place(property_id=1), NeedsDepartment),
            ([Role.BOOKER], Place(), NeedsAccount),
            ([Role.BOOKER, Role.AUDITOR], Place(account_id=1), NeedsAccount),
        ],
    )
    def test_a_role_belongs_to_its_place(self, cast, roles, place, refusal):
        with pytest.raises(refusal):
            invite(cast, roles=roles, place=place)

    def test_one_letter_at_a_time(self, cast):
        invite(cast)

        with pytest.raises(rules.InvitedAlready):
            invite(cast, email=ADDRESS.upper())

    def test_a_new_letter_after_the_first_has_expired_and_not_before(self, cast):
        invite(cast)

        with pytest.raises(rules.InvitedAlready):
            invite(cast, at=NOW + timedelta(days=7, seconds=-1))
        invite(cast, at=NOW + timedelta(days=7))

    def test_nobody_is_invited_to_what_they_are(self, cast):
        with pytest.raises(rules.HoldsRolesAlready):
            invite(cast, email="lidia@circle.example", roles=[Role.LOYALTY_MANAGER], place=Place())


class TestAccept:
    @pytest.fixture
    def link(self, cast, link_to):
        invite(cast, roles=[Role.FRONT_DESK, Role.AUDITOR])
        return link_to(ADDRESS)

    def test_makes_a_person_with_the_roles_and_lets_them_in(self, cast, client, link):
        answer = accept(client, link, name="Maria N. Nunes")

        assert answer.status_code == 302
        assert client.get("/me").page.h1 == "Maria N. Nunes"
        assert roles_of(ADDRESS) == {"front_desk", "auditor"}

    def test_gives_each_role_its_own_place(self, cast, client, link):
        accept(client, link)

        places = dict(
            db.session.execute(
                select(Grant.role, Grant.property_id)
                .join(Person, Person.id == Grant.person_id)
                .where(Person.email == ADDRESS)
            ).all()
        )
        assert places == {"front_desk": cast.seaside.id, "auditor": None}

    def test_changes_nothing_when_it_is_merely_looked_at(self, client, link):
        client.get(link)

        assert roles_of(ADDRESS) == set()

    def test_works_once(self, app, client, link):
        accept(client, link)

        again = app.test_client().get(link)

        assert again.status_code == 410
        assert again.page.h1 == "This link has been used"

    def test_lives_for_seven_days_and_not_a_second_longer(self, client, link, clock):
        clock.advance(days=7, seconds=-1)
        assert client.get(link).status_code == 200
        clock.advance(seconds=1)

        late = client.post(link, data={"name": "M", "password": NEW, "repeated": NEW})

        assert (late.status_code, late.page.h1) == (410, "This link has expired")
        assert roles_of(ADDRESS) == set()

    def test_is_in_vain_once_withdrawn(self, cast, client, client_as, link):
        ada = client_as(cast.ada)
        ada.submit(ada.get("/invitations").page, "/withdrawal")

        answer = client.get(link)

        assert (answer.status_code, answer.page.h1) == (410, "This invitation was withdrawn")

    def test_needs_the_newest_letter(self, cast, client, client_as, link, link_to):
        ada = client_as(cast.ada)
        ada.submit(ada.get("/invitations").page, "/letter")
        newest = link_to(ADDRESS)

        assert client.get(link).status_code == 404
        assert accept(client, newest).status_code == 302

    def test_refuses_a_weak_password_and_keeps_the_name(self, client, link):
        answer = accept(client, link, name="Maria the Second", password="maria nunes", repeated="maria nunes")

        assert answer.status_code == 422
        assert "Too easy to guess." in answer.page.text
        assert "Maria the Second" in answer.text

    def test_adds_roles_to_a_person_who_signs_in_already_without_touching_the_password(
        self, cast, client, link_to
    ):
        invite(cast, email="dario@circle.example", roles=[Role.AUDITOR], place=Place())
        link = link_to("dario@circle.example")
        before = cast.dario.password_hash

        client.submit(client.get(link).page, link)

        assert roles_of("dario@circle.example") == {"front_desk", "employee", "auditor"}
        assert cast.dario.password_hash == before
        assert client.get("/me").status_code == 302, "the letter proves the address, not the password"

    def test_lets_a_traveller_without_a_sign_in_choose_a_password(self, cast, client, link_to):
        cast.tamara.password_hash = None
        db.session.commit()
        invite(cast, email=cast.tamara.email, roles=[Role.BOOKER], place=Place(cast.acme.id), by=cast.anna)
        link = link_to(cast.tamara.email)

        accept(client, link)

        assert roles_of(cast.tamara.email) == {"traveller", "booker"}
        assert client.get("/me").page.h1 == "Tamara Belova"

    def test_is_written_into_the_audit_without_a_name_in_it(self, client, link):
        accept(client, link)

        entries = db.session.scalars(select(AuditEntry)).all()
        assert {"invitation.send", "invitation.accept", "role.give", "person.register"} <= {
            entry.action for entry in entries
        }
        assert not any("maria" in str(entry.details).lower() for entry in entries)

    def test_is_said_in_russian_too(self, client, link):
        client.set_cookie("locale", "ru")

        assert client.get(link).page.h1 == "Вы приглашены"


@pytest.mark.race
class TestTwoAtOnce:
    def test_one_accepts(self, app, cast, link_to):
        invite(cast)
        token = link_to(ADDRESS).rsplit("/", 1)[-1]

        def take():
            with transaction():
                return actions.accept(token=token, name=None, password_hash="x", at=NOW).id

        db.session.commit()

        results = race(app, *[take] * 6)

        assert sum(isinstance(result, int) for result in results) == 1
        assert sum(isinstance(result, LinkRefused) for result in results) == 5
        assert len(db.session.scalars(select(Person).where(Person.email == ADDRESS)).all()) == 1


class TestAfterwards:
    def test_an_accepted_invitation_is_not_withdrawn_any_more(self, cast, client, client_as, link_to):
        invitation = invite(cast)
        accept(client, link_to(ADDRESS))

        answer = client_as(cast.ada).post(f"/invitations/{invitation.public_id}/withdrawal")

        assert answer.status_code == 302
        assert db.session.get(Invitation, invitation.id).withdrawn_at is None

    def test_whoever_was_invited_knows_no_other_password(self, cast, app, client, link_to):
        invite(cast)
        accept(client, link_to(ADDRESS))

        data = {"email": ADDRESS, "password": PASSWORD}
        assert app.test_client().post("/sign-in", data=data).status_code == 422
