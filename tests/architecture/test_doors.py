"""Closed unless opened: every endpoint names its door, and tests/permissions knows them all."""

import uuid

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, PathConverter, UnicodeConverter, UUIDConverter

from portal.database import db
from portal.people import actions as people
from portal.people.models import CLIENT_ROLES, PROPERTY_ROLES, Role
from portal.web import gate
from portal.web.gate import Visitor, VisitorGrant, allow, door_of
from portal.web.hostile import FittingNumber
from tests import cast as cast_of_tests
from tests.architecture.source import nothing_in
from tests.permissions import DOORS, ENDPOINTS
from tests.permissions.roles import EVERYBODY, STRANGER

SAFE = {"HEAD", "OPTIONS"}
# What an address is filled in with: of the right kind, and of nobody.
VALUES = {
    UUIDConverter: uuid.UUID(int=7),
    FittingNumber: 7,
    UnicodeConverter: "x",
    PathConverter: "x",
    AnyConverter: "csv",
}


def door_name(door):
    """The room and the function: `people.front_desk`; a door without a name of its own is refused."""
    room = door.__module__.removeprefix("portal.").removesuffix(".access").removesuffix(".gate")
    return f"{room}.{door.__qualname__}"


def door_faults(app, endpoints):
    """Where the table and the application differ; the lines that the table lacks are ready to paste."""
    faults = []
    for endpoint in sorted(set(app.view_functions) - {"static"}):
        door = door_of(app, endpoint)
        if door is None:
            faults.append(f"{endpoint} names no door: nobody can open it")
        elif "<" in door_name(door):
            faults.append(f"{endpoint}: give its door a name, {door_name(door)} has none")
        elif endpoints.get(endpoint) != door_name(door):
            faults.append(f'    "{endpoint}": "{door_name(door)}",')
    faults += [
        f"{endpoint} is not in the URL map"
        for endpoint in sorted(endpoints.keys() - app.view_functions.keys())
    ]
    return faults


def visitor_with(role):
    """A visitor who holds one role, in some scope of the right kind."""
    if role == STRANGER:
        return gate.STRANGER
    grant = VisitorGrant(
        role,
        account_id=1 if role in CLIENT_ROLES else None,
        property_id=1 if role in PROPERTY_ROLES else None,
        department_id=1 if role in PROPERTY_ROLES else None,
    )
    return Visitor(person_id=1, grants=(grant,))


def passing(door):
    """The roles that pass a door."""
    return {str(role) for role in EVERYBODY if door(visitor_with(role))}


