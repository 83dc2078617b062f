"""What the page of an order says when the form itself is at fault."""

from flask_babel import lazy_gettext as _l

TAMPERED = _l("The form was not sent as the page made it. Open it anew.")
