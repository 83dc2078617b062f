"""What is said of points by hand."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.programme import words as programme
from portal.programme.credits import rules
from portal.programme.credits.models import CreditReason, CreditRequest
from portal.programme.credits.queries import Tab
from portal.programme.credits.rules import CreditState
from portal.programme.rules import Refusal
from portal.web import formats

STATES: dict[CreditState, LazyString] = {
    CreditState.WAITING: _l("Waits for others"),
    CreditState.DONE: _l("Carried out"),
    CreditState.DECLINED: _l("Declined"),
    CreditState.WITHDRAWN: _l("Withdrawn"),
    CreditState.LAPSED: _l("Nobody answered in time"),
}
TAGS: dict[CreditState, str] = {
    CreditState.WAITING: "warn",
    CreditState.DONE: "ok",
    CreditState.DECLINED: "bad",
    CreditState.WITHDRAWN: "",
    CreditState.LAPSED: "",
}
TABS: dict[Tab, LazyString] = {
    Tab.WAITING: _l("Waiting"),
    Tab.DONE: _l("Carried out"),
    Tab.REFUSED: _l("Not carried out"),
    Tab.ALL: _l("All"),
}
REASONS: dict[str, LazyString] = {
    CreditReason.COMPLAINT: _l("A complaint was made good"),
    CreditReason.GOODWILL: _l("A thank-you of the hotel"),
    CreditReason.MISSING: _l("Points of a stay were missing"),
    CreditReason.MISTAKE: _l("A mistake was corrected"),
    CreditReason.OTHER: _l("Another reason"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.OwnRequest: _l("This is your own request; somebody else decides on it."),
    rules.DecidedAlready: _l("You have said your word to this request; another person is needed."),
    rules.NoLongerWaiting: _l("This request waits no longer. Look at how it ended."),
    rules.TokenTaken: _l("This form has been sent before with something else in it. Open the page anew."),
    rules.NothingToTakeBack: _l("There is nothing to take back: it was taken back already, or that waits."),
    rules.NotTheirs: _l("There is no such request for you. Look at the list."),
    rules.WordsMissing: _l("Say why, in a sentence: whoever asked reads it."),
}
SIGHT_PAGES: dict[str, LazyString] = {"credit": _l("your stay in a request for points by hand")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "credit.ask": _l("Points by hand asked for"),
    "credit.ask_back": _l("Points by hand to be taken back"),
    "credit.agree": _l("Points by hand agreed to"),
    "credit.decline": _l("Points by hand declined"),
    "credit.withdraw": _l("Request for points by hand withdrawn"),
    "points.credit": _l("Points credited"),
    "points.reversal": _l("Credited points taken back"),
}


def refused(refusal: Refusal) -> str:
    """The sentence of a refusal, of this room or of the programme."""
    sentence = REFUSALS.get(type(refusal))
    return str(sentence) if sentence is not None else programme.refused(refusal)


def finding(counts: Mapping[Tab, int]) -> str:
    """The headline of the list: what needs somebody."""
    if counts[Tab.WAITING]:
        return ngettext(
            "%(num)s request for points waits", "%(num)s requests for points wait", counts[Tab.WAITING]
        )
    return _("No request for points waits")


def headline(request: CreditRequest) -> str:
    """What a request is about."""
    points = formats.points(request.points)
    if request.takes_back_id is not None:
        return _("Take %(points)s back from %(company)s", points=points, company=request.account.name)
    return _("%(points)s for %(company)s", points=points, company=request.account.name)


def said_of(request: CreditRequest) -> str:
    """What became of a request just sent."""
    points = formats.points(request.points)
    if not rules.is_done(request):
        return ngettext(
            "Asked. %(num)s manager has to agree.",
            "Asked. %(num)s managers have to agree.",
            request.approvals,
        )
    if request.takes_back_id is not None:
        return _("%(points)s taken back from %(company)s.", points=points, company=request.account.name)
    return _("%(points)s given to %(company)s.", points=points, company=request.account.name)


def timeline(request: CreditRequest, *, state: CreditState, zone: str) -> list[tuple[str, str, str, str]]:
    """The history of a request for `page_parts.timeline`: title, note, moment, state."""
    items = [(_("Asked by %(name)s", name=request.by.name), "", formats.when(request.asked_at, zone), "done")]
    for decision in request.decisions:
        title = _("Agreed: %(name)s", name=decision.by.name)
        if not decision.agrees:
            title = _("Declined: %(name)s", name=decision.by.name)
        moment = formats.when(decision.at, zone)
        items.append((title, decision.words, moment, "done" if decision.agrees else "stopped"))
    last = {
        CreditState.WAITING: (_("Waits for others"), "now"),
        CreditState.DONE: (_("Carried out"), "done"),
        CreditState.WITHDRAWN: (_("Withdrawn"), "stopped"),
        CreditState.LAPSED: (_("Nobody answered in time"), "stopped"),
    }.get(state)
    if last is not None:
        ended = request.settled_at or request.expires_at
        moment = formats.when(ended, zone)
        moment = _("until %(when)s", when=moment) if state is CreditState.WAITING else moment
        items.append((last[0], "", moment, last[1]))
    return items
