"""Reads of what the tiers are called."""

from collections.abc import Collection
from datetime import date

from portal import clock
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.ranks.rules import called
from portal.programme.rules import in_force
from portal.programme.terms.rules import Names


def called_on(day: date) -> tuple[Collection[str], dict[str, Names]]:
    """The tiers in force on a day, and what every tier is called: first those, from the lowest."""
    versions = programme.all_rules()
    return in_force(versions, day).codes, called(versions, day)


def in_force_today() -> tuple[Collection[str], dict[str, Names]]:
    """The tiers in force today, and what every tier is called."""
    return called_on(clock.local_date(clock.now(), hotel.house_zone()))
