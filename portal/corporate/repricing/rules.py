"""What a booking comes to, and when it lies, once a partner does a line otherwise or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.bookings.rules import delivered_line
from portal.corporate.bundles.rules import DAY, MOMENTARY, local
from portal.corporate.settlements.rules import settled_price
from portal.derivation import Derived
from portal.programme.bundles.rules import BundlePrice
from portal.programme.rules import Refusal, Rules


class OfAnotherDay(Refusal):
    """The rest of the booking lies a day or more from the offered time: `starts_at`."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a booking lies, and until when the client may change it."""

    starts_at: datetime
    ends_at: datetime
    cut_off_at: datetime


def span_of(lines: Sequence[BookingLine], *, begins: Mapping[int, datetime] | None = None) -> Span:
    """Of lines as they stand, or where one `begins` at another time.

    A ride or a ticket at the end does not make it longer.
    """
    when = [_when(line, (begins or {}).get(line.id, line.starts_at)) for line in lines]
    starts_at = min(line_starts_at for line_starts_at, _, _ in when)
    lasts_until = max(until for _, until, _ in when)
    ends_at = lasts_until if lasts_until > starts_at else max(line_ends_at for _, _, line_ends_at in when)
    cut_offs = [
        line_starts_at - timedelta(hours=line.service.cut_off_hours)
        for line, (line_starts_at, _, _) in zip(lines, when, strict=True)
    ]
    return Span(starts_at, ends_at, min(cut_offs))


def _when(line: BookingLine, starts_at: datetime) -> tuple[datetime, datetime, datetime]:
    """When a line begins, until when it counts, and when it ends."""
    ends_at = line.ends_at + (starts_at - line.starts_at)
    return starts_at, starts_at if line.service.unit in MOMENTARY else ends_at, ends_at


def check_day(booking: Booking, line: BookingLine, starts_at: datetime) -> None:
    """An order lies within a day: a line among others cannot move away from them."""
    others = [other for other in booking.standing_lines if other is not line]
    if not others:
        return
    zone, span = booking.property.zone, span_of(others)
    first, last = min(span.starts_at, starts_at), max(span.ends_at, starts_at)
    if local(last, zone).replace(tzinfo=None) - local(first, zone).replace(tzinfo=None) >= DAY:
        raise OfAnotherDay(starts_at=span.starts_at.isoformat())


def price_of(
    booking: Booking, *, rules: Rules, unit_cents: Mapping[int, int] | None = None
) -> Derived[BundlePrice]:
    """The price of what stands, each line at its frozen discount; `unit_cents` gives lines another price."""
    other = unit_cents or {}
    lines = []
    for line in booking.priced_lines:
        frozen = delivered_line(line, 0 if line.is_declined else line.quantity)
        lines.append(replace(frozen, unit_price_cents=other.get(line.id, frozen.unit_price_cents)))
    return settled_price(lines, rules=rules, tier=booking.tier)
