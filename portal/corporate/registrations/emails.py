"""Letters about a party: to whoever acts for its company, and to each guest who has an address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale

from portal.corporate.events import emails as events
from portal.corporate.events.models import Event
from portal.corporate.registrations import queries, rules, words
from portal.corporate.registrations.models import EventGuest, Registration
from portal.documents import calendar
from portal.documents.calendar import Method
from portal.outbox import actions as outbox
from portal.outbox.actions import Attachment, LetterKind, Recipient
from portal.outbox.emails import link
from portal.outbox.rules import ContactBudgetSpent

ENDINGS = frozenset({rules.CANCELLED, rules.EVENT_CANCELLED})


def write_about(*, registration: Registration, letter: str, at: datetime) -> None:
    """Tell the company how the party stands; nobody where nobody acts for it any more."""
    event = registration.event
    has_entry = registration.seated_at is not None
    state = f"{registration.revision}:{event.revision}:{letter}"
    for person in queries.acting_for(registration):
        outbox.write_letter(
            dedupe_key=f"event-party:{registration.public_id}:{state}:{person.public_id}",
            kind=LetterKind.SERVICE,
            template="corporate/event_party",
            to=events.recipient(person, event),
            values={"party": registration, "letter_kind": letter, **_values(event), "has_entry": has_entry},
            attachments=(_entry(registration, event, locale=person.locale),) if has_entry else (),
            about=event.public_id,
            at=at,
        )


def write_to_guests(*, registration: Registration, letter: str, at: datetime) -> list[EventGuest]:
    """Send each guest who has an address their own link, the code for the door and the calendar entry; who
    was left out, that they are not expected any more. Says who was invited.
    """
    invited = []
    for guest in registration.guests if registration.seated_at is not None else ():
        if guest.left_out_at is not None or letter in ENDINGS:
            # Whoever never heard of it need not hear that it is over.
            if guest.email and guest.told_at is not None:
                _write_to_guest(guest, registration, is_over=True, at=at)
        elif guest.email and guest.declined_at is None:
            _write_to_guest(guest, registration, is_over=False, at=at)
            invited.append(guest)
    return invited


def thank(*, registration: Registration, guest: EventGuest, at: datetime) -> bool:
    """Thank a guest who came, where they may be written to; whether they were."""
    address, name, locale, person_id = _address_of(guest, registration)
    if not address:
        return False
    event = registration.event
    to = Recipient(address, name, locale, zone=event.property.zone, person_id=person_id)
    try:
        outbox.write_letter(
            dedupe_key=f"event-thanks:{guest.public_id}",
            kind=LetterKind.MARKETING,
            template="corporate/event_thanks",
            to=to,
            values={**_values(event), "company": registration.account.name},
            about=event.public_id,
            at=at,
        )
    except ContactBudgetSpent:
        return False
    return True


def guest_link(guest: EventGuest) -> str:
    """The guest's own page, under the address of the portal."""
    return link("replies.reply", token=token_of(guest))


def token_of(guest: EventGuest) -> str:
    return rules.guest_token(guest.public_id, guest.admission, secret=secret())


def secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def calendar_file(registration: Registration, *, locale: str) -> bytes:
    """The party as a calendar entry: each file takes the place of the one before."""
    return _file(registration, registration.event, locale=locale)


def guest_calendar_file(guest: EventGuest, *, locale: str) -> bytes:
    """The same for one guest."""
    return _file(guest.registration, guest.registration.event, locale=locale, guest=guest)


def method_of(registration: Registration, guest: EventGuest | None = None) -> Method:
    """That the entry stands, or is withdrawn: also from a guest alone who was left out."""
    ended = registration.cancelled_at is not None or registration.event.cancelled_at is not None
    is_left_out = guest is not None and guest.left_out_at is not None
    return Method.CANCEL if ended or is_left_out else Method.PUBLISH


def _write_to_guest(guest: EventGuest, registration: Registration, *, is_over: bool, at: datetime) -> None:
    event = registration.event
    # Once for each code and each change of the event: a new diet is no news to the guest.
    state = f"{guest.admission}:{event.revision}:{is_over}"
    if guest.left_out_at is not None:
        state = "left_out"
    outbox.write_letter(
        dedupe_key=f"event-guest:{guest.public_id}:{state}",
        kind=LetterKind.SERVICE,
        template="corporate/event_guest",
        to=Recipient(
            guest.email or "", guest.name, guest.locale, zone=event.property.zone, person_id=guest.person_id
        ),
        values={
            **_values(event),
            "host": registration.account.name,
            "is_over": is_over,
            "is_first": guest.told_at is None,
            "url": guest_link(guest),
            "admission": rules.spoken_admission(guest.admission),
        },
        attachments=(_entry(registration, event, locale=guest.locale, guest=guest),),
        about=event.public_id,
        at=at,
    )


def _address_of(guest: EventGuest, registration: Registration) -> tuple[str, str, str, int | None]:
    """Whom a letter for a guest reaches: themselves, or whoever registered them as the first of the party."""
    if guest.email:
        return guest.email, guest.name, guest.locale, guest.person_id
    booker = registration.registered_by
    # Whoever registered it for the house by telephone was not there as a guest.
    is_of_company = registration.account_id in {grant.account_id for grant in booker.grants}
    if guest.position == 1 and booker.email and booker.left_at is None and is_of_company:
        return booker.email, booker.name, booker.locale, booker.id
    return "", "", "", None


def _values(event: Event) -> Mapping[str, Any]:
    return {"event": event, "zone": event.property.zone}


def _entry(
    registration: Registration, event: Event, *, locale: str, guest: EventGuest | None = None
) -> Attachment:
    content = _file(registration, event, locale=locale, guest=guest)
    return Attachment("event.ics", calendar.media_type(method_of(registration, guest)), content)


def _file(registration: Registration, event: Event, *, locale: str, guest: EventGuest | None = None) -> bytes:
    url = guest_link(guest) if guest else link("registrations.party", party_id=registration.public_id)
    with force_locale(locale):
        said = "" if guest else words.party_said(registration)
        entry = events.entry_of(
            event,
            public_id=guest.public_id if guest else registration.public_id,
            sequence=rules.sequence(registration, event),
            url=url,
            guests=said,
            locale=locale,
        )
    method = method_of(registration, guest)
    return calendar.calendar_file(entry, method=method, host=events.host(), locale=locale)
