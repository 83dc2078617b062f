"""The room's sentences."""

from flask_babel import lazy_gettext as _l

SIGN_IN_REFUSED = _l("The e-mail address or the password is not right.")
