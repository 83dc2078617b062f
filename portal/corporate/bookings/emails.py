"""Letters about a booking, with the calendar entry and, while it stands, the confirmation as PDF."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from portal.corporate.bookings import rules, words
from portal.corporate.bookings.models import Booking, EndKind
from portal.corporate.bundles import words as bundle_words
from portal.corporate.receipts import words as receipt_words
from portal.documents import calendar, rendering
from portal.documents.calendar import Entry, Method, Party
from portal.outbox import actions as outbox
from portal.outbox.actions import Attachment, LetterKind, Recipient
from portal.outbox.emails import link
from portal.web.texts import in_language

REQUESTED, CONFIRMED, CHANGED = "requested", "confirmed", "changed"
LETTERS = {
    REQUESTED: "corporate/booking_requested",
    CONFIRMED: "corporate/booking_confirmed",
    CHANGED: "corporate/booking_changed",
    **{kind.value: "corporate/booking_ended" for kind in EndKind},
}


def files_of(booking: Booking) -> tuple[Attachment, ...]:
    """What goes with a letter to the booker; the PDF takes a moment, so make it outside of a transaction.

    Nothing while it waits for approval, nor when that was refused: no calendar has it yet.
    """
    if booking.confirmed_at is None:
        return ()
    locale = booking.booked_by.locale
    content = calendar_file(booking, locale=locale)
    files = [Attachment(f"{booking.reference}.ics", calendar.media_type(method_of(booking)), content)]
    if booking.cancellation is None:
        files.append(
            Attachment(f"{booking.reference}.pdf", "application/pdf", confirmation(booking, locale=locale))
        )
    return tuple(files)


def write_about(*, booking: Booking, letter: str, attachments: tuple[Attachment, ...], at: datetime) -> None:
    """Tell the booker that it is confirmed, changed or ended; nobody where they have no address any more."""
    booker = booking.booked_by
    if booker.email is None or booker.left_at is not None:
        return
    zone = booking.property.zone
    outbox.write_letter(
        dedupe_key=f"booking:{booking.public_id}:{booking.revision}",
        kind=LetterKind.SERVICE,
        template=LETTERS[letter],
        to=Recipient(booker.email, booker.name, booker.locale, zone=zone, person_id=booker.id),
        values=_values(booking, locale=booker.locale),
        attachments=attachments,
        at=at,
    )


def confirmation(booking: Booking, *, locale: str) -> bytes:
    """The confirmation as PDF."""
    return rendering.pdf("documents/corporate/confirmation.html", _values(booking, locale=locale), locale)


def calendar_file(booking: Booking, *, locale: str) -> bytes:
    """The booking as a calendar entry: the file of each revision takes the place of the one before."""
    with force_locale(locale):
        entry = _entry(booking, locale)
    return calendar.calendar_file(entry, method=method_of(booking), host=_host(), locale=locale)


def method_of(booking: Booking) -> Method:
    return Method.CANCEL if booking.cancellation is not None else Method.PUBLISH


def _values(booking: Booking, *, locale: str) -> Mapping[str, Any]:
    """What letters and documents say of a booking, in a language."""
    shown = rules.receipt_of(booking)
    with force_locale(locale):
        rows = receipt_words.price_rows(shown, currency=booking.currency)
        facts = words.facts(booking)
    return {
        "booking": booking,
        "zone": booking.property.zone,
        "currency": booking.currency,
        "shown": shown,
        "price_rows": rows,
        "amount": bundle_words.amount,
        "discount_name": receipt_words.discount_name,
        "facts": facts,
        "state": words.STATES[booking.state],
    }


def _entry(booking: Booking, locale: str) -> Entry:
    house = booking.property
    reference = _("Booking %(reference)s", reference=booking.spoken_reference)
    lines = [in_language(line.service.name, locale) for line in booking.standing_lines]
    return Entry(
        public_id=booking.public_id,
        sequence=booking.revision - 1,
        begins_at=booking.starts_at,
        ends_at=booking.ends_at,
        zone=house.zone,
        summary=in_language(booking.title, locale),
        at=booking.ended_at or booking.revised_at,
        location=f"{in_language(house.name, locale)}, {in_language(house.city, locale)}",
        description="\n".join([reference, *lines, house.phone]),
        url=link("bookings.booking", booking_id=booking.public_id),
        organizer=Party(_mailbox(), current_app.config["GROUP_NAME"]),
    )


def _mailbox() -> str:
    """The address that letters come from."""
    sender: str = current_app.extensions["settings"].mail_from
    return sender.rpartition("<")[2].rstrip(">")


def _host() -> str:
    return urlsplit(current_app.extensions["settings"].base_url).hostname or "localhost"
