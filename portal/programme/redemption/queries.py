"""What a point pays today."""

from portal import clock
from portal.hotel import queries as hotel
from portal.programme import queries as programme


def point_cents_today() -> int:
    """What a point is worth by the rules in force today, where the hotels are."""
    return programme.rules_in_force(clock.local_date(clock.now(), hotel.house_zone())).point_value_cents
