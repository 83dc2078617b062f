"""What the pages of impact letters say."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.programme.impact import rules
from portal.programme.impact.models import ImpactLetter, ImpactState
from portal.programme.impact.queries import VersionLetters
from portal.programme.rules import Refusal
from portal.web.formats import count, day, when

AUDIT_ACTIONS: dict[str, LazyString] = {
    "impact.drafted": _l("drafted impact letters"),
    "impact.approved": _l("approved impact letters"),
    "impact.struck": _l("struck out an impact letter"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {
    "programme_version": _l("version of the rules"),
    "impact_letter": _l("impact letter"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.NothingHeld: _l("No letter waits for approval: each was approved or struck out before."),
    rules.LetterDecided: _l("This letter was decided or sent before you. Nothing was changed."),
}
STATES: dict[ImpactState, LazyString] = {
    ImpactState.HELD: _l("Held for approval"),
    ImpactState.APPROVED: _l("Approved, on its way"),
    ImpactState.SENT: _l("Sent"),
    ImpactState.STRUCK: _l("Struck out"),
}
TAGS = {
    ImpactState.HELD: "brass",
    ImpactState.APPROVED: "warn",
    ImpactState.SENT: "ok",
    ImpactState.STRUCK: "",
}
LANGUAGES: dict[str, LazyString] = {"en": _l("In English"), "ru": _l("In Russian")}


def finding(found: VersionLetters) -> str:
    """How the letters of a version stand."""
    held = found.counts[ImpactState.HELD]
    if held:
        return str(
            ngettext(
                "%(count)s letter waits for approval", "%(count)s letters wait for approval", held,
                count=count(held),
            )
        )  # fmt: skip
    waiting = found.counts[ImpactState.APPROVED]
    if waiting:
        return str(
            ngettext(
                "%(count)s letter is on its way", "%(count)s letters are on their way", waiting,
                count=count(waiting),
            )
        )  # fmt: skip
    return _("Every letter is decided")


def about(found: VersionLetters) -> str:
    """Which version, and from when."""
    return _("Version %(number)s, from %(day)s", number=found.number, day=day(found.effective_from))


def note(letter: ImpactLetter, zone: str, today: date) -> str:
    """What is worth knowing of where a letter is."""
    if letter.taken_back_at is not None:
        return _note_taken_back(letter)
    if letter.state is ImpactState.SENT:
        return _note_sent(letter)
    if letter.state is not ImpactState.STRUCK and letter.version.effective_from <= today:
        return _("not sent in time: the version is in force")
    if letter.state is ImpactState.APPROVED and letter.try_at is not None:
        if letter.recipients == 0:
            return _("nobody runs this account; tried again on %(when)s", when=when(letter.try_at, zone))
        return _("the contact budget is spent until %(when)s", when=when(letter.try_at, zone))
    return ""


def _note_taken_back(letter: ImpactLetter) -> str:
    if letter.recipients:
        return _("told again that the version was withdrawn")
    return _("the version was withdrawn; there was nobody to be told again")


def _note_sent(letter: ImpactLetter) -> str:
    if not letter.recipients:
        return _("taken out of the outbox unsent: the version is in force")
    return str(
        ngettext(
            "to %(count)s person", "to %(count)s people", letter.recipients, count=count(letter.recipients)
        )
    )


def refusal(code: Refusal) -> str:
    """Why it was refused."""
    return str(REFUSALS[type(code)])
