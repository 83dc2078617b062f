"""Drafts in words: states, sections, refusals and what the audit calls it all."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme import words as programme
from portal.programme.comparison import words as comparison
from portal.programme.drafts import rules
from portal.programme.drafts.models import Act, DraftState
from portal.programme.improvement.rules import DOORS_OF_A_TIER, Loss
from portal.programme.rules import FieldMistyped, FieldOutOfRange, Refusal, Rules
from portal.programme.schemes import words as schemes
from portal.web import why

STATES: dict[str, LazyString] = {
    DraftState.OPEN: _l("Being edited"),
    DraftState.SUBMITTED: _l("Waits for a second person"),
    DraftState.PUBLISHED: _l("Published"),
    DraftState.WITHDRAWN: _l("Withdrawn"),
}
STATE_TAGS = {
    DraftState.OPEN: "info",
    DraftState.SUBMITTED: "warn",
    DraftState.PUBLISHED: "ok",
    DraftState.WITHDRAWN: "",
}
ACTS: dict[str, LazyString] = {
    Act.SUBMIT: _l("Submitted"),
    Act.HAND_BACK: _l("Handed back"),
    Act.PUBLISH: _l("Published"),
    Act.WITHDRAW: _l("Withdrawn"),
}
STARTS: dict[str, LazyString] = {rules.IN_FORCE: _l("The last version"), **schemes.SCHEMES}
SECTIONS: dict[str, LazyString] = {
    "start": _l("Begun"),
    "tiers": _l("Tiers and doors"),
    "discounts": _l("Discounts and bundles"),
    "accrual": _l("What earns points"),
    "points": _l("Life and use of points"),
    "promotions": _l("Promotions"),
    "floors": _l("Floor prices"),
    "vat": _l("VAT"),
    "compensation": _l("Compensation"),
    "credits": _l("Points by hand"),
    "contact": _l("Contact budget"),
    "effect": _l("Day of effect and notice"),
}
ABOUT: dict[str, LazyString] = {
    "tiers": _l(
        "A higher tier asks for at least as much as the one below, and gives at least as much: nobody "
        "loses by climbing. The lowest is open to all. Below the table tiers are added and removed."
    ),
    "discounts": _l(
        "A contract’s net rate goes before the tier’s discount, and a bundle has its own. Where two "
        "discounts meet, you say whether the larger counts or one comes after the other. Never above the "
        "cap, never under a floor. Points are a way to pay and stand outside the cap."
    ),
    "accrual": _l(
        "Points come from net prices after discounts; nothing on third parties, no-show and cancellation "
        "fees. The tier counts all of it, whatever share earns, and nights before joining, too."
    ),
    "points": _l(
        "Points wait after check-out and payment, live to the end of a month, and are spent in the order "
        "in which they expire. Points that are out already keep the life they were given."
    ),
    "promotions": _l(
        "Of several promotions the best of a night holds. How it meets the tier’s discount and a contract’s "
        "rate is said with the discounts. Clear a code to remove the line."
    ),
    "floors": _l(
        "No discount takes a unit under its floor. A hotel’s own line goes before one for all hotels, a kind "
        "of service before its category."
    ),
    "vat": _l(
        "The rate holds from its day until a later line. What the table leaves out is taxed as the price "
        "list says. Taxes are law: they need no notice."
    ),
    "compensation": _l(
        "The highest threshold that a breach reaches gives its points, once for each line of an order."
    ),
    "credits": _l("Whoever credits points by hand names a reason and evidence, within these limits."),
    "contact": _l(
        "It binds every sender in the portal from the beginning of the day on which the version takes "
        "effect, also for letters that wait: an offer waits five weeks at most for a month that has room, a "
        "survey does not wait. Quiet hours begin and end on the hour."
    ),
    "effect": _l(
        "A version is published so many days before it takes effect as the version in force promises, and "
        "the one that it follows. Only what takes nothing from anybody may begin the next day, and taxes."
    ),
}
# Whom a part of the rules concerns; all others concern every company.
_CONCERNED: Mapping[str, LazyString] = {
    "tiers": _l("companies of any tier"),
    "earning_starts": _l("companies that join"),
    "manual_credits": _l("companies to which points are given by hand"),
    "booker_reward": _l("bookers whose employer consented"),
    "contact_budget": _l("everybody whom the hotels write to"),
    "hold_minutes": _l("companies that pay with points at the desk"),
    "promotions": _l("companies that stay while a promotion runs"),
    "bundle_ladder": _l("companies that order VIP bundles"),
    "compensation": _l("companies to which a promise was broken"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"programme_draft": _l("Draft of the rules")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "draft.begin": _l("Draft of the rules begun"),
    "draft.save": _l("Draft of the rules changed"),
    "draft.submit": _l("Draft of the rules submitted"),
    "draft.hand_back": _l("Draft of the rules handed back"),
    "draft.publish": _l("Rules published"),
    "draft.withdraw": _l("Draft of the rules withdrawn"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.DraftChanged: _l(
        "Somebody saved this draft while you were editing. Your entries are below; open the draft anew, "
        "compare, and save again."
    ),
    rules.DraftNotOpen: _l(
        "This draft is not edited any more. Begin a new one, or have this one handed back."
    ),
    rules.QuietAllDay: _l(
        "Quiet hours: in whole hours this leaves no hour in which to write. Leave one at least."
    ),
    rules.DayTooFar: _l("This day is more than two years away. Check the year."),
}
KINDS: dict[str, LazyString] = {
    "int": _l("a whole number"),
    "str": _l("text"),
    "date": _l("a day"),
    "time": _l("a time of the day, like 20:00"),
    "list": _l("a list"),
}


def refused(refusal: Refusal) -> str:
    """Say a refusal where its field stands: what is wrong, and the remedy."""
    if type(refusal) in REFUSALS:
        return str(REFUSALS[type(refusal)])
    where = str(refusal.values.get("field", ""))
    if isinstance(refusal, FieldOutOfRange):
        return _bounds(refusal, where)
    values = dict(refusal.values) | {"field": comparison.address(where)}
    if isinstance(refusal, FieldMistyped):
        kind = str(refusal.values["kind"])
        values["kind"] = str(KINDS.get(kind, kind))
    return why.fill(programme.REFUSALS[type(refusal)], values)


def again(withdrawn: Rules) -> str:
    """The start of a draft that says what a withdrawn version said."""
    return _("Version %(number)s, which was withdrawn", number=withdrawn.version)


def loss(found: Loss, previous: Rules) -> tuple[str, str]:
    """What is worse than in the version before, and for whom."""
    if not found.tier:
        return str(comparison.FIELDS[found.part]), str(_CONCERNED.get(found.part, _l("every company")))
    tier = programme.lazily(previous.tier(found.tier).called)
    if not found.field:
        return _("%(tier)s is gone", tier=tier), _("companies that are %(tier)s", tier=tier)
    what = f"{tier}: {comparison.FIELDS[found.field]}"
    if found.field in DOORS_OF_A_TIER:
        return what, _("companies that are %(tier)s, or on their way to it", tier=tier)
    return what, _("companies that are %(tier)s", tier=tier)


def _bounds(refusal: Refusal, where: str) -> str:
    name = where.rsplit(".", 1)[-1].split("[", maxsplit=1)[0]
    field = comparison.address(where)
    if "most" in refusal.values:
        most = comparison.value(name, refusal.values["most"])
        return _("%(field)s: at most %(most)s. Enter less.", field=field, most=most)
    least = comparison.value(name, refusal.values["least"])
    return _("%(field)s: at least %(least)s. Enter more.", field=field, least=least)
