"""The room's own work: forgetting what ended long ago."""

from typing import Any

from portal.jobs import actions, rules
from portal.jobs.work import Handler, JobContext


def tidy(context: JobContext) -> dict[str, Any]:
    return {"forgotten": actions.tidy(at=context.at)}


HANDLERS: dict[str, Handler] = {"jobs.tidy": tidy}
RECURRING = (rules.Recurring("jobs.tidy", kind="jobs.tidy", timing=rules.DailyAt(hour=3, minute=40)),)
