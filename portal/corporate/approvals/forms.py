"""Why a booking is not approved."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class TogetherForm(FlaskForm):
    """The bookings are boxes of the page."""


class DeclineForm(FlaskForm):
    """The approver's no."""

    reason = StringField(
        _l("Why?"),
        validators=[
            InputRequired(_l("Say why: whoever booked it will read it.")),
            Length(max=300, message=_l("Keep it within 300 characters.")),
        ],
    )
