"""What a look at one's own log shows of guests."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SIGHT_PAGES: dict[str, LazyString] = {
    "day.log": _l("your name in the list of services that an employee logged")
}
