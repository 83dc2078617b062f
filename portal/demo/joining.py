"""Companies that ask to join the demo's programme: to be decided on, asked for more, declined."""

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.accounts.models import Account
from portal.accounts.taxpayers.rules import read_tax_number
from portal.corporate.admission import queries as admission
from portal.corporate.admission import rules as admission_rules
from portal.corporate.applications import actions
from portal.corporate.applications.models import Application
from portal.database import db
from portal.people.models import Person
from portal.web.folding import search_key


class Applicant(NamedTuple):
    """Who applied, so many days ago; without a company it is that of an account the hotel knows."""

    days: int
    country: str
    tax_number: str
    nights: int
    name: str
    address: str
    locale: str
    company: str | None = None


APPLICANTS = (
    Applicant(2, "IT", "01234560785", 60, "Elena Ferri", "elena.ferri@aurora.example", "en"),
    Applicant(
        5,
        "RU",
        "7801234564",
        35,
        "Павел Ермаков",
        "p.ermakov@severny-put.example",
        "ru",
        "ООО «Северный путь»",
    ),
    Applicant(9, "ES", "B12345674", 4, "Marta Lago", "marta@lago-viajes.example", "en", "Lago Viajes, S.L."),
    Applicant(
        1, "KZ", "120140011225", 18, "Айгуль Сериккызы", "aigul@altyn-log.example", "ru", "Altyn Logistics"
    ),
)
"""Their tax numbers are right, and nobody's."""
ASKED = "How many of your people travel, and to which of our two hotels?"
DECLINED = (
    "Four nights a year are better served by our public rates; we would gladly see you again in spring."
)


def make(known: Account, *, manager: Person, at: datetime) -> None:
    """Applications in the states that they can be in; one is about `known`, which nobody has claimed."""
    made = [_application(one, known, at=at) for one in APPLICANTS]
    db.session.add_all(made)
    db.session.flush()
    actions.ask(public_id=made[1].public_id, text=ASKED, by=manager.id, at=at - timedelta(days=4))
    actions.decline(public_id=made[2].public_id, words=DECLINED, by=manager.id, at=at - timedelta(days=7))


def _application(one: Applicant, known: Account, *, at: datetime) -> Application:
    tax_number = read_tax_number(one.tax_number, country=one.country)
    company = one.company or known.name
    return Application(
        public_id=uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:application/{one.address}"),
        company=company,
        search_key=search_key(f"{company} {one.name}"),
        country=one.country,
        tax_number=tax_number.number,
        tax_checked_by=tax_number.checked_by,
        is_legal_entity=True,
        nights_a_year=one.nights,
        code="",
        note="",
        applicant=one.name,
        email=one.address,
        domain=admission_rules.domain_of(one.address),
        locale=one.locale,
        rules_id=admission.in_force().id,
        sent_at=at - timedelta(days=one.days, hours=1),
        confirmed_at=at - timedelta(days=one.days),
    )
