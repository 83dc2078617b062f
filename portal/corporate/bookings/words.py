"""Words of bookings: where they stand, why something cannot be done, and what to do instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.corporate.bookings import rules
from portal.corporate.bookings.models import Booking, BookingState, EndKind
from portal.corporate.bookings.queries import BookingFilter, Tab
from portal.corporate.bundles import words as bundles
from portal.corporate.bundles.rules import TooMany
from portal.corporate.halls import words as halls
from portal.corporate.halls.rules import AllTaken
from portal.corporate.limits import words as limits
from portal.corporate.staffing import words as staffing
from portal.corporate.staffing.rules import StaffBusy
from portal.programme import words as programme
from portal.programme.rules import Refusal
from portal.web import why
from portal.web.formats import day, until, when
from portal.web.pages import locale_code
from portal.web.texts import in_language

STATES: dict[BookingState, LazyString] = {
    BookingState.REQUESTED: _l("Waits for approval"),
    BookingState.CONFIRMED: _l("Confirmed"),
    BookingState.IN_SERVICE: _l("In service"),
    BookingState.FULFILLED: _l("Fulfilled"),
    BookingState.CANCELLED: lazy_pgettext("a booking", "Cancelled"),
    BookingState.DECLINED: lazy_pgettext("a booking", "Not approved"),
    BookingState.NO_SHOW: lazy_pgettext("a booking", "No-show"),
}
STATE_TAGS: dict[BookingState, str] = {
    BookingState.REQUESTED: "warn",
    BookingState.CONFIRMED: "ok",
    BookingState.IN_SERVICE: "brass",
    BookingState.FULFILLED: "",
    BookingState.CANCELLED: "bad",
    BookingState.DECLINED: "bad",
    BookingState.NO_SHOW: "bad",
}
TABS: dict[Tab, LazyString] = {
    Tab.OPEN: _l("Ahead"),
    Tab.REQUESTED: lazy_pgettext("several bookings", "Wait for approval"),
    Tab.FULFILLED: lazy_pgettext("several bookings", "Fulfilled"),
    Tab.CANCELLED: lazy_pgettext("several bookings", "Cancelled"),
    Tab.NO_SHOW: lazy_pgettext("several bookings", "No-show"),
    Tab.ALL: _l("All"),
}
ENDINGS: dict[EndKind, LazyString] = {
    EndKind.BY_CLIENT: _l("Cancelled by your company"),
    EndKind.BY_HOTEL: _l("Cancelled by the hotel"),
    EndKind.NO_SHOW: _l("Nobody came"),
    EndKind.DECLINED: _l("Not approved by your company"),
    EndKind.LAPSED: _l("Nobody of your company approved it in time"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    **programme.REFUSALS,
    **bundles.REFUSALS,
    **halls.REFUSALS,
    **staffing.REFUSALS,
    **limits.REFUSALS,
    rules.WaitsForApproval: _l(
        "The company has not approved it yet, so it can be neither changed nor delivered. It can be "
        "withdrawn."
    ),
    rules.CardOfOthers: _l("That card can no longer be used. Choose another traveller, or none."),
    rules.PriceChanged: _l(
        "The price is now %(now_cents)s. Look at the lines once more, then confirm this price."
    ),
    rules.CutOffPassed: _l(
        "It could be changed and cancelled here until %(cut_off_at)s. Call the hotel: %(phone)s."
    ),
    rules.AlreadyInService: _l("The hotel has begun to deliver it. Call the hotel: %(phone)s."),
    rules.AlreadyEnded: _l("It ended on %(ended_at)s, so nothing more can be done with it."),
    rules.ChangedMeanwhile: _l(
        "A colleague changed this booking while your form was open. Open it anew to see how it stands."
    ),
    rules.NotYetBegun: _l("It begins on %(starts_at)s: nobody can have failed to come yet."),
    rules.LineTakenOut: _l("This line was taken out of the booking. Reload the page."),
    rules.DeliveredAlready: _l("It was delivered and noted on %(recorded_at)s."),
    rules.DeliveredQuantityImpossible: _l("More than %(most)s cannot be right. Check the quantity."),
    rules.NotYourDelivery: _l("A colleague noted this; only they can undo it."),
    rules.UndoTooLate: _l("It can be undone for %(minutes)s minutes. Ask your department head."),
}
SIGHT_PAGES: dict[str, LazyString] = {
    "bookings.booking": _l("a booking with your name"),
    "bookings.list": _l("a list of bookings with your name"),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "booking.confirm": _l("Booking confirmed"),
    "booking.request": _l("Booking waits for approval"),
    "booking.approve": _l("Booking approved"),
    "booking.declined": _l("Booking not approved"),
    "booking.lapsed": _l("Booking not approved in time"),
    "booking.change": _l("Booking changed"),
    "booking.by_client": _l("Booking cancelled by the client"),
    "booking.by_hotel": _l("Booking cancelled by the hotel"),
    "booking.no_show": _l("Nobody came to a booking"),
    "booking.deliver": _l("Line of a booking delivered"),
    "booking.undo_delivery": _l("Delivery undone"),
    "booking.drop_line": _l("Line taken out: the partner cannot do it"),
    "booking.move_line": _l("Line moved to what the partner offered"),
    "booking.fulfil": _l("Booking fulfilled"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"booking": _l("Booking")}


def narrowed(only: BookingFilter, *, house: str = "") -> list[str]:
    """What the list is narrowed to, for the head of its file."""
    said = [f"{_('State')}: {TABS[only.tab]}"]
    if house:
        said.append(f"{_('Hotel')}: {house}")
    if only.day_from is not None:
        said.append(f"{_('From')}: {day(only.day_from)}")
    if only.day_to is not None:
        said.append(f"{_('To')}: {day(only.day_to)}")
    if only.text:
        said.append(f"{_('Search')}: {only.text}")
    return said


@dataclass(frozen=True, slots=True)
class Notice:
    """A refusal in words, and other beginnings that would do: the instant as ISO, and how it reads."""

    text: str
    instead: tuple[tuple[str, str], ...]


def notice(refusal: Refusal, *, zone: str) -> Notice:
    """What a refusal says, and what may be chosen instead; times in the property's zone."""
    named = (refusal.values.get(name) for name in ("free_at", "earlier_at", "earliest_at"))
    others = [str(iso) for iso in named if iso is not None]
    said = tuple((iso, when(datetime.fromisoformat(iso), zone)) for iso in others)
    return Notice(_said(refusal, _besides(refusal), zone=zone), said)


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words, with what may be had instead; times in the property's zone."""
    return _said(refusal, [*_other_times(refusal), *_besides(refusal)], zone=zone)


