"""Background work of parties: letters, news of a changed event, the close of one, and forgetting."""

import uuid
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.corporate.events import actions as event_actions
from portal.corporate.events import queries as events
from portal.corporate.events import rules as event_rules
from portal.corporate.events.models import Event
from portal.corporate.registrations import actions, emails, queries, rules
from portal.corporate.registrations.models import Registration
from portal.jobs.rules import DailyAt, Every, Recurring
from portal.jobs.work import Handler, JobContext, handles

AT_ONCE = 20
ENDED_AT_ONCE = 200
FORGET_JOB, IN_VAIN_JOB = "registrations.forget", "registrations.end_in_vain"


@handles(title=_l("Letter about an event"))
def write_letter(context: JobContext) -> dict[str, Any]:
    """Write one letter; none when the party was changed again meanwhile, or the event cancelled: then another
    follows.
    """
    registration = queries.registration_by_token(uuid.UUID(context.payload["registration"]))
    if registration is None or registration.revision != context.payload["revision"]:
        return {"written": False}
    if registration.event.cancelled_at is not None and registration.cancelled_at is None:
        return {"written": False}
    _write(registration, context.payload["letter"], at=context.at)
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


@handles(title=_l("Parties that waited in vain"))
def end_in_vain(context: JobContext) -> dict[str, Any]:
    """End what still waits for a seat at an event that has begun."""
    found = queries.waited_in_vain(at=context.at, limit=ENDED_AT_ONCE)
    for registration_id in found:
        actions.end_in_vain(registration_id=registration_id, at=context.at)
    return {"parties": len(found)}


def _tell(event: Event, *, after_id: int, at_context: JobContext) -> None:
    letter = rules.EVENT_CANCELLED if event.cancelled_at is not None else rules.CHANGED
    for registration in queries.parties_of(event.id, after_id=after_id, limit=AT_ONCE):
        if letter == rules.CHANGED and registration.told_revision < registration.revision:
            continue  # e.g. it moved up by this very change: its own letter says how all stands now
        _write(registration, letter, at=at_context.at)


def _write(registration: Registration, letter: str, *, at: datetime) -> None:
    emails.write_about(registration=registration, letter=letter, at=at)
    invited = emails.write_to_guests(registration=registration, letter=letter, at=at)
    actions.note_told(registration=registration, invited=invited, at=at)


HANDLERS: dict[str, Handler] = {
    rules.LETTER_JOB: write_letter,
    event_rules.TELL_JOB: tell_all,
    FORGET_JOB: forget,
    IN_VAIN_JOB: end_in_vain,
}
RECURRING = (
    Recurring("events-forget", FORGET_JOB, DailyAt(3, 40)),
    Recurring("events-in-vain", IN_VAIN_JOB, Every(30)),
)
