"""Why people are not to be had, and what may be had instead."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.staffing.rules import StaffBusy
from portal.programme.rules import Refusal

REFUSALS: dict[type[Refusal], LazyString] = {
    StaffBusy: _l(
        "Not enough people are free on %(starts_at)s: wanted %(people)s, free %(free)s. Choose fewer, or "
        "another time."
    ),
}
