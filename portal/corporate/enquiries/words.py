"""How a line stands with a partner, in words."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.corporate.enquiries.rules import Stand

STANDS: dict[Stand, LazyString] = {
    Stand.ASKED: _l("asked"),
    Stand.LATE: _l("no answer yet"),
    Stand.CONFIRMED: lazy_pgettext("a partner", "confirmed"),
    Stand.DECLINED: lazy_pgettext("a partner", "declined"),
    Stand.OFFERED: _l("offers something else"),
    Stand.LEFT: _l("not taken"),
    Stand.WITHDRAWN: _l("no longer wanted"),
    Stand.TO_CALL_OFF: lazy_pgettext("a partner", "to be called off"),
    Stand.CALLED_OFF: lazy_pgettext("a partner", "called off"),
}
TAGS: dict[Stand, str] = {
    Stand.ASKED: "",
    Stand.LATE: "bad",
    Stand.CONFIRMED: "ok",
    Stand.DECLINED: "bad",
    Stand.OFFERED: "warn",
    Stand.LEFT: "",
    Stand.WITHDRAWN: "",
    Stand.TO_CALL_OFF: "warn",
    Stand.CALLED_OFF: "",
}
