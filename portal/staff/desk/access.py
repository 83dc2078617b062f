"""Who stands at the desk, and at which one."""

from flask import abort, session

from portal.hotel.models import Property
from portal.people.models import Role
from portal.staff.desk import queries
from portal.web.gate import Visitor

CHOICE = "desk_property_id"


def at_desk(visitor: Visitor) -> bool:
    """Door: the front desk of some property."""
    return visitor.has(Role.FRONT_DESK)


def desk_property(visitor: Visitor) -> Property:
    """The property at whose desk the visitor stands."""
    found = queries.property_at(visitor.properties(Role.FRONT_DESK), chosen=session.get(CHOICE))
    if found is None:
        abort(403)
    return found


def choose_desk(property_id: int) -> None:
    """Stand at this desk from now on."""
    session[CHOICE] = property_id
