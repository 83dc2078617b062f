"""What is kept of an order that is quoted, for how long, and when it can be accepted."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from portal.corporate.bookings.rules import Wanted, title_of
from portal.corporate.bundles.rules import NotOffered, Offer, Order, Plan, Quote, Wish
from portal.corporate.quotes.models import PriceQuote, QuoteState
from portal.programme.rules import Refusal

FROZEN = ("unit_price_cents", "floor_cents", "is_gross", "vat_bp")
CODE_DIGITS = 9


class QuoteRefused(Refusal):
    """The quote cannot be made, accepted or withdrawn."""


class QuoteOfOthers(QuoteRefused):
    """There is no such quote for the visitor."""


class QuoteNotOpen(QuoteRefused):
    """It was accepted, withdrawn, or its time is over: `state`, `valid_until_at`."""


class QuoteNoLongerHolds(QuoteRefused):
    """The hotel's services are others than those quoted: `quoted_cents`, `now_cents`."""


class OtherPricesThen(QuoteRefused):
    """At another time another price list holds than on the quoted day: `day_date`."""


class NotAnOffer(QuoteRefused):
    """The other time is none that a page of ours offered."""


def valid_until(plan: Plan, *, issued_at: datetime, days: int) -> datetime:
    """Until when a quote can be accepted: its days, but no longer than the order can be placed."""
    return min(issued_at + timedelta(days=days), plan.cut_off_at)


def particulars(wanted: Wanted, quote: Quote) -> dict[str, Any]:
    """All that is kept of an order that is quoted."""
    price, plan = quote.price.value, quote.plan
    title = title_of(
        wanted.title,
        bundle=wanted.bundle.name if wanted.bundle else None,
        services=[line.offer.name for line in plan.lines],
    )
    return {
        "property_id": wanted.house.id,
        "bundle_id": wanted.bundle.id if wanted.bundle else None,
        "title": title,
        "note": wanted.note,
        "headcount": wanted.order.headcount,
        "service_date": wanted.order.day,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "order": order_to_json(wanted.order) | {"lines": _printed(plan)},
        "offers": frozen_offers(plan),
        "tier": quote.tier,
        "currency": wanted.house.currency,
        "list_cents": price.list_cents,
        "discount_cents": price.discount_cents,
        "bill_cents": price.bill_cents,
        "points_to_earn": price.points,
        "price": quote.price.to_json(),
    }


def _printed(plan: Plan) -> list[dict[str, Any]]:
    """The lines as they are printed."""
    return [
        {
            "unit": line.offer.unit,
            "quantity": line.quantity,
            "starts_at": line.starts_at.isoformat(),
            "ends_at": line.ends_at.isoformat(),
            "is_momentary": line.offer.is_momentary,
        }
        for line in plan.lines
    ]


def check_open(quote: PriceQuote, *, at: datetime) -> None:
    state = quote.state_at(at)
    if state is not QuoteState.OPEN:
        raise QuoteNotOpen(state=state.value, valid_until_at=quote.valid_until.isoformat())


def order_to_json(order: Order) -> dict[str, Any]:
    return {
        "day": order.day.isoformat(),
        "starts": _clock(order.starts),
        "ends": _clock(order.ends),
        "headcount": order.headcount,
        "wishes": [
            {
                "service": wish.service,
                "count": wish.count,
                "starts": _clock(wish.starts),
                "ends": _clock(wish.ends),
                "at_end": wish.at_end,
                "layout": wish.layout,
            }
            for wish in order.wishes
        ],
    }


def order_from_json(stored: Mapping[str, Any]) -> Order:
    return Order(
        day=date.fromisoformat(stored["day"]),
        starts=time.fromisoformat(stored["starts"]),
        ends=time.fromisoformat(stored["ends"]),
        headcount=stored["headcount"],
        wishes=tuple(
            Wish(
                service=wish["service"],
                count=wish["count"],
                starts=_time(wish["starts"]),
                ends=_time(wish["ends"]),
                at_end=wish["at_end"],
                layout=wish["layout"],
            )
            for wish in stored["wishes"]
        ),
    )


def frozen_offers(plan: Plan) -> list[dict[str, Any]]:
    """The prices of a unit of each service of a plan."""
    offers = {line.offer.code: line.offer for line in plan.lines}
    return [
        {"service": code, **{name: getattr(offer, name) for name in FROZEN}} for code, offer in offers.items()
    ]


def at_quoted_prices(offers: Sequence[Offer], frozen: Iterable[Mapping[str, Any]]) -> list[Offer]:
    """What the hotel offers, at the prices that were quoted; refuses what it offers no longer."""
    by_code = {offer.code: offer for offer in offers}
    found = []
    for each in frozen:
        offer = by_code.get(each["service"])
        if offer is None:
            raise NotOffered(service=each["service"])
        found.append(replace(offer, **{name: each[name] for name in FROZEN}))
    order = list(by_code)
    return sorted(found, key=lambda offer: order.index(offer.code))


def check_same_list(quoted: Sequence[Offer], then: Sequence[Offer], order: Order) -> None:
    """The quoted price is kept for another day where the hotel has the same prices on both."""
    wanted = {wish.service for wish in order.wishes if wish.count > 0}
    before, after = (
        {offer.code: [getattr(offer, name) for name in FROZEN] for offer in each if offer.code in wanted}
        for each in (quoted, then)
    )
    if before != after:
        raise OtherPricesThen(day_date=order.day.isoformat())


def check_same(quote: PriceQuote, now: Quote) -> None:
    """What is booked costs what was quoted."""
    now_cents = now.price.value.bill_cents
    if now_cents != quote.bill_cents:
        raise QuoteNoLongerHolds(quoted_cents=quote.bill_cents, now_cents=now_cents)


def check_code(quote: PriceQuote) -> str:
    """Digits that follow from what was quoted: a paper on which something was changed has others."""
    facts = [quote.number, quote.bill_cents, quote.valid_until.isoformat(), quote.order, quote.price]
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).digest()
    digits = f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
    return "\N{NO-BREAK SPACE}".join(digits[n : n + 3] for n in range(0, CODE_DIGITS, 3))


def told(quote: PriceQuote) -> dict[str, Any]:
    """What the audit keeps of a quote."""
    return {
        "number": quote.number,
        "bill_cents": quote.bill_cents,
        "starts_at": quote.starts_at.isoformat(),
        "valid_until": quote.valid_until.isoformat(),
    }


def _clock(each: time | None) -> str | None:
    return f"{each:%H:%M}" if each is not None else None


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
