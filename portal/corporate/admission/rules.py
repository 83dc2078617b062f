"""What the rules of admission say of an application: each question, what was answered, whether it will do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from portal.corporate.admission.models import AdmissionRules
from portal.programme.rules import Refusal

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


class MailServiceAddress(Refusal):
    """The address is of a mail service that anybody may use: `domain`."""


class NotALegalEntity(Refusal):
    """Only a registered company, or another legal entity, is admitted."""


class RulesChangedMeanwhile(Refusal):
    """Somebody else published other rules since the page was opened."""


class NotADomain(Refusal):
    """A line of the list is no domain: `domain`."""


class Question(StrEnum):
    """What is looked at before a company is admitted, in the order of the page."""

    LEGAL_ENTITY = "legal_entity"
    NIGHTS = "nights"
    COUNTRY = "country"
    TAX_NUMBER = "tax_number"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Check:
    """One question, what was found, and whether it is as the rules expect; none where nobody can tell."""

    question: Question
    is_met: bool | None
    values: dict[str, Any]


class Applicant(Protocol):
    """What an application tells, as far as it is judged."""

    is_legal_entity: bool
    nights_a_year: int
    country: str
    tax_number: str
    tax_checked_by: str
    domain: str


def domain_of(address: str) -> str:
    """The domain of an e-mail address, as domains are compared."""
    return address.rpartition("@")[2].strip().rstrip(".").lower()


def check_admissible(rules: AdmissionRules, *, domain: str, is_legal_entity: bool) -> None:
    """What is asked of everybody. Raises `MailServiceAddress` or `NotALegalEntity`."""
    if is_of_mail_service(domain, rules.mail_services):
        raise MailServiceAddress(domain=domain)
    if rules.needs_legal_entity and not is_legal_entity:
        raise NotALegalEntity


def is_of_mail_service(domain: str, services: Sequence[str]) -> bool:
    """Whether a domain, or one above it, is on the list."""
    parts = domain.split(".")
    return any(".".join(parts[start:]) in services for start in range(len(parts)))


def checks(applicant: Applicant, rules: AdmissionRules) -> tuple[Check, ...]:
    """Every question with its answer: the hotel decides, and sees upon what."""
    is_served = not rules.countries or applicant.country in rules.countries
    is_own = not is_of_mail_service(applicant.domain, rules.mail_services)
    return (
        Check(Question.LEGAL_ENTITY, applicant.is_legal_entity or not rules.needs_legal_entity, {}),
        Check(
            Question.NIGHTS,
            applicant.nights_a_year >= rules.min_nights,
            {"expected": applicant.nights_a_year, "wanted": rules.min_nights},
        ),
        Check(Question.COUNTRY, is_served, {"code": applicant.country}),
        Check(
            Question.TAX_NUMBER,
            True if applicant.tax_checked_by else None,
            {"number": applicant.tax_number, "rule": applicant.tax_checked_by},
        ),
        Check(Question.ADDRESS, is_own, {"domain": applicant.domain}),
    )


def read_domains(text: str) -> list[str]:
    """The domains of a list, one a line, in order and once each. Raises `NotADomain`."""
    found = sorted({line.strip().lower().removeprefix("@") for line in text.splitlines() if line.strip()})
    for domain in found:
        if not DOMAIN.fullmatch(domain):
            raise NotADomain(domain=domain)
    return found
