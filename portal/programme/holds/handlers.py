"""Background work: what the desk held longer than promised goes back to the company."""

from typing import Any

from portal import clock
from portal.hotel import queries as hotel
from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext
from portal.programme.holds import actions

HOLDS_AT_ONCE = 200


def release_lapsed(context: JobContext) -> dict[str, Any]:
    day = clock.local_date(context.at, hotel.house_zone())
    return {"released": actions.release_lapsed(at=context.at, day=day, limit=HOLDS_AT_ONCE)}


HANDLERS: dict[str, Handler] = {"ledger.release_lapsed": release_lapsed}
RECURRING = (Recurring("ledger.release_lapsed", kind="ledger.release_lapsed", timing=Every(minutes=5)),)
