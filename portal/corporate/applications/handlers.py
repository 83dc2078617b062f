"""Background work: the letter to an applicant, and forgetting who came to nothing."""

from typing import Any

from portal.corporate.applications import actions
from portal.jobs.rules import DailyAt, Recurring
from portal.jobs.work import Handler, JobContext

FORGOTTEN_AT_ONCE = 200
"""A night's work; what is left is done the next night."""
FORGET_JOB = "applications.forget"


def write_link(context: JobContext) -> dict[str, Any]:
    # In the background, so that a page answers alike, and as fast, whoever is known to us.
    actions.write_link(application_id=context.payload["application"], at=context.at)
    return {}


def forget(context: JobContext) -> dict[str, Any]:
    unconfirmed = actions.forget_unconfirmed(at=context.at)
    return {"forgotten": unconfirmed + actions.forget_settled(limit=FORGOTTEN_AT_ONCE, at=context.at)}


HANDLERS: dict[str, Handler] = {actions.LINK_JOB: write_link, FORGET_JOB: forget}
RECURRING = (Recurring(FORGET_JOB, kind=FORGET_JOB, timing=DailyAt(hour=3, minute=40)),)
