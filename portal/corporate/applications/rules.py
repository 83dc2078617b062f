"""Where an application stands, what may be done with it, and which account it may be about."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from portal.accounts.models import Account
from portal.accounts.taxpayers.rules import spellings
from portal.corporate.applications.models import Application, Outcome
from portal.people.rules import LinkRefused, LinkTrouble
from portal.programme.rules import Refusal
from portal.web.folding import fold

REMEMBERED = timedelta(days=183)
"""So long after a no, or a withdrawal, it is known who applied; then only that the company did."""
FORGOTTEN_WORDS = "–"
"""In the place of the reason of a no, which named the applicant or answered their words."""
CONFIRMATION_LIFE = timedelta(days=7)
"""So long an address may be confirmed; then what was entered is forgotten."""
LIKE_ENOUGH = 80
CANDIDATES = 8
LEGAL_FORMS_SAID = (
    "ab ag ao as bv co corp eood gmbh inc kft kg lda limited llc llp ltd nv oao ooo oy plc pte pty sa sarl "
    "sas sl slu sociedad sociedade spa spol srl sro zao zoo ао зао ип оао ооо пао"
)
LEGAL_FORMS = frozenset(LEGAL_FORMS_SAID.split())
FEWEST_LETTERS = 3


class ApplicationState(StrEnum):
    """Where an application stands, in the order of the tabs."""

    WAITING = "waiting"
    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


NOT_TAKEN_IN = frozenset({ApplicationState.DECLINED, ApplicationState.WITHDRAWN})


class Reason(StrEnum):
    """Why an account may be the applicant's."""

    TAX_NUMBER = "tax_number"
    DOMAIN = "domain"
    CODE = "code"
    NAME = "name"


class SettledAlready(Refusal):
    """Somebody settled it before, or the applicant withdrew: `settled_at`."""


class ReasonNeeded(Refusal):
    """A no, and a question, has words."""


class NothingAsked(Refusal):
    """The hotel waits for no answer."""


class ClaimedMeanwhile(Refusal):
    """The account that was chosen has an administrator by now: `company`."""


class TaxNumberTaken(Refusal):
    """A company with this tax number runs an account already: `company`."""


class ApplicantHasLeft(Refusal):
    """The house ended the access of whoever has this address."""


class StillOpen(Refusal):
    """It waits for a word, or became an account: there its applicant is a person of the company."""


class NotAManager(Refusal):
    """Whoever was named is no account manager."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be the applicant's, and why it is thought so."""

    account: Account
    reasons: tuple[Reason, ...]

    @property
    def is_free(self) -> bool:
        return self.account.claimed_at is None


def state_of(application: Application) -> ApplicationState:
    """Where a confirmed application stands."""
    if application.outcome is not None:
        return ApplicationState(application.outcome)
    return ApplicationState.ASKED if application.asked_at is not None else ApplicationState.WAITING


def check_forgets(application: Application) -> None:
    """Only an applicant who was not taken in is forgotten here; a person of the house is by erasure."""
    if application.outcome not in {Outcome.DECLINED, Outcome.WITHDRAWN}:
        raise StillOpen


def check_open(application: Application) -> None:
    """Only what nobody settled can be settled, asked about or withdrawn."""
    if application.outcome is not None or application.confirmed_at is None:
        at = application.settled_at or application.sent_at
        raise SettledAlready(settled_at=at.isoformat())


def check_words(words: str) -> None:
    """Whoever reads a no, or is asked, reads why and what."""
    if not words:
        raise ReasonNeeded


def check_asked(application: Application) -> None:
    """An answer follows a question."""
    check_open(application)
    if application.asked_at is None:
        raise NothingAsked


def check_link(application: Application | None, *, at: datetime) -> Application:
    """The application behind a link. Raises `LinkRefused` for one that is unknown or was never confirmed."""
    if application is None:
        raise LinkRefused(LinkTrouble.UNKNOWN)
    if application.confirmed_at is None and at >= application.sent_at + CONFIRMATION_LIFE:
        raise LinkRefused(LinkTrouble.EXPIRED)
    return application


def check_tax_number(holders: Iterable[Account]) -> None:
    """One tax number runs one account. Raises `TaxNumberTaken`."""
    for account in holders:
        if account.claimed_at is not None:
            raise TaxNumberTaken(company=account.name)


def check_approved(before: Application | None) -> None:
    """Nor does it come in twice, where the account has another number by now. Raises `TaxNumberTaken`."""
    if before is not None:
        raise TaxNumberTaken(company=before.account.name if before.account else before.company)


def check_free(account: Account) -> None:
    """An account that somebody runs is not handed to another. Raises `ClaimedMeanwhile`."""
    if account.claimed_at is not None:
        raise ClaimedMeanwhile(company=account.name)


def telling_words(name: str) -> tuple[str, ...]:
    """The words that tell one company from another, the longest first."""
    words = [word for word in fold(name).split() if word not in LEGAL_FORMS and len(word) >= FEWEST_LETTERS]
    return tuple(sorted(dict.fromkeys(words), key=lambda word: (-len(word), word)))


def candidates(
    application: Application, accounts: Sequence[Account], *, of_domain: Collection[int]
) -> tuple[Candidate, ...]:
    """Which of these accounts may be the applicant's: those with more and better reasons first."""
    found = [Candidate(account, _reasons(application, account, of_domain)) for account in accounts]
    likely = [each for each in found if each.reasons]
    order = list(Reason)
    likely.sort(
        key=lambda each: (
            [order.index(reason) for reason in each.reasons],
            -fuzz.ratio(fold(application.company), fold(each.account.name)),
            each.account.id,
        )
    )
    return tuple(likely[:CANDIDATES])


def _reasons(application: Application, account: Account, of_domain: Collection[int]) -> tuple[Reason, ...]:
    numbers = spellings(application.tax_number, country=application.country)
    likeness = fuzz.token_sort_ratio(_told(application.company), _told(account.name))
    holds = {
        Reason.TAX_NUMBER: account.country in {application.country, ""} and account.tax_number in numbers,
        Reason.DOMAIN: account.id in of_domain,
        Reason.CODE: application.code != "" and any(c.code == application.code for c in account.codes),
        Reason.NAME: likeness >= LIKE_ENOUGH,
    }
    return tuple(reason for reason, is_so in holds.items() if is_so)


def _told(name: str) -> str:
    return " ".join(telling_words(name)) or fold(name)
