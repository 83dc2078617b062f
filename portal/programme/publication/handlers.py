"""Background work: the contact budget of the version in force is what every sender obeys."""

from typing import Any

from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext
from portal.programme.publication import actions, rules


def adopt_contact_budget(context: JobContext) -> dict[str, Any]:
    return {"changed": actions.adopt_contact_budget(at=context.at)}


KIND = rules.CONTACT_BUDGET_JOB
HANDLERS: dict[str, Handler] = {KIND: adopt_contact_budget}
# Each version asks for it at the minute in which it begins; once an hour is for what was missed.
RECURRING = (Recurring(KIND, kind=KIND, timing=Every(minutes=60)),)
