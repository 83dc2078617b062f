"""What the audit calls what a traveller writes on their card."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.accounts import rules
from portal.corporate.cards.rules import NotBlocked

SIGHT_PAGES: dict[str, LazyString] = {"cards.pdf": _l("your card, to print")}
AUDIT_ACTIONS: dict[str, LazyString] = {"person.needs": _l("Wishes told to the hotel changed")}
REFUSALS: dict[type[Exception], LazyString] = {
    rules.BlockStands: _l(
        "More than ten minutes have passed, so the block stands. Issue a new card instead."
    ),
    NotBlocked: _l("This card works. Report it lost first; then a new one takes its place."),
}
HAS_CARD = _l("There is a newer card already, and it works at every desk.")
