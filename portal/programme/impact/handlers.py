"""Background work: impact letters that were approved are sent, as the contact budget allows."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext, handles
from portal.programme.impact import actions, queries

JOB = "programme.impact"
LETTERS_AT_ONCE = 20


@handles(title=_l("Impact letters are sent"), in_chunks=True)
def send(context: JobContext) -> dict[str, Any]:
    """Write what is due, some letters at a time; what must wait is tried again at its hour."""
    last_id, sent = 0, 0
    while queries.due(at=context.at, after_id=last_id, limit=1):
        with context.chunk(done=sent, total=None):
            last_id, some = actions.send_some(after_id=last_id, limit=LETTERS_AT_ONCE, at=context.at)
        sent += some
    return {"sent": sent, "taken_out": _take_out(context), "taken_back": _take_back(context)}


def _take_out(context: JobContext) -> int:
    """Take out of the outbox what waited there until its version was in force."""
    last_id, taken = 0, 0
    while queries.waiting_letters(after_id=last_id, limit=1):
        with context.chunk(done=taken, total=None):
            last_id, some = actions.take_out_some(after_id=last_id, limit=LETTERS_AT_ONCE, at=context.at)
        taken += some
    return taken


def _take_back(context: JobContext) -> int:
    """Tell again those who were told of a version that was withdrawn since."""
    last_id, told = 0, 0
    while queries.is_any_to_take_back(after_id=last_id):
        with context.chunk(done=told, total=None):
            last_id, some = actions.take_back_some(after_id=last_id, limit=LETTERS_AT_ONCE, at=context.at)
        told += some
    return told


HANDLERS: dict[str, Handler] = {JOB: send}
RECURRING = (Recurring(JOB, kind=JOB, timing=Every(minutes=30)),)
