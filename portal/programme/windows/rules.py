"""Which part of a stay a window holds: the nights by their dates, the money by the day of check-out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.programme.rules import BY_NIGHTS, BY_SPEND, EITHER
from portal.programme.standing.rules import Count, StayFact


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a count: nights from `first` to the one before `as_of`, money of the days after `first`.

    `is_monthly` where a review made the count: what came in on its day was not known yet. `told_by` where it
    was made later than on its last day, of all that was known at that instant.
    """

    first: date
    as_of: date
    is_monthly: bool = False
    told_by: datetime | None = None

    @property
    def first_paid(self) -> date:
        """The first day whose money counts: that of the morning after the first night."""
        return self.first + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a stay was counted: so many nights from one to another, and so much money."""

    nights: int
    first_night: date | None
    last_night: date | None
    spend_cents: int


@dataclass(frozen=True, slots=True)
class Printed:
    """The figures of a stored count, to be compared with what its window holds."""

    slept_nights: int
    event_cents: int
    spend_cents: int


def window(
    *, window_days: int, as_of: date, is_monthly: bool = False, told_by: datetime | None = None
) -> Window:
    """The window that ends on a day."""
    return Window(as_of - timedelta(days=window_days), as_of, is_monthly, told_by)


def part(found: Window, stay: StayFact) -> Part:
    """What a window holds of a stay that counts."""
    first = max(stay.arrival, found.first)
    last = min(stay.arrival + timedelta(days=stay.nights), found.as_of) - timedelta(days=1)
    nights = max((last - first).days + 1, 0)
    is_in = found.first < stay.checkout <= found.as_of
    spend_cents = stay.base_cents if is_in else 0
    return Part(nights, first if nights else None, last if nights else None, spend_cents)


def adds_up(printed: Printed, counted: Count, doors: str = EITHER) -> bool:
    """Whether what was printed is what the window holds, as far as it led to a tier."""
    nights = (printed.slept_nights, printed.event_cents) == (counted.slept_nights, counted.event_cents)
    spend = printed.spend_cents == counted.spend_cents
    return (nights or doors == BY_SPEND) and (spend or doors == BY_NIGHTS)
