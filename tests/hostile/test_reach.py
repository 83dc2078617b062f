"""What belongs to one company or hotel is not found by their like elsewhere: every address with an id in it.

The addresses are those that the demo's people are shown, and those that can be made of the ids in them. Each
is asked for by a namesake: somebody of the same role with a company, a hotel or accounts of their own.
"""

import uuid
from collections import Counter

import pytest
from itsdangerous import URLSafeTimedSerializer

from bench.walk import Windows, walk
from portal.corporate.acting.access import FIELD
from portal.database import db
from portal.hotel.models import Department, Property
from portal.people.actions import open_sign_in
from portal.people.models import CLIENT_ROLES, PROPERTY_ROLES, Role
from portal.web import gate
from tests import cast
from tests.architecture.source import nothing_in
from tests.cast import NOW

HOLDERS = {
    "anna": Role.ACCOUNT_ADMINISTRATOR,
    "tamara": Role.TRAVELLER,
    "dario": Role.FRONT_DESK,
    "elena": Role.DEPARTMENT_HEAD,
    "gleb": Role.PROPERTY_MANAGER,
    "nora": Role.ACCOUNT_MANAGER,
}
"""Whose reach has an end; a namesake has the same role elsewhere."""
FOR_ALL = {
    "applications": "a company that is not a client yet has no account manager of its own",
    "agreements": "there is one agreement for the group; each company reads and accepts it for itself",
    "desk_passes": "a pass is read at any desk, which says for which hotel it is",
    "dario desk_payments.new": "a card is known at every desk, and points pay where their holder is",
    "dario desk_payments.hold": "a card is known at every desk, and points pay where their holder is",
    "publication": "there is one programme for the group",
    "drafts": "there is one programme for the group",
    "souvenirs": "there is one catalogue for the group; each hotel counts its own",
    "reservations.item": "there is one catalogue for the group",
    "rehearsals": "there is one programme for the group",
    "liability": "the group's months; the figures are those of the own hotel",
    "nora closed_events.event": "any account manager may invite; of the guests the page says only how many",
}
"""What belongs to the whole group, so that whoever passes the door finds it, and why."""
NO_IDS = {"form", "month", "filename"}
"""Parts of an address that name nobody's thing: the kind of a file, a month."""
LEAST_ENDPOINTS = 60
CSRF = "1" * 40
ELSEWHERE = "{} elsewhere"


@pytest.fixture
def sessions(house):
    """The demo's people in windows, and a namesake of each who has nothing of theirs in reach."""
    found = dict(house.sessions)
    with house.app.app_context():
        company, desk = cast.account("Elsewhere"), _desk_of_another_hotel()
        db.session.add(company)
        for key, role in HOLDERS.items():
            person = cast.person(f"Another {key}", f"{key}@elsewhere.example")
            db.session.add(person)
            db.session.flush()
            cast.grant(
                person,
                role,
                account=company if role in CLIENT_ROLES else None,
                department=desk if role in PROPERTY_ROLES else None,
            )
            token = open_sign_in(person=person, device="elsewhere", is_kept=False, at=NOW)
            found[ELSEWHERE.format(key)] = {"_user_id": token, "_fresh": True, "csrf_token": CSRF}
        db.session.commit()
        db.session.remove()
    yield found
    house.restore()


def _desk_of_another_hotel():
    hotel = Property(
        public_id=uuid.uuid4(),
        code="ELSEWHERE",
        name={"en": "Elsewhere", "ru": "Не здесь"},
        city={"en": "Faro", "ru": "Фару"},
        zone="Europe/Lisbon",
        currency="EUR",
        phone="+351 210 000 001",
    )
    db.session.add(hotel)
    db.session.flush()
    desk = Department(property_id=hotel.id, code="front_office", name={"en": "Desk", "ru": "Стойка"})
    db.session.add(desk)
    db.session.flush()
    return desk


def test_ends_with_the_own_company_hotel_and_accounts(house, sessions):
    app, windows, faults, asked = house.app, Windows(house.app, sessions), [], Counter()
    for key in HOLDERS:
        walked = walk(app, windows, key, seeds=[*house.seeds[key], "/"], seen=Counter(), most=1)
        for method, endpoint, path in addresses(app, walked, key):
            asked[endpoint] += 1
            data = filled(app, walked, endpoint) if method == "POST" else None
            status = windows.open(ELSEWHERE.format(key), path, method=method, data=data).status_code
            if status not in {403, 404}:
                faults.append(f"{key}'s namesake gets {status} for {method} {endpoint} {path}")

    nothing_in(faults)
    assert len(asked) >= LEAST_ENDPOINTS


def addresses(app, walked, key):
    """Method, endpoint and address of all that somebody was shown with an id in it, or that its ids make."""
    adapter, values = app.url_map.bind("localhost"), {}
    seen = [(path, "GET") for paths in walked.places.values() for path in paths]
    for path, method in [*seen, *((form.path, "POST") for form in walked.forms)]:
        endpoint, given = adapter.match(path, method=method)
        for name, value in given.items():
            values.setdefault((room_of(endpoint), name), value)
    for rule in app.url_map.iter_rules():
        known = {name: values.get((room_of(rule.endpoint), name)) for name in rule.arguments}
        is_theirs = rule.arguments - NO_IDS and None not in known.values()
        names = {room_of(rule.endpoint), rule.endpoint, f"{key} {rule.endpoint}"}
        is_open = bool(names & FOR_ALL.keys()) or gate.door_of(app, rule.endpoint) is gate.anyone
        for method in sorted((rule.methods or set()) & {"GET", "POST"}) if is_theirs and not is_open else ():
            yield method, rule.endpoint, adapter.build(rule.endpoint, known, method=method)


def room_of(endpoint):
    return endpoint.partition(".")[0]


def filled(app, walked, endpoint):
    """The form as it was shown to whose it is, with a fresh token; else what most forms ask for."""
    shown = next((form for form in walked.forms if form.endpoint == endpoint), None)
    data = {name: each.values for name, each in shown.controls.items() if each.values} if shown else {}
    data.pop(FIELD, None)  # else it would be refused as opened for another company, and go no further
    signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    asked = {"token": str(uuid.uuid4()), "quantity": "1", "reason": "Asked for by hand."}
    return {**asked, **data, "token": asked["token"], "csrf_token": signer.dumps(CSRF)}
