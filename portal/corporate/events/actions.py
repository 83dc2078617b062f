"""Plan, publish, change and cancel a closed event.

Whoever is registered is told by the room that knows them: a change lays down a job under its name.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.corporate.events import emails, queries, rules
from portal.corporate.events.models import AudienceKind, Event, EventAudience, EventInvitation
from portal.corporate.events.queries import Reach
from portal.corporate.events.rules import Company, Planned
from portal.database import db
from portal.jobs import actions as jobs
from portal.outbox.rules import ContactBudgetSpent
from portal.people.models import Person
from portal.web.folding import search_key

EVERYWHERE = Reach(is_everywhere=True)


def draft_event(*, token: uuid.UUID, planned: Planned, by_id: int, at: datetime) -> Event:
    """Write a draft; the same form writes it once."""
    known = queries.event_by_token(token)
    if known is not None:
        return known
    rules.check_times(planned, at=at)
    event = Event(
        public_id=token,
        seats_taken=0,
        revision=1,
        revised_at=at,
        created_by_id=by_id,
        created_at=at,
        cancel_reason="",
        **_particulars(planned),
    )
    event.audience = _audience(planned)
    db.session.add(event)
    db.session.flush()
    _record(event, "event.draft", by_id=by_id, at=at)
    return event


def revise_event(
    *, public_id: uuid.UUID, revision: int, planned: Planned, by_id: int, at: datetime
) -> Event | None:
    """Change a draft, or an event that was published: then everybody registered is told.

    None where there is no such event. Those who have seats keep them; seats that are added go to whoever
    waits first.
    """
    event = queries.lock_event_in(EVERYWHERE, public_id)
    if event is None:
        return None
    rules.check_changeable(event, at=at)
    if event.revision != revision:
        raise rules.ChangedMeanwhile
    rules.check_times(planned, at=at)
    rules.check_capacity(capacity=planned.capacity, taken=event.seats_taken)
    before, is_for_more = rules.told(event), rules.opens_to_more(event, planned)
    for name, value in _particulars(planned).items():
        setattr(event, name, value)
    event.revision, event.revised_at = event.revision + 1, at
    _set_audience(event, planned)
    if event.published_at is not None:
        rules.check_texts(event)
        _tell(event, at=at)
        if is_for_more:
            _lay_down_letters(event, key=f"revised:{event.revision}", at=at)
    _record(event, "event.change", by_id=by_id, at=at, before=before)
    return event


def name_company(*, event: Event, account: Account, tier: str, by_id: int, at: datetime) -> EventInvitation:
    """Invite a company by name; one that was invited by its tier counts as named from now on."""
    rules.check_changeable(event, at=at)
    known = queries.invitations(event.id, account_ids=[account.id], lock=True).get(account.id)
    known = known or _noted(event, account.id, tier=tier)
    if known.is_by_name:
        raise rules.InvitedAlready
    known.is_by_name = True
    db.session.flush()
    _record(event, "event.invite", by_id=by_id, at=at, account=str(account.public_id))
    if event.published_at is not None:
        _lay_down_letters(event, key=f"named:{account.public_id}", at=at)
    return known


def take_off(*, event: Event, invitation: EventInvitation, by_id: int, at: datetime) -> None:
    """Take a company off the list again; once it was told, it stays."""
    if invitation.invited_at is not None:
        raise rules.InvitedAlready
    db.session.delete(invitation)
    _record(event, "event.take_off", by_id=by_id, at=at)


def publish_event(*, public_id: uuid.UUID, by_id: int, at: datetime) -> Event | None:
    """Open it to its audience and invite them by letter, within each person's contact budget."""
    event = queries.lock_event_in(EVERYWHERE, public_id)
    if event is None:
        return None
    is_anybody_named = queries.invited(event.id).by_name > 0
    rules.check_publishable(event, is_anybody_named=is_anybody_named, at=at)
    event.published_at, event.published_by_id = at, by_id
    _record(event, "event.publish", by_id=by_id, at=at)
    _lay_down_letters(event, key="published", at=at)
    return event


def cancel_event(*, public_id: uuid.UUID, reason: str, by_id: int, at: datetime) -> Event | None:
    """Call it off: nobody can register any more, and everybody registered is told why."""
    event = queries.lock_event_in(EVERYWHERE, public_id)
    if event is None or event.cancelled_at is not None:
        return event
    rules.check_changeable(event, at=at)
    event.cancelled_at, event.cancelled_by_id, event.cancel_reason = at, by_id, reason
    event.revision, event.revised_at = event.revision + 1, at
    db.session.flush()
    _record(event, "event.cancel", by_id=by_id, at=at)
    if event.published_at is not None:
        _tell(event, at=at)
    return event


