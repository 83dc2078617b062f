"""The shape of a closure."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.corporate.orders.forms import within_the_century


class ClosureForm(FlaskForm):
    """Which hall, from when to when, and why."""

    token = HiddenField(validators=[InputRequired()])
    hall = SelectField(_l("Hall or equipment"), validators=[InputRequired(_l("Choose what is closed."))])
    from_day = DateField(
        _l("From day"), validators=[InputRequired(_l("Choose the day.")), within_the_century]
    )
    from_time = TimeField(_l("From"), validators=[InputRequired(_l("Say when it begins, like 10:00."))])
    until_day = DateField(
        _l("Until day"), validators=[InputRequired(_l("Choose the day.")), within_the_century]
    )
    until_time = TimeField(_l("Until"), validators=[InputRequired(_l("Say when it ends, like 14:00."))])
    reason = StringField(
        _l("Why?"),
        validators=[
            InputRequired(_l("Say why it is closed: your colleagues read it.")),
            Length(max=200, message=_l("Keep it within 200 characters.")),
        ],
    )

    def validate_token(self, field: HiddenField) -> None:
        try:
            uuid.UUID(field.data or "")
        except ValueError as error:
            raise ValidationError(_l("The form was not sent as the page made it. Open it anew.")) from error
