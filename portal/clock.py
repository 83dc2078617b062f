"""What time it is. Edges ask here; rules and actions are handed the answer."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app


def system_clock() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    """The current instant, aware, in UTC, from the clock the application was given."""
    clock: Callable[[], datetime] = current_app.extensions["clock"]
    return clock()


def local_date(at: datetime, zone: str) -> date:
    """The calendar day of an instant in a property's zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def last_day(until: datetime, zone: str) -> date:
    """The last day of what holds until an instant: until midnight is until the end of the day before."""
    return local_date(until - timedelta(microseconds=1), zone)


def local_midnight(day: date, zone: str) -> datetime:
    """The instant at which a day begins in a property's zone, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
