"""What is said of the rates of contracts."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.programme.contracts import rules
from portal.programme.contracts.models import ContractEnd, ContractEndWish, ContractRate
from portal.programme.contracts.rules import RateState
from portal.programme.rules import Refusal
from portal.web import formats, why

Item: TypeAlias = tuple[str, str, str, str]

STATES: dict[RateState, LazyString] = {
    RateState.WAITING: _l("Waits for another's word"),
    RateState.DECLINED: _l("Declined"),
    RateState.WITHDRAWN: _l("Withdrawn"),
    RateState.LAPSED: _l("Nobody answered in time"),
    RateState.TO_COME: _l("Agreed, to come"),
    RateState.IN_FORCE: _l("In force"),
    RateState.OVER: _l("Over"),
}
TAGS: dict[RateState, str] = {
    RateState.WAITING: "warn",
    RateState.DECLINED: "bad",
    RateState.TO_COME: "brass",
    RateState.IN_FORCE: "ok",
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.RateEndsBeforeItBegins: _l("The last night lies before the first. Choose a later one."),
    rules.RatesOverlap: _l(
        "There is a rate for these rooms from %(first_date)s to %(last_date)s already. End it, or choose "
        "other nights."
    ),
    rules.OwnRate: _l("You asked for this rate yourself; somebody else agrees to it."),
    rules.RateWaitsNoLonger: _l("This rate waits no longer. Look at how it ended."),
    rules.RateFormTaken: _l("This form has been sent before with something else in it. Open the page anew."),
    rules.NoSuchRate: _l("There is no such rate for you. Look at the list."),
    rules.DeclineNeedsWords: _l("Say why, in a sentence: whoever asked reads it."),
    rules.EndWaits: _l("An early end of this rate waits for another’s word already. Look at its history."),
    rules.EndWaitsNoLonger: _l("This early end waits no longer. Look at how it was settled."),
    rules.OwnEnd: _l("You asked for this end yourself; somebody else agrees to it."),
    rules.RateCannotEnd: _l("This rate cannot end early: it is over, has an end, or was never agreed."),
    rules.EndNotPossible: _l(
        "Nights that are over keep their price. Choose a last night from %(first_date)s on, earlier than "
        "the agreed one."
    ),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "contract.ask": _l("Rate of a contract asked for"),
    "contract.agree": _l("Rate of a contract agreed to"),
    "contract.decline": _l("Rate of a contract declined"),
    "contract.withdraw": _l("Wish for a rate withdrawn"),
    "contract.end_ask": _l("Early end of a contract's rate asked for"),
    "contract.end_decline": _l("Early end of a contract's rate declined"),
    "contract.end_withdraw": _l("Wish for an early end of a contract's rate withdrawn"),
    "contract.end": _l("Rate of a contract ended early"),
}


def refused(refusal: Refusal) -> str:
    """The sentence of a refusal."""
    return why.fill(REFUSALS[type(refusal)], refusal.values)


def headline(rate: ContractRate) -> str:
    """What a rate is."""
    price = formats.cents(rate.night_cents, rate.house.currency)
    return _("%(price)s net a night for %(company)s", price=price, company=rate.account.name)


def timeline(
    rate: ContractRate, wishes: Sequence[ContractEndWish], *, state: RateState, at: datetime, names: bool
) -> list[Item]:
    """The history of a rate for `page_parts.timeline`; the company reads what was done, not by whom.

    `wishes` are those for an early end, where the reader may know of them.
    """
    zone = rate.house.zone

    def by(said: str, name: str) -> str:
        return f"{said}: {name}" if names else said

    items = [(by(_("Asked for"), rate.by.name), "", formats.when(rate.asked_at, zone), "done")]
    if rate.settled_at is not None and rate.settled_by is not None:
        is_agreed = rate.outcome == "agreed"
        said = {"agreed": _("Agreed to"), "declined": _("Declined"), "withdrawn": _("Withdrawn")}
        moment = formats.when(rate.settled_at, zone)
        title = by(said[rate.outcome or ""], rate.settled_by.name)
        items.append((title, rate.settled_words if names else "", moment, "done" if is_agreed else "stopped"))
    else:
        is_open = state is RateState.WAITING
        moment = formats.until(rate.expires_at, zone)
        moment = _("until %(when)s", when=moment) if is_open else moment
        items.append((str(STATES[state]), "", moment, "now" if is_open else "stopped"))
    items += [item for wish in wishes for item in _wish(wish, zone=zone, at=at)]
    if rate.end is not None and not any(wish.outcome == "agreed" for wish in wishes):
        note = _why_it_ends(rate.end)
        items.append(
            (by(_("Ended early"), rate.end.by.name), note, formats.when(rate.end.at, zone), "stopped")
        )
    return items


def _wish(wish: ContractEndWish, *, zone: str, at: datetime) -> list[Item]:
    """Who asked for an early end, and what became of it."""
    title = _("Early end asked for")
    asked = (f"{title}: {wish.by.name}", _why_it_ends(wish), formats.when(wish.asked_at, zone), "done")
    if wish.settled_at is not None and wish.settled_by is not None:
        said = {
            "agreed": _("Early end agreed to"),
            "declined": _("Early end declined"),
            "withdrawn": _("Wish for an early end withdrawn"),
        }[wish.outcome or ""]
        moment = formats.when(wish.settled_at, zone)
        return [asked, (f"{said}: {wish.settled_by.name}", wish.settled_words, moment, "stopped")]
    moment = formats.until(wish.expires_at, zone)
    if rules.waits(wish, at=at):
        until = _("until %(when)s", when=moment)
        return [asked, (_("The early end waits for another’s word"), "", until, "now")]
    return [asked, (_("Nobody agreed to the early end in time"), "", moment, "stopped")]


def _why_it_ends(end: ContractEnd | ContractEndWish) -> str:
    last = _("The last night is that of %(day)s.", day=formats.day(end.last_on))
    return f"{end.reason} {last}"


def finding(states: Sequence[RateState]) -> str:
    """The headline of the list: what holds, and what waits."""
    if holding := states.count(RateState.IN_FORCE):
        return ngettext("%(num)s rate of the contract holds", "%(num)s rates of the contract hold", holding)
    if waiting := states.count(RateState.WAITING):
        return ngettext(
            "%(num)s rate waits for another’s word", "%(num)s rates wait for another’s word", waiting
        )
    return _("No rate of a contract holds today")
