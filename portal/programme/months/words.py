"""What closed months are called in the audit, and why one no longer holds."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

AUDIT_SUBJECTS: dict[str, LazyString] = {"month": _l("Month of the books")}
AUDIT_ACTIONS: dict[str, LazyString] = {"months.close": _l("Month closed")}
BREAKS: dict[str, LazyString] = {
    "previous": _l("The close does not follow the one before it."),
    "seal": _l("The figures were changed after the month was closed."),
    "heads": _l("The chains no longer hold what they held when the month was closed."),
}
