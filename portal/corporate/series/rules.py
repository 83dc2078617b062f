"""On which days a booking comes again."""

import calendar
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from portal.corporate.bookings import rules as bookings
from portal.corporate.bookings.models import Booking
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import rules as orders
from portal.corporate.bundles.rules import Order
from portal.corporate.series.models import Rhythm
from portal.programme.rules import Refusal

MOST = 26
STEPS = {Rhythm.WEEKLY: timedelta(weeks=1), Rhythm.FORTNIGHTLY: timedelta(weeks=2)}


class SeriesRefused(Refusal):
    """The series cannot be booked that way."""


class SeriesOfOthers(SeriesRefused):
    """There is no such booking or series for the company."""


class NoDayChosen(SeriesRefused):
    """Nothing was chosen, or nothing that lies in the series."""


class NothingToCancel(SeriesRefused):
    """All of it has ended, or can no longer be cancelled here."""


def days_after(first: date, rhythm: Rhythm, *, until: date) -> list[date]:
    """The days after the first, until a day and at most 26; a month too short has it on its last day."""
    found: list[date] = []
    for n in range(1, MOST + 1):
        day = first + n * STEPS[rhythm] if rhythm in STEPS else _months_later(first, n)
        if day > until:
            break
        found.append(day)
    return found


def on_day(wanted: Wanted, day: date, starts: time | None = None) -> Wanted:
    """The same wish on another day, and at another time where one is given."""
    order = replace(wanted.order, day=day)
    if starts is not None:
        zone = wanted.house.zone
        order = orders.moved(order, to=orders.instant(day, starts, zone), zone=zone)
    return replace(wanted, order=order, points=0)


def carried(source: Booking, target: Booking, order: Order) -> Wanted:
    """What a booking becomes that is made like another: it keeps what is its own."""
    return Wanted(
        house=source.property,
        order=replace(order, day=target.service_date),
        card=target.card,
        bundle=source.bundle,
        cost_centre=target.cost_centre,
        title=bookings.typed_title(target.title),
        note=source.note,
        points=target.points_used,
    )


def is_cancellable(booking: Booking, *, at: datetime) -> bool:
    """Whether the client may still cancel it."""
    return booking.ended_at is None and not booking.is_delivered and at < booking.cut_off_at


def why_not(booking: Booking, *, at: datetime) -> Refusal | None:
    """Why the client can no longer change it; none while they can."""
    try:
        bookings.check_open_to_client(booking, at=at)
        bookings.check_confirmed(booking)
    except Refusal as refusal:
        return refusal
    return None


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
