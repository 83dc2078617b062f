"""When a souvenir may be reserved, handed over, undone, given and returned."""

from datetime import date, datetime, timedelta

from portal.programme.rules import Refusal

UNDO_WINDOW = timedelta(minutes=10)
FURTHEST_DAYS = 365


class NotOnSale(Refusal):
    """It was taken out of the catalogue meanwhile."""


class TooManyOfOne(Refusal):
    """One reservation takes only so many."""


class ArrivalPast(Refusal):
    """The day of arrival is over."""


class ArrivalTooFar(Refusal):
    """The day of arrival is further away than a thing is kept aside for."""


class CardUnusable(Refusal):
    """The traveller's card was blocked, or they have left, or it is none of the company's."""


class PriceMoved(Refusal):
    """Another price was seen than holds now."""


class ReservationOfOthers(Refusal):
    """It is not found among those of the company or the hotel."""


class AlreadyOver(Refusal):
    """It was cancelled, or waited too long."""


class HandedOverAlready(Refusal):
    """It was handed over before."""


class NotHandedOver(Refusal):
    """It was not handed over, or that was undone."""


class ReturnedAlready(Refusal):
    """It came back before."""


class NotYourHandover(Refusal):
    """Only who handed it over can undo it."""


class UndoTooLate(Refusal):
    """More than ten minutes have passed."""


class GivenAlready(Refusal):
    """The guest was given one at this hotel not long ago."""


class GiftUndone(Refusal):
    """This very gift was undone: giving again takes a fresh press."""


def check_arrival(arrival: date, *, today: date) -> None:
    """A day from today on, within a year."""
    if arrival < today:
        raise ArrivalPast(arrival_date=arrival.isoformat(), today_date=today.isoformat())
    furthest = today + timedelta(days=FURTHEST_DAYS)
    if arrival > furthest:
        raise ArrivalTooFar(furthest_date=furthest.isoformat())


def check_seen(*, seen_points: int | None, now_points: int) -> None:
    """Nothing is taken at a price that nobody saw."""
    if seen_points is not None and seen_points != now_points:
        raise PriceMoved(now_points=now_points)


def check_open(*, ended_at: datetime | None, handed_over_at: datetime | None) -> None:
    """Still waiting at the desk."""
    if ended_at is not None:
        raise AlreadyOver(ended_at=ended_at.isoformat())
    if handed_over_at is not None:
        raise HandedOverAlready(handed_over_at=handed_over_at.isoformat())


def check_undo(*, by_id: int, handed_over_by_id: int, handed_over_at: datetime, at: datetime) -> None:
    """One's own, within ten minutes."""
    if by_id != handed_over_by_id:
        raise NotYourHandover
    if at - handed_over_at > UNDO_WINDOW:
        raise UndoTooLate(minutes=int(UNDO_WINDOW.total_seconds() // 60))


def check_gift(*, last_at: datetime | None, again_days: int, at: datetime) -> None:
    """One gift on arrival in so many days."""
    if last_at is not None and at - last_at < timedelta(days=again_days):
        raise GivenAlready(last_at=last_at.isoformat(), days=again_days)