def requests_to(app, endpoint):
    """Method and address for every way to ask for an endpoint."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules(endpoint):
        values = {name: VALUES[type(converter)] for name, converter in rule._converters.items()}
        for method in sorted((rule.methods or set()) - SAFE):
            yield method, adapter.build(endpoint, values, method=method)


class TestTheTable:
    def test_is_the_url_map(self, app):
        nothing_in(door_faults(app, ENDPOINTS))

    def test_knows_who_passes_each_door(self, app):
        faults = []
        for endpoint in ENDPOINTS:
            door = door_of(app, endpoint)
            if door is None:
                continue
            with app.test_request_context():
                found = passing(door)
            stated = DOORS.get(door_name(door))
            if stated is None or set(map(str, stated)) != found:
                faults.append(f'    "{door_name(door)}": frozenset({sorted(found)}),')

        nothing_in(sorted(set(faults)))

    def test_names_no_door_that_no_page_has(self):
        assert set(DOORS) - set(ENDPOINTS.values()) == set()


@pytest.fixture
def browser_of(app, cast, clock):
    """A browser for somebody who holds this one role and no other; they are written and signed in together,
    since there are a dozen for each endpoint.
    """
    holders = {role: cast_of_tests.person(f"Only {role}", f"{role}@roles.example") for role in Role}
    db.session.add_all(holders.values())
    db.session.flush()
    for role, person in holders.items():
        cast_of_tests.grant(
            person,
            role,
            account=cast.acme if role in CLIENT_ROLES else None,
            department=cast.front_office if role in PROPERTY_ROLES else None,
        )
    tokens = {
        str(role): people.open_sign_in(person=person, device="a test", is_kept=False, at=clock())
        for role, person in holders.items()
    }
    db.session.commit()

    def open_browser(role):
        client = app.test_client()
        if role != STRANGER:
            client.put_session({"_user_id": tokens[role], "_fresh": True})
        client.reads = False  # thousands of answers; what they say is tested elsewhere
        return client

    return open_browser


def answer_faults(app, browser_of, endpoint):
    """Who is let in although they may not, or kept out although they may."""
    faults = []
    allowed = {str(role) for role in DOORS[ENDPOINTS[endpoint]]}
    for role in sorted(EVERYBODY):
        client = browser_of(role)
        for method, address in requests_to(app, endpoint):
            session_before = client.session()
            answer = client.open(address, method=method)
            client.put_session(session_before)
            is_shown_the_door = answer.status_code in {301, 302, 303} and "/sign-in?next=" in answer.location
            is_refused = answer.status_code in {401, 403} or (role == STRANGER and is_shown_the_door)
            if role in allowed and is_refused:
                faults.append(f"{role} is kept out of {method} {address}: {answer.status}")
            if role not in allowed and not is_refused and answer.status_code != 404:
                faults.append(f"{role} is let in to {method} {address}: {answer.status}")
    return faults


class TestEachEndpoint:
    @pytest.mark.engines("sqlite")
    @pytest.mark.parametrize("endpoint", sorted(ENDPOINTS))
    def test_lets_in_whom_the_table_says(self, app, browser_of, endpoint):
        nothing_in(answer_faults(app, browser_of, endpoint))

    @pytest.mark.engines("postgresql")
    @pytest.mark.parametrize("door", sorted(set(ENDPOINTS.values())))
    def test_does_so_on_the_other_database_too(self, app, browser_of, door):
        endpoint = next(endpoint for endpoint in sorted(ENDPOINTS) if ENDPOINTS[endpoint] == door)

        nothing_in(answer_faults(app, browser_of, endpoint))


def _holds_keys(visitor):
    return visitor.has(Role.FRONT_DESK)


class TestTheGuardBites:
    def _app(self):
        app = Flask("sample")
        app.add_url_rule("/keys", "keys", allow(_holds_keys)(lambda: "keys"))
        return app

    def test_at_a_view_without_a_door(self):
        app = self._app()
        app.add_url_rule("/open", "open", lambda: "open")

        assert "open names no door: nobody can open it" in door_faults(app, {})

    def test_at_an_endpoint_that_the_table_lacks_or_has_in_vain(self):
        name = door_name(_holds_keys)

        assert door_faults(self._app(), {"keys": name}) == []
        assert door_faults(self._app(), {}) == [f'    "keys": "{name}",']
        assert door_faults(self._app(), {"keys": name, "gone": name}) == ["gone is not in the URL map"]

    def test_at_a_door_without_a_name(self):
        app = Flask("sample")
        app.add_url_rule("/keys", "keys", allow(lambda _: True)(lambda: "keys"))

        assert "give its door a name" in door_faults(app, {})[0]

    def test_at_a_door_that_lets_in_somebody_else(self):
        assert passing(_holds_keys) == {"front_desk"}

    def test_at_an_answer_that_the_table_does_not_expect(self, app, browser_of, monkeypatch):
        monkeypatch.setitem(app.view_functions, "web.inbox", allow(gate.anyone)(lambda **_: "open to all"))
        monkeypatch.setitem(ENDPOINTS, "web.inbox", "web.signed_in")

        assert answer_faults(app, browser_of, "web.inbox") == ["stranger is let in to GET /inbox: 200 OK"]
