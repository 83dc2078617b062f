"""What the states of a stay are called."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.stays.models import StayStatus

STATUSES: dict[str, LazyString] = {
    StayStatus.CHECKED_OUT: _l("Checked out"),
    StayStatus.CANCELLED: _l("Cancelled"),
    StayStatus.NO_SHOW: _l("No-show"),
    StayStatus.IN_HOUSE: _l("In house"),
    StayStatus.EXPECTED: _l("Expected"),
}
