"""What taking a partner's offer would leave, told before it is taken."""

from dataclasses import dataclass, replace
from datetime import datetime

from portal.clock import local_date
from portal.corporate.bookings import queries as bookings
from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.limits.rules import check_change
from portal.corporate.repricing import rules
from portal.corporate.settlements.actions import rules_of
from portal.derivation import Derived
from portal.programme.bundles.rules import BundlePrice
from portal.programme.rules import Refusal


@dataclass(frozen=True, slots=True)
class Taken:
    """The bill and the times as they would be; the refusal, where it could not be taken.

    `is_all` tells that nothing else is booked.
    """

    price: Derived[BundlePrice]
    before_cents: int
    span: rules.Span
    is_all: bool
    refusal: Refusal | None = None


def taken(booking: Booking, line: BookingLine, *, starts_at: datetime, unit_price_cents: int) -> Taken:
    """How the booking would stand if a line had that time and price; changes nothing."""
    version = rules_of(booking.price["version"])
    price = rules.price_of(booking, rules=version, unit_cents={line.id: unit_price_cents})
    span = rules.span_of(booking.standing_lines, begins={line.id: starts_at})
    found = Taken(price, booking.bill_cents, span, is_all=len(booking.standing_lines) == 1)
    try:
        rules.check_day(booking, line, starts_at)
        check_limits(booking, bill_cents=price.value.bill_cents, starts_at=span.starts_at)
    except Refusal as refusal:
        return replace(found, refusal=refusal)
    return found


def check_limits(booking: Booking, *, bill_cents: int, starts_at: datetime, lock: bool = False) -> None:
    """A partner's price passes no limit behind the approver's back; what costs no more than before may."""
    day = local_date(starts_at, booking.property.zone)
    verdict = bookings.weighed(
        account_id=booking.account_id,
        person_id=booking.booked_by_id,
        cost_centre_id=booking.cost_centre_id,
        day=day,
        adds_cents=bill_cents,
        but_id=booking.id,
        lock=lock,
    )
    is_same_budget = booking.service_date == day
    check_change(verdict.value, before_cents=booking.bill_cents, is_same_budget=is_same_budget)
