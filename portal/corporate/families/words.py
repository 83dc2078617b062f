"""What is said of families."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.families import rules
from portal.corporate.families.models import FamilyLink, Side
from portal.corporate.families.rules import LinkState
from portal.programme.rules import Refusal
from portal.web import why

STATES: dict[LinkState, LazyString] = {
    LinkState.WAITS_FOR_US: _l("Waits for your company"),
    LinkState.WAITS_FOR_THEM: _l("Waits for the other company"),
    LinkState.HOLDS: _l("Holds"),
    LinkState.ENDED: _l("Ended"),
}
TAGS: dict[LinkState, str] = {
    LinkState.WAITS_FOR_US: "warn",
    LinkState.WAITS_FOR_THEM: "brass",
    LinkState.HOLDS: "ok",
    LinkState.ENDED: "",
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.SameCompany: _l("A company is not its own parent. Choose another one."),
    rules.HasParent: _l("It belongs to %(parent)s already, or was asked to. End that link first."),
    rules.FamilyInCircle: _l("The parent would belong to its own subsidiary. Link them the other way round."),
    rules.FamilyTooDeep: _l("A family has %(most)s levels at most. Link it with a company higher up."),
    rules.FamilyTooLarge: _l("A family has %(most)s companies at most. End a link first."),
    rules.NobodyToAgree: _l(
        "Nobody runs the account of %(company)s, so nobody can agree. Let it join first."
    ),
    rules.LinkEnded: _l("This link has been ended, or declined. The hotel can propose it anew."),
    rules.AgreedAlready: _l("Your company has agreed already."),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"family_link": _l("Link of two companies")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "family.propose": _l("Parent and subsidiary proposed"),
    "family.agree": _l("Parent and subsidiary agreed to"),
    "family.end": _l("Parent and subsidiary parted, or declined"),
}


def refused(refusal: Refusal) -> str:
    """The sentence of a refusal."""
    return why.fill(REFUSALS[type(refusal)], refusal.values)


def said(link: FamilyLink, side: Side) -> str:
    """What a link says to one of the two."""
    if side is Side.PARENT:
        return _("%(company)s is your subsidiary", company=link.subsidiary.name)
    return _("%(company)s is your parent company", company=link.parent.name)


def consequence(side: Side) -> str:
    """What agreeing means for one of the two."""
    if side is Side.PARENT:
        return _("You then see its tier, nights, spend, savings, points, stays and bookings, without names.")
    return _("It then sees your tier, nights, spend, savings, points, stays and bookings, without names.")


def finding(number: int) -> str:
    """The finding of a parent's page."""
    if not number:
        return _("Your company has no subsidiaries here")
    return ngettext("%(num)s company belongs to yours", "%(num)s companies belong to yours", number)
