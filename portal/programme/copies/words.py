"""What is said of a copy that cannot be read."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme.copies import rules
from portal.programme.rules import Refusal

REFUSALS: dict[type[Refusal], LazyString] = {
    rules.NotACopy: _l("This file is no copy of a ledger. Write one with flask ledger export."),
    rules.CopyBroken: _l("The copy cannot be read from line %(line)s on: it was changed, or it breaks off."),
}
