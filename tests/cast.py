"""The named cast: people whose roles a reader of a test knows by heart.

At the hotel: Dario (front desk), Elena (head of his department), Gleb (GM), Nora (account manager),
Lidia (loyalty manager), Oskar (auditor), Ada (administrator). At Acme: Anna (account
administrator), Bruno (booker), Tamara (traveller, with a card). Carla is the administrator of
Borealis, a rival.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from portal.accounts.models import Account, Card
from portal.accounts.rules import card_number
from portal.database import db
from portal.hotel.models import Department, Group, Property
from portal.people.models import Grant, Person, Role
from portal.people.rules import hash_password
from portal.web.folding import search_key

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
"""A Monday morning; the clock of every test stands here until it is moved."""

PASSWORD = "a brass key on a green ribbon"
"""Everybody's password."""

PEOPLE = {
    "Ada Moreau": "ada@circle.example",
    "Anna Keller": "anna@acme.example",
    "Bruno Silva": "bruno@acme.example",
    "Carla Rossi": "carla@borealis.example",
    "Dario Conti": "dario@circle.example",
    "Elena Petrova": "elena@circle.example",
    "Gleb Orlov": "gleb@circle.example",
    "Lidia Sokolova": "lidia@circle.example",
    "Nora Lind": "nora@circle.example",
    "Oskar Berg": "oskar@circle.example",
    "Tamara Belova": "tamara@acme.example",
}


@dataclass(frozen=True)
class Cast:
    """Everybody and the house they meet in; all of it is written to the database."""

    seaside: Property
    townhouse: Property
    front_office: Department
    acme: Account
    borealis: Account
    ada: Person
    anna: Person
    bruno: Person
    carla: Person
    dario: Person
    elena: Person
    gleb: Person
    lidia: Person
    nora: Person
    oskar: Person
    tamara: Person
    tamaras_card: Card


def assemble() -> Cast:
    """Write the house and the cast, and commit."""
    seaside, townhouse = _property("SEA", "Seaside", "Море"), _property("TWN", "Townhouse", "Город")
    db.session.add_all((Group(id=1, name="Maison Circle", currency="EUR"), seaside, townhouse))
    db.session.flush()
    desk = Department(
        property_id=seaside.id, code="front_office", name={"en": "Front office", "ru": "Служба приёма"}
    )
    people = {name.split()[0].lower(): person(name, email) for name, email in PEOPLE.items()}
    db.session.add_all((desk, *people.values()))
    db.session.flush()
    acme = account("Acme Logistics", manager=people["nora"])
    borealis = account("Borealis Foods", manager=people["nora"])
    db.session.add_all((acme, borealis))
    db.session.flush()
    _hand_out_roles(people, acme=acme, borealis=borealis, desk=desk)
    card = issue(people["tamara"], acme)
    db.session.commit()
    return Cast(
        seaside=seaside,
        townhouse=townhouse,
        front_office=desk,
        acme=acme,
        borealis=borealis,
        tamaras_card=card,
        **people,
    )


def _hand_out_roles(people: dict[str, Person], *, acme: Account, borealis: Account, desk: Department) -> None:
    grant(people["ada"], Role.ADMINISTRATOR)
    grant(people["nora"], Role.ACCOUNT_MANAGER)
    grant(people["dario"], Role.FRONT_DESK, department=desk)
    grant(people["dario"], Role.EMPLOYEE, department=desk)
    grant(people["elena"], Role.DEPARTMENT_HEAD, department=desk)
    grant(people["gleb"], Role.PROPERTY_MANAGER, property_id=desk.property_id)
    grant(people["lidia"], Role.LOYALTY_MANAGER)
    grant(people["oskar"], Role.AUDITOR)
    grant(people["anna"], Role.ACCOUNT_ADMINISTRATOR, account=acme)
    grant(people["bruno"], Role.BOOKER, account=acme)
    grant(people["tamara"], Role.TRAVELLER, account=acme)
    grant(people["carla"], Role.ACCOUNT_ADMINISTRATOR, account=borealis)


def person(name: str, email: str | None, *, locale: str = "en") -> Person:
    """A person who can sign in with PASSWORD; without an address, one who cannot sign in."""
    return Person(
        public_id=uuid.uuid4(),
        name=name,
        search_key=search_key(name),
        email=email,
        password_hash=_password_hash() if email else None,
        locale=locale,
        created_at=NOW,
    )


def grant(
    holder: Person,
    role: Role,
    *,
    account: Account | None = None,
    property_id: int | None = None,
    department: Department | None = None,
) -> None:
    """Give a role in a scope; a department brings its property."""
    db.session.add(
        Grant(
            person_id=holder.id,
            role=role,
            account_id=account.id if account else None,
            property_id=department.property_id if department else property_id,
            department_id=department.id if department else None,
            granted_at=NOW,
        )
    )


def account(name: str, *, manager: Person | None = None) -> Account:
    """A claimed company."""
    return Account(
        public_id=uuid.uuid4(),
        name=name,
        search_key=search_key(name),
        country="PT",
        opened_on=date(2024, 1, 15),
        claimed_at=NOW,
        manager_id=manager.id if manager else None,
    )


def issue(holder: Person, company: Account, *, serial: int = 704_311_87) -> Card:
    """Give a traveller a card."""
    card = Card(
        public_id=uuid.uuid4(),
        number=card_number(serial),
        account_id=company.id,
        holder_id=holder.id,
        issued_at=NOW,
    )
    db.session.add(card)
    return card


def _property(code: str, english: str, russian: str) -> Property:
    return Property(
        public_id=uuid.uuid4(),
        code=code,
        name={"en": english, "ru": russian},
        city={"en": "Lisbon", "ru": "Лиссабон"},
        zone="Europe/Lisbon",
        currency="EUR",
        phone="+351 210 000 000",
    )


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)
