"""Book a series, and cancel what is left of one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings.models import Booking
from portal.corporate.bookings.rules import Wanted
from portal.corporate.orders.queries import order_again
from portal.corporate.series import queries, rules
from portal.corporate.series.models import BookingSeries, Rhythm, SeriesBooking
from portal.database import db


@dataclass(frozen=True, slots=True)
class Chosen:
    """A day that was chosen, at the price that was seen; at another time where one was offered."""

    day: date
    seen_cents: int
    starts: time | None = None


def book_series(
    *,
    token: uuid.UUID,
    first: Booking,
    wanted: Wanted,
    rhythm: Rhythm,
    until: date,
    chosen: Sequence[Chosen],
    by_id: int,
    at: datetime,
) -> BookingSeries:
    """Book every chosen day once, each as a booking of its own, or none; the same token books once."""
    known = queries.series_for(first.account_id, token)
    if known is not None:
        return known
    possible = rules.days_after(first.service_date, rhythm, until=until)
    days = {each.day: each for each in chosen}
    if not days or not days.keys() <= set(possible):
        raise rules.NoDayChosen
    series = BookingSeries(
        public_id=token, account_id=first.account_id, first_id=first.id, by_id=by_id, rhythm=rhythm.value,
        until=until, at=at,
    )  # fmt: skip
    if (before := _insert(series)) is not series:
        return before
    for each in sorted(days.values(), key=lambda one: one.day):
        booking = bookings.book_bundle(
            token=uuid.uuid5(token, each.day.isoformat()),
            account_id=first.account_id,
            wanted=rules.on_day(wanted, each.day, each.starts),
            seen_cents=each.seen_cents,
            by_id=by_id,
            at=at,
        )
        place = possible.index(each.day) + 1
        db.session.add(
            SeriesBooking(series_id=series.id, booking_id=booking.id, day=each.day, position=place)
        )
    db.session.flush()
    _record(series, "series.book", number=len(days), by_id=by_id, at=at)
    return series


def cancel_from(
    *, public_id: uuid.UUID, account_id: int, day: date, reason: str, by_id: int, at: datetime
) -> int:
    """Cancel the bookings of a series from a day on, as far as the client still can; returns how many."""
    series = queries.series_for(account_id, public_id)
    if series is None:
        raise rules.SeriesOfOthers
    # All of them before anything is given back: whoever changes a later one meanwhile holds nothing that
    # is wanted here.
    queries.lock_bookings(series.id)
    ended = 0
    for booking in queries.bookings_of(series.id):
        if booking.service_date >= day and rules.is_cancellable(booking, at=at):
            bookings.cancel_booking(
                public_id=booking.public_id, account_id=account_id, reason=reason, by_id=by_id, at=at
            )
            ended += 1
    if not ended:
        raise rules.NothingToCancel
    _record(series, "series.cancel", number=ended, by_id=by_id, at=at)
    return ended


def carry_over(
    *,
    token: uuid.UUID,
    source: Booking,
    target: Booking,
    revision: int,
    seen_cents: int,
    by_id: int,
    at: datetime,
) -> Booking:
    """Make a later booking like one that was changed: its times, quantities and note, at today's prices.

    It keeps its day, its guest, its title, its cost centre and its points. The same token changes it once.
    """
    return bookings.change_booking(
        public_id=target.public_id,
        account_id=target.account_id,
        token=uuid.uuid5(token, str(target.public_id)),
        revision=revision,
        wanted=rules.carried(source, target, order_again(source)),
        seen_cents=seen_cents,
        by_id=by_id,
        at=at,
    )


def _insert(series: BookingSeries) -> BookingSeries:
    """The series in the database, or the one that the same form made before it."""
    token, account_id = series.public_id, series.account_id
    try:
        with db.session.begin_nested():
            db.session.add(series)
    except IntegrityError:
        # The same form was sent twice in the same second, or the token is another company's.
        known = queries.series_for(account_id, token)
        if known is None:
            raise rules.SeriesOfOthers from None
        return known
    return series


def _record(series: BookingSeries, action: str, *, number: int, by_id: int, at: datetime) -> None:
    audit.record(
        action=action,
        subject_kind="booking_series",
        subject_id=series.public_id,
        details={"rhythm": series.rhythm, "until": series.until.isoformat(), "bookings": number},
        by=by_id,
        at=at,
    )
