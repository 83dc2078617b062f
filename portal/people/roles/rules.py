"""Which role belongs where, and which must not end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from portal.people.models import CLIENT_ROLES, GROUP_ROLES, Grant, Role

UNDO_LIFE = timedelta(minutes=10)
ADMINISTRATING = frozenset({Role.ADMINISTRATOR, Role.ACCOUNT_ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role holds: a company, a property, a department of it, or, with nothing named, the group."""

    account_id: int | None = None
    property_id: int | None = None
    department_id: int | None = None


WHOLE_GROUP = Place()


class RoleRefused(Exception):
    """The role cannot be given or ended so."""


class NeedsProperty(RoleRefused):
    """The role is one of a hotel, and none was named."""


class NeedsDepartment(RoleRefused):
    """Whoever heads a department heads a certain one."""


class NeedsAccount(RoleRefused):
    """The role is one of a company, and none was named; or the other way round."""


class RoleHeldAlready(RoleRefused):
    """They hold this role here."""


class LastAdministrator(RoleRefused):
    """Nobody would be left to give the role again."""


class RoleEndedAlready(RoleRefused):
    """The role is no longer in force."""


class TooLateToUndo(RoleRefused):
    """The ten minutes are over."""


class PersonErased(RoleRefused):
    """Nothing is left by which they could sign in."""


def place_of(role: str, offered: Place) -> Place:
    """The place in which a role holds, of what was offered for several roles at once."""
    if role in CLIENT_ROLES:
        if offered.account_id is None:
            raise NeedsAccount
        return Place(account_id=offered.account_id)
    if offered.account_id is not None:
        raise NeedsAccount
    if role in GROUP_ROLES:
        return WHOLE_GROUP
    if offered.property_id is None:
        raise NeedsProperty
    if role == Role.DEPARTMENT_HEAD and offered.department_id is None:
        raise NeedsDepartment
    return offered


def check_roles(roles: Collection[str], offered: Place) -> None:
    """Refuse roles that do not fit the place they are offered for."""
    for role in roles:
        place_of(role, offered)


def scope_of(grant: Grant) -> Place:
    """Where a role holds that was given."""
    return Place(grant.account_id, grant.property_id, grant.department_id)
