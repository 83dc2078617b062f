"""Which lines are promised: of bookings that are confirmed and stand, and not taken out by a change."""

from sqlalchemy import Select, select

from portal.corporate.bookings.models import Booking, BookingLine, Cancellation, Delivery


def promised_lines() -> Select[BookingLine]:
    """Lines that stand, delivered or not, joined with their bookings and their deliveries."""
    return (
        select(BookingLine)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .outerjoin(Delivery, Delivery.line_id == BookingLine.id)
        .where(Booking.confirmed_at.is_not(None), BookingLine.dropped_at.is_(None), Cancellation.id.is_(None))
    )
