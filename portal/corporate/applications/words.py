"""What is said of applications."""

from typing import TypeAlias

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.admission import words as admission
from portal.corporate.applications import rules
from portal.corporate.applications.models import Application, Outcome
from portal.corporate.applications.rules import ApplicationState, Reason
from portal.programme.rules import Refusal
from portal.web import formats, why

Item: TypeAlias = tuple[str, str, str, str]

STATES: dict[ApplicationState, LazyString] = {
    ApplicationState.WAITING: _l("Waits for us"),
    ApplicationState.ASKED: _l("Waits for the applicant"),
    ApplicationState.APPROVED: _l("Approved"),
    ApplicationState.DECLINED: _l("Declined"),
    ApplicationState.WITHDRAWN: _l("Withdrawn"),
}
TAGS: dict[ApplicationState, str] = {
    ApplicationState.WAITING: "warn",
    ApplicationState.ASKED: "brass",
    ApplicationState.APPROVED: "ok",
    ApplicationState.DECLINED: "bad",
    ApplicationState.WITHDRAWN: "",
}
REASONS: dict[Reason, LazyString] = {
    Reason.TAX_NUMBER: _l("same tax number"),
    Reason.DOMAIN: _l("same e-mail domain"),
    Reason.CODE: _l("same code in a hotel's system"),
    Reason.NAME: _l("similar name"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    **admission.REFUSALS,
    rules.SettledAlready: _l("This application was settled on %(settled_at)s. Open it anew and look how."),
    rules.ReasonNeeded: _l("Write a sentence or two: the applicant reads it in the letter."),
    rules.NothingAsked: _l("Nothing is asked of you now; we have your last answer."),
    rules.ClaimedMeanwhile: _l(
        "Somebody runs the account of %(company)s by now. Choose another one, or decline and name its "
        "administrator."
    ),
    rules.TaxNumberTaken: _l(
        "%(company)s runs an account with this tax number already. Decline, and refer the applicant to its "
        "administrator."
    ),
    rules.ApplicantHasLeft: _l(
        "The hotel ended the access of this address. Let the administrator open it again first."
    ),
    rules.StillOpen: _l("Only who was not taken in is forgotten here; others ask on their own profile."),
    rules.NotAManager: _l("Choose an account manager from the list."),
}
TAX_NUMBER_WRONG = _l(
    "This is no tax number of %(country)s: a digit is wrong or missing. Copy it from an invoice."
)
AUDIT_SUBJECTS: dict[str, LazyString] = {"application": _l("Application")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "application.confirm": _l("Address of an application confirmed"),
    "application.ask": _l("Applicant asked for more"),
    "application.answer": _l("Applicant answered"),
    "application.withdraw": _l("Application withdrawn"),
    "application.approve": _l("Application approved"),
    "application.decline": _l("Application declined"),
    "application.forget_applicant": _l("Applicant forgotten"),
    "application.forget": _l("Applications that nobody confirmed forgotten"),
}


def refused(refusal: Refusal, *, zone: str = "UTC") -> str:
    """The sentence of a refusal."""
    return why.fill(REFUSALS[type(refusal)], refusal.values, zone=zone)


def wrong_number(country: str) -> str:
    """The sentence for a number that its country would not give."""
    return str(TAX_NUMBER_WRONG) % {"country": admission.country_name(country)}


def timeline(application: Application, *, zone: str, is_hotel: bool) -> list[Item]:
    """What happened with an application, from its sending to its end; staff have names for staff only."""
    found: list[Item] = [(_("Sent"), application.applicant, formats.when(application.sent_at, zone), "done")]
    if application.confirmed_at is None:
        return [*found, (_("Address to be confirmed"), application.email, "", "now")]
    found.append(
        (_("Address confirmed"), application.email, formats.when(application.confirmed_at, zone), "done")
    )
    for word in application.words:
        asked = _("%(name)s asked", name=word.by.name) if word.by and is_hotel else _("The hotel asked")
        title = asked if word.by_id is not None else _("Answered")
        found.append((title, word.text, formats.when(word.at, zone), "done"))
    return [*found, _last(application, zone=zone, is_hotel=is_hotel)]


def headline(application: Application, state: ApplicationState) -> str:
    """The finding of an application's page."""
    company = application.company
    return {
        ApplicationState.WAITING: _("%(company)s asks to join", company=company),
        ApplicationState.ASKED: _("%(company)s was asked for more", company=company),
        ApplicationState.APPROVED: _("%(company)s is in the programme", company=company),
        ApplicationState.DECLINED: _("%(company)s was declined", company=company),
        ApplicationState.WITHDRAWN: _("%(company)s withdrew", company=company),
    }[state]


def finding(counts: dict[str, int]) -> str:
    """The finding of the list."""
    waiting = counts[ApplicationState.WAITING]
    if not sum(counts.values()):
        return _("No company has applied yet")
    if not waiting:
        return _("No application waits for you")
    return ngettext(
        "%(count)s application waits for you", "%(count)s applications wait for you", waiting,
        count=formats.count(waiting),
    )  # fmt: skip


def _last(application: Application, *, zone: str, is_hotel: bool) -> Item:
    state = rules.state_of(application)
    if application.outcome is None:
        is_theirs = state is ApplicationState.ASKED
        return (_("Waits for an answer") if is_theirs else _("The hotel looks at it"), "", "", "now")
    title, at = str(STATES[state]), application.settled_at or application.sent_at
    by = application.settled_by.name if application.settled_by and is_hotel else ""
    note = " · ".join(part for part in (by, application.settled_words) if part)
    is_good = application.outcome == Outcome.APPROVED
    return (title, note, formats.when(at, zone), "done" if is_good else "stopped")
