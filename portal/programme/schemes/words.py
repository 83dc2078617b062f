"""What the classic schemes are called, and what each of them does."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme.rules import Refusal
from portal.programme.schemes import rules

SCHEMES: dict[str, LazyString] = {
    rules.FLAT: _l("Flat discount"),
    rules.LADDER_NIGHTS: _l("Cumulative discount by nights"),
    rules.LADDER_SPEND: _l("Cumulative discount by spend"),
    rules.POINTS_MONEY: _l("Points as money"),
    rules.POINTS_CATALOGUE: _l("Points for a catalogue"),
    rules.OWN: _l("A scheme of our own"),
}
ABOUT: dict[str, LazyString] = {
    rules.FLAT: _l("The same discount for every company, no points."),
    rules.LADDER_NIGHTS: _l("The more nights, the larger the discount; no points."),
    rules.LADDER_SPEND: _l("The more is spent, the larger the discount; no points."),
    rules.POINTS_MONEY: _l("No discount: points are earned and pay a part of the bill."),
    rules.POINTS_CATALOGUE: _l("No discount: points are earned and pay for gifts, not for bills."),
    rules.OWN: _l("Discounts and points together."),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.UnknownScheme: _l("There is no scheme “%(scheme)s”. Choose one of the list."),
}
