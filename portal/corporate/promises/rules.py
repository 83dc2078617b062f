"""What was promised in a span, counted."""

from dataclasses import dataclass
from datetime import timedelta

STILL_TO_COME = timedelta(days=1)
"""What came due within the last day may still come, or still be noted: until then it is not broken."""


@dataclass(frozen=True, slots=True)
class Promised:
    """Lines of bookings that came due in a span: of a company, or at some hotels."""

    lines: int
    delivered: int
    """Something of it at least: what was noted with none at all was not."""
    kept: int
    """Delivered in full and in time."""
    cancelled: int
    """Lines of bookings that the hotel cancelled."""
    ended_by_hotel: int
    """Those bookings."""
    people: int
    """Who delivered it."""

    @property
    def undelivered(self) -> int:
        """What nobody delivered and nobody cancelled."""
        return self.lines - self.delivered - self.cancelled
