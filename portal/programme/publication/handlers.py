"""Background work: the contact budget of the version in force is what every sender obeys."""

from typing import Any

from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext
from portal.programme.publication import actions


def adopt_contact_budget(context: JobContext) -> dict[str, Any]:
    return {"changed": actions.adopt_contact_budget(at=context.at)}


KIND = "programme.contact_budget"
HANDLERS: dict[str, Handler] = {KIND: adopt_contact_budget}
# Every hour: a version takes effect when the day begins by the hotels' clock.
RECURRING = (Recurring(KIND, kind=KIND, timing=Every(minutes=60)),)
