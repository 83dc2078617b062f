"""What may be done with a booking, by whom, and until when."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from stdnum import damm

from portal.accounts.models import Card
from portal.corporate.bookings.models import Booking, BookingLine, Delivery, Request
from portal.corporate.bundles.models import Bundle
from portal.corporate.bundles.rules import MOMENTARY, Order, PlannedLine, Quote
from portal.corporate.compensations.rules import LineDelivered
from portal.corporate.limits.models import CostCentre
from portal.corporate.limits.rules import Verdict
from portal.corporate.receipts.rules import Promise, Receipt, receipt
from portal.corporate.settlements.rules import DeliveredLine
from portal.derivation import Derived, recompute
from portal.hotel.models import Property
from portal.programme.bundles.rules import BundlePrice, PricedLine
from portal.programme.redemption.rules import PointsPayment
from portal.programme.rules import Refusal
from portal.surveys.invitations.rules import Touchpoint
from portal.web.folding import search_key
from portal.web.texts import in_language

REFERENCE_DIGITS = 8
REFERENCE_TRIES = 5
LANGUAGES = ("en", "ru")
SERVICES_IN_TITLE = 3
UNDO_WINDOW = timedelta(minutes=10)
"""How long whoever noted a delivery may undo it."""
IN_TIME = timedelta(minutes=15)
"""So much later than promised is still in time."""
SECOND_KEY_WITHIN = timedelta(hours=48)
"""How long a booking waits for the company's second key, unless its cut-off comes first."""


class BookingRefused(Refusal):
    """The booking cannot be made, changed or delivered that way."""


class BookingOfOthers(BookingRefused):
    """The token belongs to another company's booking: nothing is found under it."""


class CardOfOthers(BookingRefused):
    """The card is another company's, or was blocked."""


class PriceChanged(BookingRefused):
    """The price is not the one that was shown: `seen_cents`, `now_cents`."""


class CutOffPassed(BookingRefused):
    """The client may change and cancel until the cut-off: `cut_off_at`, `phone`."""


class AlreadyInService(BookingRefused):
    """Something of it has been delivered: `phone`."""


class AlreadyEnded(BookingRefused):
    """It was cancelled, or nobody came: `ended_at`."""


class WaitsForApproval(BookingRefused):
    """The company has not approved it yet."""


class ChangedMeanwhile(BookingRefused):
    """Somebody else changed it while the form was open: `revision`."""


class NotYetBegun(BookingRefused):
    """Nobody can have failed to come before it begins: `starts_at`."""


class LineTakenOut(BookingRefused):
    """A change took the line out of the booking."""


class DeliveredAlready(BookingRefused):
    """The line was delivered: `recorded_at`."""


class DeliveredQuantityImpossible(BookingRefused):
    """More than anybody can have delivered: `most`."""


class NotYourDelivery(BookingRefused):
    """Somebody else recorded it."""


class UndoTooLate(BookingRefused):
    """The time to undo is over: `recorded_at`, `minutes`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that the booker fills in: the order at a hotel, for whom, what it is called, how it is paid."""

    house: Property
    order: Order
    card: Card | None = None
    bundle: Bundle | None = None
    cost_centre: CostCentre | None = None
    title: str = ""
    note: str = ""
    points: int = 0


def references(token: uuid.UUID) -> list[str]:
    """The references a booking may have, in the order they are tried: eight digits and a Damm digit.

    Digits only, since people say them on the telephone and scan them on any keyboard. They follow from
    the token, so the same form has the same reference however often it is sent.
    """
    found = []
    for attempt in range(REFERENCE_TRIES):
        digest = hashlib.sha256(token.bytes + bytes([attempt])).digest()
        digits = f"{int.from_bytes(digest[:8]) % 10**REFERENCE_DIGITS:0{REFERENCE_DIGITS}d}"
        found.append(digits + str(damm.calc_check_digit(digits)))
    return found


