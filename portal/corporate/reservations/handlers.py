"""Background work: what nobody came for goes back to the shelf, and its points to the company."""

from typing import Any

from portal.corporate.reservations import actions
from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext

ENDED_AT_ONCE = 100


def expire_due(context: JobContext) -> dict[str, Any]:
    return {"expired": actions.expire_due(at=context.at, limit=ENDED_AT_ONCE)}


HANDLERS: dict[str, Handler] = {"souvenirs.expire_due": expire_due}
RECURRING = (Recurring("souvenirs.expire_due", kind="souvenirs.expire_due", timing=Every(minutes=30)),)
