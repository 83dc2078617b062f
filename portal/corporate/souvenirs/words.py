"""Words of the catalogue of souvenirs."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.souvenirs import rules
from portal.corporate.souvenirs.models import MoveKind
from portal.corporate.souvenirs.queries import SouvenirFilter
from portal.documents import pictures
from portal.programme import words as programme
from portal.programme.redemption.rules import BelowRedemptionMinimum, NotInRedemptionSteps
from portal.programme.rules import Refusal
from portal.web import why

LANGUAGES: Mapping[str, LazyString] = {"en": _l("English"), "ru": _l("Russian")}
DRAWINGS: Mapping[str, LazyString] = {
    "parcel": _l("Parcel"),
    "tea": _l("Tea"),
    "chocolate": _l("Chocolate"),
    "notebook": _l("Notebook"),
    "pen": _l("Fountain pen"),
    "candle": _l("Candle"),
    "umbrella": _l("Umbrella"),
    "robe": _l("Bathrobe"),
    "key": _l("Brass key"),
    "flask": _l("Flask"),
}
SETS: Mapping[str, LazyString] = {
    "card": _l("A welcome card"),
    "set_s": _l("Set S"),
    "set_m": _l("Set M"),
    "set_l_named": _l("Set L, with the guest’s name"),
}
MOVES: Mapping[str, LazyString] = {
    MoveKind.COUNTED_IN: _l("Came in"),
    MoveKind.CORRECTED: _l("Count corrected"),
    MoveKind.HANDED_OVER: _l("Handed over"),
    MoveKind.UNDONE: _l("Undone at the desk"),
    MoveKind.RETURNED: _l("Came back from a guest"),
    MoveKind.GIVEN: _l("Given on arrival"),
}
PICTURES: Mapping[type[pictures.PictureRefused], LazyString] = {
    pictures.Unreadable: _l("That is no photograph we can read. Choose a JPEG or a PNG."),
    pictures.TooManyPixels: _l("The photograph has more than 40 million pixels. Make it smaller first."),
}
REFUSALS: Mapping[type[Refusal], LazyString] = {
    **programme.REFUSALS,
    BelowRedemptionMinimum: _l(
        "Points are redeemed from %(min_points)s on. Set a price of at least so many."
    ),
    NotInRedemptionSteps: _l("Points are redeemed in steps of %(step_points)s. Round the price."),
    rules.SouvenirGone: _l(
        "Only %(left)s are left at this hotel now. Take fewer, choose another hotel or another souvenir."
    ),
    rules.NotSaidInEveryLanguage: _l(
        "It cannot be offered yet: name and describe it in these languages, too: %(said)s."
    ),
    rules.CountedBelowPromised: _l(
        "%(reserved)s are promised to guests, so fewer cannot be written. Cancel a reservation first."
    ),
    rules.NothingCounted: _l("There were %(on_hand)s already, so nothing was changed."),
    rules.SetTaken: _l("Another souvenir is given for this set. Take it out of the set first."),
}
AUDIT_SUBJECTS: Mapping[str, LazyString] = {
    "souvenir": _l("Souvenir"),
    "souvenir_terms": _l("Terms of souvenirs"),
}
AUDIT_ACTIONS: Mapping[str, LazyString] = {
    "souvenir.add": _l("Souvenir added"),
    "souvenir.change": _l("Souvenir changed"),
    "souvenir.offer": _l("Souvenir offered"),
    "souvenir.withdraw": _l("Souvenir no longer offered"),
    "souvenir.picture": _l("Picture of a souvenir changed"),
    "souvenir.count_in": _l("Souvenirs came in"),
    "souvenir.correct": _l("Count of a souvenir corrected"),
    "souvenir.warn_at": _l("Warning of few souvenirs changed"),
    "souvenir.terms": _l("Terms of souvenirs changed"),
}


def refused(refusal: Refusal) -> str:
    """A refusal in words."""
    values = dict(refusal.values)
    if isinstance(refusal, rules.NotSaidInEveryLanguage):
        values["said"] = ", ".join(str(LANGUAGES[code]) for code in str(values["languages"]).split())
    return why.fill(REFUSALS[type(refusal)], values)


def narrowed(only: SouvenirFilter) -> list[str]:
    """What the catalogue is narrowed to, for the head of its file."""
    said = [_("By price, the lowest first; then what is given on arrival.")]
    if only.text:
        said.append(f"{_('Search')}: {only.text}")
    return said
