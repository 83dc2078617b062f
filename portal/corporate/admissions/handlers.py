"""Background work: events that are over are closed, each in a job of its own."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.corporate.admissions import actions, rules
from portal.corporate.events import queries as events
from portal.jobs import actions as jobs
from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext, handles

CLOSE_ALL, CLOSE = "admissions.close_all", "admissions.close"


@handles(title=_l("Events that are over"))
def close_all(context: JobContext) -> dict[str, Any]:
    """Lay down a job for each event whose door has closed."""
    found = events.to_close(at=context.at - rules.CLOSED_AFTER)
    for event_id in found:
        jobs.enqueue(
            kind=CLOSE, payload={"event": event_id}, dedupe_key=f"event-close:{event_id}", at=context.at
        )
    return {"events": len(found)}


@handles(title=_l("An event is closed"))
def close(context: JobContext) -> dict[str, Any]:
    """Note who did not come, thank who did, ask one guest of each party."""
    return dict(actions.close_event(event_id=context.payload["event"], at=context.at))


HANDLERS: dict[str, Handler] = {CLOSE_ALL: close_all, CLOSE: close}
RECURRING = (Recurring("events-close", CLOSE_ALL, Every(30)),)
