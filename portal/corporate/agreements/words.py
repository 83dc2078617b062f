"""What is said of the agreement."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.agreements import rules
from portal.corporate.agreements.queries import Standing
from portal.corporate.agreements.rules import AgreementState
from portal.programme.rules import Refusal
from portal.web import formats, why

STATES: dict[AgreementState, LazyString] = {
    AgreementState.NONE: _l("Nothing published"),
    AgreementState.ACCEPTED: _l("Accepted"),
    AgreementState.OLD_HOLDS: _l("The old version holds"),
    AgreementState.OLD_ENDED: _l("The old version has ended"),
    AgreementState.NEVER: _l("Not accepted yet"),
}
TAGS: dict[AgreementState, str] = {
    AgreementState.NONE: "",
    AgreementState.ACCEPTED: "ok",
    AgreementState.OLD_HOLDS: "brass",
    AgreementState.OLD_ENDED: "bad",
    AgreementState.NEVER: "warn",
}
LANGUAGES: dict[str, LazyString] = {"en": _l("English"), "ru": _l("Russian")}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.OldEndsTooSoon: _l(
        "Companies need two weeks to read it. Let the old version hold until %(first_date)s or longer."
    ),
    rules.AgreementReplaced: _l("A newer version has been published. Read it below, then accept it."),
    rules.NumberTaken: _l(
        "Another version was published meanwhile. Open the form anew and read that one first."
    ),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"agreement_version": _l("Version of the agreement")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "agreement.publish": _l("Agreement published"),
    "agreement.accept": _l("Agreement accepted"),
}


def refused(refusal: Refusal) -> str:
    """The sentence of a refusal."""
    return why.fill(REFUSALS[type(refusal)], refusal.values)


def consequence(standing: Standing) -> str:
    """What the state means for the company."""
    until = standing.current.old_until if standing.current else None
    if standing.state is AgreementState.ACCEPTED:
        return _("Your company has accepted the version in force.")
    if standing.state is AgreementState.OLD_HOLDS and until:
        return _("The version that your company accepted holds until %(day)s.", day=formats.day(until))
    if standing.state is AgreementState.OLD_ENDED and until:
        return _("The version that your company accepted held until %(day)s.", day=formats.day(until))
    if standing.state is AgreementState.NEVER:
        return _("Your company has not accepted an agreement yet.")
    return _("The hotel has not published an agreement yet.")