def _said(refusal: Refusal, more: Iterable[LazyString], *, zone: str) -> str:
    values: dict[str, Any] = dict(refusal.values)
    if isinstance(refusal, TooMany):
        values["amount"] = bundles.amount(values["most"], values["unit"])
    if "layout" in values:
        values["layout"] = str(halls.LAYOUTS[values["layout"]])
    sentences = [REFUSALS[type(refusal)], *more]
    return " ".join(why.fill(sentence, values, zone=zone) for sentence in sentences)


def _other_times(refusal: Refusal) -> list[LazyString]:
    if not isinstance(refusal, (AllTaken, StaffBusy)):
        return []
    offers = {"free_at": halls.FREE_AGAIN, "earlier_at": halls.FREE_EARLIER}
    return [sentence for name, sentence in offers.items() if refusal.values[name] is not None]


def _besides(refusal: Refusal) -> list[LazyString]:
    """What else there is when every hall that fits is taken."""
    if not isinstance(refusal, AllTaken):
        return []
    if refusal.values["smaller"] is not None:
        return [halls.SMALLER]
    return [] if _other_times(refusal) else [halls.NOT_FREE]


def _tier(booking: Booking) -> str:
    """What the tier was called by the version that made the price."""
    return why.fill("%(tier)s", {"tier": booking.tier}, names=booking.price.get("names") or why.NO_NAMES)


