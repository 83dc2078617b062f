"""The shape of what the desk sends."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SubmitField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class ServiceForm(FlaskForm):
    """One of the nine keys, pressed for a card."""

    token = HiddenField(validators=[Regexp(UUID_PATTERN)])
    card = HiddenField(validators=[InputRequired()])
    service = HiddenField(validators=[InputRequired()])


class DeliveryForm(FlaskForm):
    """A promised line: how much of it was delivered, and when."""

    token = HiddenField(validators=[Regexp(UUID_PATTERN)])
    card = HiddenField(validators=[Optional()])
    quantity = IntegerField(
        _l("Delivered"),
        validators=[
            InputRequired(_l("Enter how many were delivered; 0 when none was.")),
            NumberRange(min=0, max=10_000, message=_l("Enter a number from 0 to 10,000.")),
        ],
    )
    time = TimeField(_l("At what time"), validators=[Optional()])
    submit = SubmitField(_l("Delivered"))
