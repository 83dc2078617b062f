"""Withdrawals in words."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme.models import VersionWithdrawal
from portal.programme.rules import Refusal
from portal.programme.withdrawals import rules
from portal.web import formats, why

AUDIT_ACTIONS: dict[str, LazyString] = {
    "programme.ask_withdrawal": _l("Withdrawal of a version asked for"),
    "programme.withdraw": _l("Version withdrawn before it began"),
    "programme.keep": _l("Withdrawal of a version declined"),
    "programme.take_back_withdrawal": _l("Wish to withdraw a version taken back"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.VersionGone: _l("There is no such version, or it was withdrawn before. Look at the list."),
    rules.VersionBegun: _l(
        "Version %(version)s has begun: what was counted under it stays. Publish another that follows it."
    ),
    rules.VersionFollowed: _l("Version %(version)s was made upon this one. Withdraw that one first."),
    rules.WithdrawalWaits: _l("Somebody asked for it already, and it waits for another’s word."),
    rules.WithdrawalSettled: _l("Nothing waits for a word any more. Look at the history."),
    rules.OwnWithdrawal: _l("You asked for it yourself; somebody else agrees."),
    rules.WithdrawalFormTaken: _l(
        "This form has been sent before with something else in it. Open the page anew."
    ),
}


def refused(refusal: Refusal) -> str:
    """The sentence of a refusal."""
    return why.fill(REFUSALS[type(refusal)], refusal.values)


def timeline(wishes: Sequence[VersionWithdrawal], zone: str) -> list[tuple[str, str, str, str]]:
    """Who wished a version away, and what became of it, for `page_parts.timeline`."""
    items = []
    for wish in wishes:
        asked = _("Withdrawal asked for")
        moment = formats.when(wish.asked_at, zone)
        items.append((f"{asked}: {wish.by.name}", wish.reason, moment, "done"))
        if wish.settled_at is None or wish.settled_by is None:
            items.append((_("Waits for another’s word"), "", "", "now"))
            continue
        said = {
            "agreed": _("Version withdrawn"),
            "declined": _("Version kept"),
            "taken_back": _("Wish taken back"),
        }[wish.outcome or ""]
        moment = formats.when(wish.settled_at, zone)
        title = f"{said}: {wish.settled_by.name}"
        items.append((title, wish.settled_words, moment, "stopped"))
    return items
