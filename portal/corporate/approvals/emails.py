"""The letter that asks for the second key."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import force_locale

from portal.corporate.bookings import rules
from portal.corporate.bookings.models import Booking
from portal.corporate.receipts import words as receipt_words
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person
from portal.web import why
from portal.web.formats import cents, when


def ask(*, booking: Booking, beside: Sequence[Booking], deciders: Iterable[Person], at: datetime) -> int:
    """Ask everybody who may approve, each in their language; how many were asked.

    `beside` are the bookings that were asked for together with it: they stand in the same letter.
    """
    shown, asked = rules.receipt_of(booking), 0
    for person in deciders:
        if person.email is None or booking.request is None:
            continue
        zone = booking.property.zone
        with force_locale(person.locale):
            rows = receipt_words.price_rows(shown, currency=booking.currency)
            reasons = why.explain(booking.request.weighed).sentences
            days = [(when(each.starts_at, zone), cents(each.bill_cents, each.currency)) for each in beside]
        outbox.write_letter(
            dedupe_key=f"approval:{booking.public_id}:{person.public_id}",
            kind=LetterKind.SERVICE,
            template="corporate/approval_wanted",
            to=Recipient(person.email, person.name, person.locale, zone=zone, person_id=person.id),
            values={
                "booking": booking,
                "beside": days,
                "total_cents": booking.bill_cents + sum(each.bill_cents for each in beside),
                "zone": zone,
                "currency": booking.currency,
                "shown": shown,
                "price_rows": rows,
                "reasons": reasons,
            },
            at=at,
        )
        asked += 1
    return asked
