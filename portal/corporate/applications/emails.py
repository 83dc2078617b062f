"""The letters to an applicant; each has a link to the page of the application."""

from datetime import datetime
from typing import Any

from portal.accounts.models import Account
from portal.corporate.applications.models import Application
from portal.hotel import queries as hotel
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people import rules as people_rules


def confirm(*, application: Application, token: str, is_known: bool, at: datetime) -> None:
    """Please confirm the address; and where its domain is a client's: who runs that account."""
    template = "application_known" if is_known else "application_confirm"
    _write(template, application, token, {"is_confirmed": application.confirmed_at is not None}, at=at)


def asked(*, application: Application, text: str, token: str, at: datetime) -> None:
    """The hotel wants to know more."""
    _write("application_asked", application, token, {"text": text}, at=at)


def approved(*, application: Application, account: Account, manager: str, token: str, at: datetime) -> None:
    """Welcome: what comes next, and who is there for the company."""
    values = {"account": account.name, "manager": manager, "words": application.settled_words}
    _write("application_approved", application, token, values, at=at)


def declined(*, application: Application, token: str, at: datetime) -> None:
    """A no, and why."""
    _write("application_declined", application, token, {"words": application.settled_words}, at=at)


def letter_key(token_digest: str) -> str:
    """By what the outbox knows a letter: the link that it brought."""
    return f"application:{token_digest}"


def _write(
    template: str, application: Application, token: str, values: dict[str, Any], *, at: datetime
) -> None:
    zone = hotel.house_zone()
    outbox.write_letter(
        dedupe_key=letter_key(people_rules.digest(token)),
        kind=LetterKind.SERVICE,
        template=f"corporate/{template}",
        to=Recipient(application.email, application.applicant, application.locale, zone),
        values={"company": application.company, "token": token, "at": at, "zone": zone, **values},
        at=at,
    )
