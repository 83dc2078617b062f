"""Background work: what nobody came for goes back to the shelf, and its points to the company."""

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.corporate.reservations import actions, queries
from portal.database import end_reads
from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext, handles

ENDED_AT_ONCE = 100


@handles(title=_l("Souvenirs that nobody came for"), in_chunks=True)
def expire_due(context: JobContext) -> dict[str, Any]:
    """By the day that began last anywhere; whether it has at the hotel is asked of each."""
    tomorrow = context.at.date() + timedelta(days=1)
    due, expired = queries.due_to_expire(before=tomorrow, limit=ENDED_AT_ONCE), 0
    end_reads()
    for number, (public_id, account_id) in enumerate(due, start=1):
        with context.chunk(done=number, total=len(due)):
            expired += actions.expire(public_id=public_id, account_id=account_id, at=context.at)
    return {"expired": expired}


HANDLERS: dict[str, Handler] = {"souvenirs.expire_due": expire_due}
RECURRING = (Recurring("souvenirs.expire_due", kind="souvenirs.expire_due", timing=Every(minutes=30)),)