def invite(*, event: Event, accounts: Iterable[Account], companies: dict[int, Company], at: datetime) -> int:
    """Note that companies are invited and write to their people; how many letters that were."""
    chosen = list(accounts)
    ids = [account.id for account in chosen]
    known, people = queries.invitations(event.id, account_ids=ids, lock=True), queries.people_to_invite(ids)
    written = 0
    for account in chosen:
        found = known.get(account.id)
        if found is not None and found.invited_at is not None:
            continue
        if found is None:
            if not rules.is_chosen(event, companies[account.id]):
                continue
            found = _noted(event, account.id, tier=companies[account.id].tier)
            if found.invited_at is not None:
                continue
        found.invited_at = at
        found.letters = _write(event, account, people.get(account.id, ()), found, at=at)
        written += found.letters
    db.session.flush()
    return written


def close_event(*, event_id: int, at: datetime) -> None:
    """It is over and what became of its guests is noted."""
    db.session.execute(update(Event).where(Event.id == event_id).values(closed_at=at))


def note_purged(*, event_id: int, at: datetime) -> None:
    db.session.execute(update(Event).where(Event.id == event_id).values(purged_at=at))


def _noted(event: Event, account_id: int, *, tier: str) -> EventInvitation:
    """The invitation of a company that had none; or the one that somebody else noted in this second."""
    found = EventInvitation(event_id=event.id, account_id=account_id, tier=tier, is_by_name=False, letters=0)
    try:
        with db.session.begin_nested():
            db.session.add(found)
    except IntegrityError:
        return queries.invitations(event.id, account_ids=[account_id], lock=True)[account_id]
    return found


def _write(
    event: Event, account: Account, people: Iterable[Person], invitation: EventInvitation, *, at: datetime
) -> int:
    written = 0
    for person in people:
        try:
            emails.invite(
                event=event, account=account, person=person, is_by_name=invitation.is_by_name, at=at
            )
        except ContactBudgetSpent:
            continue  # the event stands on the company's page all the same
        written += 1
    return written


def _particulars(planned: Planned) -> dict[str, Any]:
    names = [*rules.texts(planned.title), *rules.texts(planned.place)]
    return {
        "property_id": planned.property_id,
        "title": dict(planned.title),
        "description": dict(planned.description),
        "place": dict(planned.place),
        "search_key": search_key(" ".join(names)),
        "starts_at": planned.starts_at,
        "ends_at": planned.ends_at,
        "capacity": planned.capacity,
        "seats_per_account": planned.seats_per_account,
        "plus_ones": planned.plus_ones,
        "opens_at": planned.opens_at,
        "closes_at": planned.closes_at,
        "names_until": planned.names_until,
        "least_nights": planned.least_nights,
    }


def _audience(planned: Planned) -> list[EventAudience]:
    chosen = [(AudienceKind.TIER, code) for code in planned.tiers]
    chosen += [(AudienceKind.COUNTRY, code) for code in planned.countries]
    return [EventAudience(kind=kind, code=code) for kind, code in chosen]


def _set_audience(event: Event, planned: Planned) -> None:
    """Leave what stays, so that nothing is written twice under the same name."""
    wanted = {(one.kind, one.code): one for one in _audience(planned)}
    for one in event.audience:
        if wanted.pop((AudienceKind(one.kind), one.code), None) is None:
            db.session.delete(one)
    for one in wanted.values():
        one.event_id = event.id
        db.session.add(one)
    db.session.flush()
    db.session.refresh(event, ["audience"])


def _tell(event: Event, *, at: datetime) -> None:
    jobs.enqueue(
        kind=rules.TELL_JOB,
        payload={"event": str(event.public_id), "revision": event.revision},
        dedupe_key=f"event-told:{event.public_id}:{event.revision}",
        at=at,
    )


def _lay_down_letters(event: Event, *, key: str, at: datetime) -> None:
    jobs.enqueue(
        kind=rules.INVITE_JOB,
        payload={"event": str(event.public_id)},
        dedupe_key=f"event-invite:{event.public_id}:{key}",
        at=at,
    )


def _record(event: Event, action: str, *, by_id: int, at: datetime, **more: Any) -> None:
    audit.record(
        action=action,
        subject_kind="event",
        subject_id=event.public_id,
        details=rules.told(event) | more,
        by=by_id,
        at=at,
    )