def title_of(
    typed: str, *, bundle: Mapping[str, Any] | None, services: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """What a booking is called, per language: as typed, else like its bundle, else by its services."""
    if typed:
        return dict.fromkeys(LANGUAGES, typed)
    names = [bundle] if bundle is not None else list(services)[:SERVICES_IN_TITLE]
    return {language: ", ".join(_distinct(in_language(n, language) for n in names)) for language in LANGUAGES}


def typed_title(title: Mapping[str, str]) -> str:
    """What the booker typed; nothing where the title was made of names."""
    texts = set(title.values())
    return next(iter(texts)) if len(texts) == 1 else ""


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def check_card(card: Card | None, *, account_id: int) -> None:
    """A perk is booked for a traveller of one's own, whose card is good."""
    if card is not None and (card.account_id != account_id or card.blocked_at is not None):
        raise CardOfOthers


def check_seen(*, seen_cents: int | None, now_cents: int) -> None:
    """What is confirmed is what was seen."""
    if seen_cents != now_cents:
        raise PriceChanged(seen_cents=seen_cents, now_cents=now_cents)


def check_open_to_client(booking: Booking, *, at: datetime) -> None:
    """The client may change and cancel before the cut-off, as long as nothing was delivered."""
    check_open_to_hotel(booking)
    if at >= booking.cut_off_at:
        raise CutOffPassed(cut_off_at=booking.cut_off_at.isoformat(), phone=booking.property.phone)


def check_open_to_hotel(booking: Booking) -> None:
    """The hotel may end a booking at any time before it delivers."""
    if booking.ended_at is not None:
        raise AlreadyEnded(ended_at=booking.ended_at.isoformat())
    if booking.is_delivered:
        raise AlreadyInService(phone=booking.property.phone)


def check_confirmed(booking: Booking) -> None:
    """What waits for approval is neither changed nor delivered; it may be withdrawn."""
    if booking.confirmed_at is None and booking.cancellation is None:
        raise WaitsForApproval


def may_decide(booking: Booking, *, by_id: int, centres: set[int | None] | None) -> bool:
    """Whose word counts: over all cost centres, or over that of the booking; never over one's own booking."""
    return booking.booked_by_id != by_id and (centres is None or booking.cost_centre_id in centres)


def request_of(verdict: Derived[Verdict], *, cut_off_at: datetime, at: datetime) -> Request | None:
    """What a booking above a limit waits with, and until when; none where it needs no second key."""
    if not verdict.value.needs_key:
        return None
    deadline_at = min(at + SECOND_KEY_WITHIN, cut_off_at)
    return Request(asked_at=at, deadline_at=deadline_at, weighed=verdict.to_json())


def check_begun(*, starts_at: datetime, at: datetime) -> None:
    if at < starts_at:
        raise NotYetBegun(starts_at=starts_at.isoformat())


def check_quantity(*, promised: int, delivered: int) -> None:
    """None at all may have been delivered, and more than promised too, but not absurdly more."""
    most = 10 * promised + 10
    if not 0 <= delivered <= most:
        raise DeliveredQuantityImpossible(most=most)


def check_undo(
    *, by_id: int, recorded_by_id: int, recorded_at: datetime, at: datetime, window: timedelta | None
) -> None:
    """Within the window whoever recorded it may undo it; without a window anybody who may ask, any time."""
    if window is None:
        return
    if by_id != recorded_by_id:
        raise NotYourDelivery
    if at - recorded_at > window:
        raise UndoTooLate(recorded_at=recorded_at.isoformat(), minutes=int(window.total_seconds() // 60))


def particulars(
    wanted: Wanted, quote: Quote, payment: Derived[PointsPayment] | None, *, reference: str
) -> dict[str, Any]:
    """All of a booking that a change may change."""
    plan, guest = quote.plan, wanted.card.holder if wanted.card else None
    title = title_of(
        wanted.title,
        bundle=wanted.bundle.name if wanted.bundle else None,
        services=[line.offer.name for line in plan.lines],
    )
    return {
        "property": wanted.house,
        "bundle": wanted.bundle,
        "cost_centre": wanted.cost_centre,
        "card": wanted.card,
        "guest": guest,
        "title": title,
        "search_key": search_key(" ".join([reference, *title.values()])),
        "headcount": wanted.order.headcount,
        "note": wanted.note,
        "service_date": wanted.order.day,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "cut_off_at": plan.cut_off_at,
        "tier": quote.tier,
        "currency": wanted.house.currency,
        **price_particulars(quote.price, payment),
    }


def price_particulars(
    derived: Derived[BundlePrice], payment: Derived[PointsPayment] | None
) -> dict[str, Any]:
    """What a booking keeps of its price."""
    price = derived.value
    return {
        "list_cents": price.list_cents,
        "discount_cents": price.discount_cents,
        "bill_cents": price.bill_cents,
        "eligible_cents": price.eligible_cents,
        "points_used": payment.value.points if payment else 0,
        "points_to_earn": price.points,
        "price": derived.to_json(),
        "payment": payment.to_json() if payment else None,
    }


def line_terms(planned: PlannedLine, priced: PricedLine) -> dict[str, Any]:
    """All of a line that is frozen when it is confirmed."""
    offer = planned.offer
    return {
        "service_id": offer.service_id,
        "quantity": planned.quantity,
        "starts_at": planned.starts_at,
        "ends_at": planned.ends_at,
        "unit_price_cents": offer.unit_price_cents,
        "is_gross": offer.is_gross,
        "vat_bp": offer.vat_bp,
        "floor_cents": offer.floor_cents,
        "list_cents": priced.list_cents,
        "discount_bp": priced.discount_bp,
        "discount_cents": priced.discount_cents,
        "total_cents": priced.total_cents,
        "is_third_party": offer.is_third_party,
        "layout": planned.layout,
    }


def same_promise(line: BookingLine) -> tuple[Any, ...]:
    """By what a partner knows it: the service, how much of it, from when to when."""
    return line.service_id, line.quantity, line.starts_at, line.ends_at


def delivered_line(line: BookingLine, quantity: int) -> DeliveredLine:
    """A line with its service, as settling needs it."""
    return DeliveredLine(
        name=line.service.name,
        kind=line.service.kind,
        category=line.service.category,
        promised=line.quantity,
        delivered=quantity,
        unit_price_cents=line.unit_price_cents,
        floor_cents=line.floor_cents,
        is_gross=line.is_gross,
        vat_bp=line.vat_bp,
        discount_bp=line.discount_bp,
        is_third_party=line.is_third_party,
    )


def promise_kept(booking: Booking, line: BookingLine) -> LineDelivered:
    """A line as it was promised and delivered, as the compensation for a broken promise needs it."""
    delivery = line.delivery
    if delivery is None:
        raise LineTakenOut
    return LineDelivered(
        account_id=booking.account_id,
        reference=booking.ledger_name,
        key=compensation_key(delivery),
        version=booking.price["version"],
        service=line.service.name,
        promised=line.quantity,
        delivered=delivery.quantity,
        starts_at=line.starts_at,
        delivered_at=delivery.delivered_at,
        zone=booking.property.zone,
    )


def compensation_key(delivery: Delivery) -> str:
    """Under which the ledger knows what was given for it: what was reversed is given under another."""
    again = f":{delivery.compensation_round}" if delivery.compensation_round > 1 else ""
    return f"compensation:{delivery.public_id}{again}"


def told(booking: Booking) -> dict[str, Any]:
    """What the audit keeps of a booking: figures and times, nobody's name."""
    return {
        "revision": booking.revision,
        "bill_cents": booking.bill_cents,
        "points": booking.points_used,
        "starts_at": booking.starts_at.isoformat(),
        "headcount": booking.headcount,
    }


def receipt_of(booking: Booking) -> Receipt:
    """The price of a booking as it is printed: settled where it is fulfilled, else as confirmed.

    Worked out anew from the stored derivation's own inputs, which gives the stored figures.
    """
    settlement = booking.settlement
    price = recompute(settlement.price if settlement else booking.price).value
    stored = settlement.payment if settlement else booking.payment
    promises = [promise_of(line, is_settled=settlement is not None) for line in booking.priced_lines]
    return receipt(price, promises, payment=recompute(stored).value if stored else None)


def promise_of(line: BookingLine, *, is_settled: bool = False) -> Promise:
    """A line with its service, hall and delivery, as it is printed: promised, or what of it is billed."""
    promised = 0 if line.is_declined else line.quantity
    delivered = line.delivery.quantity if line.delivery else promised
    return Promise(
        unit=line.service.unit,
        quantity=min(delivered, line.quantity) if is_settled else promised,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        is_momentary=line.service.unit in MOMENTARY,
        place=line.resource.name if line.resource else None,
        layout=line.layout,
    )


def was_kept(*, promised: int, delivered: int, starts_at: datetime, delivered_at: datetime) -> bool:
    """Whether a promise was kept: all of it, and in time."""
    return delivered >= promised and delivered_at <= starts_at + IN_TIME


def touchpoint_of(booking: Booking, *, key: str) -> Touchpoint:
    """What the guest is asked about once everything is delivered: the guest named, else whoever booked."""
    delivered = [(line, line.delivery) for line in booking.standing_lines if line.delivery is not None]
    served = ((delivery.by_id, line.service_id) for line, delivery in delivered if delivery.quantity)
    return Touchpoint(
        kind="booking",
        public_id=booking.public_id,
        key=key,
        person_id=booking.guest_id or booking.booked_by_id,
        account_id=booking.account_id,
        property_id=booking.property_id,
        tier=booking.tier,
        served=tuple(dict.fromkeys(served)),
        happened_at=max(delivery.delivered_at for _, delivery in delivered),
        undo_until=max(delivery.recorded_at for _, delivery in delivered) + UNDO_WINDOW,
    )


def decimal(cents: int) -> Decimal:
    """Money for a spreadsheet, in whole units."""
    return Decimal(cents) / 100
