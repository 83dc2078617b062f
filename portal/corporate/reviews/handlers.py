"""Background work of reviews: accounts whose last day is over are closed."""

from flask_babel import lazy_gettext as _l

from portal import clock
from portal.corporate.reviews import actions
from portal.database import end_reads
from portal.hotel import queries as hotel
from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext, handles

CLOSED_AT_ONCE = 20


@handles(title=_l("Accounts that have ended are closed"), in_chunks=True)
def close_ended(context: JobContext) -> dict[str, int]:
    """Access ends and cards are blocked on the day after the last one."""
    today, done = clock.local_date(context.at, hotel.house_zone()), 0
    end_reads()
    while True:
        with context.chunk(done=done, total=None):
            some = actions.close_ended(today=today, limit=CLOSED_AT_ONCE, at=context.at)
        done += some
        if some < CLOSED_AT_ONCE:
            return {"closed": done}


HANDLERS: dict[str, Handler] = {"reviews.close": close_ended}
RECURRING = (Recurring("reviews.close", kind="reviews.close", timing=Every(minutes=360)),)
