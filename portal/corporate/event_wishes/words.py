"""Words of the wish to be invited, or not."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

AUDIT_ACTIONS: dict[str, LazyString] = {
    "event_wish.opt_out": _l("Opted out of invitations to closed events"),
    "event_wish.opt_in": _l("Opted in to invitations to closed events again"),
}
