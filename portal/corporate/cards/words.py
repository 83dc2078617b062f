"""What the audit calls what a traveller writes on their card."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SIGHT_PAGES: dict[str, LazyString] = {"cards.pdf": _l("your card, to print")}
AUDIT_ACTIONS: dict[str, LazyString] = {"person.needs": _l("Wishes told to the hotel changed")}
