"""What stays and their bills are called."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.hotel.models import Category
from portal.stays.models import StayStatus

STATUSES: dict[str, LazyString] = {
    StayStatus.CHECKED_OUT: _l("Checked out"),
    StayStatus.CANCELLED: _l("Cancelled"),
    StayStatus.NO_SHOW: _l("No-show"),
    StayStatus.IN_HOUSE: _l("In house"),
    StayStatus.EXPECTED: _l("Expected"),
}

CATEGORIES: dict[str, LazyString] = {
    Category.ROOMS: _l("Rooms"),
    Category.FOOD_AND_DRINK: _l("Food and drink"),
    Category.HALLS_AND_EQUIPMENT: _l("Halls and equipment"),
    Category.OTHER_SERVICES: _l("Other services"),
}
