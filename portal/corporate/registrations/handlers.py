"""Background work of parties: letters, news of a changed event, the close of one, and forgetting."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.corporate.events import actions as event_actions
from portal.corporate.events import queries as events
from portal.corporate.events import rules as event_rules
from portal.corporate.events.models import Event
from portal.corporate.registrations import actions, emails, queries, rules
from portal.jobs.rules import DailyAt, Recurring
from portal.jobs.work import Handler, JobContext, handles

AT_ONCE = 20
FORGET_JOB = "registrations.forget"


@handles(title=_l("Letter about an event"))
def write_letter(context: JobContext) -> dict[str, Any]:
    """Write one letter; none when the party was changed again meanwhile, since then another follows."""
    registration = queries.registration_by_token(uuid.UUID(context.payload["registration"]))
    if registration is None or registration.revision != context.payload["revision"]:
        return {"written": False}
    letter = context.payload["letter"]
    emails.write_about(registration=registration, letter=letter, at=context.at)
    emails.write_to_guests(registration=registration, letter=letter, at=context.at)
    return {"written": True}


@handles(title=_l("News of an event to its guests"), in_chunks=True)
def tell_all(context: JobContext) -> None:
    """Tell every party that the event was changed or cancelled; `done` is the last party told."""
    public_id, last_id = uuid.UUID(context.payload["event"]), context.done
    event = events.event_by_token(public_id)
    # Where it was changed once more, the job of that change tells the latest.
    while event is not None and event.revision == context.payload["revision"]:
        parties = queries.parties_of(event.id, after_id=last_id, limit=AT_ONCE)
        if not parties:
            break
        last_id = parties[-1].id
        with context.chunk(done=last_id, total=None):
            _tell(event, after_id=parties[0].id - 1, at_context=context)
    with context.last_chunk() as result:
        result["told"] = last_id


@handles(title=_l("Guests of past events forgotten"))
def forget(context: JobContext) -> dict[str, Any]:
    """Forget the names, diets and needs of guests of events that ended some weeks ago."""
    forgotten = 0
    for event_id in events.to_purge(before=context.at - event_rules.PURGED_AFTER):
        event = events.lock_event(event_id)
        parties = queries.every_party(event_id)
        forgotten += actions.forget_guests(event=event, parties=parties, at=context.at)
        event_actions.note_purged(event_id=event_id, at=context.at)
    return {"forgotten": forgotten}


def _tell(event: Event, *, after_id: int, at_context: JobContext) -> None:
    letter = rules.EVENT_CANCELLED if event.cancelled_at is not None else rules.CHANGED
    for registration in queries.parties_of(event.id, after_id=after_id, limit=AT_ONCE):
        emails.write_about(registration=registration, letter=letter, at=at_context.at)
        emails.write_to_guests(registration=registration, letter=letter, at=at_context.at)


HANDLERS: dict[str, Handler] = {
    rules.LETTER_JOB: write_letter,
    event_rules.TELL_JOB: tell_all,
    FORGET_JOB: forget,
}
RECURRING = (Recurring("events-forget", FORGET_JOB, DailyAt(3, 40)),)
