"""What may be said of a property."""

from zoneinfo import available_timezones


class UnknownZone(ValueError):
    """No zone of this name is known; nights and quiet hours would have no midnight."""


class SecondCurrency(ValueError):
    """The group counts in one currency: limits, savings and totals add the bills of all its hotels."""


def check_currency(currency: str, *, of_group: str) -> str:
    """A hotel's currency as written, where it is the group's."""
    if currency != of_group:
        message = f"{currency}: the hotels of the group count in {of_group}"
        raise SecondCurrency(message)
    return currency


def check_zone(zone: str) -> str:
    """The zone as written, where there is one."""
    if zone not in available_timezones():
        raise UnknownZone(zone)
    return zone
