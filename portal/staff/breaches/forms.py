"""Why nothing is given."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length


class WaiverForm(FlaskForm):
    """The reason, in words that the client reads."""

    reason = StringField(
        _l("Why nothing is given"),
        validators=[
            DataRequired(_l("Say why: the client reads it.")),
            Length(max=300, message=_l("Keep it within 300 characters.")),
        ],
    )
