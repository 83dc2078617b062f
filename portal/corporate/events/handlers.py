"""Background work of events: the letters that invite, some companies at a time."""

import uuid

from flask_babel import lazy_gettext as _l

from portal.corporate.events import actions, queries, rules
from portal.jobs.work import Handler, JobContext, handles


@handles(title=_l("Invitations to an event"), in_chunks=True)
def invite(context: JobContext) -> None:
    """Note who is invited and write to them; `done` is the last company that was looked at."""
    public_id, last_id, written = uuid.UUID(context.payload["event"]), context.done, 0
    while True:
        accounts = queries.to_invite(public_id, after_id=last_id)
        if not accounts:
            break
        with context.chunk(done=accounts[-1].id, total=None):
            event = queries.event_by_token(public_id)
            if event is None or event.cancelled_at is not None:
                break
            companies = queries.companies(accounts, at=context.at)
            written += actions.invite(event=event, accounts=accounts, companies=companies, at=context.at)
        last_id = accounts[-1].id
    with context.last_chunk() as result:
        result["letters"] = written


HANDLERS: dict[str, Handler] = {rules.INVITE_JOB: invite}
