"""Why no hall is to be had, and what may be had instead."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.halls.models import Layout
from portal.corporate.halls.rules import AllTaken, NoneLargeEnough, NoneSeatsThatWay, NotLaidOutThatWay
from portal.programme.rules import Refusal

LAYOUTS: dict[str, LazyString] = {
    Layout.THEATRE: _l("Theatre"),
    Layout.CLASSROOM: _l("Classroom"),
    Layout.BOARDROOM: _l("Boardroom"),
    Layout.U_SHAPE: _l("U-shape"),
    Layout.BANQUET: _l("Banquet, round tables"),
    Layout.COCKTAIL: _l("Cocktail, standing"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    NoneLargeEnough: _l(
        "%(headcount)s guests are more than we can seat: the largest is %(hall)s, for %(most)s. "
        "Split the party, or ask us for another hotel."
    ),
    NoneSeatsThatWay: _l(
        "%(headcount)s guests do not fit in that layout: %(layout)s, at most %(most)s. "
        "Choose another layout, or leave it to us."
    ),
    NotLaidOutThatWay: _l(
        "No hall of this hotel can be laid out as wished: %(layout)s. Choose another layout or hotel."
    ),
    AllTaken: _l("Everything that seats your party is taken on %(starts_at)s."),
}
FREE_AGAIN = _l("It is free again on %(free_at)s.")
FREE_EARLIER = _l("It is free earlier, on %(earlier_at)s.")
NOT_FREE = _l("Nothing is free within a day of it: choose another day or another hotel.")
SMALLER = _l("%(smaller)s is free at that time and seats %(seats)s.")
