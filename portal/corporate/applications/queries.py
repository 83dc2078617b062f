"""Reads of applications: for the hotel those whose address was confirmed, for an applicant their own."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Account, AccountCode, AccountDomain
from portal.accounts.taxpayers.rules import spellings
from portal.corporate.applications.models import Application, ApplicationLink, ApplicationWord, Outcome
from portal.corporate.applications.rules import ApplicationState, telling_words
from portal.database import db
from portal.people import rules as people_rules
from portal.people.models import CLIENT_ROLES, Grant, Person, Role
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
ACCOUNTS_LOOKED_AT = 60
MANAGERS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    """Which applications: those in a state, those that answer to a text."""

    state: str = ApplicationState.WAITING
    text: str = ""

    @property
    def oldest_first(self) -> bool:
        """What waits is read from the longest wait, what is settled from the latest."""
        return self.state in {ApplicationState.WAITING, ApplicationState.ASKED}


def applications(
    only: ApplicationFilter, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Application]:
    """Confirmed applications in the order that the filter says."""
    statement = (
        select(Application)
        .options(joinedload(Application.settled_by), joinedload(Application.account))
        .where(_state() == only.state if only.state else _is_confirmed(), *_answers(only.text))
        .limit(limit + 1)
    )
    when, number = Application.confirmed_at, Application.id
    if only.oldest_first:
        statement = statement.order_by(when, number)
    else:
        statement = statement.order_by(when.desc(), number.desc())
    if (key := decode_instant_key(after)) is not None:
        at, last = key
        passed = when > at if only.oldest_first else when < at
        same = number > last if only.oldest_first else number < last
        statement = statement.where(or_(passed, and_(when == at, same)))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    if len(found) <= limit or rows[-1].confirmed_at is None:
        return Page(rows, None)
    return Page(rows, encode_key(rows[-1].confirmed_at.isoformat(), rows[-1].id))


def counts(text: str = "") -> dict[str, int]:
    """How many confirmed applications stand where."""
    state = _state().label("state")
    statement = (
        select(state, func.count(Application.id)).where(_is_confirmed(), *_answers(text)).group_by(state)
    )
    found = {state: int(number) for state, number in db.session.execute(statement)}
    return {state.value: found.get(state.value, 0) for state in ApplicationState}


def application(public_id: uuid.UUID, *, lock: bool = False) -> Application | None:
    """One confirmed application with all that was said."""
    statement = _whole().where(Application.public_id == public_id, _is_confirmed())
    if lock:
        statement = statement.with_for_update(of=Application)
    return db.session.scalar(statement.execution_options(populate_existing=lock))


def application_by_token(token: str, *, lock: bool = False) -> Application | None:
    """The application of a link in a letter, confirmed or not."""
    statement = (
        _whole()
        .join(ApplicationLink, ApplicationLink.application_id == Application.id)
        .where(ApplicationLink.token_digest == people_rules.digest(token))
    )
    if lock:
        statement = statement.with_for_update(of=Application)
    return db.session.scalar(statement.execution_options(populate_existing=lock))


def accounts_like(application: Application) -> list[Account]:
    """Accounts that share a number, a code, a domain or a telling word of their name with the applicant."""
    numbers = spellings(application.tax_number, country=application.country)
    coded = select(AccountCode.account_id).where(AccountCode.code == application.code)
    alike: list[ColumnElement[bool]] = [
        Account.tax_number.in_(numbers),
        Account.id.in_(accounts_of_domain(application.domain)),
    ]
    if application.code:
        alike.append(Account.id.in_(coded))
    if words := telling_words(application.company):
        alike.append(Account.search_key.contains(words[0], autoescape=True))
    statement = (
        select(Account)
        .options(selectinload(Account.codes), joinedload(Account.manager))
        .where(or_(*alike))
        .order_by(Account.tax_number.in_(numbers).desc(), Account.search_key, Account.id)
        .limit(ACCOUNTS_LOOKED_AT)
    )
    return list(db.session.scalars(statement))


def accounts_of_domain(domain: str) -> list[int]:
    """The accounts to which an address of this domain belongs: by their domains, or by their people's."""
    by_domain = select(AccountDomain.account_id).where(AccountDomain.domain == domain)
    by_people = (
        select(Grant.account_id)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.role.in_(sorted(CLIENT_ROLES)),
            Grant.ended_at.is_(None),
            Person.email.endswith(f"@{domain}", autoescape=True),
        )
        .distinct()
        .limit(ACCOUNTS_LOOKED_AT)
    )
    found = {*db.session.scalars(by_domain), *db.session.scalars(by_people)}
    return sorted(each for each in found if each is not None)


