"""What may be said of a property."""

from zoneinfo import available_timezones


class UnknownZone(ValueError):
    """No zone of this name is known; nights and quiet hours would have no midnight."""


def check_zone(zone: str) -> str:
    """The zone as written, where there is one."""
    if zone not in available_timezones():
        raise UnknownZone(zone)
    return zone
