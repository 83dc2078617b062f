"""The desk's sentences."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.accounts.rules import LEFT, LOST
from portal.corporate.deliveries.rules import DecidedAgainst
from portal.programme.rules import TierRules
from portal.staff.desk.rules import (
    CardBlocked,
    HolderHasLeft,
    NotYourEntry,
    ReasonNeeded,
    TimeNeeded,
    TimeToCome,
    TooLateToUndo,
    UndoneAlready,
)
from portal.staff.scans.rules import Kind
from portal.web.formats import percent_bp

Trouble = tuple[LazyString | str, LazyString | str]
"""What went wrong with a scan, and what to do."""

MISREAD: dict[Kind, Trouble] = {
    Kind.CARD: (
        _l("This card number cannot be right"),
        _l("One digit is wrong, or two neighbours are swapped. Scan it again, or type the name instead."),
    ),
    Kind.LIVE_CARD: (
        _l("This live code cannot be right"),
        _l("The reader missed a digit. Scan it again; the number under the code recognises the guest, too."),
    ),
    Kind.ADMISSION: (
        _l("This admission cannot be right"),
        _l("One digit is wrong, or two neighbours are swapped. Scan it again."),
    ),
    Kind.GUEST_PASS: (
        _l("This pass number cannot be right"),
        _l("One digit is wrong, or two neighbours are swapped. Scan it again."),
    ),
}
"""Codes of ours whose check digit does not fit."""
NOT_OURS = (
    _l("That is not a card of ours"),
    _l("A card has twelve digits. Scan it again, or type the guest's name or company."),
)
UNKNOWN_CARD = (
    _l("No guest has this card"),
    _l("The number is well formed, but it was never issued. Ask for the name, or offer a new card."),
)
REFUSALS: dict[type[Exception], LazyString] = {
    CardBlocked: _l("This card was blocked, so nothing was logged. Ask for the name and find the new card."),
    HolderHasLeft: _l(
        "The holder of this card has left the company, so nothing was logged."
        " Ask for the name: they may have another card."
    ),
    NotYourEntry: _l("A colleague logged this; only they can undo it here."),
    TimeNeeded: _l("This was promised for an earlier day. Enter the time at which it was delivered."),
    TimeToCome: _l("That time has not come yet. Enter the time at which it was delivered."),
    ReasonNeeded: _l("Less came than was promised. Say why in a few words: the client reads it."),
    UndoneAlready: _l("This entry was undone, so nothing was logged. Press the key again."),
    DecidedAgainst: _l(
        "A colleague has decided that nothing is given for this delivery, so it stands. Ask them to undo"
        " their decision first."
    ),
    TooLateToUndo: _l("More than ten minutes have passed. Ask your department head to correct it."),
}

SIGHT_PAGES: dict[str, LazyString] = {
    "desk": _l("your card at a front desk"),
    "desk.names": _l("your name among those that a front desk found"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"logged_service": _l("Entry of the service log")}
AUDIT_ACTIONS: dict[str, LazyString] = {"desk.undo": _l("Entry of the service log undone")}

BLOCKED_REASONS: dict[str, LazyString] = {
    LEFT: _l("the holder has left the company"),
    LOST: _l("it was reported lost"),
}
"""Reasons that the portal gives itself; all others are what somebody wrote."""

SOUVENIRS: dict[str, LazyString] = {
    "card": _l("A welcome card in the room"),
    "set_s": _l("Souvenir set S on arrival"),
    "set_m": _l("Souvenir set M on arrival"),
    "set_l_named": _l("Souvenir set L on arrival, with the guest's name"),
}


def empty_room(room_no: str) -> Trouble:
    """Nobody of ours is in that room, or the hotel system has not told yet."""
    return (
        gettext("No client is in room %(room)s today", room=room_no),
        gettext("The hotel's system names nobody there. Type the guest's name or company, or scan a card."),
    )


def offers(tier: TierRules) -> list[str]:
    """What the guest may be offered today by right of their company's tier."""
    found = [gettext("%(percent)s off the open rate", percent=percent_bp(tier.stay_discount_bp))]
    if tier.late_checkout is not None:
        found.append(gettext("Late check-out until %(time)s", time=tier.late_checkout))
    if tier.hall_av_bp:
        found.append(gettext("%(percent)s off hall and equipment", percent=percent_bp(tier.hall_av_bp)))
    found.append(
        gettext("%(percent)s off meals for their invitees", percent=percent_bp(tier.invitee_meals_bp))
    )
    found.append(str(SOUVENIRS[tier.souvenir]))
    return found
