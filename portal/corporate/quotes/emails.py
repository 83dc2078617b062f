"""The quote on paper, and the letter with which the house offers it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from portal.corporate.bundles import words as bundle_words
from portal.corporate.quotes import queries, rules
from portal.corporate.quotes.models import PriceQuote
from portal.corporate.receipts import words as receipt_words
from portal.documents import rendering
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people.models import Person


def paper(quote: PriceQuote, *, locale: str) -> bytes:
    """The quote as PDF."""
    return rendering.pdf("documents/corporate/quote.html", _values(quote, locale=locale), locale)


def write_offer(*, quote: PriceQuote, to: Sequence[Person], at: datetime) -> None:
    """Tell whoever books for the company that a quote waits for its answer."""
    for reader in to:
        if reader.email is None:
            continue
        recipient = Recipient(
            reader.email, reader.name, reader.locale, zone=quote.property.zone, person_id=reader.id
        )
        outbox.write_letter(
            dedupe_key=f"quote:{quote.public_id}:{reader.id}",
            kind=LetterKind.SERVICE,
            template="corporate/quote_offered",
            to=recipient,
            values=_values(quote, locale=reader.locale),
            at=at,
        )


def _values(quote: PriceQuote, *, locale: str) -> Mapping[str, Any]:
    shown = queries.receipt_of(quote)
    with force_locale(locale):
        rows = receipt_words.price_rows(shown, currency=quote.currency)
    return {
        "quote": quote,
        "zone": quote.property.zone,
        "currency": quote.currency,
        "shown": shown,
        "price_rows": rows,
        "amount": bundle_words.amount,
        "discount_name": receipt_words.discount_name,
        "code": rules.check_code(quote),
    }
