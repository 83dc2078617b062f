"""Words about a company's people."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.accounts import rules
from portal.people.roles.rules import LastAdministrator
from portal.people.rules import PersonHasLeft

ROLES: dict[str, LazyString] = {
    "account_administrator": _l("Account administrator"),
    "booker": _l("Booker"),
    "traveller": _l("Traveller"),
}
BLOCKED: dict[str, LazyString] = {
    rules.LOST: _l("reported lost"),
    rules.LEFT: _l("access to the company has ended"),
}
"""Why a card is blocked, where the portal says so by itself; all else is what somebody wrote."""
SIGHT_PAGES: dict[str, LazyString] = {
    "company.person": _l("your page among your company's people"),
    "company.people": _l("the list of your company's people and cards"),
}
REFUSALS: dict[type[Exception], LazyString] = {
    LastAdministrator: _l("Somebody has to run the account. Make another person administrator first."),
    PersonHasLeft: _l("This person no longer has access to the portal. Invite them anew."),
}
