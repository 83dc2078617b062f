"""Background work of guest passes: the letters, and forgetting invitees whose visit is long over."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l

from portal import clock
from portal.corporate.passes import actions, emails, queries
from portal.database import end_reads
from portal.hotel import queries as hotel
from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext, handles

FORGOTTEN_AT_ONCE = 200


@handles(title=_l("Letter of a guest pass"), in_chunks=True)
def write_letter(context: JobContext) -> None:
    """Write one letter; none when the pass was revoked meanwhile."""
    public_id, number = uuid.UUID(context.payload["pass_id"]), context.payload["number"]
    found, zone = queries.pass_by_id(public_id), hotel.house_zone()
    holds = found is not None and found.revoked_at is None and found.email is not None
    paper = emails.print_pass(found, locale=found.locale) if found is not None and holds else b""
    with context.last_chunk() as result:
        found = queries.pass_by_id(public_id)
        result["written"] = found is not None and found.revoked_at is None and bool(paper)
        if found is not None and result["written"]:
            emails.write_pass(guest_pass=found, number=number, paper=paper, zone=zone, at=context.at)


@handles(title=_l("Invitees of ended guest passes are forgotten"), in_chunks=True)
def forget_invitees(context: JobContext) -> dict[str, Any]:
    """Names and addresses go thirty days after the last day; uses and sums stay."""
    today, done = clock.local_date(context.at, hotel.house_zone()), 0
    end_reads()
    while True:
        with context.chunk(done=done, total=None):
            some = actions.forget_invitees(today=today, limit=FORGOTTEN_AT_ONCE, at=context.at)
        done += some
        if some < FORGOTTEN_AT_ONCE:
            return {"forgotten": done}


HANDLERS: dict[str, Handler] = {actions.LETTER: write_letter, "passes.forget": forget_invitees}
RECURRING = (Recurring("passes.forget", kind="passes.forget", timing=Every(minutes=720)),)
