"""Why somebody is not invited."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.people.invitations import rules
from portal.people.roles.words import REFUSALS as ROLE_REFUSALS
from portal.people.rules import LinkTrouble

REFUSALS: dict[type[Exception], LazyString] = {
    **ROLE_REFUSALS,
    rules.InvitedAlready: _l("A letter is under way to this address. Send it again from the list."),
    rules.HoldsRolesAlready: _l("This person holds these roles already."),
}

TOO_LATE: dict[LinkTrouble, LazyString] = {
    LinkTrouble.USED: _l("The invitation has been accepted already. End the role instead."),
    LinkTrouble.WITHDRAWN: _l("The invitation was withdrawn. Invite anew."),
}
