"""Words of quotes: how they stand, and why something cannot be done with them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.corporate.bookings import words as bookings
from portal.corporate.halls.rules import AllTaken
from portal.corporate.quotes import rules
from portal.corporate.quotes.models import QuoteState
from portal.corporate.quotes.queries import Tab
from portal.corporate.staffing.rules import StaffBusy
from portal.programme.rules import Refusal
from portal.web import why

STATES: dict[QuoteState, LazyString] = {
    QuoteState.OPEN: lazy_pgettext("a quote", "Open"),
    QuoteState.ACCEPTED: lazy_pgettext("a quote", "Accepted"),
    QuoteState.WITHDRAWN: lazy_pgettext("a quote", "Withdrawn"),
    QuoteState.EXPIRED: lazy_pgettext("a quote", "Expired"),
}
STATE_TAGS: dict[QuoteState, str] = {
    QuoteState.OPEN: "brass",
    QuoteState.ACCEPTED: "ok",
    QuoteState.WITHDRAWN: "",
    QuoteState.EXPIRED: "",
}
TABS: dict[Tab, LazyString] = {
    Tab.OPEN: lazy_pgettext("several quotes", "Open"),
    Tab.ACCEPTED: lazy_pgettext("several quotes", "Accepted"),
    Tab.ENDED: _l("Withdrawn or expired"),
    Tab.ALL: _l("All"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.QuoteNoLongerHolds: _l(
        "The hotel’s services have changed: what was quoted at %(quoted_cents)s would be %(now_cents)s. "
        "Copy the quote to see today’s price."
    ),
    rules.OtherPricesThen: _l(
        "On %(day_date)s the hotel has other prices than on the quoted day. Choose another day, or copy the "
        "quote to see the price of that one."
    ),
    rules.NotAnOffer: _l("That time cannot be read. Choose the day and when it begins."),
}
ENDED: dict[QuoteState, LazyString] = {
    QuoteState.ACCEPTED: _l("It was accepted already."),
    QuoteState.WITHDRAWN: _l("It was withdrawn. Copy it to ask for today’s price."),
    QuoteState.EXPIRED: _l("It was valid until %(valid_until_at)s. Copy it to ask for today’s price."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "quote.issue": _l("Quote issued"),
    "quote.accept": _l("Quote accepted"),
    "quote.withdraw": _l("Quote withdrawn"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"price_quote": _l("Quote")}
SIGHT_PAGES: dict[str, LazyString] = {"quotes.quote": _l("a quote with your name")}


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words, times in the hotel's zone; what is taken meanwhile is said with what is free."""
    if isinstance(refusal, rules.QuoteNotOpen):
        said = ENDED[QuoteState(str(refusal.values["state"]))]
        return why.fill(said, refusal.values, zone=zone)
    if type(refusal) in REFUSALS:
        return why.fill(REFUSALS[type(refusal)], refusal.values, zone=zone)
    said = bookings.refused(refusal, zone=zone)
    if not isinstance(refusal, (AllTaken, StaffBusy)):
        return said
    return said + " " + _("The price is kept: take another time for it.")


def other_times(refusal: Refusal, *, zone: str) -> tuple[tuple[str, str], ...]:
    """The nearest times at which what was refused can be had: the instant, and how it reads."""
    return bookings.notice(refusal, zone=zone).instead if isinstance(refusal, (AllTaken, StaffBusy)) else ()