def facts(booking: Booking) -> list[tuple[str, str]]:
    """What else is to be said about a booking, term by term."""
    house, locale = booking.property, locale_code()
    found = [
        (_("Hotel"), f"{in_language(house.name, locale)}, {in_language(house.city, locale)}"),
        (_("Telephone"), house.phone),
        (_("For whom"), booking.guest.name if booking.guest else _("A group")),
        (_("Booked by"), f"{booking.booked_by.name}, {when(booking.placed_at, house.zone)}"),
        (_("Bundle"), in_language(booking.bundle.name, locale) if booking.bundle else _("Your own")),
        (_("Tier when confirmed"), _tier(booking)),
    ]
    if booking.cost_centre is not None:
        found.append((_("Cost centre"), f"{booking.cost_centre.code} · {booking.cost_centre.name}"))
    if (request := booking.request) is not None and request.granted_by and request.granted_at:
        found.append((_("Approved by"), f"{request.granted_by.name}, {when(request.granted_at, house.zone)}"))
    if booking.revision > 1 and booking.cancellation is None and booking.revised_at != booking.confirmed_at:
        found.append((_("Last changed"), when(booking.revised_at, house.zone)))
    if booking.note:
        found.append((_("Note to the hotel"), booking.note))
    return found


Milestone = tuple[str, str, str, str]
"""Title, note, when, and whether it is done, now, next or where it stopped."""


def timeline(booking: Booking) -> list[Milestone]:
    """How a booking stands, from its confirmation to its fulfilment or its end."""
    zone, state = booking.property.zone, booking.state
    begun = _begun(booking)
    if booking.cancellation is not None:
        ending = str(ENDINGS[EndKind(booking.cancellation.kind)])
        return [*begun, (ending, "", when(booking.cancellation.at, zone), "stopped")]
    lines = booking.standing_lines
    delivered = sum(line.delivery is not None for line in lines)
    count = _("%(done)s of %(all)s delivered", done=delivered, all=len(lines))
    serving = {
        BookingState.REQUESTED: "next",
        BookingState.CONFIRMED: "next",
        BookingState.IN_SERVICE: "now",
    }.get(state, "done")
    is_ahead = state in {BookingState.REQUESTED, BookingState.CONFIRMED}
    begins = when(booking.starts_at, zone) if is_ahead else ""
    done = when(booking.fulfilled_at, zone) if booking.fulfilled_at is not None else ""
    last = "done" if booking.fulfilled_at is not None else "next"
    return [
        *begun,
        (_("In service"), count, begins, serving),
        (_("Fulfilled"), _("Billed as delivered, points earned"), done, last),
    ]


def _begun(booking: Booking) -> list[Milestone]:
    """How it came to be confirmed, or how far it came on the way there."""
    zone, request, confirmed_at = booking.property.zone, booking.request, booking.confirmed_at
    found: list[Milestone] = []
    if request is not None:
        note = _("Above a limit of the company: a second key is needed")
        found.append((_("Requested"), note, when(request.asked_at, zone), "done"))
    if confirmed_at is not None:
        found.append((_("Confirmed"), _("Prices are frozen"), when(confirmed_at, zone), "done"))
    elif booking.cancellation is None and request is not None:
        deadline = _("until %(when)s", when=until(request.deadline_at, zone))
        found.append(
            (_("Waits for approval"), _("Halls, points and prices are kept meanwhile"), deadline, "now")
        )
    return found


def made(booking: Booking) -> tuple[str, str]:
    """What whoever made or changed a booking is told, and how."""
    if booking.confirmed_at is not None:
        return _("It is confirmed. The confirmation is on its way to your mailbox."), "ok"
    return _("It waits for approval. Halls, points and prices are kept for it meanwhile."), "warn"
