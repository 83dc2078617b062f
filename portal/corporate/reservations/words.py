"""Words of reserved souvenirs."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.corporate.reservations import rules
from portal.corporate.reservations.models import EndKind, Reservation, ReservationState
from portal.corporate.reservations.queries import ReservationFilter, Tab
from portal.corporate.souvenirs import words as souvenirs
from portal.programme.redemption.rules import (
    BelowRedemptionMinimum,
    NotEnoughPoints,
    NotInRedemptionSteps,
    check_price,
)
from portal.programme.rules import Refusal, Rules
from portal.web import why
from portal.web.formats import day, when

STATES: Mapping[ReservationState, LazyString] = {
    ReservationState.RESERVED: lazy_pgettext("a souvenir", "Waits at the desk"),
    ReservationState.HANDED_OVER: lazy_pgettext("a souvenir", "Handed over"),
    ReservationState.RETURNED: lazy_pgettext("a souvenir", "Returned"),
    ReservationState.CANCELLED: lazy_pgettext("a souvenir", "Cancelled"),
    ReservationState.EXPIRED: lazy_pgettext("a souvenir", "Not collected"),
}
STATE_TAGS: Mapping[ReservationState, str] = {
    ReservationState.RESERVED: "brass",
    ReservationState.HANDED_OVER: "ok",
    ReservationState.RETURNED: "",
    ReservationState.CANCELLED: "bad",
    ReservationState.EXPIRED: "warn",
}
TABS: Mapping[Tab, LazyString] = {
    Tab.WAITING: lazy_pgettext("several souvenirs", "Waiting"),
    Tab.HANDED_OVER: lazy_pgettext("several souvenirs", "Handed over"),
    Tab.RETURNED: lazy_pgettext("several souvenirs", "Returned"),
    Tab.CANCELLED: lazy_pgettext("several souvenirs", "Cancelled"),
    Tab.EXPIRED: lazy_pgettext("several souvenirs", "Not collected"),
    Tab.ALL: _l("All"),
}
ENDINGS: Mapping[EndKind, LazyString] = {
    EndKind.BY_CLIENT: _l("Cancelled by your company"),
    EndKind.BY_HOTEL: _l("Cancelled by the hotel"),
    EndKind.EXPIRED: _l("Nobody came for it"),
}
REFUSALS: Mapping[type[Refusal], LazyString] = {
    **souvenirs.REFUSALS,
    NotEnoughPoints: _l(
        "It takes %(wanted_points)s, and %(active_points)s can be spent. Take fewer, or something smaller."
    ),
    BelowRedemptionMinimum: _l(
        "Points are redeemed from %(min_points)s on today. Ask the hotel for a new price."
    ),
    NotInRedemptionSteps: _l(
        "Points are redeemed in steps of %(step_points)s today. Ask the hotel for a new price."
    ),
    rules.NotOnSale: _l("It is no longer offered. Choose another souvenir."),
    rules.TooManyOfOne: _l("One reservation takes at most %(most)s. Reserve the others separately."),
    rules.ArrivalPast: _l("%(arrival_date)s is over at this hotel. Choose a day from %(today_date)s on."),
    rules.ArrivalTooFar: _l("Things are kept aside for a year. Choose a day up to %(furthest_date)s."),
    rules.CardUnusable: _l("That card can no longer be used. Choose another traveller."),
    rules.PriceMoved: _l("It now takes %(now_points)s. Look at it once more, then reserve at this price."),
    rules.AlreadyOver: _l("It ended on %(ended_at)s, so nothing more can be done with it."),
    rules.HandedOverAlready: _l("It was handed over on %(handed_over_at)s."),
    rules.NotHandedOver: _l("It was not handed over yet: cancel it instead."),
    rules.ReturnedAlready: _l("It came back on %(returned_at)s."),
    rules.NotYourHandover: _l("A colleague handed it over; only they can undo it. Take it back instead."),
    rules.UndoTooLate: _l("It can be undone for %(minutes)s minutes. Take it back instead."),
    rules.GivenAlready: _l(
        "The guest was given one on %(last_at)s. The next is due %(days)s days after that."
    ),
    rules.GiftUndone: _l("This very gift was undone, so nothing was given. Press “Give it” once more."),
}
AUDIT_SUBJECTS: Mapping[str, LazyString] = {
    "souvenir_reservation": _l("Reserved souvenir"),
    "arrival_gift": _l("Souvenir on arrival"),
}
AUDIT_ACTIONS: Mapping[str, LazyString] = {
    "souvenir.reserve": _l("Souvenir reserved"),
    "souvenir.by_client": _l("Reserved souvenir cancelled by the client"),
    "souvenir.by_hotel": _l("Reserved souvenir cancelled by the hotel"),
    "souvenir.expired": _l("Reserved souvenir not collected"),
    "souvenir.hand_over": _l("Souvenir handed over"),
    "souvenir.undo_handover": _l("Hand-over of a souvenir undone"),
    "souvenir.return": _l("Souvenir taken back"),
    "souvenir.give": _l("Souvenir given on arrival"),
    "souvenir.undo_gift": _l("Souvenir on arrival undone"),
}
SIGHT_PAGES: Mapping[str, LazyString] = {
    "reservations": _l("a souvenir that was reserved for you or by you"),
}


def misfit(points: int, in_force: Rules) -> str | None:
    """Why a price that was set under older rules cannot be paid today; none where it fits."""
    try:
        check_price(rules=in_force, points=points)
    except Refusal as refusal:
        return refused(refusal, zone="UTC")
    return None


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words; times by the hotel's clock."""
    return why.fill(REFUSALS[type(refusal)], dict(refusal.values), zone=zone)


def narrowed(only: ReservationFilter) -> list[str]:
    """What the list is narrowed to, for the head of its file."""
    said = [f"{_('State')}: {TABS[only.tab]}"]
    if only.day_from is not None:
        said.append(_("Arrival from %(start)s on.", start=day(only.day_from)))
    if only.day_to is not None:
        said.append(_("Arrival up to %(end)s, that day included.", end=day(only.day_to)))
    if only.text:
        said.append(f"{_('Search')}: {only.text}")
    return said


def timeline(found: Reservation) -> list[tuple[str, str, str, str]]:
    """How a reservation stands: title, note, when, and whether it is done, now, next or where it stopped."""
    zone = found.house.zone
    held = _("The points are held")
    steps = [(_("Reserved"), held, when(found.reserved_at, zone), "done")]
    if found.end is not None:
        note = found.end.reason or _("Points and souvenir are free again")
        ended = str(ENDINGS[EndKind(found.end.kind)])
        return [*steps, (ended, note, when(found.end.at, zone), "stopped")]
    if found.handover is None:
        note = _("Kept at the desk until %(day)s", day=day(found.keep_until))
        steps.append((_("Arrival"), note, day(found.arrival), "now"))
        return [*steps, (_("Handed over"), _("The points are spent then"), "", "next")]
    steps.append((_("Handed over"), _("The points are spent"), when(found.handover.at, zone), "done"))
    if found.taken_back is not None:
        note = found.taken_back.reason
        steps.append((_("Returned"), note, when(found.taken_back.at, zone), "stopped"))
    return steps
