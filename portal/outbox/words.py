"""What the outbox says of a letter."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

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


def said(letter: Letter, *, at: datetime, zone: str) -> str:
    """One sentence: how the letter stands."""
    match letter.state:
        case LetterState.SENT:
            return _("Sent %(when)s.", when=ago(letter.sent_at or at, at, zone))
        case LetterState.FAILED:
            return _("The mail server refused it: %(reason)s", reason=letter.error)
        case LetterState.WAITING if letter.error:
            return _(
                "Not taken yet (try %(tries)s); next %(when)s.",
                tries=letter.tries,
                when=ago(letter.send_at, at, zone),
            )
        case LetterState.WAITING if letter.send_at > at:
            return _("Leaves %(when)s, when the quiet hours are over.", when=ago(letter.send_at, at, zone))
        case _:
            return _("Leaves with the next round of the worker.")
