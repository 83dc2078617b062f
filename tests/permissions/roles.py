"""Groups of roles that doors are told by."""

from portal.people.models import GROUP_ROLES, PROPERTY_ROLES, Role

STRANGER = "stranger"
SIGNED_IN: frozenset[str] = frozenset(Role)
EVERYBODY = SIGNED_IN | {STRANGER}
HOUSE = PROPERTY_ROLES | GROUP_ROLES
