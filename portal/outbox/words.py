"""What the outbox says of a letter."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.outbox import rules
from portal.outbox.models import Letter, LetterKind, LetterState
from portal.web.formats import ago

STATES: dict[LetterState, LazyString] = {
    LetterState.WAITING: _l("Waiting"),
    LetterState.SENT: _l("Sent"),
    LetterState.FAILED: _l("Not delivered"),
}
TAGS = {LetterState.WAITING: "brass", LetterState.SENT: "ok", LetterState.FAILED: "bad"}
"""The kind of tag beside each state; the word is always there too."""

KINDS: dict[LetterKind, LazyString] = {
    LetterKind.SERVICE: _l("Service letter"),
    LetterKind.MARKETING: _l("Offer"),
    LetterKind.SURVEY: _l("Survey"),
}
GIVEN_UP: dict[str, LazyString] = {
    rules.BUDGET_SPENT: _l("Given up: the contact budget left no room for it in time."),
    rules.WORKER_DIED: _l("Given up: at each try the worker stopped before it knew whether it had left."),
}


def said(letter: Letter, *, at: datetime, zone: str) -> str:
    """One sentence: how the letter stands."""
    match letter.state:
        case LetterState.SENT:
            return _("Sent %(when)s.", when=ago(letter.sent_at or at, at, zone))
        case LetterState.FAILED if letter.error in GIVEN_UP:
            return str(GIVEN_UP[letter.error])
        case LetterState.FAILED:
            return _("The mail server refused it: %(reason)s", reason=letter.error)
        case _:
            return _waits(letter, at=at, zone=zone)


def _waits(letter: Letter, *, at: datetime, zone: str) -> str:
    when = ago(letter.send_at, at, zone)
    if letter.error == rules.BUDGET_SPENT:
        return _("Leaves %(when)s: until then the contact budget is spent.", when=when)
    if letter.error:
        return _("Not taken yet (try %(tries)s); next %(when)s.", tries=letter.tries, when=when)
    if letter.send_at > at:
        return _("Leaves %(when)s, when the quiet hours are over.", when=when)
    return _("Leaves with the next round of the worker.")
