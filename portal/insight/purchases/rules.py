"""One purchase, as all measures see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ROOM = "room"
"""The kind of what is slept; all others are kinds of service."""


@dataclass(frozen=True, slots=True, order=True)
class Purchase:
    """One stay or one delivered booking: when, for how much, of which kinds."""

    day: date
    """Of the check-out, or of the day for which it was booked."""
    cents: int
    """Net of tax."""
    nights: int
    property_id: int
    kinds: tuple[tuple[str, int], ...]
    """Each kind of service with its share of the cents."""
    key: str
    """What it opens to: `stay:ID`, `booking:PUBLIC-ID`."""

    @property
    def booking(self) -> str | None:
        """The public id of the booking, where it is one."""
        what, _colon, public_id = self.key.partition(":")
        return public_id if what == "booking" else None


def latest_first(
    bought: Sequence[Purchase], *, after: tuple[str, str] | None, limit: int
) -> tuple[list[Purchase], tuple[str, str] | None]:
    """So many purchases, the latest first, that come after a place; and the place of the last, if more do."""
    ordered = sorted(bought, key=place_of, reverse=True)
    rest = [one for one in ordered if after is None or place_of(one) < after]
    return rest[:limit], place_of(rest[limit - 1]) if len(rest) > limit else None


def cents_of(bought: Purchase, kind: str | None) -> int:
    """What a purchase came to, or what one kind of service had in it."""
    return bought.cents if kind is None else sum(cents for own, cents in bought.kinds if own == kind)


def place_of(bought: Purchase) -> tuple[str, str]:
    """Where a purchase stands in a list: by its day, then by what it is."""
    return bought.day.isoformat(), bought.key
