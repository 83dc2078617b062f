"""What clients, invitees and desks are told of guest passes."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.passes import rules
from portal.corporate.passes.models import GuestPass, PassKind, PassUse, Payer
from portal.corporate.passes.queries import PassFilter, Tab
from portal.corporate.passes.rules import PassState
from portal.documents.tables import Cell
from portal.programme.rules import Refusal
from portal.web import formats, why
from portal.web.texts import in_language

KINDS: dict[PassKind, LazyString] = {PassKind.MEALS: _l("Meals"), PassKind.ROOMS: _l("Rooms")}
PAYERS: dict[Payer, LazyString] = {
    Payer.INVITEE: _l("The invitee pays"),
    Payer.COMPANY: _l("The company pays"),
}
STATES: dict[PassState, LazyString] = {
    PassState.VALID: _l("valid"),
    PassState.USED_UP: _l("used up"),
    PassState.EXPIRED: _l("expired"),
    PassState.REVOKED: _l("revoked"),
}
STATE_TAGS: dict[PassState, str] = {
    PassState.VALID: "ok",
    PassState.USED_UP: "",
    PassState.EXPIRED: "",
    PassState.REVOKED: "warn",
}
TABS: dict[Tab, LazyString] = {
    Tab.VALID: _l("Valid"),
    Tab.USED_UP: _l("Used up"),
    Tab.EXPIRED: _l("Expired"),
    Tab.REVOKED: _l("Revoked"),
    Tab.ALL: _l("All"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"guest_pass": _l("Guest pass")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "pass.issue": _l("Guest pass issued"),
    "pass.send_again": _l("Letter of a guest pass sent again"),
    "pass.revoke": _l("Guest pass revoked"),
    "pass.revoke_undone": _l("Revocation of a guest pass taken back"),
    "pass.use": _l("Guest pass used"),
    "pass.forget": _l("Invitee of a guest pass forgotten on request"),
    "pass.use_undone": _l("Use of a guest pass undone"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.AllowanceUsedUp: _l(
        "All %(allowance)s passes of this quarter are given. The next quarter begins on %(next_date)s; a pass"
        " that you revoke unused can be given anew."
    ),
    rules.DaysNotPossible: _l(
        "The days do not fit: choose a first day from %(today_date)s on, and a last day that does not lie"
        " before it."
    ),
    rules.DaysTooFar: _l("A pass ends within half a year. Choose a last day up to %(latest_date)s."),
    rules.PassOfOthers: _l("This form has been sent before from elsewhere. Open the page anew."),
    rules.PassRevoked: _l("The host revoked this pass on %(revoked_at)s. It gives nothing any more."),
    rules.PassNotYetValid: _l("This pass begins on %(first_date)s. Until then the usual price holds."),
    rules.PassExpired: _l("This pass ended on %(last_date)s. Ask the host for a new one."),
    rules.PassElsewhere: _l("This pass holds at another hotel, not at this one."),
    rules.PassUsedUp: _l(
        "All uses of this pass (%(uses)s) are taken, the last on %(used_at)s. Ask the host for a new one."
    ),
    rules.PassForOtherKind: _l("This pass is not for %(invitee)s. Charge the usual price."),
    rules.UseOfOther: _l("A colleague noted this use; only they can undo it here."),
    rules.TooLateToUndo: _l("More than ten minutes have passed, so it stands."),
    rules.UndoneAlready: _l("This use was undone. Scan the pass again to use it."),
    rules.NoLetter: _l(
        "No more letters: there is no address, or it was sent %(letters)s times. Print the pass instead."
    ),
}


def refused(refusal: Refusal, *, zone: str) -> str:
    """Say a refusal in the reader's language: what is wrong, and the remedy."""
    return why.fill(REFUSALS[type(refusal)], refusal.values, zone=zone)


def where(guest_pass: GuestPass, locale: str) -> str:
    """The hotel at which it holds."""
    if guest_pass.property is None:
        return gettext("Every hotel of the group")
    house: Any = guest_pass.property
    return f"{in_language(house.name, locale)}, {in_language(house.city, locale)}"


def gives(guest_pass: GuestPass) -> list[tuple[str, str]]:
    """What it takes off, kind by kind."""
    return [
        (
            str(KINDS[kind]),
            gettext("%(percent)s less", percent=formats.percent_bp(guest_pass.discount_bp(kind))),
        )
        for kind in guest_pass.kinds
    ]


def days(guest_pass: GuestPass) -> str:
    """Its days, whole and inclusive."""
    if guest_pass.first_on == guest_pass.last_on:
        return formats.day(guest_pass.first_on)
    first, last = formats.day(guest_pass.first_on), formats.day(guest_pass.last_on)
    return gettext("%(first)s to %(last)s", first=first, last=last)


def name(guest_pass: GuestPass) -> str:
    """The invitee's name, or that it was forgotten."""
    return guest_pass.invitee or gettext("Invitee (name no longer kept)")


def header() -> list[str]:
    """The columns of the exported list."""
    return [
        gettext("Pass"),
        gettext("Invitee"),
        gettext("Hotel"),
        gettext("From"),
        gettext("To"),
        gettext("For what"),
        gettext("Uses"),
        gettext("Used"),
        gettext("Who pays"),
        gettext("State"),
        gettext("Saved"),
        gettext("Given by"),
        gettext("Given on"),
    ]


def narrowed(only: PassFilter) -> list[str]:
    """What a list was narrowed to, in words."""
    said = [str(TABS[only.tab])]
    if only.text:
        said.append(gettext("Search: %(text)s", text=only.text))
    if only.day_from is not None:
        said.append(gettext("From %(day)s", day=formats.day(only.day_from)))
    if only.day_to is not None:
        said.append(gettext("To %(day)s", day=formats.day(only.day_to)))
    return said


def cells(
    guest_pass: GuestPass, *, saved: Cell, state: PassState, issued_on: Cell, locale: str
) -> list[Cell]:
    """One pass as a row of the exported list."""
    return [
        guest_pass.number,
        name(guest_pass),
        where(guest_pass, locale),
        guest_pass.first_on,
        guest_pass.last_on,
        ", ".join(str(KINDS[kind]) for kind in guest_pass.kinds),
        guest_pass.uses,
        guest_pass.used,
        str(PAYERS[Payer(guest_pass.payer)]),
        str(STATES[state]),
        saved,
        guest_pass.issued_by.name,
        issued_on,
    ]


def used(use: PassUse, guest_pass: GuestPass) -> str:
    """What the desk says after a use: the price, and who pays it."""
    payer = str(PAYERS[Payer(guest_pass.payer)])
    return gettext(
        "%(price)s instead of %(list)s. %(payer)s.",
        price=formats.cents(use.pays_cents, use.currency),
        list=formats.cents(use.list_cents, use.currency),
        payer=payer,
    )
