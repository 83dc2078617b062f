"""Words of the door: what a scan says, and why somebody is not let in."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.admissions import rules
from portal.corporate.admissions.queries import Order, Who
from portal.corporate.events import words as events
from portal.corporate.registrations import words as registrations
from portal.corporate.registrations.models import EventGuest
from portal.documents import exports
from portal.documents.tables import Cell
from portal.programme.rules import Refusal

REFUSALS: dict[type[Refusal], LazyString] = {
    **registrations.REFUSALS,
    rules.UnknownGuest: _l(
        "Nobody of this event has that code. Search the name: the guest may have been replaced."
    ),
    rules.AlreadyIn: _l("%(name)s is in already, since %(checked_in_at)s."),
    rules.StillWaiting: _l("%(name)s is on the waiting list and has no seat yet."),
    rules.TakenBack: _l(
        "%(name)s is not expected: the party was taken back, or the guest declined or was replaced."
    ),
    rules.DoorClosed: _l("The door opens on %(opens_at)s and closes six hours after the end."),
    rules.NotIn: _l("This guest is not in, so there is nothing to take back."),
    rules.UndoTooLate: _l("It can be taken back for %(minutes)s minutes."),
}
WHO: dict[Who, LazyString] = {
    Who.ALL: _l("All with a seat"),
    Who.EXPECTED: _l("Still expected"),
    Who.HERE: _l("Here"),
    Who.WAITING: _l("Waiting list"),
}
ORDERS: dict[Order, LazyString] = {
    Order.NAME: _l("by guest"),
    Order.COMPANY: _l("by company"),
    Order.TABLE: _l("by table"),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "event.check_in": _l("Guest let in"),
    "event.undo_check_in": _l("Guest's coming taken back"),
    "event.table": _l("Guest given a table"),
    "event.close": _l("Event closed"),
}
SIGHT_PAGES: dict[str, LazyString] = {
    "admissions.door": _l("the door of an event that you come to"),
    "admissions.guests": _l("the list of guests of an event that you come to"),
}


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words; times in the property's zone."""
    return events.refused(refusal, zone=zone, sentences=REFUSALS)


def header() -> list[str]:
    """The columns of the list of guests as a table."""
    return [
        _("Guest"), _("Company"), _("Table"), _("Diet"), _("Needs"), _("Code"), _("Answer"), _("Came at"),
        _("Let in by"),
    ]  # fmt: skip


def cells(guest: EventGuest, *, zone: str) -> list[Cell]:
    """A guest as a row of it."""
    return [
        guest.name or _("Name forgotten"),
        guest.registration.account.name,
        guest.table_no,
        str(registrations.DIETS[guest.diet]),
        guest.needs,
        guest.admission,
        registrations.answered(guest),
        exports.local(guest.checked_in_at, zone) if guest.checked_in_at else None,
        guest.checked_in_by.name if guest.checked_in_by else "",
    ]
