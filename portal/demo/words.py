"""What the audit calls the loading of the demo."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

AUDIT_SUBJECTS: dict[str, LazyString] = {"group": _l("Hotel group")}
AUDIT_ACTIONS: dict[str, LazyString] = {"demo.load": _l("Demo group loaded")}
