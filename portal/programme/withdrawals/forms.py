"""Why a version is withdrawn, and what another says to it."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import UUID, DataRequired, Length, Optional

MOST_WORDS = 500
TOO_LONG = _l("Please shorten it to %(max)d characters.")


class WithdrawalForm(FlaskForm):
    """The reason; `token` makes two clicks one wish."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    reason = StringField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why it shall not begin.")),
            Length(max=MOST_WORDS, message=TOO_LONG),
        ],
        description=_l("It stays with the version, for whoever reads it later."),
    )


class WordForm(FlaskForm):
    """A word to somebody else's wish."""

    words = StringField(_l("Your words"), validators=[Optional(), Length(max=MOST_WORDS, message=TOO_LONG)])
