"""How long an invitation stands, and why one is refused."""

from datetime import datetime, timedelta

from portal.people.models import Invitation, Person, Role
from portal.people.rules import LinkRefused, LinkTrouble, check_term

INVITATION_LIFE = timedelta(days=7)


class InvitationRefused(Exception):
    """The person cannot be invited so."""


class InvitedAlready(InvitationRefused):
    """A letter is under way to this address."""


class HoldsRolesAlready(InvitationRefused):
    """The person holds all of these roles."""


class PasswordNeeded(InvitationRefused):
    """Whoever signs in for the first time chooses a password."""


def check_open(invitation: Invitation | None, *, at: datetime) -> Invitation:
    """The invitation, if it can still be accepted; raises `LinkRefused` otherwise."""
    if invitation is None:
        raise LinkRefused(LinkTrouble.UNKNOWN)
    if invitation.withdrawn_at is not None:
        raise LinkRefused(LinkTrouble.WITHDRAWN)
    check_term(expires_at=invitation.expires_at, used_at=invitation.accepted_at, at=at)
    return invitation


def inviting_role(account_id: int | None) -> Role:
    """The role that invites: into a company whoever runs its account, into the house its administrator."""
    return Role.ADMINISTRATOR if account_id is None else Role.ACCOUNT_ADMINISTRATOR


def check_sender(*, is_entitled: bool) -> None:
    """An invitation lends its sender's authority, so it ends with it; raises `LinkRefused`."""
    if not is_entitled:
        raise LinkRefused(LinkTrouble.SENDER_NOT_ENTITLED)


def check_return(invitation: Invitation, person: Person | None) -> None:
    """Whoever the house let go is let in again by the house alone; raises `LinkRefused`."""
    if person is not None and person.left_at is not None and invitation.account_id is not None:
        raise LinkRefused(LinkTrouble.HOUSE_CLOSED)


def needs_password(person: Person | None) -> bool:
    """Whether whoever accepts chooses a password: they never had one, or they had left."""
    return person is None or person.password_hash is None or person.left_at is not None
