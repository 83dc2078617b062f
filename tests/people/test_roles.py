"""The administrator's people: who is found, what they may do, and how it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry, Sight
from portal.database import db, transaction
from portal.people.models import Grant, PasswordReset, Person, Role
from portal.people.roles import actions, rules
from portal.people.roles.rules import Place
from portal.people.rules import PersonHasLeft
from tests.cast import NOW, grant, person
from tests.races import race
from tests.statements import assert_same_statements


def give(someone, role, place=rules.WHOLE_GROUP, *, by=None, at=NOW):
    with transaction():
        return actions.give_role(person_id=someone.id, role=role, place=place, by=by, at=at)


def grant_of(someone, role):
    statement = select(Grant).where(Grant.person_id == someone.id, Grant.role == role).order_by(Grant.id)
    return db.session.scalars(statement).first()


def in_force(someone):
    statement = select(Grant.role).where(Grant.person_id == someone.id, Grant.ended_at.is_(None))
    return sorted(db.session.scalars(statement))


def names(page):
    return [name for name in ("Anna Keller", "Bruno Silva", "Tamara Belova") if name in page.text]


class TestPeople:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("keller", ["Anna Keller"]),
            ("Белова", ["Tamara Belova"]),
            ("<tkjdf", ["Tamara Belova"]),
            ("bruno@acme", ["Bruno Silva"]),
            ("%", []),
            ("nobody", []),
        ],
    )
    def test_are_found_in_any_alphabet_and_keyboard_layout(self, cast, client_as, query, found):
        page = client_as(cast.ada).get("/people", query_string={"q": query}).page

        assert names(page) == found

    def test_are_narrowed_to_a_role_in_force(self, cast, client_as, clock):
        ended = grant_of(cast.bruno, Role.BOOKER)
        give(cast.tamara, Role.BOOKER, Place(account_id=cast.acme.id))
        ended.ended_at = clock.at
        db.session.commit()

        page = client_as(cast.ada).get("/people?role=booker").page

        assert "Tamara Belova" in page.text
        assert "Bruno Silva" not in page.text

    def test_are_paged_by_name_without_losing_the_filter(self, cast, client_as, save):
        save(*[person(f"Guest {n:02}", f"guest{n}@x.example") for n in range(35)])
        client = client_as(cast.ada)

        first = client.get("/people?q=guest").page
        following = next(link for link in first.links if "after=" in link)
        second = client.get(following).page

        assert "q=guest" in following
        assert ("Guest 29" in first.text, "Guest 30" in first.text) == (True, False)
        assert ("Guest 30" in second.text, "Guest 34" in second.text) == (True, True)
        assert "Anna Keller" not in second.text

    def test_who_left_are_on_a_tab_of_their_own(self, cast, client_as, clock):
        cast.bruno.left_at = clock.at
        client = client_as(cast.ada)

        assert "Bruno Silva" not in client.get("/people").page.text
        assert names(client.get("/people?left=1").page) == ["Bruno Silva"]

    def test_cost_the_same_statements_for_few_and_for_many(self, cast, client_as):
        client = client_as(cast.ada)

        def arrange(n):
            for m in range(n):
                someone = person(f"Person {m}", None)
                db.session.add(someone)
                db.session.flush()
                grant(someone, Role.TRAVELLER, account=cast.acme)
            db.session.flush()

        assert_same_statements(1, 25, arrange=arrange, visit=lambda: client.get("/people"))

    @pytest.mark.parametrize("query", ["after=%00", "after=zzz", "after=WyJ4Il0", "role=nonsense", "left=x"])
    def test_shrug_at_an_address_that_somebody_made_up(self, cast, client_as, query):
        assert client_as(cast.ada).get(f"/people?{query}").status_code in {200, 400, 422}

    def test_turn_up_in_the_search_of_an_administrator_alone(self, cast, client_as):
        page_of_tamara = f"/people/{cast.tamara.public_id}"

        assert page_of_tamara in client_as(cast.ada).get("/search?q=tamara").page.links
        assert page_of_tamara not in client_as(cast.dario).get("/search?q=tamara").page.links


class TestThePageOfAPerson:
    def test_says_where_each_role_holds(self, cast, client_as):
        client = client_as(cast.ada)

        assert "Acme Logistics" in client.get(f"/people/{cast.anna.public_id}").page.text
        assert "Seaside · Front office" in client.get(f"/people/{cast.dario.public_id}").page.text
        assert "The whole group" in client.get(f"/people/{cast.lidia.public_id}").page.text

    def test_is_told_to_the_person(self, cast, client_as):
        client_as(cast.ada).get(f"/people/{cast.anna.public_id}")

        sight = db.session.scalars(select(Sight)).one()
        assert (sight.viewer_id, sight.subject_id) == (cast.ada.id, cast.anna.id)
        text = client_as(cast.anna).get("/me").page.text
        assert "Ada Moreau" in text
        assert "your page in the list of people" in text

    def test_is_nobodys_concern_when_it_is_ones_own(self, cast, client_as):
        client_as(cast.ada).get(f"/people/{cast.ada.public_id}")

        assert db.session.scalars(select(Sight)).all() == []

    @pytest.mark.parametrize("viewer", ["anna", "oskar", "lidia", "dario"])
    def test_is_open_to_the_administrator_alone(self, cast, client_as, viewer):
        answer = client_as(getattr(cast, viewer)).get(f"/people/{cast.bruno.public_id}")

        assert answer.status_code == 403


class TestGiveRole:
    def post(self, client, someone, role, place):
        return client.post(f"/people/{someone.public_id}/roles", data={"role": role, "place": place})

    def test_takes_effect_with_the_next_page(self, cast, client_as):
        nora, ada = client_as(cast.nora), client_as(cast.ada)
        assert nora.get("/audit").status_code == 403

        self.post(ada, cast.nora, "auditor", "-")

        assert nora.get("/audit").status_code == 200

    @pytest.mark.parametrize(
        ("role", "place", "said"),
        [
            ("front_desk", "-", "This role belongs to a hotel: choose which."),
            ("account_manager", "-", "They hold this role here already."),
            ("booker", "-", "Not a valid choice."),
            ("auditor", "9999-", "Not a valid choice."),
        ],
    )
    def test_says_why_not(self, cast, client_as, role, place, said):
        answer = self.post(client_as(cast.ada), cast.nora, role, place)

        assert answer.status_code == 422
        assert said in answer.page.text
        assert in_force(cast.nora) == ["account_manager"]

    def test_is_written_into_the_audit_with_its_place(self, cast, client_as):
        self.post(client_as(cast.ada), cast.nora, "property_manager", f"{cast.seaside.id}-")

        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "role.give")).one()
        assert entry.actor_id == cast.ada.id
        assert entry.subject_id == str(cast.nora.public_id)
        assert entry.details == {"role": "property_manager", "property_id": cast.seaside.id}

    def test_refuses_whoever_has_left(self, cast, clock):
        cast.nora.left_at = clock.at
        db.session.commit()

        with pytest.raises(PersonHasLeft):
            give(cast.nora, Role.AUDITOR)

    def test_may_be_held_in_two_places(self, cast):
        give(cast.gleb, Role.PROPERTY_MANAGER, Place(property_id=cast.townhouse.id))

        assert in_force(cast.gleb) == ["property_manager", "property_manager"]


class TestEndRole:
    def test_takes_effect_with_the_next_page_and_can_be_undone(self, cast, client_as):
        ada, oskar = client_as(cast.ada), client_as(cast.oskar)
        path = f"/people/{cast.oskar.public_id}"

        answer = ada.submit(ada.get(path).page, "/end")
        assert oskar.get("/audit").status_code == 403
        ada.submit(ada.get(answer.location).page, "/again")

        assert oskar.get("/audit").status_code == 200

    def test_keeps_the_history(self, cast, client_as):
        ada = client_as(cast.ada)

        ada.submit(ada.get(f"/people/{cast.oskar.public_id}").page, "/end")

        ended = grant_of(cast.oskar, Role.AUDITOR)
        assert (ended.ended_by_id, ended.ended_at) == (cast.ada.id, NOW)

    @pytest.mark.parametrize(("minutes", "undone"), [(9.99, True), (10, False)])
    def test_can_be_undone_for_ten_minutes(self, cast, client_as, clock, minutes, undone):
        role = grant_of(cast.oskar, Role.AUDITOR)
        with transaction():
            actions.end_role(grant=role, by=cast.ada.id, at=clock.at)
        clock.advance(minutes=minutes)

        client_as(cast.ada).post(f"/people/{cast.oskar.public_id}/roles/{role.id}/again")

        assert (in_force(cast.oskar) == ["auditor"]) is undone

    def test_never_leaves_the_group_without_an_administrator(self, cast, client_as):
        ada = client_as(cast.ada)

        answer = ada.submit(ada.get(f"/people/{cast.ada.public_id}").page, "/end")

        assert "Nobody else holds this role." in ada.get(answer.location).page.text
        assert in_force(cast.ada) == ["administrator"]

    def test_never_leaves_a_company_without_one(self, cast):
        with pytest.raises(rules.LastAdministrator), transaction():
            actions.end_role(grant=grant_of(cast.anna, Role.ACCOUNT_ADMINISTRATOR), by=None, at=NOW)

    def test_of_another_person_is_not_found(self, cast, client_as):
        role = grant_of(cast.oskar, Role.AUDITOR)

        answer = client_as(cast.ada).post(f"/people/{cast.nora.public_id}/roles/{role.id}/end")

        assert answer.status_code == 404
        assert in_force(cast.oskar) == ["auditor"]


@pytest.mark.race
class TestTwoAdministratorsAtOnce:
    def test_do_not_end_each_other(self, app, cast):
        first = grant_of(cast.ada, Role.ADMINISTRATOR)
        second = give(cast.lidia, Role.ADMINISTRATOR)
        ids = [first.id, second.id]
        db.session.commit()

        def end(grant_id):
            with transaction():
                actions.end_role(grant=db.session.get(Grant, grant_id), by=None, at=NOW)

        results = race(app, lambda: end(ids[0]), lambda: end(ids[1]))

        assert sum(isinstance(result, rules.LastAdministrator) for result in results) == 1
        statement = select(Grant.id).where(Grant.role == Role.ADMINISTRATOR, Grant.ended_at.is_(None))
        assert len(db.session.scalars(statement).all()) == 1


class TestEndAccess:
    def leave(self, client, someone):
        return client.submit(client.get(f"/people/{someone.public_id}").page, "/departure")

    def test_ends_every_sign_in_and_every_role_at_once(self, cast, client_as):
        devices = [client_as(cast.oskar) for _ in range(2)]

        self.leave(client_as(cast.ada), cast.oskar)

        assert [device.get("/me").status_code for device in devices] == [302, 302]
        assert in_force(cast.oskar) == []

    def test_kills_letters_that_are_still_under_way(self, cast, client_as, save, clock):
        save(
            PasswordReset(
                token_digest="x", person_id=cast.oskar.id, asked_at=NOW, expires_at=NOW + timedelta(hours=1)
            )
        )

        self.leave(client_as(cast.ada), cast.oskar)

        assert db.session.scalars(select(PasswordReset.used_at)).one() == NOW

    @pytest.mark.parametrize(("minutes", "roles"), [(9.99, ["auditor"]), (10, [])])
    def test_is_undone_with_the_roles_within_ten_minutes_and_without_them_after(
        self, cast, client_as, clock, minutes, roles
    ):
        ada = client_as(cast.ada)
        self.leave(ada, cast.oskar)
        clock.advance(minutes=minutes)

        ada.post(f"/people/{cast.oskar.public_id}/return")

        assert db.session.get(Person, cast.oskar.id).left_at is None
        assert in_force(cast.oskar) == roles

    def test_brings_back_no_role_that_had_ended_before(self, cast, client_as, clock):
        with transaction():
            actions.end_role(grant=grant_of(cast.dario, Role.EMPLOYEE), by=cast.ada.id, at=clock.at)
        clock.advance(minutes=1)
        ada = client_as(cast.ada)
        self.leave(ada, cast.dario)

        ada.post(f"/people/{cast.dario.public_id}/return")

        assert in_force(cast.dario) == ["front_desk"]

    def test_never_shuts_out_the_last_administrator(self, cast, client_as):
        ada = client_as(cast.ada)

        self.leave(ada, cast.ada)

        assert ada.get("/people").status_code == 200

    def test_never_leaves_a_company_without_an_administrator(self, cast, client_as):
        ada = client_as(cast.ada)

        answer = self.leave(ada, cast.anna)

        assert "Nobody else holds this role." in ada.get(answer.location).page.text
        assert in_force(cast.anna) == ["account_administrator"]
        assert db.session.get(Person, cast.anna.id).left_at is None

    def test_is_written_into_the_audit(self, cast, client_as):
        self.leave(client_as(cast.ada), cast.oskar)

        actions_done = set(db.session.scalars(select(AuditEntry.action)))
        assert {"person.end_access"} <= actions_done
