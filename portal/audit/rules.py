"""From whole days to instants."""

from datetime import date, datetime, timedelta

from portal.clock import local_midnight


def span(first: date | None, last: date | None, *, zone: str) -> tuple[datetime | None, datetime | None]:
    """The first instant of the first day and the first one after the last day: both days are in."""
    since = local_midnight(first, zone) if first is not None else None
    until = local_midnight(last + timedelta(days=1), zone) if last is not None else None
    return since, until
