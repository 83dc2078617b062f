"""Let guests' ratings into the score, many at a time."""

from datetime import datetime, timedelta

from portal.clock import local_date, local_midnight
from portal.hotel import queries as hotel
from portal.staff.contributions import actions as contributions
from portal.staff.motivation import queries


def let_ratings_enter(*, at: datetime) -> int:
    """Let each person's ratings enter that have come by the end of the last month, where they are enough.

    They enter together and age together: one that came alone, or weighed by its own day, could be told from
    the change it makes. Says how many entered; twice is once.
    """
    held, zone = queries.standards(at.date()), hotel.house_zone()
    month = local_date(at, zone).replace(day=1)
    last = month - timedelta(days=1)
    return contributions.let_ratings_enter(
        on=last,
        since=local_midnight(last - timedelta(days=held.horizon_days), zone),
        before=local_midnight(month, zone),
        least=held.detail_ratings,
        companies=held.detail_accounts,
    )
