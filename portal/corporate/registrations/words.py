"""Words of parties: where they stand, why something cannot be done, and what to do instead."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.corporate.events import words as events
from portal.corporate.registrations import rules
from portal.corporate.registrations.models import Diet, EventGuest, Registration, RegistrationState
from portal.programme.rules import Refusal
from portal.web import why

STATES: dict[RegistrationState, LazyString] = {
    RegistrationState.REGISTERED: _l("Registered"),
    RegistrationState.WAITLISTED: _l("On the waiting list"),
    RegistrationState.CANCELLED: lazy_pgettext("a party", "Ended"),
}
STATE_TAGS: dict[RegistrationState, str] = {
    RegistrationState.REGISTERED: "ok",
    RegistrationState.WAITLISTED: "warn",
    RegistrationState.CANCELLED: "bad",
}
DIETS: dict[str, LazyString] = {
    Diet.NONE: _l("No special diet"),
    Diet.VEGETARIAN: _l("Vegetarian"),
    Diet.VEGAN: _l("Vegan"),
    Diet.HALAL: _l("Halal"),
    Diet.KOSHER: _l("Kosher"),
    Diet.GLUTEN_FREE: _l("Gluten-free"),
    Diet.LACTOSE_FREE: _l("Lactose-free"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    **events.REFUSALS,
    rules.RegistrationOfOthers: _l("This form belongs to another party. Open it anew."),
    rules.NoAllowanceLeft: _l(
        "Your company has had its seats. Look at “why?” beside the number, or ask your account manager."
    ),
    rules.PartyTooLarge: _l(
        "Seats left here for your company: %(left)s. You named %(wanted)s guests: leave some out."
    ),
    rules.TooManyPlusOnes: _l("Who may come along with one guest: %(most)s at the most. Leave some out."),
    rules.GuestTwice: _l("%(name)s is named twice. Each guest is registered once."),
    rules.NobodyNamed: _l("Nobody is named yet. Choose a traveller or type a name."),
    rules.NamesFixed: _l("Names could be changed until %(names_until)s. Call the hotel: %(phone)s."),
    rules.GuestsCannotGrow: _l("A party cannot grow here. Register the others as a party of their own."),
    rules.AlreadyCancelled: _l("The party was taken back on %(cancelled_at)s. Register it anew."),
    rules.AlreadyAtTheDoor: _l("Somebody of the party is at the event already. Talk to the hotel."),
    rules.SeatGivenAway: _l("Your seat has been given to somebody who waited. Ask whoever invited you."),
    rules.NoSeatToReturnTo: _l("Your company has no seat left at this event. Ask whoever invited you."),
    rules.LeftOut: _l("The invitation was taken back. If that surprises you, ask whoever invited you."),
    rules.NeitherYesNorNo: _l("Say whether you are coming: press one of the two buttons."),
    rules.NotAnAdmission: _l("This is no admission to an event: it has fourteen digits."),
    rules.MistypedAdmission: _l("A digit is wrong: compare it with the code once more."),
}
CODE = _l("Code for the door")
OVER = _l("Your party is not expected any more. Ask whoever invited you.")
ENDED_BY: dict[str, LazyString] = {
    rules.BY_CLIENT: _l("Taken back by your company"),
    rules.BY_GUESTS: _l("Its guests said that they are not coming"),
    rules.FULL: _l("No seat became free before it began"),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "event.register": _l("Party registered for an event"),
    "event.names": _l("Names of a party changed"),
    "event.withdraw": _l("Party taken back"),
    "event.decline": _l("Guest declined"),
    "event.confirm": _l("Guest confirmed"),
    "event.in_vain": _l("Party waited for a seat in vain"),
    "event.seat": _l("Party moved up from the waiting list"),
    "event.forget": _l("Guests of an event forgotten"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"event_registration": _l("Party at an event")}
SIGHT_PAGES: dict[str, LazyString] = {"registrations.party": _l("a party for an event with your name")}


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words; times in the property's zone."""
    return events.refused(refusal, zone=zone, sentences=REFUSALS)


def party_said(registration: Registration) -> str:
    """Who comes, in one line."""
    names = ", ".join(guest.name for guest in registration.coming)
    return _("Guests: %(names)s", names=names)


def explained(registration: Registration) -> why.Explanation:
    """How many seats the company might take, and why."""
    return why.explain(registration.allowance)


def answered(guest: EventGuest) -> str:
    """What a guest said, or did at the door; nothing where nobody asked them."""
    if guest.checked_in_at is not None:
        return _("Came")
    if guest.no_show_at is not None:
        return _("Did not come")
    if guest.left_out_at is not None:
        return _("Left out")
    if guest.declined_at is not None:
        return _("Is not coming")
    if guest.confirmed_at is not None:
        return _("Is coming")
    return _("Has not answered yet") if guest.email else ""
