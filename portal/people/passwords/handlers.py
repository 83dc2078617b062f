"""The letter with a link to a new password, written in the background."""

from typing import Any

from portal.jobs.work import Handler, JobContext
from portal.people.passwords import actions


def send_link(context: JobContext) -> dict[str, Any]:
    # The page puts down this job for unknown addresses too, so that both take the same time.
    person_id = context.payload["person_id"]
    if person_id is not None:
        actions.send_link(person_id=person_id, at=context.at)
    return {}


HANDLERS: dict[str, Handler] = {"people.password_link": send_link}
