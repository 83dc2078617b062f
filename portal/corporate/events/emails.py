"""The letter that invites, and an event as a calendar knows it."""

import uuid
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app

from portal.accounts.models import Account
from portal.corporate.event_wishes import rules
from portal.corporate.events.models import Event
from portal.documents.calendar import Entry, Party
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.outbox.emails import link
from portal.people.models import Person
from portal.web.texts import in_language


def invite(*, event: Event, account: Account, person: Person, is_by_name: bool, at: datetime) -> None:
    """Invite whoever books for a company; raises `ContactBudgetSpent` where they may not be written to."""
    token = rules.wish_token(person.public_id, secret=str(current_app.config["SECRET_KEY"]))
    outbox.write_letter(
        dedupe_key=f"event-invitation:{event.public_id}:{account.public_id}:{person.public_id}",
        kind=LetterKind.MARKETING,
        template=rules.INVITATION,
        to=recipient(person, event),
        values={
            "event": event,
            "zone": event.property.zone,
            "company": account.name,
            "is_by_name": is_by_name,
            "token": token,
        },
        unsubscribe_url=link("event_wishes.unsubscribe", token=token),
        at=at,
    )


def recipient(person: Person, event: Event) -> Recipient:
    """To whom a letter about an event goes, by the clock of its hotel."""
    return Recipient(
        person.email or "", person.name, person.locale, zone=event.property.zone, person_id=person.id
    )


def entry_of(
    event: Event, *, public_id: uuid.UUID, sequence: int, url: str, guests: str, locale: str
) -> Entry:
    """The event as a calendar entry, under the id of whoever comes."""
    house = event.property
    return Entry(
        public_id=public_id,
        sequence=sequence,
        begins_at=event.starts_at,
        ends_at=event.ends_at,
        zone=house.zone,
        summary=in_language(event.title, locale),
        at=event.revised_at,
        location=", ".join(in_language(one, locale) for one in (event.place, house.name, house.city)),
        description="\n".join(filter(None, [guests, in_language(event.description, locale), house.phone])),
        url=url,
        organizer=Party(_mailbox(), current_app.config["GROUP_NAME"]),
    )


def host() -> str:
    """What makes a calendar entry's uid unique in the world."""
    return urlsplit(current_app.extensions["settings"].base_url).hostname or "localhost"


def _mailbox() -> str:
    sender: str = current_app.extensions["settings"].mail_from
    return sender.rpartition("<")[2].rstrip(">")
