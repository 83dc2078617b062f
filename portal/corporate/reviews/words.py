"""What is said of reviews."""

from collections.abc import Callable
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.admission import words as admission
from portal.corporate.admission.rules import Check, Question
from portal.corporate.reviews import rules
from portal.corporate.reviews.models import ReviewOutcome
from portal.corporate.reviews.rules import ReviewState
from portal.programme.rules import Refusal
from portal.web import formats, why

STATES: dict[ReviewState, LazyString] = {
    ReviewState.DUE: _l("Due now"),
    ReviewState.SOON: _l("Within two months"),
    ReviewState.LATER: _l("Later"),
    ReviewState.ENDS: _l("Ending"),
}
OUTCOMES: dict[str, LazyString] = {
    ReviewOutcome.KEPT.value: _l("Goes on as it is"),
    ReviewOutcome.CHANGED.value: _l("Goes on, on other terms"),
    ReviewOutcome.ENDED.value: _l("Ends"),
}
TAGS: dict[str, str] = {
    ReviewOutcome.KEPT.value: "ok",
    ReviewOutcome.CHANGED.value: "brass",
    ReviewOutcome.ENDED.value: "bad",
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.ReviewedMeanwhile: _l("Somebody held this review meanwhile. Open the page anew and read it first."),
    rules.WordsNeeded: _l("Say what changes, or why it ends: the company reads it in the letter."),
    rules.EndsTooSoon: _l("The company has a month's notice. Let it end on %(first_date)s or later."),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"account_review": _l("Review of an account")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "account_review.hold": _l("Review of an account held"),
    "account_review.close": _l("Account closed after its review"),
}


def refused(refusal: Refusal) -> str:
    """The sentence of a refusal."""
    return why.fill(REFUSALS[type(refusal)], refusal.values)


def headline(due: date, *, today: date) -> str:
    """When the review is due, as the finding of the page."""
    days = (today - due).days
    if days > 0:
        return str(ngettext("The review is %(num)s day late", "The review is %(num)s days late", days))
    if days == 0:
        return str(_("The review is due today"))
    return str(_("The next review is due on %(day)s", day=formats.day(due)))


def outcome(code: str, *, ends_on: date | None) -> str:
    """What came of a review, in a sentence."""
    if ends_on is not None:
        return str(_("The account ends on %(day)s.", day=formats.day(ends_on)))
    if code == ReviewOutcome.CHANGED:
        return str(_("The account goes on, on other terms."))
    return str(_("The account goes on as it is."))


def found(check: Check) -> str:
    """What was found, in a sentence."""
    return FINDINGS[check.question](check)


def _nights(check: Check) -> str:
    slept = formats.nights(check.values["slept"])
    if not check.values["wanted"]:
        return str(_("%(slept)s in the last year; none are asked for.", slept=slept))
    wanted = formats.nights(check.values["wanted"])
    return str(_("%(slept)s in the last year; asked for: %(wanted)s.", slept=slept, wanted=wanted))


def _country(check: Check) -> str:
    if not check.values["code"]:
        return str(_("No country is on file."))
    if check.is_met is None:
        return str(_("A hotel's system calls the country %(code)s.", code=check.values["code"]))
    return admission.found(check)


def _tax_number(check: Check) -> str:
    if not check.values["number"]:
        return str(_("No tax number is on file."))
    if check.is_met is False:
        return str(_("%(number)s is no tax number of its country.", number=check.values["number"]))
    return admission.found(check)


def _address(check: Check) -> str:
    return (
        admission.found(check) if check.values["domain"] else str(_("No domain of the company is on file."))
    )


FINDINGS: dict[Question, Callable[[Check], str]] = {
    Question.NIGHTS: _nights,
    Question.COUNTRY: _country,
    Question.TAX_NUMBER: _tax_number,
    Question.ADDRESS: _address,
}
