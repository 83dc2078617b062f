"""The shape of what the desk sends."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField, SubmitField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from portal.staff.desk import rules

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
CARD_PATTERN = r"^[0-9]{1,20}$"


class ServiceForm(FlaskForm):
    """One of the nine keys, pressed for a card."""

    token = HiddenField(validators=[Regexp(UUID_PATTERN)])
    card = HiddenField(validators=[InputRequired()])
    service = HiddenField(validators=[InputRequired()])


class DeliveryForm(FlaskForm):
    """A promised line: how much of it was delivered, and when."""

    token = HiddenField(validators=[Regexp(UUID_PATTERN)])
    card = HiddenField(validators=[Optional(), Regexp(CARD_PATTERN)])
    quantity = IntegerField(
        _l("Delivered"),
        validators=[
            InputRequired(_l("Enter how many were delivered; 0 when none was.")),
            NumberRange(min=0, max=10_000, message=_l("Enter a number from 0 to 10,000.")),
        ],
    )
    time = TimeField(_l("At what time"), validators=[Optional()])
    note = StringField(
        _l("Why less, or later?"),
        validators=[Optional(), Length(max=300, message=_l("Keep it within 300 characters."))],
    )
    submit = SubmitField(_l("Delivered"))

    def moment(self, *, starts_at: datetime, zone: str, at: datetime) -> datetime:
        """When it was delivered; raises `TimeNeeded` where that cannot be told."""
        if not self.quantity.data:
            return at  # what never came, came at no time
        return rules.delivered_at(starts_at=starts_at, entered=self.time.data, zone=zone, at=at)
