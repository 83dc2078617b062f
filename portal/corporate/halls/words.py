"""Why no hall is to be had, and what may be had instead."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.halls.rules import AllTaken, NoneLargeEnough
from portal.programme.rules import Refusal

REFUSALS: dict[type[Refusal], LazyString] = {
    NoneLargeEnough: _l(
        "%(headcount)s guests are more than we can seat: the largest is %(hall)s, for %(most)s. "
        "Split the party, or ask us for another hotel."
    ),
    AllTaken: _l("Everything that seats your party is taken on %(starts_at)s."),
}
FREE_AGAIN = _l("It is free again on %(free_at)s.")
FREE_EARLIER = _l("It is free earlier, on %(earlier_at)s.")
NOT_FREE = _l("Nothing is free within a day of it: choose another day or another hotel.")
SMALLER = _l("%(smaller)s is free at that time and seats %(seats)s.")
