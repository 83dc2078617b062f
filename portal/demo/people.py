"""The demo's named people, on both sides; all of them share one password that the sign-in page shows."""

import itertools
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from portal.accounts import actions as accounts
from portal.accounts.models import Account, Card
from portal.database import db
from portal.demo import names
from portal.hotel.models import Department, Property
from portal.people import actions as people
from portal.people import rules
from portal.people.models import Person, Role
from portal.people.roles import actions as roles
from portal.people.roles.rules import Place

PASSWORD = "paper, bottle green and brass"  # noqa: S105 -- printed on the sign-in page of the demo


@dataclass(frozen=True, slots=True)
class Invented:
    """One person of the demo: who they are, and what the sign-in page says of them."""

    key: str
    name: str
    email: str
    locale: str
    roles: tuple[Role, ...]
    label: LazyString

    @property
    def role(self) -> LazyString:
        return self.label

    @property
    def password(self) -> str:
        return PASSWORD


CLIENTS = (
    Invented(
        "anna", "Anna Delgado", "anna@costa-energia.example", "en",
        (Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER), _l("Account administrator: tier, points, people, stays"),
    ),
    Invented(
        "bruno", "Bruno Carmona", "bruno@costa-energia.example", "en",
        (Role.BOOKER,), _l("Booker: composes VIP bundles"),
    ),
    Invented(
        "tamara", "Тамара Белова", "tamara@costa-energia.example", "ru",
        (Role.TRAVELLER,), _l("Traveller: her card on the phone"),
    ),
)  # fmt: skip
RIVAL = Invented(
    "carla", "Carla Antunes", "carla@arrabida.example", "en",
    (Role.ACCOUNT_ADMINISTRATOR,), _l("Administrator of another company"),
)  # fmt: skip
STAFF = (
    Invented(
        "dario", "Dario Quintela", "dario@maison.example", "en",
        (Role.FRONT_DESK, Role.EMPLOYEE), _l("Front desk: scans cards, logs services"),
    ),
    Invented(
        "elena", "Елена Воронцова", "elena@maison.example", "ru",
        (Role.DEPARTMENT_HEAD,), _l("Head of the front office"),
    ),
    Invented(
        "gleb", "Глеб Савельев", "gleb@maison.example", "ru",
        (Role.PROPERTY_MANAGER,), _l("Property manager (GM)"),
    ),
    Invented(
        "lidia", "Lidia Figueiredo", "lidia@maison.example", "en",
        (Role.LOYALTY_MANAGER,), _l("Loyalty manager: imports, accounts, programme"),
    ),
    Invented(
        "nora", "Nora Lefort", "nora@maison.example", "en",
        (Role.ACCOUNT_MANAGER,), _l("Account manager of the two companies"),
    ),
    Invented(
        "oskar", "Oskar Lorenz", "oskar@maison.example", "en",
        (Role.AUDITOR,), _l("Auditor: reads, changes nothing"),
    ),
    Invented(
        "ada", "Ada Langford", "ada@maison.example", "en",
        (Role.ADMINISTRATOR,), _l("Administrator: people and settings"),
    ),
)  # fmt: skip
COLLEAGUES = (
    ("ines", "Inês Barata", "en"), ("mateo", "Mateo Ruiz", "en"), ("olga", "Ольга Ким", "ru"),
    ("jonas", "Jonas Weber", "en"),
)  # fmt: skip
"""Who else stands at the desk: what few people did is shown of nobody, so a house needs some."""


def sign_ins() -> Sequence[Invented]:
    """Whom the sign-in page offers, clients first."""
    return (*CLIENTS, RIVAL, *STAFF)


def settle_staff(houses: Sequence[Property], *, at: datetime) -> dict[str, Person]:
    """The hotel's people, with their roles at both houses."""
    found = {}
    password_hash = rules.hash_password(PASSWORD)
    for invented in STAFF:
        person = found[invented.key] = _enter(invented, password_hash, at=at)
        for role in invented.roles:
            for place in _places(role, houses):
                roles.give_role(person_id=person.id, role=role, place=place, by=None, at=at)
    return found


def settle_colleagues(houses: Sequence[Property], *, at: datetime) -> list[Person]:
    """Four more at the desk, whom the sign-in page does not offer."""
    roles_at_desk = (Role.FRONT_DESK, Role.EMPLOYEE)
    found = []
    for key, name, locale in COLLEAGUES:
        person = people.register_person(
            name=name, email=f"{key}@maison.example", locale=locale, by=None, at=at
        )
        for role in roles_at_desk:
            for place in _places(role, houses):
                roles.give_role(person_id=person.id, role=role, place=place, by=None, at=at)
        found.append(person)
    return found


def staff_by_key() -> dict[str, Person]:
    """The hotel's people, as they were settled."""
    return {
        one.key: db.session.scalars(select(Person).where(Person.email == one.email)).one() for one in STAFF
    }


def settle_clients(
    invented: Sequence[Invented], account: Account, *, manager: Person, at: datetime
) -> dict[str, Person]:
    """A company's people with sign-ins; the company counts as claimed from now on."""
    password_hash = rules.hash_password(PASSWORD)
    found = {}
    for one in invented:
        person = found[one.key] = _enter(one, password_hash, at=at)
        for role in one.roles:
            roles.give_role(
                person_id=person.id, role=role, place=Place(account_id=account.id), by=None, at=at
            )
    account.claimed_at, account.manager_id = at, manager.id
    return found


def hand_out_cards(account: Account, code: str, *, count: int, by: Person, at: datetime) -> list[Card]:
    """Travellers of a company who need no sign-in, each with a card and a name of their own."""
    called = (names.traveller(code, number, account.country) for number in itertools.count())
    travellers = itertools.islice(_distinct(called), count)
    return [
        accounts.add_traveller(
            account_id=account.id,
            token=uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:card/{code}/{number}"),
            name=name,
            locale="ru" if account.country == "RUS" else "en",
            by=by.id,
            at=at,
        )
        for number, name in enumerate(travellers)
    ]


def _distinct(found: Iterable[str]) -> Iterator[str]:
    known: set[str] = set()
    for name in found:
        if name not in known:
            known.add(name)
            yield name


def _enter(invented: Invented, password_hash: str, *, at: datetime) -> Person:
    person = people.register_person(
        name=invented.name, email=invented.email, locale=invented.locale, by=None, at=at
    )
    person.password_hash = password_hash
    return person


def _places(role: Role, houses: Sequence[Property]) -> list[Place]:
    if role not in {Role.FRONT_DESK, Role.EMPLOYEE, Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER}:
        return [Place()]
    found = []
    for house in houses:
        at_house = select(Department).where(
            Department.property_id == house.id, Department.code == "front_office"
        )
        desk = db.session.scalars(at_house).one()
        found.append(
            Place(property_id=house.id, department_id=desk.id if role != Role.PROPERTY_MANAGER else None)
        )
    return found
