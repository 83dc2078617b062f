"""An application from its sending to the hotel's word."""

import secrets
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.corporate.admission import queries as admission
from portal.corporate.admission import rules as admission_rules
from portal.corporate.applications import emails, queries, rules
from portal.corporate.applications.models import Application, ApplicationLink, ApplicationWord, Outcome
from portal.database import db
from portal.jobs import actions as jobs
from portal.outbox import actions as outbox
from portal.people import actions as people
from portal.people import queries as people_queries
from portal.people import rules as people_rules
from portal.people.models import Person
from portal.people.passwords import actions as passwords
from portal.web.folding import search_key

LINK_JOB = "applications.link"


@dataclass(frozen=True, slots=True)
class Entered:
    """What an applicant entered, each part as it is kept."""

    company: str
    country: str
    tax_number: str
    tax_checked_by: str
    is_legal_entity: bool
    nights_a_year: int
    code: str
    note: str
    applicant: str
    email: str
    locale: str


@dataclass(frozen=True, slots=True)
class Approval:
    """What a yes brings: which account, or none for a new one; who looks after it; a word of welcome."""

    account_id: uuid.UUID | None
    manager_id: uuid.UUID
    words: str = ""


def send(*, token: uuid.UUID, entered: Entered, at: datetime) -> None:
    """Take an application in, and have a letter written to its address. The same token takes it in once.

    Raises `MailServiceAddress` or `NotALegalEntity`. Whoever sends learns nothing else: not whether the
    address has applied before, nor whether the company is a client.
    """
    version, domain = admission.in_force(), admission_rules.domain_of(entered.email)
    admission_rules.check_admissible(version, domain=domain, is_legal_entity=entered.is_legal_entity)
    values = {
        **asdict(entered),
        "email": people_rules.fold_address(entered.email),
        "search_key": search_key(f"{entered.company} {entered.applicant}"),
        "domain": domain,
        "rules_id": version.id,
        "sent_at": at,
    }
    if db.session.scalar(select(Application.id).where(Application.public_id == token)) is not None:
        return
    application = _open_one(values["email"]) or _taken_in(token, values)
    if application is None:
        return
    if application.confirmed_at is None:
        # Whoever typed it before may have had no right to the address: the latest is what gets confirmed.
        for name, value in values.items():
            setattr(application, name, value)
    db.session.flush()
    jobs.enqueue(kind=LINK_JOB, payload={"application": application.id}, at=at)


def write_link(*, application_id: int, at: datetime) -> None:
    """Write the letter that lets an address be confirmed, or leads back to the application that is open."""
    application = db.session.get(Application, application_id, with_for_update=True)
    if application is None or application.outcome is not None:
        return
    is_known = bool(queries.accounts_of_domain(application.domain))
    emails.confirm(application=application, token=_link(application, at=at), is_known=is_known, at=at)


def confirm(*, token: str, at: datetime) -> Application:
    """The address is the applicant's: the hotel sees the application from now on. Twice is once."""
    application = _behind(token, at=at)
    if application.confirmed_at is None:
        application.confirmed_at = at
        _record("application.confirm", application, by=None, at=at)
    return application


def answer(*, token: str, text: str, at: datetime) -> None:
    """Answer what the hotel asked. Raises `NothingAsked`, `SettledAlready`."""
    application = _behind(token, at=at)
    rules.check_asked(application)
    rules.check_words(text)
    db.session.add(ApplicationWord(application_id=application.id, text=text, at=at))
    application.asked_at = None
    _record("application.answer", application, by=None, at=at)


def withdraw(*, token: str, at: datetime) -> None:
    """The applicant changed their mind."""
    application = _behind(token, at=at)
    rules.check_open(application)
    _settle(application, Outcome.WITHDRAWN, words="", by=None, at=at)


def open_password(*, token: str, at: datetime) -> str | None:
    """The token of a link to a first password, for whoever was approved and has none yet."""
    application = _behind(token, at=at)
    person = people_queries.person_by_address(application.email)
    is_theirs = application.outcome == Outcome.APPROVED and person is not None
    if person is None or not is_theirs or person.password_hash is not None or person.left_at is not None:
        return None
    return passwords.open_link(person=person, at=at)


def ask(*, public_id: uuid.UUID, text: str, by: int, at: datetime) -> None:
    """Ask the applicant for more; the application waits for them from now on."""
    application = _locked(public_id)
    rules.check_open(application)
    rules.check_words(text)
    db.session.add(ApplicationWord(application_id=application.id, text=text, by_id=by, at=at))
    application.asked_at = at
    emails.asked(application=application, text=text, token=_link(application, at=at), at=at)
    _record("application.ask", application, by=by, at=at)


def decline(*, public_id: uuid.UUID, words: str, by: int, at: datetime) -> None:
    """Say no, and why."""
    application = _locked(public_id)
    rules.check_open(application)
    rules.check_words(words)
    _settle(application, Outcome.DECLINED, words=words, by=by, at=at)
    emails.declined(application=application, token=_link(application, at=at), at=at)


