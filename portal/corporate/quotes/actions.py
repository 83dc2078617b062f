"""Quote an order, accept a quote, withdraw it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings.models import Booking
from portal.corporate.bookings.rules import Wanted, references
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as bundle_rules
from portal.corporate.limits import queries as limits
from portal.corporate.quotes import emails, queries, rules
from portal.corporate.quotes.models import PriceQuote
from portal.corporate.quotes.queries import QuoteReach
from portal.corporate.terms import queries as terms
from portal.database import db
from portal.web.folding import search_key


def quote_order(
    *, token: uuid.UUID, account_id: int, wanted: Wanted, is_from_house: bool, by_id: int, at: datetime
) -> PriceQuote:
    """Quote an order at today's prices; the same token quotes it once. Nothing is held by it."""
    known = queries.quote_by_token(token)
    if known is not None:
        return _own(known, account_id)
    quote = bundles.quote(wanted.order, house=wanted.house, account_id=account_id, at=at)
    bundle_rules.check_in_time(quote.plan, at=at, today=quote.today)
    days = terms.quote_days(wanted.house.id, local_date(at, wanted.house.zone))
    particulars, number = rules.particulars(wanted, quote), _number(token)
    made = PriceQuote(
        public_id=token,
        number=number,
        search_key=search_key(" ".join([number, *particulars["title"].values()])),
        account_id=account_id,
        by_id=by_id,
        is_from_house=is_from_house,
        issued_at=at,
        valid_until=rules.valid_until(quote.plan, issued_at=at, days=days),
        **particulars,
    )
    if (found := _insert(made)) is not made:
        return _own(found, account_id)
    _record(found, "quote.issue", by_id=by_id, at=at)
    if is_from_house:
        emails.write_offer(quote=found, to=queries.readers_of(account_id), at=at)
    return found


def accept_quote(
    *,
    public_id: uuid.UUID,
    account_id: int,
    cost_centre_id: uuid.UUID | None,
    by_id: int,
    at: datetime,
    begins_at: datetime | None = None,
) -> Booking:
    """Book what was quoted at its prices, if it is still free; accepting twice books once.

    `begins_at` moves it to another time. Refuses as booking does: what is taken meanwhile is taken. Above a
    limit it waits for the second key.
    """
    found = _locked(public_id, QuoteReach(account_id=account_id))
    if found.booking is not None:
        return found.booking
    rules.check_open(found, at=at)
    order = rules.order_from_json(found.order)
    if begins_at is not None:
        order = bundle_rules.moved(order, to=begins_at, zone=found.property.zone)
    now = queries.agreed(found, order, at=at)
    rules.check_same(found, now)
    wanted = Wanted(
        house=found.property,
        order=order,
        bundle=found.bundle,
        cost_centre=limits.cost_centre_of(account_id, cost_centre_id) if cost_centre_id else None,
        title=_typed(found),
        note=found.note,
    )
    booking = bookings.book_bundle(
        token=uuid.uuid5(found.public_id, "booking"),
        account_id=account_id,
        wanted=wanted,
        seen_cents=found.bill_cents,
        by_id=by_id,
        at=at,
        agreed=now,
    )
    found.booking_id, found.accepted_at = booking.id, at
    db.session.flush()
    _record(found, "quote.accept", by_id=by_id, at=at, booking=booking.reference)
    return booking


def withdraw_quote(*, public_id: uuid.UUID, reach: QuoteReach, by_id: int, at: datetime) -> PriceQuote:
    """Take a quote back before it was accepted; twice is once."""
    found = _locked(public_id, reach)
    if found.withdrawn_at is not None:
        return found
    rules.check_open(found, at=at)
    found.withdrawn_at, found.withdrawn_by_id = at, by_id
    _record(found, "quote.withdraw", by_id=by_id, at=at)
    return found


def _own(found: PriceQuote, account_id: int) -> PriceQuote:
    if found.account_id != account_id:
        raise rules.QuoteOfOthers
    return found


def _typed(found: PriceQuote) -> str:
    """The occasion as it was typed; none where the title was made of names."""
    texts = set(found.title.values())
    is_bundle = found.bundle is not None and found.title == found.bundle.name
    return next(iter(texts)) if len(texts) == 1 and not is_bundle else ""


def _number(token: uuid.UUID) -> str:
    candidates = references(token)
    taken = queries.taken_numbers(candidates)
    return next(number for number in candidates if number not in taken)


def _insert(found: PriceQuote) -> PriceQuote:
    """The quote in the database, or the one that the same form made before it."""
    token = found.public_id
    try:
        with db.session.begin_nested():
            db.session.add(found)
    except IntegrityError:
        known = queries.quote_by_token(token)
        if known is None:
            raise
        return known
    return queries.quote_by_token(token) or found


def _locked(public_id: uuid.UUID, reach: QuoteReach) -> PriceQuote:
    found = queries.lock_quote(public_id, reach)
    if found is None:
        raise rules.QuoteOfOthers
    return found


def _record(found: PriceQuote, action: str, *, by_id: int, at: datetime, **more: Any) -> None:
    audit.record(
        action=action,
        subject_kind="price_quote",
        subject_id=found.public_id,
        details=rules.told(found) | more,
        by=by_id,
        at=at,
    )