def account_to_claim(public_id: uuid.UUID) -> Account | None:
    """An account, held until the end of the transaction."""
    statement = select(Account).where(Account.public_id == public_id).with_for_update()
    return db.session.scalar(statement.execution_options(populate_existing=True))


def holders_of_number(application: Application) -> list[Account]:
    """The accounts of the applicant's country that have the same tax number."""
    numbers = spellings(application.tax_number, country=application.country)
    statement = (
        select(Account)
        .where(Account.tax_number.in_(numbers), Account.country == application.country)
        .order_by(Account.id)
        .limit(ACCOUNTS_LOOKED_AT)
    )
    return list(db.session.scalars(statement))


def approved_with_number(application: Application) -> Application | None:
    """The application of this number that the hotel said yes to, whatever the account's number is by now."""
    statement = (
        select(Application)
        .options(joinedload(Application.account))
        .where(
            Application.country == application.country,
            Application.tax_number == application.tax_number,
            Application.outcome == Outcome.APPROVED,
        )
    )
    return db.session.scalar(statement)


def outlived(before: datetime, *, limit: int) -> list[Application]:
    """Applications that came to nothing before an instant and whose applicant is still known."""
    statement = (
        select(Application)
        .where(
            Application.outcome.in_((Outcome.DECLINED.value, Outcome.WITHDRAWN.value)),
            Application.settled_at <= before,
            Application.applicant != "",
        )
        .order_by(Application.settled_at, Application.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(db.session.scalars(statement))


def managers() -> list[Person]:
    """Who may be named as account manager, by name."""
    holders = select(Grant.person_id).where(Grant.role == Role.ACCOUNT_MANAGER, Grant.ended_at.is_(None))
    statement = (
        select(Person)
        .where(Person.id.in_(holders), Person.left_at.is_(None))
        .order_by(Person.search_key, Person.id)
        .limit(MANAGERS_SHOWN)
    )
    return list(db.session.scalars(statement))


def waiting_for_the_hotel(*, limit: int) -> list[Application]:
    """Applications that the hotel has to look at, the longest wait first."""
    return list(applications(ApplicationFilter(), limit=limit).rows)


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The applications that were sent from a person's address."""
    statement = (
        select(Application)
        .join(Person, Person.email == Application.email)
        .where(Person.id == person_id)
        .order_by(Application.sent_at, Application.id)
    )
    return [
        {
            "company": each.company,
            "name": each.applicant,
            "email": each.email,
            "note": each.note,
            "sent_at": each.sent_at.isoformat(),
            "outcome": each.outcome,
        }
        for each in db.session.scalars(statement)
    ]


def _whole() -> Select[Application]:
    return select(Application).options(
        joinedload(Application.rules),
        joinedload(Application.settled_by),
        joinedload(Application.account).joinedload(Account.manager),
        selectinload(Application.words).joinedload(ApplicationWord.by),
    )


def _is_confirmed() -> ColumnElement[bool]:
    return Application.confirmed_at.is_not(None)


def _state() -> ColumnElement[str]:
    """The state of a confirmed application, as `rules.state_of` tells it."""
    return case(
        *((Application.outcome == outcome.value, outcome.value) for outcome in Outcome),
        (Application.confirmed_at.is_(None), ""),
        (Application.asked_at.is_not(None), ApplicationState.ASKED.value),
        else_=ApplicationState.WAITING.value,
    )


def _answers(text: str) -> list[ColumnElement[bool]]:
    """Every word of the query stands in the name of the company or of the applicant, or it is the number."""
    forms = query_forms(text)
    if not forms:
        return []
    compact = "".join(sign for sign in text.upper() if sign.isalnum())
    by_name = [
        and_(*(Application.search_key.contains(word, autoescape=True) for word in form.split()))
        for form in forms
    ]
    return [or_(*by_name, Application.tax_number == compact, Application.email == text.strip().lower())]
