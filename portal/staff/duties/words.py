"""Words of who does what."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

AUDIT_ACTIONS: dict[str, LazyString] = {"duty.assign": _l("Services given to departments")}