def approve(*, public_id: uuid.UUID, approval: Approval, by: int, at: datetime) -> Account:
    """Say yes: the applicant runs an account from now on, one that the hotel knew or a new one.

    Raises `SettledAlready`, `TaxNumberTaken`, `ClaimedMeanwhile`, `NotAManager`, `ApplicantHasLeft`.
    """
    application = _locked(public_id)
    rules.check_open(application)
    rules.check_tax_number(queries.holders_of_number(application))
    rules.check_approved(queries.approved_with_number(application))
    managers = {each.public_id: each for each in queries.managers()}
    if approval.manager_id not in managers:
        raise rules.NotAManager
    manager, administrator = managers[approval.manager_id], _administrator(application, by=by, at=at)
    account = _account(application, approval, by=by, at=at)
    accounts.identify(
        account=account, name=application.company, country=application.country,
        tax_number=application.tax_number, domains=[application.domain], by=by, at=at,
    )  # fmt: skip
    accounts.claim(account=account, administrator_id=administrator.id, manager_id=manager.id, by=by, at=at)
    application.account_id = account.id
    _settle(application, Outcome.APPROVED, words=approval.words, by=by, at=at)
    emails.approved(
        application=application, account=account, manager=manager.name, token=_link(application, at=at), at=at
    )
    return account


def forget_unconfirmed(*, at: datetime) -> int:
    """Forget what was entered for addresses that nobody confirmed in time; returns how many."""
    last = at - rules.CONFIRMATION_LIFE
    old = select(Application.id).where(Application.confirmed_at.is_(None), Application.sent_at <= last)
    db.session.execute(delete(ApplicationLink).where(ApplicationLink.application_id.in_(old)))
    gone = delete(Application).where(Application.confirmed_at.is_(None), Application.sent_at <= last)
    number = len(db.session.scalars(gone.returning(Application.id)).all())
    if number:
        audit.record(
            action="application.forget", subject_kind="application", subject_id="-",
            details={"number": number}, by=None, at=at,
        )  # fmt: skip
    return number


def forget_applicant(*, public_id: uuid.UUID, by: int, at: datetime) -> None:
    """Forget an applicant who asks for it. Raises `StillOpen`; twice is once."""
    application = _locked(public_id)
    rules.check_forgets(application)
    if application.applicant:
        _forget(application)
        _record("application.forget_applicant", application, by=by, at=at)


def forget_settled(*, limit: int, at: datetime) -> int:
    """Forget who applied and was not taken in, half a year after; says how many."""
    found = queries.outlived(at - rules.REMEMBERED, limit=limit)
    for application in found:
        _forget(application)
        _record("application.forget_applicant", application, by=None, at=at)
    return len(found)


def _forget(application: Application) -> None:
    """Name, address and words go, with the letters; that a company applied, and what became of it, stays."""
    links = select(ApplicationLink).where(ApplicationLink.application_id == application.id)
    sent = db.session.scalars(links).all()
    outbox.forget_letters(dedupe_keys=[emails.letter_key(each.token_digest) for each in sent])
    application.applicant, application.email, application.note = "", "", ""
    application.search_key = search_key(application.company)
    if application.outcome == Outcome.DECLINED:
        application.settled_words = rules.FORGOTTEN_WORDS
    for gone in (
        delete(ApplicationLink).where(ApplicationLink.application_id == application.id),
        update(ApplicationWord).where(ApplicationWord.application_id == application.id).values(text=""),
    ):
        db.session.execute(gone.execution_options(synchronize_session=False))
    db.session.flush()


def _open_one(email: str) -> Application | None:
    statement = select(Application).where(Application.email == email, Application.outcome.is_(None))
    return db.session.scalar(statement.with_for_update())


def _taken_in(token: uuid.UUID, values: dict[str, Any]) -> Application | None:
    """The new application; none where this very form came in a moment ago with another address."""
    application = Application(public_id=token, **values)
    try:
        with db.session.begin_nested():
            db.session.add(application)
    except IntegrityError:
        # The same form, or the same address, came in by another door in this second.
        return _open_one(values["email"])
    return application


def _behind(token: str, *, at: datetime) -> Application:
    return rules.check_link(queries.application_by_token(token, lock=True), at=at)


def _locked(public_id: uuid.UUID) -> Application:
    """The application, with every other of the same tax number waiting for this transaction."""
    found = queries.application(public_id)
    if found is None:
        raise LookupError(public_id)
    same = (Application.country == found.country, Application.tax_number == found.tax_number)
    db.session.execute(select(Application.id).where(*same).order_by(Application.id).with_for_update())
    return queries.application(public_id, lock=True) or found


def _administrator(application: Application, *, by: int, at: datetime) -> Person:
    person = people_queries.person_by_address(application.email)
    if person is None:
        return people.register_person(
            name=application.applicant, email=application.email, locale=application.locale, by=by, at=at
        )
    if person.left_at is not None:
        raise rules.ApplicantHasLeft
    return person


def _account(application: Application, approval: Approval, *, by: int, at: datetime) -> Account:
    if approval.account_id is None:
        return accounts.open_account(name=application.company, country=application.country, by=by, at=at)
    account = queries.account_to_claim(approval.account_id)
    if account is None:
        raise LookupError(approval.account_id)
    rules.check_free(account)
    return account


def _link(application: Application, *, at: datetime) -> str:
    token = secrets.token_urlsafe(people.TOKEN_BYTES)
    db.session.add(
        ApplicationLink(application_id=application.id, token_digest=people_rules.digest(token), sent_at=at)
    )
    return token


def _settle(application: Application, outcome: Outcome, *, words: str, by: int | None, at: datetime) -> None:
    application.outcome, application.settled_at = outcome, at
    application.settled_by_id, application.settled_words = by, words
    application.asked_at = None
    db.session.flush()
    names = {Outcome.APPROVED: "approve", Outcome.DECLINED: "decline", Outcome.WITHDRAWN: "withdraw"}
    _record(f"application.{names[outcome]}", application, by=by, at=at)


def _record(action: str, application: Application, *, by: int | None, at: datetime) -> None:
    audit.record(
        action=action,
        subject_kind="application",
        subject_id=application.public_id,
        details={"country": application.country, "account": application.account_id},
        by=by,
        at=at,
    )
