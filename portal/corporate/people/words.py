"""Words about a company's people."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.accounts.rules import AddressInUse, LastAdministrator, NeedsAddress

ROLES: dict[str, LazyString] = {
    "account_administrator": _l("Administrator"),
    "booker": _l("Booker"),
    "traveller": _l("Traveller"),
}
REFUSALS: dict[type[Exception], LazyString] = {
    LastAdministrator: _l("Somebody has to run the account. Make another person administrator first."),
    AddressInUse: _l("This address belongs to somebody with another name. Check both."),
    NeedsAddress: _l("Bookers and administrators sign in: enter their work e-mail."),
}
