"""What became of an invitation, and why somebody is not invited."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.people.invitations import rules
from portal.people.models import Invitation
from portal.people.roles.words import REFUSALS as ROLE_REFUSALS
from portal.people.rules import LinkTrouble

REFUSALS: dict[type[Exception], LazyString] = {
    **ROLE_REFUSALS,
    rules.InvitedAlready: _l("A letter is under way to this address. Send it again from the list."),
    rules.HoldsRolesAlready: _l("This person holds these roles already."),
}


@dataclass(frozen=True, slots=True)
class State:
    """What became of an invitation, as a tag; an open one can be sent again or withdrawn."""

    kind: str
    label: LazyString
    is_open: bool


ACCEPTED = State("ok", _l("accepted"), is_open=False)
WITHDRAWN = State("", _l("withdrawn"), is_open=False)
EXPIRED = State("warn", _l("expired"), is_open=True)
UNDER_WAY = State("brass", _l("under way"), is_open=True)


def state_of(invitation: Invitation, *, at: datetime) -> State:
    if invitation.accepted_at is not None:
        return ACCEPTED
    if invitation.withdrawn_at is not None:
        return WITHDRAWN
    return EXPIRED if at >= invitation.expires_at else UNDER_WAY


TOO_LATE: dict[LinkTrouble, LazyString] = {
    LinkTrouble.USED: _l("The invitation has been accepted already. End the role instead."),
    LinkTrouble.WITHDRAWN: _l("The invitation was withdrawn. Invite anew."),
}
