"""When a review is due, whether the account is still one to be admitted, and what an outcome needs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from portal.accounts.taxpayers.rules import TaxNumberWrong, read_tax_number
from portal.corporate.admission.models import AdmissionRules
from portal.corporate.admission.rules import Check, Question, is_of_mail_service
from portal.corporate.reviews.models import ReviewOutcome
from portal.programme.rules import Refusal

SOON = timedelta(days=60)
"""So long before its day a review is on the list."""
NOTICE = timedelta(days=30)
"""So long, at least, an account goes on after the company was told that it ends."""
FEBRUARY, LEAP_DAY = 2, 29
ISO_LETTERS = 2


class ReviewState(StrEnum):
    """How near the review of an account is, in the order of the tabs."""

    DUE = "due"
    SOON = "soon"
    LATER = "later"
    ENDS = "ends"
    """The last review ended the account; its day has not come."""


class ReviewedMeanwhile(Refusal):
    """Somebody held the review since the page was opened."""


class WordsNeeded(Refusal):
    """What changes, or why it ends, is told to the company."""


class EndsTooSoon(Refusal):
    """The company has a month's notice: `first_date`."""


@dataclass(frozen=True, slots=True)
class Findings:
    """A year with a company: what it bought, saved and was promised, where it stands, what is expected."""

    since: date
    until: date
    stays: int
    nights: int
    stay_cents: int
    bookings: int
    booked_cents: int
    saved_cents: int
    promised: int
    kept: int
    tier: str
    checks: tuple[Check, ...]

    @property
    def is_as_expected(self) -> bool:
        """Whether nothing speaks against it by the rules of admission."""
        return all(check.is_met is not False for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the review."""
        return {**asdict(self), "since": self.since.isoformat(), "until": self.until.isoformat()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Findings":
        checks = tuple(Check(Question(c["question"]), c["is_met"], c["values"]) for c in kept["checks"])
        span = {name: date.fromisoformat(kept[name]) for name in ("since", "until")}
        return cls(**{**kept, **span, "checks": checks})


def due_on(base: date) -> date:
    """A year after the agreement or the last review; after a leap day on the first of March."""
    if (base.month, base.day) == (FEBRUARY, LEAP_DAY):
        return date(base.year + 1, FEBRUARY + 1, 1)
    return base.replace(year=base.year + 1)


def latest_base(day: date) -> date:
    """The latest day whose review is due by this one."""
    if (day.month, day.day) == (FEBRUARY, LEAP_DAY):
        return date(day.year - 1, FEBRUARY, LEAP_DAY - 1)
    return day.replace(year=day.year - 1)


def eligibility(
    *, nights: int, country: str, tax_number: str, domains: Sequence[str], rules: AdmissionRules
) -> tuple[Check, ...]:
    """What the rules of admission now in force say of a company that is in."""
    domain = next((one for one in domains if not is_of_mail_service(one, rules.mail_services)), "")
    return (
        Check(Question.NIGHTS, nights >= rules.min_nights, {"slept": nights, "wanted": rules.min_nights}),
        Check(Question.COUNTRY, _is_admitted(country, rules), {"code": country}),
        _tax_number(tax_number, country),
        Check(Question.ADDRESS, bool(domain) if domains else None, {"domain": domain or ", ".join(domains)}),
    )


def check_outcome(outcome: str, *, words: str, ends_on: date | None, today: date) -> None:
    """A change and an end are told with words, an end with a day. Raises `WordsNeeded`, `EndsTooSoon`."""
    if outcome != ReviewOutcome.KEPT and not words:
        raise WordsNeeded
    first = today + NOTICE
    if outcome == ReviewOutcome.ENDED and (ends_on is None or ends_on < first):
        raise EndsTooSoon(first_date=first.isoformat())


def _is_admitted(country: str, rules: AdmissionRules) -> bool | None:
    # A hotel system may call the country by a code of its own: nobody can tell.
    if not country or (rules.countries and len(country) != ISO_LETTERS):
        return None
    return not rules.countries or country in rules.countries


def _tax_number(number: str, country: str) -> Check:
    if not number:
        return Check(Question.TAX_NUMBER, None, {"number": ""})
    try:
        read = read_tax_number(number, country=country)
    except TaxNumberWrong:
        return Check(Question.TAX_NUMBER, is_met=False, values={"number": number, "rule": ""})
    return Check(
        Question.TAX_NUMBER, True if read.checked_by else None, {"number": number, "rule": read.checked_by}
    )
