"""What the audit calls its own entries."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

AUDIT_SUBJECTS: dict[str, LazyString] = {"audit": _l("Audit")}
AUDIT_ACTIONS: dict[str, LazyString] = {"audit.export": _l("Audit exported")}
